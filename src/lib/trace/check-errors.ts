/** Errors: the span in which a failure began, and why. */
import type { Finding } from '../model/finding.ts';
import type { TraceIssue, TraceSpan } from '../model/trace.ts';
import type { SeenSpan } from './seen-spans.ts';
import { failureIssue, failureReason, hasFailed, isFailure } from './span-failure.ts';
import { compareSpans, compareText } from './span-tree.ts';
import { nameList, shownText, spanName } from './span-words.ts';

const VAGUE_OPS: readonly string[] = ['function', 'default', 'custom'];

/** Failed spans of the target below which nothing failed, by start: what failed above them failed because of them. */
export function failureCauses(seen: readonly SeenSpan[]): readonly SeenSpan[] {
  const failed = seen.filter(({ ours, span }) => !ours && hasFailed(span));
  const above = new Set<SeenSpan>();
  for (const { parent } of failed) {
    for (let at = parent; at !== null && !above.has(at); at = at.parent) above.add(at);
  }
  return failed.filter((each) => !above.has(each)).sort((a, b) => compareSpans(a.span, b.span));
}

/**
 * One finding for a trace, about its first failure.
 * @param options.orphanIssues issues of the trace whose span is not in it
 * @param options.notReached what is missing because of the failure
 */
export function errorFinding(options: {
  readonly causes: readonly SeenSpan[];
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
    return { severity, code: 'trace-error', message, hint: issueHint(issue) };
  }
  const own = issueOf(first);
  const reason = failureReason(first.span, own);
  const issue = own ?? failureIssue(orphans);
  const parts = [
    `${failedName(first.span)} failed${reason === null ? '' : `: ${reason}`}` +
      (issue === null ? '' : issueNote(issue, own === null ? 'in the same trace, issue' : 'issue')),
    ...(others.length === 0 ? [] : [`also failed: ${nameList(distinct(others))}`]),
    ...(options.notReached.length === 0 ? [] : [`not reached: ${nameList(options.notReached)}`]),
  ];
  return {
    severity,
    code: 'trace-error',
    message: parts.join('; '),
    hint: issue === null ? null : issueHint(issue),
  };
}

/** Its own, else that of the nearest span above: SDKs often report where an exception is caught. */
function issueOf(cause: SeenSpan): TraceIssue | null {
  for (let at: SeenSpan | null = cause; at !== null && !at.ours; at = at.parent) {
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

function distinct(others: readonly SeenSpan[]): readonly string[] {
  return [...new Set(others.map(({ span }) => spanName(span)))].sort(compareText);
}

function issueNote({ shortId }: TraceIssue, words: string): string {
  return shortId === null ? '' : ` (${words} ${shownText(shortId)})`;
}

function issueHint({ shortId, url }: TraceIssue): string | null {
  if (url === null) return null;
  return `Look at issue ${shortId === null ? '' : `${shownText(shortId)} `}in Sentry: ${url}`;
}
