/** Spans as SDKs without streaming send them: inside of a transaction, or one alone in an item. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { listAt, objectAt, textAt } from '../json-fields.ts';
import { dropped } from './outcomes.ts';
import { identityOf, type ReadSpans, type RecordSource, type SpanRecord } from './span-records.ts';

/** Statuses which Sentry's failure rate does not count as failures. A span without a status is no failure either. */
const NOT_FAILED = new Set(['ok', 'unset', 'unknown', 'cancelled']);

const HTTP_STATUS = 'http.response.status_code';

/** Where SDKs wrote the HTTP status before it got its present name; as a text in tags. */
const OLD_HTTP_STATUSES = ['status_code', 'http.status_code'] as const;

function httpStatusOf(attributes: JsonObject): number | null {
  const found = OLD_HTTP_STATUSES.map((name) => attributes[name]).find((value) => value !== undefined);
  const status = Number(found ?? Number.NaN);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}

function attributesOf(span: JsonObject): JsonObject {
  const attributes = { ...tagsOf(span), ...objectAt(span, 'data') };
  const status = Object.hasOwn(attributes, HTTP_STATUS) ? null : httpStatusOf(attributes);
  return status === null ? attributes : { ...attributes, [HTTP_STATUS]: status };
}

function staticSpan(span: JsonObject, source: RecordSource): SpanRecord | null {
  const identity = identityOf(span, span.start_timestamp, span.timestamp);
  if (identity === null) return null;
  const attributes = attributesOf(span);
  // Older SDKs for Python write the status of a span only as a tag.
  const statusMessage = textAt(span, 'status') ?? textAt(tagsOf(span), 'status');
  const op = textAt(span, 'op');
  const description = textAt(span, 'description');
  return {
    ...identity,
    projectId: source.projectId,
    sdk: source.sdk,
    name: description ?? op ?? '',
    op,
    description,
    status: statusMessage === null || NOT_FAILED.has(statusMessage) ? 'ok' : 'error',
    statusMessage,
    isSegment: span.is_segment === true,
    segmentName: null,
    segmentId: textAt(span, 'segment_id'),
    attributes,
  };
}

/** One span in the old spelling. */
export function loneSpan(payload: JsonObject, source: RecordSource): ReadSpans {
  const span = staticSpan(payload, source);
  return span === null
    ? { spans: [], dropped: [dropped('span', 'invalid_span')] }
    : { spans: [span], dropped: [] };
}

/** In the trace context sit ids, op and status; name, tags and times are the event's own. */
function segmentOf(event: JsonObject, name: string): JsonObject {
  const trace = objectAt(objectAt(event, 'contexts'), 'trace');
  return {
    ...trace,
    tags: { ...tagsOf(trace), ...tagsOf(event) },
    start_timestamp: event.start_timestamp ?? null,
    timestamp: event.timestamp ?? null,
    description: name,
  };
}

/** In the spelling of streamed spans, which say this each for itself. */
function originOf(event: JsonObject): JsonObject {
  const release = textAt(event, 'release');
  const environment = textAt(event, 'environment');
  return {
    ...(release !== null && { 'sentry.release': release }),
    ...(environment !== null && { 'sentry.environment': environment }),
  };
}

/** A span that was never finished ends with its transaction. */
function finished(span: JsonObject, event: JsonObject): JsonObject {
  if (span.timestamp !== undefined && span.timestamp !== null) return span;
  return { ...span, timestamp: event.timestamp ?? null, status: 'deadline_exceeded' };
}

/** A transaction as its segment span and the spans it carries; one bad span and all of it is dropped. */
export function spansOfTransaction(event: JsonObject, from: RecordSource): ReadSpans {
  const source = { ...from, sdk: from.sdk ?? textAt(objectAt(event, 'sdk'), 'name') };
  const name = textAt(event, 'transaction') ?? '<unlabeled transaction>';
  const children = listAt(event, 'spans').map((span) =>
    isJsonObject(span) ? staticSpan(finished(span, event), source) : null,
  );
  const segment = staticSpan(segmentOf(event, name), source);
  const all = [segment === null ? null : { ...segment, isSegment: true }, ...children];
  const spans = all.filter((span) => span !== null);
  if (spans.length < all.length) {
    return {
      spans: [],
      dropped: [
        dropped('transaction', 'invalid_transaction'),
        dropped('span', 'invalid_transaction', all.length),
      ],
    };
  }
  const segmentId = textAt(event, 'event_id') ?? source.eventId ?? segment?.spanId ?? null;
  const origin = originOf(event);
  return {
    spans: spans.map((span) => ({
      ...span,
      segmentName: name,
      segmentId,
      attributes: { ...origin, ...span.attributes },
    })),
    dropped: [],
  };
}

/** Tags of an event or span: SDKs send them as an object, or as a list of pairs. */
export function tagsOf(source: JsonObject): JsonObject {
  const { tags } = source;
  if (isJsonObject(tags)) return tags;
  const pairs = listAt(source, 'tags').flatMap((pair): [string, Json][] =>
    Array.isArray(pair) && typeof pair[0] === 'string' ? [[pair[0], pair[1] ?? null]] : [],
  );
  return Object.fromEntries(pairs);
}
