/** Both ways SDKs send spans, streamed (v2) and inside transactions, brought into one record. */
import type { Json, JsonObject } from '../model/json.ts';
import { isJsonObject, listAt, objectAt, textAt } from './json-fields.ts';

export interface SpanRecord {
  /** 32 lower-case hex characters. */
  readonly traceId: string;
  /** 16 lower-case hex characters. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly op: string | null;
  readonly description: string | null;
  /** Unix time in seconds, with fractions. */
  readonly startTimestamp: number;
  readonly endTimestamp: number;
  readonly status: 'ok' | 'error';
  /** Sentry's finer status, such as `internal_error`. */
  readonly statusMessage: string | null;
  /** The service's own root: what static SDKs call a transaction. */
  readonly isSegment: boolean;
  readonly segmentName: string | null;
  /** The transaction's event id, or the segment's span id where there are no transactions. */
  readonly segmentId: string | null;
  readonly projectId: number;
  readonly attributes: JsonObject;
  /** `sentry.javascript.node`; null when the envelope does not say. */
  readonly sdk: string | null;
}

/** Where an item came from. */
export interface RecordSource {
  readonly projectId: number;
  readonly sdk: string | null;
}

export interface ReadSpans {
  readonly spans: readonly SpanRecord[];
  /** Spans without usable ids or times; Sentry drops those without a word, too. */
  readonly invalid: number;
}

/** Statuses which Sentry's failure rate does not count as failures, besides none at all. */
const NOT_FAILED = new Set(['ok', 'unset', 'unknown', 'cancelled']);

/** A trace or span id in lower case, or null when `value` is none or all zeros. */
export function hexId(value: Json | undefined, length: 16 | 32): string | null {
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-f]+$/i.test(value)) return null;
  return /^0+$/.test(value) ? null : value.toLowerCase();
}

/** Unix seconds: numbers from JavaScript, ISO 8601 from some other SDKs. */
function seconds(value: Json | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1_000;
}

type Identity = Pick<SpanRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'startTimestamp' | 'endTimestamp'>;

function identityOf(ids: JsonObject, start: Json | undefined, end: Json | undefined): Identity | null {
  const traceId = hexId(ids.trace_id, 32);
  const spanId = hexId(ids.span_id, 16);
  const startTimestamp = seconds(start);
  const endTimestamp = seconds(end);
  if (traceId === null || spanId === null || startTimestamp === null || endTimestamp === null) return null;
  return { traceId, spanId, parentSpanId: hexId(ids.parent_span_id, 16), startTimestamp, endTimestamp };
}

/** v2 wraps each attribute as `{type, value}`. */
function unwrapped(attributes: JsonObject): JsonObject {
  const entries = Object.entries(attributes).map(([key, wrapped]): [string, Json] => [
    key,
    isJsonObject(wrapped) ? (wrapped.value ?? null) : wrapped,
  ]);
  return Object.fromEntries(entries);
}

function streamedSpan(span: JsonObject, source: RecordSource): SpanRecord | null {
  const identity = identityOf(span, span.start_timestamp, span.end_timestamp);
  if (identity === null) return null;
  const attributes = unwrapped(objectAt(span, 'attributes'));
  const name = textAt(span, 'name') ?? '';
  const isSegment = span.is_segment === true;
  return {
    ...identity,
    ...source,
    name,
    op: textAt(attributes, 'sentry.op'),
    description: textAt(attributes, 'sentry.description') ?? name,
    status: span.status === 'error' ? 'error' : 'ok',
    statusMessage: textAt(attributes, 'sentry.status.message'),
    isSegment,
    segmentName: textAt(attributes, 'sentry.segment.name') ?? (isSegment ? name : null),
    segmentId: textAt(attributes, 'sentry.segment.id') ?? (isSegment ? identity.spanId : null),
    attributes,
  };
}

/** A child in a transaction, or a span sent alone in the old spelling. */
function staticSpan(span: JsonObject, source: RecordSource): SpanRecord | null {
  const identity = identityOf(span, span.start_timestamp, span.timestamp);
  if (identity === null) return null;
  const statusMessage = textAt(span, 'status');
  const op = textAt(span, 'op');
  const description = textAt(span, 'description');
  return {
    ...identity,
    ...source,
    name: description ?? op ?? '',
    op,
    description,
    status: statusMessage === null || NOT_FAILED.has(statusMessage) ? 'ok' : 'error',
    statusMessage,
    isSegment: span.is_segment === true,
    segmentName: null,
    segmentId: textAt(span, 'segment_id'),
    attributes: objectAt(span, 'data'),
  };
}

function readAll(list: readonly (SpanRecord | null)[]): ReadSpans {
  const spans = list.filter((span) => span !== null);
  return { spans, invalid: list.length - spans.length };
}

/** The spans of a `span` item: a v2 container with `items`, or one span in the old spelling. */
export function spansOfSpanItem(payload: JsonObject, source: RecordSource): ReadSpans {
  if (!Array.isArray(payload.items)) return readAll([staticSpan(payload, source)]);
  return readAll(
    listAt(payload, 'items').map((span) => (isJsonObject(span) ? streamedSpan(span, source) : null)),
  );
}

/** A transaction as its segment span and the spans it carries. */
export function spansOfTransaction(event: JsonObject, source: RecordSource): ReadSpans {
  const trace = objectAt(objectAt(event, 'contexts'), 'trace');
  const name = textAt(event, 'transaction') ?? '';
  // In the trace context sit ids, op and status; name and times are the event's own.
  const root = staticSpan(
    {
      ...trace,
      start_timestamp: event.start_timestamp ?? null,
      timestamp: event.timestamp ?? null,
      description: name,
    },
    source,
  );
  const segmentId = textAt(event, 'event_id') ?? root?.spanId ?? null;
  const children = listAt(event, 'spans').map((span) =>
    isJsonObject(span) ? staticSpan(span, source) : null,
  );
  const segment = root === null ? null : { ...root, isSegment: true };
  return readAll(
    [segment, ...children].map((span) => (span === null ? null : { ...span, segmentName: name, segmentId })),
  );
}
