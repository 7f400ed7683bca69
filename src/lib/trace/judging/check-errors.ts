/** Errors: the span in which a failure began, and why. */
import { type FailedSpan, reasonText } from '../../model/failed-span.ts';
import type { Finding } from '../../model/finding.ts';
import { issueKey, type TraceIssue, type TraceSpan } from '../../model/trace.ts';
import type { FoundSpan } from '../spans/found-spans.ts';
import {
  failureIssue,
  failureReason,
  hasFailed,
  hasHandledError,
  isFailure,
  issueHint,
} from '../spans/span-failure.ts';
import { nameList, shownText, spanName } from '../spans/span-text.ts';
import { compareSpans, compareText, spanKey } from '../spans/span-tree.ts';

const VAGUE_OPS: readonly string[] = ['function', 'default', 'custom'];

/**
 * Failed spans of the target below which nothing failed, by start: what failed above them failed because of them.
 * @param covered spans that are accounted for elsewhere, by {@link spanKey}
 */
export function failureCauses(
  seen: readonly FoundSpan[],
  covered: ReadonlySet<string> = new Set(),
): readonly FoundSpan[] {
  const failed = seen.filter(({ ours, span }) => !ours && hasFailed(span));
  const above = new Set<FoundSpan>();
  for (const { parent } of failed) {
    for (let at = parent; at !== null && !above.has(at); at = at.parent) above.add(at);
  }
  return failed
    .filter((each) => !above.has(each) && !covered.has(spanKey(each.span)))
    .sort((a, b) => compareSpans(a.span, b.span));
}

/**
 * One finding for a trace, about its first failure.
 * @param options.orphanIssues issues of the trace whose span is not in it
 * @param options.notReached what is missing because of the failure
 */
export function errorFinding(options: {
  readonly causes: readonly FoundSpan[];
  readonly orphanIssues: readonly TraceIssue[];
  readonly notReached: readonly string[];
  readonly severity: Finding['severity'];
}): Finding | null {
  const { severity, orphanIssues } = options;
  const orphans = orphanIssues.filter(isFailure);
  const [first, ...others] = options.causes;
  if (first === undefined) {
    const issue = failureIssue(orphans);
    if (issue === null) return null;
    const message = `${shownText(issue.message) || 'Error'}${issueNote(issue, 'issue')}, not tied to a span`;
    const more = orphanNames(orphans, issue);
    const also = more.length === 0 ? '' : `; also: ${nameList(more)}`;
    return { severity, code: 'trace-error', message: `${message}${also}`, hint: issueHint(issue) };
  }
  const own = issueOf(first);
  const reason = reasonText(failureReason(first.span, own));
  const issue = own ?? failureIssue(orphans);
  const loose = orphanNames(orphans, issue);
  const parts = [
    `${failedName(first.span)} failed${reason === null ? '' : `: ${reason}`}` +
      (issue === null ? '' : issueNote(issue, own === null ? 'in the same trace, issue' : 'issue')),
    ...(others.length === 0 ? [] : [`also failed: ${nameList(distinct(others))}`]),
    ...(loose.length === 0 ? [] : [`not tied to a span: ${nameList(loose)}`]),
    ...(options.notReached.length === 0 ? [] : [`not reached: ${nameList(options.notReached)}`]),
  ];
  return {
    severity,
    code: 'trace-error',
    message: parts.join('; '),
    hint: issue === null ? null : issueHint(issue),
  };
}

/** Of issues without a span those that are not named already: `duplicate key (API-7)`. */
function orphanNames(orphans: readonly TraceIssue[], named: TraceIssue | null): readonly string[] {
  const names = orphans
    .filter((each) => named === null || issueKey(each) !== issueKey(named))
    .map(({ shortId, message }) => {
      const text = shownText(message) || 'Error';
      return shortId === null ? text : `${text} (${shownText(shortId)})`;
    });
  return [...new Set(names)].sort(compareText);
}

/** The first failure that is more specific than the response; null if none is. */
export function firstFailure(seen: readonly FoundSpan[], covered: ReadonlySet<string>): FailedSpan | null {
  const failures = failureCauses(seen, covered).map((each) => {
    const issue = issueOf(each);
    return { op: each.span.op, path: [spanName(each.span)], issue, ...failureReason(each.span, issue) };
  });
  // A service's span of the request fails with the status of its response.
  const first = failures.find(
    (each) =>
      each.op !== 'http.server' || each.issue !== null || !(each.onlyStatus || reasonText(each) === null),
  );
  if (first === undefined) return null;
  const { path, exception, message, issue } = first;
  return { path, exception, message, issue };
}

/** One finding for each issue of level error on a span that did not fail: the service handled it. */
export function handledErrorFindings(
  seen: readonly FoundSpan[],
  severity: Finding['severity'],
): readonly Finding[] {
  const handled = seen.filter(({ ours, span }) => !ours && hasHandledError(span));
  const byIssue = new Map<string, Finding>();
  for (const { span } of handled) {
    const issue = failureIssue(span.issues);
    if (issue === null) continue;
    const what = shownText(issue.message) || 'an error';
    const message = `${spanName(span)} reported ${what}${issueNote(issue, 'issue')}`;
    byIssue.set(issue.issueId ?? message, { severity, code: 'trace-error', message, hint: issueHint(issue) });
  }
  return [...byIssue.values()];
}

/** Its own, else that of the nearest span above: SDKs often report where an exception is caught. */
function issueOf(cause: FoundSpan): TraceIssue | null {
  for (let at: FoundSpan | null = cause; at !== null && !at.ours; at = at.parent) {
    const issue = failureIssue(at.span.issues);
    if (issue !== null) return issue;
  }
  return null;
}

/** With the op, since names such as `POST` say little by themselves; ops that only mean "some code" add nothing. */
function failedName(span: TraceSpan): string {
  const name = spanName(span);
  const bare = span.op === null || VAGUE_OPS.includes(span.op) || name === span.op;
  return bare ? name : `${name} (${shownText(span.op ?? '')})`;
}

function distinct(others: readonly FoundSpan[]): readonly string[] {
  return [...new Set(others.map(({ span }) => spanName(span)))].sort(compareText);
}

function issueNote({ shortId }: TraceIssue, words: string): string {
  return shortId === null ? '' : ` (${words} ${shownText(shortId)})`;
}
