/** What the Sentry-compatible server has received, in memory and bounded: the oldest goes first. */
import type { JsonObject } from '../../lib/model/json.ts';
import type { ErrorRecord } from './error-records.ts';
import type { Outcome } from './outcomes.ts';
import type { CheckInRecord, ReceivedItems } from './received-items.ts';
import type { SpanRecord } from './span-records.ts';

export interface StoreLimits {
  /** A soak of 10,000 tests keeps every trace. */
  readonly traces: number;
  /** Of all traces together; about 2 KB each. */
  readonly spans: number;
  /** Errors, check-ins, client reports and kinds of outcome: each as many. */
  readonly others: number;
  /** Characters of the events of all errors together: one has up to a million. */
  readonly eventCharacters: number;
}

export const STORE_LIMITS: StoreLimits = {
  traces: 20_000,
  spans: 300_000,
  others: 1_000,
  eventCharacters: 64_000_000,
};

/** When it came, in milliseconds since the epoch. */
interface Received {
  readonly receivedAtMs: number;
}

export interface StoredSpan extends SpanRecord, Received {}

export interface StoredError extends ErrorRecord, Received {
  /** Each error is an issue of its own here; numbered from 1 as they come. */
  readonly issueId: number;
}

export interface StoredCheckIn extends CheckInRecord, Received {}

/** Summed over all envelopes. */
export interface StoredOutcome extends Outcome {
  readonly projectId: number;
}

export interface StoredTrace {
  readonly spans: readonly StoredSpan[];
  readonly errors: readonly StoredError[];
}

export interface StoreCounts {
  readonly envelopes: number;
  readonly spans: number;
  /** Spans that came again with an id already kept; the first one stays. */
  readonly duplicateSpans: number;
  readonly invalidSpans: number;
  readonly errors: number;
  readonly checkIns: number;
  readonly clientReports: number;
  /** Traces kept at the moment. */
  readonly traces: number;
  /** Traces dropped to make room. */
  readonly droppedTraces: number;
}

export interface SpanStore {
  /** `projectId` is the project all of it was sent to. */
  add(items: ReceivedItems, projectId: number, receivedAtMs: number): void;
  /** Counts what was refused as a whole. */
  drop(projectId: number, outcome: Outcome): void;
  /** Empty lists for a trace that is not known. */
  trace(traceId: string): StoredTrace;
  /** Of all traces, the oldest trace first. */
  spans(): Iterable<StoredSpan>;
  /** Oldest first. */
  errors(): readonly StoredError[];
  checkIns(): readonly StoredCheckIn[];
  clientReports(): readonly JsonObject[];
  outcomes(): readonly StoredOutcome[];
  counts(): StoreCounts;
}

function pushBounded<Item>(list: Item[], more: readonly Item[], limit: number): void {
  list.push(...more);
  if (list.length > limit) list.splice(0, list.length - limit);
}

export function createSpanStore(limits: StoreLimits = STORE_LIMITS): SpanStore {
  const traces = new Map<string, Map<string, StoredSpan>>();
  const errors: StoredError[] = [];
  const checkIns: StoredCheckIn[] = [];
  const clientReports: JsonObject[] = [];
  const outcomes = new Map<string, StoredOutcome>();
  const received = {
    envelopes: 0,
    spans: 0,
    duplicateSpans: 0,
    errors: 0,
    checkIns: 0,
    clientReports: 0,
  };
  let keptSpans = 0;
  let droppedTraces = 0;

  const addSpan = (span: StoredSpan): void => {
    received.spans += 1;
    const spans = traces.get(span.traceId) ?? new Map<string, StoredSpan>();
    traces.set(span.traceId, spans);
    if (spans.has(span.spanId)) {
      received.duplicateSpans += 1;
      return;
    }
    spans.set(span.spanId, span);
    keptSpans += 1;
  };

  const dropOldest = (): void => {
    // A Map iterates in the order of insertion: its first trace is the one that began first.
    for (const [traceId, spans] of traces) {
      if (traces.size <= limits.traces && keptSpans <= limits.spans) return;
      traces.delete(traceId);
      keptSpans -= spans.size;
      droppedTraces += 1;
    }
  };

  const addError = (error: StoredError): void => {
    pushBounded(errors, [error], limits.others);
    let keptCharacters = errors.reduce((sum, { payload }) => sum + payload.length, 0);
    while (keptCharacters > limits.eventCharacters && errors.length > 1) {
      keptCharacters -= errors.shift()?.payload.length ?? 0;
    }
  };

  const count = (projectId: number, outcome: Outcome): void => {
    const key = JSON.stringify([projectId, outcome.outcome, outcome.category, outcome.reason]);
    const before = outcomes.get(key);
    if (before === undefined && outcomes.size >= limits.others) return;
    outcomes.set(key, { projectId, ...outcome, quantity: (before?.quantity ?? 0) + outcome.quantity });
  };

  const invalidSpans = (): number =>
    [...outcomes.values()]
      .filter(({ outcome, category }) => outcome === 'invalid' && category === 'span')
      .reduce((sum, { quantity }) => sum + quantity, 0);

  return {
    add(items, projectId, receivedAtMs) {
      received.envelopes += 1;
      for (const outcome of items.outcomes) count(projectId, outcome);
      received.checkIns += items.checkIns.length;
      received.clientReports += items.clientReports.length;
      for (const span of items.spans) addSpan({ ...span, receivedAtMs });
      dropOldest();
      for (const error of items.errors) {
        received.errors += 1;
        addError({ ...error, receivedAtMs, issueId: received.errors });
      }
      pushBounded(
        checkIns,
        items.checkIns.map((record) => ({ ...record, receivedAtMs })),
        limits.others,
      );
      pushBounded(clientReports, items.clientReports, limits.others);
    },
    drop: count,
    trace: (traceId) => ({
      spans: [...(traces.get(traceId)?.values() ?? [])],
      errors: errors.filter((error) => error.traceId === traceId),
    }),
    *spans() {
      for (const spans of traces.values()) yield* spans.values();
    },
    errors: () => [...errors],
    checkIns: () => [...checkIns],
    clientReports: () => [...clientReports],
    outcomes: () => [...outcomes.values()],
    counts: () => ({ ...received, invalidSpans: invalidSpans(), traces: traces.size, droppedTraces }),
  };
}
