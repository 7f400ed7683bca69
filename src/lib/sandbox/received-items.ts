/** What an envelope says, item by item, in records the store can keep. */
import type { Json, JsonObject } from '../model/json.ts';
import { type Envelope, type EnvelopeItem, itemJson } from './envelope.ts';
import { isJsonObject, listAt, objectAt, textAt } from './json-fields.ts';
import {
  hexId,
  type RecordSource,
  type SpanRecord,
  spansOfSpanItem,
  spansOfTransaction,
} from './span-records.ts';

export interface ErrorRecord {
  /** 32 hex characters. */
  readonly eventId: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly level: string;
  /** `TypeError: x is not a function`, or the captured message. */
  readonly title: string;
  readonly transaction: string | null;
  /** Unix seconds; null when the event does not say. */
  readonly timestamp: number | null;
  readonly projectId: number;
  /** Those of the span it was captured in. */
  readonly attributes: JsonObject;
}

export interface ReceivedItems {
  readonly spans: readonly SpanRecord[];
  /** Spans that could not be read. */
  readonly invalidSpans: number;
  readonly errors: readonly ErrorRecord[];
  readonly checkIns: readonly JsonObject[];
  readonly clientReports: readonly JsonObject[];
}

export type ReadEnvelope =
  | { readonly ok: true; readonly items: ReceivedItems }
  | { readonly ok: false; readonly reason: string };

function errorTitle(event: JsonObject): string {
  const exception = listAt(objectAt(event, 'exception'), 'values').at(-1);
  if (isJsonObject(exception)) {
    const parts = [textAt(exception, 'type'), textAt(exception, 'value')];
    return parts.filter((part) => part !== null).join(': ');
  }
  return textAt(event, 'message') ?? textAt(objectAt(event, 'logentry'), 'formatted') ?? '(no message)';
}

function errorOf(event: JsonObject, source: RecordSource): ErrorRecord {
  const trace = objectAt(objectAt(event, 'contexts'), 'trace');
  const timestamp: Json = event.timestamp ?? null;
  return {
    eventId: hexId(event.event_id, 32) ?? '',
    traceId: hexId(trace.trace_id, 32),
    spanId: hexId(trace.span_id, 16),
    level: textAt(event, 'level') ?? 'error',
    title: errorTitle(event),
    transaction: textAt(event, 'transaction'),
    timestamp: typeof timestamp === 'number' ? timestamp : null,
    projectId: source.projectId,
    attributes: objectAt(trace, 'data'),
  };
}

const NOTHING: ReceivedItems = { spans: [], invalidSpans: 0, errors: [], checkIns: [], clientReports: [] };

const READERS: Readonly<
  Record<string, (payload: JsonObject, source: RecordSource) => Partial<ReceivedItems>>
> = {
  span: (payload, source) => {
    const { spans, invalid } = spansOfSpanItem(payload, source);
    return { spans, invalidSpans: invalid };
  },
  transaction: (payload, source) => {
    const { spans, invalid } = spansOfTransaction(payload, source);
    return { spans, invalidSpans: invalid };
  },
  event: (payload, source) => ({ errors: [errorOf(payload, source)] }),
  check_in: (payload) => ({ checkIns: [payload] }),
  client_report: (payload) => ({ clientReports: [payload] }),
};

function readItem(item: EnvelopeItem, source: RecordSource): ReceivedItems | null {
  const read = Object.hasOwn(READERS, item.type) ? READERS[item.type] : undefined;
  if (read === undefined) return NOTHING;
  const payload = itemJson(item);
  return payload === null ? null : { ...NOTHING, ...read(payload, source) };
}

/** Reads all items; those of a type that is not kept (sessions, logs, profiles) are skipped. */
export function readEnvelope(envelope: Envelope, projectId: number): ReadEnvelope {
  const source: RecordSource = { projectId, sdk: textAt(objectAt(envelope.header, 'sdk'), 'name') };
  const read: ReceivedItems[] = [];
  for (const [index, item] of envelope.items.entries()) {
    const items = readItem(item, source);
    if (items === null)
      return { ok: false, reason: `item ${index + 1} (${item.type}): the payload is not a JSON object` };
    read.push(items);
  }
  return {
    ok: true,
    items: {
      spans: read.flatMap((items) => items.spans),
      invalidSpans: read.reduce((sum, items) => sum + items.invalidSpans, 0),
      errors: read.flatMap((items) => items.errors),
      checkIns: read.flatMap((items) => items.checkIns),
      clientReports: read.flatMap((items) => items.clientReports),
    },
  };
}
