/** What an item of a trace response is: its fields say it, since some versions omit `event_type`. */
import { type Fields, spanIdOf, textOf } from './json-fields.ts';

export type ItemKind = 'span' | 'issue' | 'other';

/** Sentry's own types of events that become issues (getsentry/sentry, `src/sentry/eventtypes`). */
const ISSUE_TYPES: readonly string[] = [
  'error',
  'occurrence',
  'default',
  'generic',
  'feedback',
  'csp',
  'hpkp',
  'expectct',
  'expectstaple',
  'nel',
];
const SPAN_TYPES: readonly string[] = ['span', 'transaction'];

/** No span has one of these. */
const ISSUE_FIELDS = ['issue_id', 'short_id', 'issue_short_id', 'issue_type', 'issue', 'culprit'];
/** An issue has one of these beside its level. */
const TEXT_FIELDS = ['title', 'message', 'description', 'culprit'];
/** No issue has one of these. */
const SPAN_FIELDS = ['op', 'duration', 'is_transaction', 'transaction.duration', 'transaction.op'];
const UPTIME_FIELDS = ['check_status', 'region_name'];

export function kindOf(item: Fields): ItemKind {
  const eventType = textOf(item.event_type)?.toLowerCase() ?? null;
  if (eventType !== null && ISSUE_TYPES.includes(eventType)) return 'issue';
  if (looksLikeIssue(item)) return 'issue';
  const isSpan = eventType === null ? looksLikeSpan(item) : SPAN_TYPES.includes(eventType);
  return isSpan && idOfSpan(item) !== null ? 'span' : 'other';
}

/** What to call an item that is neither: as Sentry names its kind. */
export function kindName(item: Fields): string {
  return textOf(item.event_type) ?? (isUptimeCheck(item) ? 'uptime_check' : 'unknown');
}

/** The endpoint gives the span's id as `event_id`; others of Sentry's spell it `span_id`. */
export function idOfSpan(item: Fields): string | null {
  return spanIdOf(item.span_id) ?? spanIdOf(item.event_id);
}

/** A transaction as the older trace endpoint (`events-trace/`) gives it: its id is that of an event, its end is `timestamp`. */
export function isLegacyTransaction(item: Fields): boolean {
  return has(item, ['transaction.duration', 'transaction.op', 'generation']);
}

function looksLikeIssue(item: Fields): boolean {
  if (has(item, SPAN_FIELDS)) return false;
  return has(item, ISSUE_FIELDS) || (textOf(item.level) !== null && has(item, TEXT_FIELDS));
}

/** An event's id has the form of a trace id; the last half of it is no span unless other fields are a span's. */
function looksLikeSpan(item: Fields): boolean {
  if (isUptimeCheck(item)) return false;
  if (has(item, SPAN_FIELDS) || spanIdOf(item.span_id) !== null) return true;
  return typeof item.event_id === 'string' && item.event_id.length === 16;
}

function isUptimeCheck(item: Fields): boolean {
  return has(item, UPTIME_FIELDS) || textOf(item.op)?.startsWith('uptime.') === true;
}

function has(item: Fields, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(item, name) && item[name] !== null && item[name] !== undefined);
}
