/** Reads the traces of a run back, all of them against one deadline, so that fifty cost one wait. */
import type { ApiFailure } from './api-failures.ts';
import { forEachAtMost, REQUESTS_AT_ONCE } from './at-most.ts';
import { SETTLE_MS } from './wait.ts';
import {
  type TracedTest,
  type TraceReader,
  type TraceReading,
  type WatchedTrace,
  watchTrace,
} from './watched-trace.ts';

/** For the reads that were begun at the deadline, in milliseconds: beyond it they are given up, too. */
const LAST_READ_MS = 1_000;
/** Polls never get rarer than this, in milliseconds: a deadline is usually 90 s. */
const MAX_INTERVAL_MS = 15_000;
/** How much rarer polls get each time Sentry limits them. */
const SLOWDOWN = 2;

export interface ReadTracesPorts {
  /** Ends early, without an error, when the signal says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A clock that only goes forward. */
  readonly monotonicMs: () => number;
}

export interface ReadTracesOptions {
  readonly tests: readonly TracedTest[];
  readonly api: TraceReader;
  /** Span attributes that expectations look at: they are asked for. */
  readonly attributes: readonly string[];
  /** For all traces together, from now on. */
  readonly deadlineMs: number;
  /** Between two looks at the same trace. */
  readonly intervalMs: number;
  readonly settleMs?: number;
  readonly ports: ReadTracesPorts;
  /** `trace 3/5: 7 spans, waiting for ab-routing`, whenever that changes. */
  readonly onProgress: (progress: { readonly name: string; readonly progress: string }) => void;
  /** Once for each test, as soon as it is known. */
  readonly onReading: (reading: TraceReading) => void;
  /** Ends it at once; traces not read by then get no reading. */
  readonly stop: AbortSignal;
}

/** Rejects only with what a callback throws. */
export async function readTraces(options: ReadTracesOptions): Promise<void> {
  const { ports, stop, deadlineMs } = options;
  const startMs = ports.monotonicMs();
  const elapsedMs = () => ports.monotonicMs() - startMs;
  let pending = watchAll(options, elapsedMs);
  let intervalMs = options.intervalMs;
  while (pending.length > 0) {
    const round = await pollRound(pending, { stop, leftMs: () => deadlineMs + LAST_READ_MS - elapsedMs() });
    if (stop.aborted) return;
    pending = round.pending;
    const { limited, refused } = round;
    if (limited !== null) intervalMs = Math.max(intervalMs, Math.min(intervalMs * SLOWDOWN, MAX_INTERVAL_MS));
    const pauseMs = nextPause({
      leftMs: deadlineMs - elapsedMs(),
      intervalMs,
      retryAfterMs: limited?.retryAfterMs ?? 0,
    });
    // Refused for one is refused for all: it is about the token or the organisation.
    if (refused !== null || pauseMs === null) {
      for (const trace of pending) {
        if (refused !== null) trace.skip(refused);
        trace.end();
      }
      return;
    }
    if (pending.length > 0) await ports.sleep(pauseMs, stop);
    if (stop.aborted) return;
  }
}

/** Null when there is no time for another look. The last interval is stretched, so that the last look is at the deadline. */
function nextPause({
  leftMs,
  intervalMs,
  retryAfterMs,
}: {
  readonly leftMs: number;
  readonly intervalMs: number;
  readonly retryAfterMs: number;
}): number | null {
  if (leftMs <= 0 || retryAfterMs > leftMs) return null;
  const pauseMs = Math.max(intervalMs, retryAfterMs);
  return leftMs < pauseMs * 1.5 ? leftMs : pauseMs;
}

interface Pending extends WatchedTrace {
  /** Tells what has changed since it last told. */
  readonly tell: () => void;
  readonly end: () => void;
}

function watchAll(options: ReadTracesOptions, elapsedMs: () => number): readonly Pending[] {
  const { tests, api, attributes, settleMs = SETTLE_MS, onProgress, onReading } = options;
  return tests.map((test, at) => {
    const watched = watchTrace({ test, api, attributes, settleMs, elapsedMs });
    let told = '';
    const tell = () => {
      const progress = `trace ${at + 1}/${tests.length}: ${watched.progress()}`;
      if (progress === told) return;
      told = progress;
      onProgress({ name: test.name, progress });
    };
    return { ...watched, tell, end: () => onReading(watched.reading()) };
  });
}

interface Round {
  /** What is still waited for; what was not looked at comes first. */
  readonly pending: readonly Pending[];
  /** Sentry limits requests. */
  readonly limited: ApiFailure | null;
  /** Sentry refuses the token, or knows no such organisation. */
  readonly refused: ApiFailure | null;
}

async function pollRound(
  traces: readonly Pending[],
  { stop, leftMs }: { readonly stop: AbortSignal; readonly leftMs: () => number },
): Promise<Round> {
  const waiting = new Set(traces);
  const polled = new Set<Pending>();
  let limited: ApiFailure | null = null;
  let refused: ApiFailure | null = null;
  await forEachAtMost(traces, {
    limit: REQUESTS_AT_ONCE,
    goOn: () => !stop.aborted && limited === null && refused === null && leftMs() > 0,
    work: async (trace) => {
      // No retries within a look: the next round is one, and others must not wait for it.
      const failure = await trace.poll({ signal: stop, withinMs: leftMs(), retries: 0 });
      if (stop.aborted) return;
      polled.add(trace);
      if (failure?.status === 429) limited = failure;
      if (failure !== null && failure.reason !== 'api-error') refused = failure;
      trace.tell();
      if (!trace.decision().done && failure?.permanent !== true) return;
      waiting.delete(trace);
      trace.end();
    },
  });
  for (const trace of waiting) if (limited !== null && !polled.has(trace)) trace.skip(limited);
  const pending = [...waiting].sort((a, b) => Number(polled.has(a)) - Number(polled.has(b)));
  return { pending, limited, refused };
}
