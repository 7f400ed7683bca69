/** A span's fields by the names that Sentry's search and `additional_attributes` use. */
import type { Json } from '../../lib/model/json.ts';
import type { SpanRecord } from './span-records.ts';

export type SlugOf = (projectId: number) => string;

/** Sentry's own statuses are one word in snake case; a service's own words go to `span.status.message`. */
const CANONICAL_STATUS = /^[a-z]+(_[a-z]+)*$/;

/** Milliseconds, to the microsecond, which is as fine as SDKs measure. */
export const durationMs = ({ startTimestamp, endTimestamp }: SpanRecord): number =>
  Math.round((endTimestamp - startTimestamp) * 1e6) / 1e3;

/** ISO 8601 for Unix seconds. Beyond the range of dates: their end. */
export function isoTime(seconds: number): string {
  const limitMs = 8.64e15;
  return new Date(Math.max(-limitMs, Math.min(limitMs, seconds * 1_000))).toISOString();
}

function statusOf({ status, statusMessage }: SpanRecord): string {
  return statusMessage !== null && CANONICAL_STATUS.test(statusMessage) ? statusMessage : status;
}

const FIELDS = new Map<string, (span: SpanRecord, slugOf: SlugOf) => Json>([
  ['id', (span) => span.spanId],
  ['span_id', (span) => span.spanId],
  ['trace', (span) => span.traceId],
  ['parent_span', (span) => span.parentSpanId],
  ['name', (span) => span.name],
  ['span.name', (span) => span.name],
  ['description', (span) => span.description ?? span.name],
  ['span.description', (span) => span.description ?? span.name],
  ['op', (span) => span.op ?? 'default'],
  ['span.op', (span) => span.op ?? 'default'],
  ['span.duration', durationMs],
  ['span.status', statusOf],
  ['span.status.message', (span) => span.statusMessage],
  ['span.status_code', (span) => attributeOf(span, 'http.response.status_code')],
  ['is_transaction', (span) => span.isSegment],
  ['transaction', (span) => span.segmentName],
  ['transaction.event_id', (span) => span.segmentId],
  ['timestamp', (span) => isoTime(span.startTimestamp)],
  ['precise.start_ts', (span) => span.startTimestamp],
  ['precise.finish_ts', (span) => span.endTimestamp],
  ['project', (span, slugOf) => slugOf(span.projectId)],
  ['project.name', (span, slugOf) => slugOf(span.projectId)],
  ['project.id', (span) => span.projectId],
  ['sdk.name', (span) => span.sdk],
  ['environment', (span) => attributeOf(span, 'sentry.environment')],
  ['release', (span) => attributeOf(span, 'sentry.release')],
]);

function attributeOf(span: SpanRecord, name: string): Json {
  return Object.hasOwn(span.attributes, name) ? (span.attributes[name] ?? null) : null;
}

/** The field or attribute, also in the spelling `tags[name,number]`, which finds numbers only; null where the span has none. */
export function fieldOf(span: SpanRecord, name: string, slugOf: SlugOf): Json {
  const field = FIELDS.get(name);
  if (field !== undefined) return field(span, slugOf);
  const [, tag, type] = /^tags\[(.+?)(?:, ?(string|number|boolean))?\]$/.exec(name) ?? [];
  const value = attributeOf(span, tag ?? name);
  return type === undefined || typeof value === type ? value : null;
}
