/** What makes a span a failed one, and what it says about it. */
import type { TraceIssue, TraceSpan } from '../model/trace.ts';
import { compareText } from './span-tree.ts';
import { shownText } from './span-words.ts';

/** Of Sentry's levels those that mean a failure; warning, info and debug do not. */
const FAILURE_LEVELS: readonly string[] = ['error', 'fatal'];

export function isFailure({ level }: TraceIssue): boolean {
  return FAILURE_LEVELS.includes(level.toLowerCase());
}

/** Its status is error, or an issue of level error or fatal hangs on it. */
export function hasFailed(span: TraceSpan): boolean {
  return span.status === 'error' || span.issues.some(isFailure);
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
