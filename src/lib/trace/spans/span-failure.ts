/** What makes a span a failed one, and what it says about it. */
import type { TraceIssue, TraceSpan } from '../../model/trace.ts';
import { shownText } from './span-text.ts';
import { compareText } from './span-tree.ts';

/** Of Sentry's levels those that mean a failure; warning, info and debug do not. */
const FAILURE_LEVELS: readonly string[] = ['error', 'fatal'];

export function isFailure({ level }: TraceIssue): boolean {
  return FAILURE_LEVELS.includes(level.toLowerCase());
}

/** An error that ended the process: nothing handled it. */
export function isFatal({ level }: TraceIssue): boolean {
  return level.toLowerCase() === 'fatal';
}

/** Its status is error, or a fatal issue is on it. An unset status counts as ok, and an error issue alone was handled. */
export function hasFailed(span: TraceSpan): boolean {
  return span.status === 'error' || span.issues.some(isFatal);
}

/** An error was reported on it, and it did not fail. */
export function hasHandledError(span: TraceSpan): boolean {
  return !hasFailed(span) && span.issues.some(isFailure);
}

/** Where in a trace a failure began. */
export interface FailedSpan {
  /** From a span that it is inside of on: `data-enrichment > fetch-gex-data`. */
  readonly path: string;
  /** What it says about the failure; null where it says nothing. */
  readonly reason: string | null;
  readonly issue: TraceIssue | null;
}

/** The first issue that means a failure; by short id where there are several, since their order says nothing. */
export function failureIssue(issues: readonly TraceIssue[]): TraceIssue | null {
  const [first = null] = issues
    .filter(isFailure)
    .sort((a, b) => compareText(a.shortId ?? '~', b.shortId ?? '~') || compareText(a.message, b.message));
  return first;
}

/** What is known about why, the most telling first: issue, the span's own words, HTTP status, `internal_error`; or null. */
export function failureReason(span: TraceSpan, issue: TraceIssue | null): string | null {
  const http = Number(span.attributes['http.response.status_code'] ?? span.attributes['http.status_code']);
  const status = shownText(span.statusMessage ?? '');
  const isCode = /^[a-z_]+$/.test(status);
  const texts = [
    shownText(issue?.message ?? ''),
    isCode ? '' : status,
    http >= 400 ? `HTTP ${http}` : '',
    status,
  ];
  return texts.find((text) => text !== '') ?? null;
}

/** Where to read about it; null where Sentry gives no link. */
export function issueHint({ shortId, url }: TraceIssue): string | null {
  if (url === null) return null;
  return `Look at issue ${shortId === null ? '' : `${shownText(shortId)} `}in Sentry: ${url}`;
}
