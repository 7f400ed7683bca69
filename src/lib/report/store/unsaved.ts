/** Removes commands from the texts of a run that is not saved, because they could not read it. Pure. */
import type { Finding } from '../../model/finding.ts';
import type { RunFacts } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { RUN_ID_SOURCE } from '../../model/run-id.ts';

/** Commands that read a saved run. A trace id does not need one. */
const OF_SAVED_RUN = new RegExp(
  `prod-e2e (report (show|open|compare)|trace (show|open) (--|<test id>|${RUN_ID_SOURCE}))`,
);

export function needsSavedRun(advice: string): boolean {
  return OF_SAVED_RUN.test(advice);
}

/** The sandbox's Sentry ends with its run: no link leads there afterward. */
const OF_SENTRY = /prod-e2e trace open |^Look at (the )?issue /;

/** Whether the commands in the advice work for this run. */
export function isUsable(
  advice: string,
  { savedAs, head }: { readonly savedAs: string | null; readonly head: Pick<RunFacts, 'sandbox'> },
): boolean {
  if (savedAs === null && needsSavedRun(advice)) return false;
  return head.sandbox !== true || !OF_SENTRY.test(advice);
}

export function withoutCommand(finding: Finding): Finding {
  return finding.hint !== null && needsSavedRun(finding.hint) ? { ...finding, hint: null } : finding;
}

export function unsaved({ head, results }: Pick<ReportSource, 'head' | 'results'>): ReportSource {
  return {
    savedAs: null,
    head: { ...head, findings: head.findings.map(withoutCommand) },
    results: async function* () {
      for await (const result of results()) yield resultWithoutCommands(result);
    },
  };
}

function resultWithoutCommands(result: TestResult): TestResult {
  const { errors, warnings, trace, repeat } = result;
  const ofSend = <Send extends Pick<TestResult, 'errors' | 'warnings'>>(send: Send): Send => ({
    ...send,
    errors: send.errors.map(withoutCommand),
    warnings: send.warnings.map(withoutCommand),
  });
  return {
    ...result,
    ...ofSend({ errors, warnings }),
    trace: { ...trace, findings: trace.findings.map(withoutCommand) },
    ...(repeat === undefined ? {} : { repeat: { ...repeat, sends: repeat.sends.map(ofSend) } }),
  };
}
