/** The one record that both ways of sending spans are brought into: streamed (v2), and inside transactions. */
import type { Json, JsonObject } from '../../lib/model/json.ts';
import type { Outcome } from './outcomes.ts';

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
  /** Of the envelope's header; null without one. */
  readonly eventId?: string | null;
}

export interface ReadSpans {
  readonly spans: readonly SpanRecord[];
  /** Of what Sentry drops after it accepted the envelope. */
  readonly dropped: readonly Outcome[];
}

/** A trace or span id in lower case, or null when `value` is none or all zeros. */
export function hexId(value: Json | undefined, length: 16 | 32): string | null {
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-f]+$/i.test(value)) return null;
  return /^0+$/.test(value) ? null : value.toLowerCase();
}

type Identity = Pick<SpanRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'startTimestamp' | 'endTimestamp'>;

/** Ids and times, or null where one of them is missing or wrong, or where the end is before the start. */
export function identityOf(ids: JsonObject, start: Json | undefined, end: Json | undefined): Identity | null {
  const traceId = hexId(ids.trace_id, 32);
  const spanId = hexId(ids.span_id, 16);
  const startTimestamp = unixSeconds(start);
  const endTimestamp = unixSeconds(end);
  if (traceId === null || spanId === null || startTimestamp === null || endTimestamp === null) return null;
  if (endTimestamp < startTimestamp) return null;
  return { traceId, spanId, parentSpanId: hexId(ids.parent_span_id, 16), startTimestamp, endTimestamp };
}

// Times as SDKs write them: Unix seconds as a number, or ISO 8601 with up to nanoseconds.

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:([Zz])|([+-]\d{2}):?(\d{2}))?$/;

/** Beyond it there are no dates. */
const MAX_SECONDS = 8.64e12;

/** `Date.parse` drops what is finer than a millisecond and reads a time without a zone as local; Sentry means UTC. */
function isoSeconds(text: string): number | null {
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const [, date, time, fraction = '', , hours, minutes] = match;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const wholeSecondsMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(wholeSecondsMs) ? null : wholeSecondsMs / 1_000 + Number(`0.${fraction}`);
}

/** Unix seconds with fractions; null for what is no time. */
export function unixSeconds(value: Json | undefined): number | null {
  if (typeof value === 'string') return isoSeconds(value);
  return typeof value === 'number' && Math.abs(value) <= MAX_SECONDS ? value : null;
}
