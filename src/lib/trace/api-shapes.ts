/**
 * Sentry's answer to `GET /organizations/{org}/trace/{id}/` → Trace. The answer nests spans in spans; whatever shape
 * it has, reading it neither throws nor recurses.
 */
import type { Scalar } from '../model/json.ts';
import type { Trace, TraceIssue, TraceSpan } from '../model/trace.ts';
import { type IssueUrl, isIssue, issueOf } from './api-issues.ts';
import { timeMs } from './api-time.ts';
import { type Fields, fieldsOf, isFields, numberOf, scalarOf, spanIdOf, textOf } from './json-fields.ts';

/** Spans and issues read of one trace: ten times the largest trace that can still be drawn usefully. */
export const MAX_TRACE_ITEMS = 100_000;

/** Different issues kept of one span, and of the trace beside its spans: nobody reads more. */
const MAX_ISSUES = 100;

/** What the endpoint tells about a span only when asked. */
export const SPAN_STATUS_ATTRIBUTES: readonly string[] = [
  'span.status',
  'span.status.message',
  'http.response.status_code',
];

/** Statuses which Sentry's failure rate does not count as failures, besides `ok`. */
const UNDECIDED = new Set(['', 'unknown', 'unset', 'cancelled']);
/** Statuses that say no more than what {@link TraceSpan.status} does. */
const WITHOUT_DETAIL = new Set(['', 'ok', 'error', 'unknown', 'unset']);
/** From this HTTP status on an answer is the server's own failure. */
const SERVER_ERROR = 500;

/** @param json anything; what is not understood is left out */
export function parseTrace(
  json: unknown,
  { traceId, issueUrl }: { readonly traceId: string; readonly issueUrl: IssueUrl },
): Trace {
  const spans = new Map<string, TraceSpan>();
  const issues: TraceIssue[] = [];
  for (const { item, parent } of walk(json)) {
    if (isIssue(item)) {
      issues.push(issueOf(item, issueUrl));
      continue;
    }
    const attached = attachedIssues(item, issueUrl);
    const span = spanOf(item, { traceId, parent, issues: attached });
    const known = span === null ? undefined : spans.get(span.spanId);
    // Nothing of a span holds these: an uptime check, something newer than this program.
    if (span === null) issues.push(...attached);
    else if (known === undefined) spans.set(span.spanId, span);
    else if (attached.length > 0) {
      spans.set(known.spanId, { ...known, issues: distinct([...known.issues, ...attached]) });
    }
  }
  return { traceId, spans: [...spans.values()], issues: distinct(issues) };
}

interface Parent {
  readonly spanId: string | null;
  readonly startMs: number;
}
const NO_PARENT: Parent = { spanId: null, startMs: 0 };

/** Every item once, parents before their children, without recursion: traces thousands deep are real. */
function* walk(json: unknown): Generator<{ readonly item: Fields; readonly parent: Parent }> {
  const queue: { item: Fields; parent: Parent }[] = [];
  const add = (items: unknown, parent: Parent): void => {
    if (!Array.isArray(items)) return;
    for (const item of items) {
      if (queue.length >= MAX_TRACE_ITEMS) return;
      if (isFields(item)) queue.push({ item, parent });
    }
  };
  add(json, NO_PARENT);
  for (const entry of queue) {
    yield entry;
    const { item, parent } = entry;
    add(item.children, { spanId: isSpan(item) ? idOfSpan(item) : null, startMs: startOf(item, parent) });
  }
}

/** Unknown kinds are skipped, their children are not. Without a kind it is a span if it has a span's id. */
function isSpan({ event_type: kind }: Fields): boolean {
  return kind === 'span' || kind === undefined;
}

/** The endpoint gives the span's id as `event_id`; others of Sentry's spell it `span_id`. */
function idOfSpan(item: Fields): string | null {
  return spanIdOf(item.span_id) ?? spanIdOf(item.event_id);
}

function spanOf(
  item: Fields,
  context: { readonly traceId: string; readonly parent: Parent; readonly issues: readonly TraceIssue[] },
): TraceSpan | null {
  const spanId = isSpan(item) ? idOfSpan(item) : null;
  if (spanId === null) return null;
  const op = textOf(item.op);
  const { name, other } = nameOf(item, op);
  const attributes: Readonly<Record<string, Scalar>> = { ...other, ...attributesOf(item) };
  const startMs = startOf(item, context.parent);
  return {
    spanId,
    parentSpanId: spanIdOf(item.parent_span_id) ?? context.parent.spanId,
    traceId: context.traceId,
    name,
    op,
    service: textOf(item.project_slug) ?? textOf(item.project) ?? '',
    isSegment: item.is_transaction === true,
    startMs,
    durationMs: durationOf(item, startMs),
    ...statusOf(attributes, context.issues),
    attributes,
    issues: context.issues,
  };
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

function attributesOf(item: Fields): Readonly<Record<string, Scalar>> {
  const entries = Object.entries(fieldsOf(item.additional_attributes)).flatMap(([name, value]) => {
    const scalar = scalarOf(value);
    return scalar === null ? [] : [[name, scalar] as const];
  });
  return Object.fromEntries(entries);
}

function startOf(item: Fields, parent: Parent): number {
  const endMs = timeMs(item.end_timestamp);
  const fromEnd = endMs === null ? null : Math.max(0, endMs - (numberOf(item.duration) ?? 0));
  return timeMs(item.start_timestamp) ?? fromEnd ?? parent.startMs;
}

/** `duration` is in milliseconds, unlike the timestamps. */
function durationOf(item: Fields, startMs: number): number {
  const endMs = timeMs(item.end_timestamp);
  return Math.max(0, numberOf(item.duration) ?? (endMs === null ? 0 : endMs - startMs));
}

/** A span has no status of its own in the answer; without the attribute, errors and HTTP status speak for it. */
function statusOf(
  attributes: Readonly<Record<string, Scalar>>,
  issues: readonly TraceIssue[],
): Pick<TraceSpan, 'status' | 'statusMessage'> {
  const said = String(attributes['span.status'] ?? '').toLowerCase();
  const words = textOf(attributes['span.status.message']);
  // SDKs that send transactions have one word for both, so the message may be a mere `ok`.
  const telling = [words, said].filter((word) => word !== null && !WITHOUT_DETAIL.has(word.toLowerCase()));
  const statusMessage = telling[0] ?? null;
  if (said === 'ok') return { status: 'ok', statusMessage };
  if (!UNDECIDED.has(said)) return { status: 'error', statusMessage };
  const http = Number(attributes['http.response.status_code'] ?? 0);
  const failed =
    said === '' && (http >= SERVER_ERROR || issues.some(({ level }) => ['error', 'fatal'].includes(level)));
  return { status: failed ? 'error' : 'unknown', statusMessage };
}

function attachedIssues(item: Fields, issueUrl: IssueUrl): readonly TraceIssue[] {
  const listed = [item.errors, item.occurrences].flatMap((list) => (Array.isArray(list) ? list : []));
  return distinct(listed.filter(isFields).map((issue) => issueOf(issue, issueUrl)));
}

/** One issue often has many events in a trace. */
function distinct(issues: readonly TraceIssue[]): readonly TraceIssue[] {
  const seen = new Map(issues.map((issue) => [issue.issueId ?? `${issue.level} ${issue.message}`, issue]));
  return [...seen.values()].slice(0, MAX_ISSUES);
}
