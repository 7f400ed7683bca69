/** All attributes of one span in the shape of Sentry's `GET …/trace-items/{span_id}/?item_type=spans`. */
import type { Json, JsonObject } from '../../lib/model/json.ts';
import { durationMs, isoTime } from './span-fields.ts';
import type { StoredSpan } from './span-store.ts';

function attribute(name: string, value: Json): JsonObject {
  if (typeof value === 'boolean') return { name, type: 'bool', value };
  if (typeof value === 'number') return { name, type: Number.isInteger(value) ? 'int' : 'float', value };
  return { name, type: 'str', value: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function spanItemResponse(span: StoredSpan, slug: string): JsonObject {
  const known: JsonObject = {
    'span.name': span.name,
    'span.op': span.op ?? 'default',
    'span.duration': durationMs(span),
    'span.status': span.status,
    project: slug,
    is_transaction: span.isSegment,
    ...(span.segmentName !== null && { transaction: span.segmentName }),
    ...(span.parentSpanId !== null && { parent_span: span.parentSpanId }),
  };
  return {
    itemId: span.spanId,
    timestamp: isoTime(span.startTimestamp),
    attributes: Object.entries({ ...known, ...span.attributes }).map(([name, value]) =>
      attribute(name, value),
    ),
    links: null,
    meta: {},
  };
}
