/** What is known about a broken test besides its cause, line by line, for reports without a layout of their own. */
import type { Finding } from '../../model/finding.ts';
import type { ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { causeBehind, mainMessage } from '../cause-text.ts';
import { urgencyOf } from '../digest/urgency.ts';
import { problemText, wording } from './pretty/groups.ts';
import { issueUrl, testCommand, traceCommand } from './pretty/open.ts';
import { changedTexts, sinceTexts } from './pretty/since.ts';

export interface Fact {
  readonly label: 'Symptom' | 'Since' | 'Changed' | 'Issue' | 'Trace' | 'Open';
  readonly text: string;
  /** Null for no page. */
  readonly url: string | null;
}

export interface FactsOptions {
  readonly head: ReportHead;
  readonly savedAs: string | null;
  /** The scenarios with the same problem. */
  readonly scenarios: readonly string[];
}

/** In the order in which they matter: symptom, since, changed, issue, trace, and the command that shows more. */
export function factsOf(test: TestResult, { head, savedAs, scenarios }: FactsOptions): readonly Fact[] {
  const page = { head, digest: { savedAs } };
  const plain = (label: Fact['label'], text: string): Fact => ({ label, text, url: null });
  const broken = urgencyOf(test) === 'broken';
  const symptom = causeBehind(test) === null ? undefined : test.errors[0]?.message;
  const shortId = test.cause?.issue?.shortId ?? null;
  const issue = issueUrl(page, test);
  const command = traceCommand(page, test) ?? testCommand(page, test);
  return [
    ...(broken && symptom !== undefined ? [plain('Symptom', symptom)] : []),
    ...(broken ? sinceTexts(page, scenarios) : []).map((text) => plain('Since', text)),
    ...(broken ? changesFor(test, { head, scenarios }) : []).map((text) => plain('Changed', text)),
    ...(shortId === null && issue === null
      ? []
      : [{ label: 'Issue', text: shortId ?? 'in Sentry', url: issue } as const]),
    // The sandbox's Sentry has ended with the run.
    { label: 'Trace', text: test.trace.traceId, url: head.sandbox === true ? null : test.trace.url },
    ...(command === null ? [] : [plain('Open', command)]),
  ];
}

/** What changed for these scenarios, if it is about this failure: a scenario may be broken by several causes. */
export function changesFor(
  test: TestResult,
  { head, scenarios }: Pick<FactsOptions, 'head' | 'scenarios'>,
): readonly string[] {
  const message = wording(mainMessage(test) ?? '');
  const about = head.brokenSince.filter(({ cause }) => cause === undefined || wording(cause) === message);
  const named = new Set(about.map(({ scenario }) => scenario));
  return changedTexts(
    { head: { ...head, brokenSince: about } },
    scenarios.filter((scenario) => named.has(scenario)),
  );
}

/** Messages of a test besides its cause and its symptom. */
export function furtherMessages(test: TestResult, findings: readonly Finding[]): readonly string[] {
  const known = new Set([problemText(test), mainMessage(test), findings[0]?.message]);
  const stage = test.cause?.stage ?? null;
  // A finding about the stage of the cause says the same as the cause.
  return findings.flatMap((finding) =>
    known.has(finding.message) || (stage !== null && finding.stage === stage) ? [] : [finding.message],
  );
}

/** `Issue: SIGNALS-42 https://acme.sentry.io/issues/42/` */
export function factLine({ label, text, url }: Fact): string {
  return `${label}: ${text}${url === null ? '' : ` ${url}`}`;
}
