/** What makes a span a failed one, and its description of the failure. */
import type { FailedSpan } from '../../model/failed-span.ts';
import type { TraceIssue, TraceSpan } from '../../model/trace.ts';
import { shownText, spanName } from './span-text.ts';
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

/** The first issue that means a failure; by short id if there are several, since their order is meaningless. */
export function failureIssue(issues: readonly TraceIssue[]): TraceIssue | null {
  const [first = null] = issues
    .filter(isFailure)
    .sort((a, b) => compareText(a.shortId ?? '~', b.shortId ?? '~') || compareText(a.message, b.message));
  return first;
}

export interface FailureReason extends Pick<FailedSpan, 'exception' | 'message'> {
  /** The message is no more than an HTTP status. */
  readonly onlyStatus: boolean;
}

/** What is known about why, the most telling first: issue, the span's own words, HTTP status, `internal_error`. */
export function failureReason(span: TraceSpan, issue: TraceIssue | null): FailureReason {
  const http = Number(span.attributes['http.response.status_code'] ?? span.attributes['http.status_code']);
  const status = shownText(span.statusMessage ?? '');
  const isCode = CODE.test(status);
  const said = [shownText(issue?.message ?? ''), isCode ? '' : status]
    .map((text) => exceptionIn(text, spanName(span)))
    .find(({ exception, message }) => exception !== null || message !== null);
  if (said !== undefined) return { ...said, onlyStatus: false };
  if (http >= 400) return { exception: null, message: `HTTP ${http}`, onlyStatus: true };
  return { exception: null, message: status === '' ? null : status, onlyStatus: HTTP_STATUS.test(status) };
}

/** A status message that some SDKs set to the status itself. */
const HTTP_STATUS = /^HTTP \d{3}$/;
/** The status in Sentry's own words, or {@link HTTP_STATUS}. */
const CODE = /^([a-z_]+|HTTP \d{3})$/;

/** Sentry's title of an exception: its class, with or without its module, and its message. */
const TITLE = /^((?:[\w$]+(?:\.|::|\\))*(?:[A-Z][\w$]*)?(?:Error|Exception))(?:: (.*))?$/s;
/** Classes that say no more than that it is an exception. */
const GENERAL = /(?:^|[.:\\])(?:Error|Exception)$/;

/** Drops a general class, and the span's own name before the message: the report names the span already. */
function exceptionIn(text: string, name: string): Pick<FailedSpan, 'exception' | 'message'> {
  const [, type = null, rest = ''] = TITLE.exec(text) ?? [null, null, text];
  const message = rest.startsWith(`${name}: `) ? rest.slice(`${name}: `.length) : rest;
  return {
    exception: type === null || GENERAL.test(type) ? null : type,
    message: message === '' ? null : message,
  };
}

/** Where to read about it; null where Sentry gives no link. */
export function issueHint({ shortId, url }: TraceIssue): string | null {
  if (url === null) return null;
  return `Look at issue ${shortId === null ? '' : `${shownText(shortId)} `}in Sentry: ${url}`;
}
