/** Finds the traces of background work that a webhook set off: by search, joined by attributes of the root span. */
import type { JsonObject } from '../../model/json.ts';
import type { Trace, TraceSpan } from '../../model/trace.ts';
import type { FollowSearch } from '../../model/trace-expectation.ts';
import type { SentryApi } from '../sentry-api/endpoints.ts';
import type { ApiFailure } from '../sentry-api/failures.ts';
import { type FilledQuery, fillQuery } from '../sentry-api/search-query.ts';

/** Traces of one search that are read: the newest attempts. More attempts than these say nothing new. */
export const MAX_FOLLOWED_TRACES = 5;
/** Found spans looked at, newest first; several may be of the same trace. */
const MAX_FOUND_SPANS = 50;
/** What the clocks of two services may be apart, in milliseconds: work that began earlier is not this webhook's. */
const CLOCK_TOLERANCE_MS = 60_000;

export interface Followed {
  /** What is not found is not there: the service keeps every trace. */
  readonly always: boolean;
  /** The query as sent to Sentry. */
  readonly searched: string;
  readonly found: boolean;
  /** One per attempt, oldest first; the last one is to be judged. */
  readonly traces: readonly Trace[];
  /** Why it could not be searched for; null when it could. */
  readonly problem: string | null;
}

interface FollowTiming {
  readonly signal: AbortSignal;
  readonly retries?: number;
  /** There is so little time that a search cut off by the signal is no evidence about Sentry. */
  readonly isShort?: boolean;
}

export interface Follower {
  /** Whether to poll: more attempts may come to what was found, and what was not found may still come in its time. */
  readonly isWorthwhile: (waitedMs: number) => boolean;
  /** Searches once. What was found stays found when a later search fails. */
  readonly poll: (timing: FollowTiming) => Promise<ApiFailure | null>;
  readonly state: () => Followed;
}

export interface FollowOptions {
  readonly search: FollowSearch;
  /** What its placeholders may name: `{ response: <the response's JSON>, testId, … }`. */
  readonly values: JsonObject;
  /** The test's own trace: what is in it needs no following. */
  readonly traceId: string;
  /** When the webhook was sent, in milliseconds since the epoch. */
  readonly sentAtMs: number;
  /** Span attributes that expectations look at. */
  readonly attributes: readonly string[];
  readonly api: Pick<SentryApi, 'readTrace' | 'searchSpans'>;
}

export function createFollower(options: FollowOptions): Follower {
  const filled = fillQuery(options.search.query, options.values);
  let { problem } = filled;
  let traces: readonly Trace[] = [];
  /** Why the last search got no response; null where it got one. */
  let lastFailure: string | null = null;
  let hasResponse = false;
  return {
    isWorthwhile: (waitedMs) => problem === null && (traces.length > 0 || waitedMs < options.search.withinMs),
    poll: async ({ isShort = false, ...timing }) => {
      const result = await pollOnce(options, filled, timing);
      if (result.kind === 'error') {
        if (result.permanent) problem = result.message;
        if (!(hasResponse && isShort && timing.signal.aborted)) lastFailure = result.message;
        return result;
      }
      hasResponse = true;
      lastFailure = null;
      if (result.traces.length > 0) traces = result.traces;
      return null;
    },
    state: () => ({
      always: options.search.always,
      searched: filled.query,
      found: traces.length > 0,
      traces,
      problem: problem ?? (traces.length > 0 ? null : lastFailure),
    }),
  };
}

async function pollOnce(
  { api, traceId, sentAtMs, attributes }: FollowOptions,
  { query, joins }: FilledQuery,
  timing: Omit<FollowTiming, 'isShort'>,
): Promise<{ readonly kind: 'traces'; readonly traces: readonly Trace[] } | ApiFailure> {
  const joined = joins.map(({ attribute }) => attribute);
  const search = await api.searchSpans(query, { ...timing, fields: joined, maxRows: MAX_FOUND_SPANS });
  if (search.kind === 'error') return search;
  const foundIn = new Map<string, Set<string>>();
  for (const { traceId: id, spanId } of search.spans) {
    if (spanId === null || id === traceId) continue;
    foundIn.set(id, (foundIn.get(id) ?? new Set()).add(spanId));
  }
  const attempts: Trace[] = [];
  const newest = [...foundIn].slice(0, MAX_FOLLOWED_TRACES);
  for (const [id, spanIds] of newest) {
    const read = await api.readTrace(id, {
      ...timing,
      startedAt: sentAtMs,
      attributes: [...attributes, ...joined],
    });
    if (read.kind === 'error') return read;
    const attempt = attemptOf(read.trace, {
      isJoined: (root) =>
        spanIds.has(root.spanId) &&
        root.startMs >= sentAtMs - CLOCK_TOLERANCE_MS &&
        joins.every(({ attribute, value }) => matches(root, attribute, value)),
    });
    if (attempt !== null) attempts.push(attempt);
  }
  return { kind: 'traces', traces: attempts.sort((a, b) => startOf(a) - startOf(b)) };
}

/** An attribute that Sentry does not give back was still compared by the search. */
function matches({ attributes }: TraceSpan, attribute: string, value: string): boolean {
  return !Object.hasOwn(attributes, attribute) || String(attributes[attribute]) === value;
}

/**
 * What hangs below the roots that belong to the test; null when none does. A span further down may carry an attribute
 * that was set for the whole process, and a trace that several webhooks share holds the work of others.
 */
function attemptOf(
  trace: Trace,
  { isJoined }: { readonly isJoined: (root: TraceSpan) => boolean },
): Trace | null {
  const ids = new Set(trace.spans.map(({ spanId }) => spanId));
  const isTop = ({ parentSpanId }: TraceSpan): boolean => parentSpanId === null || !ids.has(parentSpanId);
  const joined = trace.spans.filter((span) => (isTop(span) || span.isSegment) && isJoined(span));
  if (joined.length === 0) return null;
  const spans = below(joined, trace.spans);
  return spans.length === trace.spans.length ? trace : { traceId: trace.traceId, spans, issues: [] };
}

/** The roots and everything under them; each span once, also where parents form a circle. */
function below(roots: readonly TraceSpan[], spans: readonly TraceSpan[]): readonly TraceSpan[] {
  const children = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    if (span.parentSpanId === null) continue;
    const siblings = children.get(span.parentSpanId);
    if (siblings === undefined) children.set(span.parentSpanId, [span]);
    else siblings.push(span);
  }
  const reached = new Set(roots);
  for (const span of reached) for (const child of children.get(span.spanId) ?? []) reached.add(child);
  return [...reached];
}

function startOf({ spans }: Trace): number {
  return spans.reduce((earliest, { startMs }) => Math.min(earliest, startMs), Number.POSITIVE_INFINITY);
}
