/** One item of a trace response → the span that it describes, in today's fields and in those of `events-trace/`. */
import type { PlainScalar } from '../../model/json.ts';
import type { TraceIssue, TraceSpan } from '../../model/trace.ts';
import { plainAttribute } from '../spans/span-pattern.ts';
import { decimalOf, type Fields, fieldsOf, scalarOf, spanIdOf, textOf } from './json-fields.ts';
import { idOfSpan, isLegacyTransaction } from './kinds.ts';
import { elapsedMs, timeMs } from './time.ts';

/** Statuses which Sentry's failure rate does not count as failures, besides `ok`. */
const UNDECIDED = new Set(['', 'unknown', 'unset', 'cancelled', 'canceled']);
/** `success` is how the first SDKs spelled it (getsentry/relay, `SpanStatus`). */
const OK = new Set(['ok', 'success']);
/** Statuses that say no more than what {@link TraceSpan.status} does. */
const WITHOUT_DETAIL = new Set(['', 'ok', 'success', 'error', 'unknown', 'unset']);
/** From this HTTP status on a response is the server's own failure. */
const SERVER_ERROR = 500;

/** Where a span's status stands: as a field of the item, or as an attribute that was asked for. */
const STATUS_FIELDS = ['status', 'span.status', 'span_status', 'transaction.status'];
const MESSAGE_FIELDS = ['status_message', 'span.status.message', 'span_status_message'];

export interface Above {
  /** The nearest span around the item; null if it has none. */
  readonly spanId: string | null;
  readonly startMs: number;
}

/** Null for an item without the id of a span. Its parent is the one it names, else the one around it. */
export function spanOf(
  item: Fields,
  { traceId, above }: { readonly traceId: string; readonly above: Above },
): TraceSpan | null {
  const spanId = idOfSpan(item);
  if (spanId === null) return null;
  const op = textOf(item.op) ?? textOf(item['transaction.op']);
  const { name, other } = nameOf(item, op);
  const attributes = withStatus(item, { ...other, ...attributesOf(item) });
  return {
    spanId,
    parentSpanId: spanIdOf(item.parent_span_id) ?? above.spanId,
    traceId,
    name,
    op,
    service: textOf(item.project_slug) ?? textOf(item.project) ?? '',
    isSegment:
      item.is_transaction === true || (item.is_transaction === undefined && isLegacyTransaction(item)),
    startMs: startOf(item) ?? above.startMs,
    durationMs: durationOf(item) ?? 0,
    ...statusOf(item, attributes),
    attributes,
    issues: [],
  };
}

/** With its issues: where neither a status nor an HTTP status decides, an error on it does. */
export function withIssues(span: TraceSpan, issues: readonly TraceIssue[]): TraceSpan {
  const isDecided = span.status !== 'unknown' || statusWords(span.attributes).length > 0;
  const failed = !isDecided && issues.some(({ level }) => ['error', 'fatal'].includes(level.toLowerCase()));
  return { ...span, status: failed ? 'error' : span.status, issues };
}

/**
 * SDKs that stream spans name them; for the others Sentry fills the name with the operation, and what people know the
 * span by is its description. The one not taken is kept as an attribute.
 */
function nameOf(item: Fields, op: string | null) {
  const given = textOf(item.name);
  const description = textOf(item.description);
  const named = given !== null && given !== op && given !== 'default';
  const name = (named ? given : (description ?? given)) ?? textOf(item.transaction) ?? op ?? '';
  return {
    name,
    other: {
      ...(description === null || description === name ? {} : { 'span.description': description }),
      ...(given === null || given === name ? {} : { 'span.name': given }),
    },
  };
}

/** Both forms of an attribute as one: what has a value wins over an empty text, a number over its text. */
function attributesOf(item: Fields): Readonly<Record<string, PlainScalar>> {
  const attributes = new Map<string, PlainScalar>();
  for (const [name, value] of Object.entries(fieldsOf(item.additional_attributes))) {
    const scalar = scalarOf(value);
    const plain = plainAttribute(name);
    const known = attributes.get(plain);
    if (scalar === null || (known !== undefined && known !== '' && typeof scalar === 'string')) continue;
    attributes.set(plain, scalar);
  }
  return Object.fromEntries(attributes);
}

/** Milliseconds since the epoch; null where the item does not say when it began. */
export function startOf(item: Fields): number | null {
  const given = timeMs(item.start_timestamp);
  if (given !== null) return given;
  const endMs = timeMs(endOf(item));
  if (endMs !== null) return Math.max(0, endMs - (durationOf(item) ?? 0));
  return timeMs(item.timestamp);
}

/** Durations are in milliseconds, unlike timestamps; null where the item has none. */
export function durationOf(item: Fields): number | null {
  const given = decimalOf(item.duration) ?? decimalOf(item['transaction.duration']);
  const ms = given ?? elapsedMs(item.start_timestamp, endOf(item));
  return ms === null ? null : Math.max(0, ms);
}

/** The older endpoint has the end of a transaction as its `timestamp`. */
function endOf(item: Fields): unknown {
  const isEnd = isLegacyTransaction(item) || timeMs(item.start_timestamp) !== null;
  return item.end_timestamp ?? (isEnd ? item.timestamp : undefined);
}

/** A status at the top level of the item as the attribute that expectations know; a failure wins over what is there. */
function withStatus(
  item: Fields,
  attributes: Readonly<Record<string, PlainScalar>>,
): Readonly<Record<string, PlainScalar>> {
  const statuses = statusWords(item);
  const failure = statuses.find(isFailureWord);
  if (failure !== undefined) return { ...attributes, 'span.status': failure };
  return statuses[0] === undefined ? attributes : { 'span.status': statuses[0], ...attributes };
}

function isFailureWord(word: string): boolean {
  return !OK.has(word) && !UNDECIDED.has(word);
}

/** Of several that speak of it an error wins; without any, the HTTP status speaks for the span. */
function statusOf(
  item: Fields,
  attributes: Readonly<Record<string, PlainScalar>>,
): Pick<TraceSpan, 'status' | 'statusMessage'> {
  const statuses = [...statusWords(item), ...statusWords(attributes)];
  const words = [
    ...MESSAGE_FIELDS.map((name) => textOf(item[name])),
    textOf(attributes['span.status.message']),
  ];
  const failure = statuses.find(isFailureWord);
  // SDKs that send transactions have one word for both, so the message may be a mere `ok`.
  const statusWord = [...words, failure, ...statuses].find(
    (word) => typeof word === 'string' && !WITHOUT_DETAIL.has(word.toLowerCase()),
  );
  const statusMessage = statusWord ?? null;
  if (failure !== undefined) return { status: 'error', statusMessage };
  if (statuses.some((word) => OK.has(word))) return { status: 'ok', statusMessage };
  const http = Number(attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? 0);
  return { status: statuses.length === 0 && http >= SERVER_ERROR ? 'error' : 'unknown', statusMessage };
}

function statusWords(of: Fields): readonly string[] {
  return STATUS_FIELDS.flatMap((name) => textOf(of[name])?.trim().toLowerCase() ?? []);
}
