/** What an envelope says, item by item, in records the store can keep, and what Sentry would drop of it. */
import { isJsonObject, type JsonObject } from '../../lib/model/json.ts';
import { listAt, objectAt, textAt } from '../json-fields.ts';
import { type Envelope, type EnvelopeItem, itemJson } from './envelope.ts';
import { type ErrorRecord, errorOf, eventIdOf } from './error-records.ts';
import { type DataCategory, dropped, type Outcome } from './outcomes.ts';
import type { RecordSource, SpanRecord } from './span-records.ts';
import { loneSpan, spansOfTransaction } from './static-spans.ts';
import { dscTraceId, isSpanContainer, itemCountOf, spansOfContainer } from './streamed-spans.ts';

export interface CheckInRecord {
  readonly projectId: number;
  /** As it was sent. */
  readonly checkIn: JsonObject;
}

export interface ReceivedItems {
  readonly spans: readonly SpanRecord[];
  readonly errors: readonly ErrorRecord[];
  readonly checkIns: readonly CheckInRecord[];
  readonly clientReports: readonly JsonObject[];
  /** What was accepted, what is dropped, and what SDKs report that they discarded themselves. */
  readonly outcomes: readonly Outcome[];
}

const NOTHING: ReceivedItems = { spans: [], errors: [], checkIns: [], clientReports: [], outcomes: [] };

const accepted = (category: DataCategory, quantity: number): Outcome[] =>
  quantity === 0 ? [] : [{ outcome: 'accepted', category, reason: null, quantity }];

const refused = (...outcomes: Outcome[]): Partial<ReceivedItems> => ({ outcomes });

interface ItemContext {
  readonly item: EnvelopeItem;
  /** Of the envelope's trace header. */
  readonly traceId: string | null;
  readonly source: RecordSource;
}

type ItemReader = (payload: JsonObject | null, context: ItemContext) => Partial<ReceivedItems>;

function readSpanItem(payload: JsonObject | null, { item, traceId, source }: ItemContext) {
  if (!isSpanContainer(item) && payload === null) return refused(dropped('span', 'invalid_json'));
  const read = isSpanContainer(item)
    ? spansOfContainer(item, traceId, source)
    : loneSpan(payload ?? {}, source);
  return { spans: read.spans, outcomes: [...accepted('span', read.spans.length), ...read.dropped] };
}

function readTransaction(payload: JsonObject | null, { source }: ItemContext) {
  if (payload === null)
    return refused(dropped('transaction', 'invalid_json'), dropped('span', 'invalid_json'));
  const { spans, dropped: lost } = spansOfTransaction(payload, source);
  const taken = spans.length === 0 ? 0 : 1;
  return {
    spans,
    outcomes: [...accepted('transaction', taken), ...accepted('span', spans.length), ...lost],
  };
}

function readEvent(payload: JsonObject | null, { item, source }: ItemContext) {
  if (payload === null) return refused(dropped('error', 'invalid_json'));
  const text = new TextDecoder().decode(item.payload);
  return { errors: [errorOf(payload, text, source)], outcomes: accepted('error', 1) };
}

function readCheckIn(payload: JsonObject | null, { source: { projectId } }: ItemContext) {
  if (payload === null || textAt(payload, 'monitor_slug') === null || textAt(payload, 'status') === null) {
    return refused(dropped('monitor', 'invalid_check_in'));
  }
  return { checkIns: [{ projectId, checkIn: payload }], outcomes: accepted('monitor', 1) };
}

/** What the SDK itself did not send, and why; a report without that says nothing. */
function readClientReport(payload: JsonObject | null) {
  if (payload === null) return {};
  const outcomes = listAt(payload, 'discarded_events').flatMap((entry): Outcome[] => {
    if (!isJsonObject(entry)) return [];
    const { quantity } = entry;
    const category = textAt(entry, 'category');
    return category === null || typeof quantity !== 'number' || !Number.isSafeInteger(quantity)
      ? []
      : [{ outcome: 'client_discard', category, reason: textAt(entry, 'reason'), quantity }];
  });
  return { clientReports: [payload], outcomes };
}

const READERS: Readonly<Record<string, ItemReader>> = {
  span: readSpanItem,
  transaction: readTransaction,
  event: readEvent,
  check_in: readCheckIn,
  client_report: readClientReport,
};

function readItem(context: ItemContext): ReceivedItems {
  const { item } = context;
  const read = Object.hasOwn(READERS, item.type) ? READERS[item.type] : undefined;
  return read === undefined ? NOTHING : { ...NOTHING, ...read(itemJson(item), context) };
}

/** A container stands alone: with other span items beside it, Relay drops them all. */
function mixedSpans(items: readonly EnvelopeItem[]): Outcome[] {
  const spans = items.filter(({ type }) => type === 'span');
  const containers = spans.filter(isSpanContainer);
  if (containers.length === 0 || spans.length === 1) return [];
  const quantity = spans.reduce((sum, item) => sum + (itemCountOf(item) ?? 1), 0);
  return [dropped('span', 'duplicate_item', quantity)];
}

/** Reads all items; those of other types (sessions, logs, profiles) are skipped. */
export function readEnvelope({ header, items }: Envelope, projectId: number): ReceivedItems {
  const source: RecordSource = {
    projectId,
    sdk: textAt(objectAt(header, 'sdk'), 'name'),
    eventId: eventIdOf(header.event_id),
  };
  const traceId = dscTraceId(header);
  const mixed = mixedSpans(items);
  const readable = mixed.length === 0 ? items : items.filter(({ type }) => type !== 'span');
  const read = readable.map((item) => readItem({ item, traceId, source }));
  return {
    spans: read.flatMap(({ spans }) => spans),
    errors: read.flatMap(({ errors }) => errors),
    checkIns: read.flatMap(({ checkIns }) => checkIns),
    clientReports: read.flatMap(({ clientReports }) => clientReports),
    outcomes: [...mixed, ...read.flatMap(({ outcomes }) => outcomes)],
  };
}
