/** Texts shared by the reports for people. */
import type { MissingDataEntry, ReportHead, ThresholdResult } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import type { StageState } from '../../model/stage.ts';
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import { type AdvisedFinding, nextSteps } from '../advice/advice.ts';
import type { Advice } from '../advice/response-advice.ts';
import { allDuplicates } from '../digest/outcome.ts';
import { isUsable } from '../store/unsaved.ts';

/** Scenarios named per missing field; the rest are counted. */
const SCENARIOS_NAMED = 5;

/** The status in the guide's words ("Interpreting Results"), as far as they apply to this run. */
export function statusText(head: ReportHead): string {
  const { total, successful, failed, missing } = head.summary;
  if (head.endedAt === null) return 'This run was cut off; what had finished is shown.';
  switch (head.status) {
    case 'interrupted':
      return `This run was interrupted after ${countOf(total, 'test')} of ${numberText(head.planned)}; what had finished is shown.`;
    case 'healthy':
      return head.summary.unverified > 0
        ? byResponsesText(head)
        : 'All webhooks processed successfully, no missing data.';
    case 'broken':
      return total === 0
        ? 'Nothing was sent.'
        : successful > 0
          ? 'Every webhook that should be accepted fails; only those that should be refused behave as expected.'
          : 'All webhooks failing. Critical issue - check server status and Sentry immediately.';
    case 'degraded':
      if (allDuplicates(head.summary)) {
        return 'Every webhook that should be accepted was treated as a duplicate: nothing new was tested.';
      }
      if (failed + missing + head.summary.warnings === 0 && head.summary.skipped > 0) {
        return 'All webhooks that were sent work, but not all were sent.';
      }
      if (failed === 0) {
        return `All webhooks work, but some ${missing > 0 ? 'data is missing' : 'have warnings'}. Investigate warnings.`;
      }
      return `${successful * 2 > total ? 'Most' : 'Some'} webhooks work, but some failures or missing data. Investigate warnings.`;
  }
}

/** How a working webhook was retried; null if it was not. */
export function retryText({
  attempts,
  flaky,
  verdict,
}: Pick<TestResult, 'attempts' | 'flaky' | 'verdict'>): string | null {
  if (flaky) return 'passed after a retry';
  return verdict === 'working' && attempts.length > 1 ? `connected at attempt ${attempts.length}` : null;
}

/** `HEALTHY`, or `HEALTHY by responses only` if traces could not be read. */
export function statusTitle(head: Pick<ReportHead, 'status' | 'summary'>): string {
  return `${head.status.toUpperCase()}${restriction(head)}`;
}

/** Like {@link statusTitle}, for the middle of a line. */
export function statusWords(head: Pick<ReportHead, 'status' | 'summary'>): string {
  return `${head.status}${restriction(head)}`;
}

function restriction({ status, summary }: Pick<ReportHead, 'status' | 'summary'>): string {
  return status === 'healthy' && summary.unverified > 0 ? ' by responses only' : '';
}

/** `0 of 5 traces could be read (Sentry did not respond).` */
function byResponsesText({ summary, findings }: ReportHead): string {
  const read = `${numberText(summary.total - summary.unverified)} of ${countOf(summary.total, 'trace')}`;
  const because = findings.find(({ code }) => UNREAD_BECAUSE[code] !== undefined);
  const why = because === undefined ? '' : ` (${because.cause ?? UNREAD_BECAUSE[because.code]})`;
  // Traces beyond `trace.limit` were not requested.
  return findings.some(({ code }) => code === 'traces-limited')
    ? `${countOf(summary.unverified, 'trace')} could not be read${why}.`
    : `${read} could be read${why}.`;
}

const UNREAD_BECAUSE: Readonly<Record<string, string>> = {
  'trace-not-found': 'Sentry has no span of them',
  'trace-only-our-spans': "none of the target's spans arrived",
  'trace-sampled-out': 'not sampled',
  'trace-late': 'spans were still arriving',
  'trace-not-settled': 'the wait ended too early',
  'trace-unauthorized': 'Sentry does not accept the token',
  'trace-org-mismatch': 'Sentry shows no such organization',
  'trace-unavailable': 'Sentry shows no traces of the organization',
  'trace-api-error': 'Sentry did not respond',
};

/** `not reached`; the names of the other states are readable already. */
export function stateText(state: StageState): string {
  return state.replace('-', ' ');
}

/** `measured 1.24 s` */
export function measuredText({ actual, unit }: ThresholdResult): string {
  if (actual === null) return 'nothing to measure';
  if (unit === 'ms') return `measured ${durationText(actual)}`;
  return `measured ${Number(actual.toFixed(2))}${unit === '%' ? '%' : ''}`;
}

/** Advice for all findings of the run and its tests. */
export function advised(
  head: ReportHead,
  seen: {
    readonly savedAs: string | null;
    /** Findings of its tests. */
    readonly findings: readonly AdvisedFinding[];
    /** Scenario → number of tests and of working tests. */
    readonly scenarios: ReadonlyMap<string, { readonly tests: number; readonly working: number }>;
  },
): readonly Advice[] {
  // The same webhook sometimes works and sometimes fails.
  const isInconsistent = [...seen.scenarios.values()].some(
    ({ tests, working }) => working > 0 && working < tests,
  );
  const flaky =
    head.summary.flaky > 0 || isInconsistent ? [{ severity: 'warning', code: 'flaky' } as const] : [];
  const steps = nextSteps({
    findings: [...head.findings, ...seen.findings, ...flaky],
    missing: head.missingData,
  });
  return steps
    .map((step) => ({
      ...step,
      solutions: step.solutions.filter((text) => isUsable(text, { savedAs: seen.savedAs, head })),
    }))
    .filter(({ solutions }) => solutions.length > 0);
}

/** `required, 2 of 5 tests: CHOP, ORB_FAKEOUT` */
export function extentText(entry: MissingDataEntry, total: number): string {
  const named = entry.scenarios.slice(0, SCENARIOS_NAMED).join(', ');
  const hidden = entry.scenarios.length - SCENARIOS_NAMED;
  const tests = `${numberText(entry.tests)} of ${numberText(total)} tests`;
  return `${entry.level}, ${tests}: ${named}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
