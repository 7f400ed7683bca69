/**
 * Sentry's response to `GET /organizations/{org}/trace/{id}/` → Trace. The response nests spans in spans; whatever shape it has,
 * reading it neither throws nor recurses.
 */
import {
  distinctIssues,
  type OtherItem,
  type Trace,
  type TraceIssue,
  type TraceSpan,
} from '../../model/trace.ts';
import { mergeSpans } from '../spans/merge-spans.ts';
import { attachedIssues, type IssueUrl, issueOf, spanOfIssue } from './issues.ts';
import { type Fields, isFields, textOf, traceIdOf } from './json-fields.ts';
import { type ItemKind, idOfSpan, kindName, kindOf } from './kinds.ts';
import { type Above, durationOf, spanOf, startOf, withIssues } from './spans.ts';

/** Spans and issues read of one trace: ten times the largest trace that can still be drawn usefully. */
export const MAX_TRACE_ITEMS = 100_000;

/** Attributes that the endpoint returns only on request. A number comes back under the requested name. */
export const SPAN_STATUS_ATTRIBUTES: readonly string[] = [
  'span.status',
  'span.status.message',
  'http.response.status_code',
  'tags[http.response.status_code,number]',
];

/** The items of a response of today's endpoint or of `events-trace/`; null for other values. */
export function traceItems(json: unknown): readonly unknown[] | null {
  if (Array.isArray(json)) return json;
  if (!isFields(json)) return null;
  const { transactions, orphan_errors: orphans } = json;
  if (!Array.isArray(transactions) && !Array.isArray(orphans)) return null;
  return [transactions, orphans].flatMap((items) => (Array.isArray(items) ? items : []));
}

interface SpanRecord {
  readonly span: TraceSpan;
  readonly above: Above;
  /** Of a transaction of the older endpoint: the event that it is, and the one that its parent span is part of. */
  readonly eventId: string | null;
  readonly parentEventId: string | null;
}

/** @param json anything; what is not understood is named among the others */
export function parseTrace(
  json: unknown,
  { traceId, issueUrl }: { readonly traceId: string; readonly issueUrl: IssueUrl },
): Trace {
  const records = new Map<string, SpanRecord>();
  const issues: { readonly issue: TraceIssue; readonly spanId: string | null }[] = [];
  const others: OtherItem[] = [];
  let recordCount = 0;
  for (const { item, kind, above } of walk(json)) {
    const span = kind === 'span' ? spanOf(item, { traceId, above }) : null;
    const around = span?.spanId ?? above.spanId;
    for (const issue of attachedIssues(item, issueUrl)) issues.push({ issue, spanId: around });
    if (kind === 'issue') {
      issues.push({ issue: issueOf(item, issueUrl), spanId: spanOfIssue(item) ?? around });
    } else if (span === null) {
      others.push(otherOf(item));
    } else {
      recordCount += 1;
      const known = records.get(span.spanId);
      const record = {
        above,
        eventId: traceIdOf(item.event_id),
        parentEventId: traceIdOf(item.parent_event_id),
      };
      records.set(
        span.spanId,
        known === undefined ? { span, ...record } : { ...known, span: mergeSpans(known.span, span) },
      );
    }
  }
  const onSpans = new Map<string, TraceIssue[]>([...records.keys()].map((spanId) => [spanId, []]));
  const loose: TraceIssue[] = [];
  for (const { issue, spanId } of issues) (onSpans.get(spanId ?? '') ?? loose).push(issue);
  return {
    traceId,
    spans: parented(records).map((span) => withIssues(span, distinctIssues(onSpans.get(span.spanId) ?? []))),
    issues: distinctIssues(loose),
    ...(others.length === 0 ? {} : { others }),
    ...(recordCount === records.size ? {} : { recordCount }),
    ...(isFields(json) && traceItems(json) !== null ? { transactionsOnly: true } : {}),
  };
}

/** A parent that is not in the response gives no place: then the nesting decides, or else the event of the parent. */
function parented(records: ReadonlyMap<string, SpanRecord>): readonly TraceSpan[] {
  const byEvent = new Map([...records.values()].map(({ eventId, span }) => [eventId, span.spanId]));
  return [...records.values()].map(({ span, above, parentEventId }) => {
    const { parentSpanId, spanId } = span;
    if (parentSpanId === null || (records.has(parentSpanId) && parentSpanId !== spanId)) return span;
    const other = above.spanId ?? (parentEventId === null ? undefined : byEvent.get(parentEventId));
    return other === undefined || other === spanId ? span : { ...span, parentSpanId: other };
  });
}

interface Walked {
  readonly item: Fields;
  readonly kind: ItemKind;
  readonly above: Above;
}

/** Every item once, parents before their children, without recursion: traces thousands deep are real. */
function* walk(json: unknown): Generator<Walked> {
  const queue: { readonly item: Fields; readonly above: Above }[] = [];
  const add = (items: unknown, above: Above): void => {
    if (!Array.isArray(items)) return;
    for (const item of items) {
      if (queue.length >= MAX_TRACE_ITEMS) return;
      if (isFields(item)) queue.push({ item, above });
    }
  };
  add(traceItems(json), { spanId: null, startMs: 0 });
  for (const { item, above } of queue) {
    const kind = kindOf(item);
    yield { item, kind, above };
    add(item.children, {
      spanId: (kind === 'span' ? idOfSpan(item) : null) ?? above.spanId,
      startMs: startOf(item) ?? above.startMs,
    });
  }
}

function otherOf(item: Fields): OtherItem {
  return {
    kind: kindName(item),
    name: textOf(item.description) ?? textOf(item.name) ?? textOf(item.message) ?? textOf(item.op),
    startMs: startOf(item),
    durationMs: durationOf(item),
  };
}
