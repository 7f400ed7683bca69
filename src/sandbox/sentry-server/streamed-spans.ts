/** Streamed spans (v2): a container of up to 1,000 spans of one trace, judged as Relay judges them. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { type EnvelopeItem, itemJson } from './envelope.ts';
import { type DropReason, dropped, type Outcome } from './outcomes.ts';
import { hexId, identityOf, type ReadSpans, type RecordSource, type SpanRecord } from './span-records.ts';

const CONTAINER_TYPE = 'application/vnd.sentry.items.span.v2+json';

/** What makes a `span` item a container: without this content type it is one span in the old spelling. */
export const isSpanContainer = ({ type, header }: EnvelopeItem): boolean =>
  type === 'span' && textAt(header, 'content_type')?.toLowerCase() === CONTAINER_TYPE;

/** What the header says; null where it says nothing that can be used. */
export function itemCountOf({ header }: EnvelopeItem): number | null {
  const count = header.item_count;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** The trace of an envelope's `trace` header; null if a field that Relay requires is missing. */
export function dscTraceId(envelopeHeader: JsonObject): string | null {
  const dsc = objectAt(envelopeHeader, 'trace');
  // 32 ASCII characters: it may be the key of any project, also of another organization.
  const hasKey = /^[\x21-\x7e]{32}$/.test(textAt(dsc, 'public_key') ?? '');
  return hasKey ? hexId(dsc.trace_id, 32) : null;
}

/** v2 wraps each attribute as `{type, value}`. */
function unwrapped(attributes: JsonObject): JsonObject {
  const entries = Object.entries(attributes).map(([key, wrapped]): [string, Json] => [
    key,
    isJsonObject(wrapped) ? (wrapped.value ?? null) : wrapped,
  ]);
  return Object.fromEntries(entries);
}

function streamedSpan(span: JsonObject, source: RecordSource): SpanRecord | DropReason {
  const identity = identityOf(span, span.start_timestamp, span.end_timestamp);
  // Its ids were looked at before.
  if (identity === null) return 'timestamp';
  const name = textAt(span, 'name');
  const status = textAt(span, 'status');
  if (name === null || status === null) return 'no_data';
  const attributes = unwrapped(objectAt(span, 'attributes'));
  const isSegment = span.is_segment === true;
  return {
    ...identity,
    projectId: source.projectId,
    sdk: source.sdk,
    name,
    op: textAt(attributes, 'sentry.op'),
    description: textAt(attributes, 'sentry.description') ?? name,
    status: status === 'error' ? 'error' : 'ok',
    statusMessage: textAt(attributes, 'sentry.status.message'),
    isSegment,
    segmentName: textAt(attributes, 'sentry.segment.name') ?? (isSegment ? name : null),
    segmentId: textAt(attributes, 'sentry.segment.id') ?? (isSegment ? identity.spanId : null),
    attributes,
  };
}

/** The spans of a container. `traceId` is the one of the envelope's trace header, null without one. */
export function spansOfContainer(
  item: EnvelopeItem,
  traceId: string | null,
  source: RecordSource,
): ReadSpans {
  const count = itemCountOf(item);
  const none = (reason: DropReason, quantity: number): ReadSpans => ({
    spans: [],
    dropped: quantity === 0 ? [] : [dropped('span', reason, quantity)],
  });
  if (traceId === null) return none('missing_dsc', count ?? 1);
  const items = itemJson(item)?.items;
  if (!Array.isArray(items) || items.length !== count) return none('invalid_json', count ?? 1);

  const refused: Outcome[] = [];
  const byId = new Map<string, JsonObject>();
  for (const span of items) {
    const spanId = isJsonObject(span) ? hexId(span.span_id, 16) : null;
    if (!isJsonObject(span) || spanId === null) refused.push(dropped('span', 'invalid_span'));
    else {
      if (byId.has(spanId)) refused.push(dropped('span', 'duplicate'));
      byId.set(spanId, span);
    }
  }
  const candidates = [...byId.values()];
  if (candidates.some((span) => hexId(span.trace_id, 32) !== traceId)) {
    return { spans: [], dropped: [...refused, dropped('span', 'invalid_dsc', candidates.length)] };
  }
  const spans: SpanRecord[] = [];
  for (const candidate of candidates) {
    const span = streamedSpan(candidate, source);
    if (typeof span === 'string') refused.push(dropped('span', span));
    else spans.push(span);
  }
  return { spans, dropped: refused };
}
