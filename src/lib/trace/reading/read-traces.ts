/** Reads the traces of a run back, all of them against one deadline, so that fifty cost one wait. */

import { forEachLimited, REQUESTS_AT_ONCE } from '../../limit-concurrency.ts';
import { type ApiFailure, failure, holdsForAll, isLimit, withoutTimeFor } from '../sentry-api/failures.ts';
import { timeLimit } from './time-limit.ts';
import { waitingText } from './wait-text.ts';
import {
  type TracedTest,
  type TraceReader,
  type TraceReading,
  type WatchedTrace,
  watchTrace,
} from './watched-trace.ts';

/** For the reads that were begun at the deadline, in milliseconds: beyond it they are given up, too. The promise is 1 s. */
export const LAST_READ_MS = 500;
/** A read that had less time than this, in milliseconds, and was given up, is no evidence about Sentry. */
const SHORT_READ_MS = 2_000;
/** Minimum time between polls in milliseconds, even if `trace.interval` is less. */
const MIN_INTERVAL_MS = 100;
/** Polls of a Sentry that limits requests without a time get rarer, but never rarer than this, in milliseconds. */
const MAX_INTERVAL_MS = 15_000;

export interface WaitProgress {
  /** The test whose trace is waited for; of several the first. */
  readonly name: string;
  /** `3 of 5 traces complete; waiting for ab-routing in trace 4` */
  readonly progress: string;
  /** When Sentry is asked again, where it asked for a pause; else null. */
  readonly resumesInMs: number | null;
}

export interface ReadTracesPorts {
  /** Ends early, without an error, when the signal is aborted. */
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
  /**
   * Unchanged for so long, a trace that misses only optional spans counts as complete, in milliseconds. SDKs hold spans back for up
   * to 5 s; the rest is for Sentry to take them in.
   */
  readonly settleMs: number;
  readonly ports: ReadTracesPorts;
  /** Whenever what is waited for changes. */
  readonly onProgress: (progress: WaitProgress) => void;
  /** Once for each test, as soon as it is known. */
  readonly onReading: (reading: TraceReading) => void;
  /** Ends it at once; traces not read by then get no reading. */
  readonly stop: AbortSignal;
}

/** Takes no longer than the deadline and {@link LAST_READ_MS}, even if Sentry does not respond. Rejects only with what a callback throws. */
export async function readTraces(options: ReadTracesOptions): Promise<void> {
  const { ports, stop, deadlineMs } = options;
  const startMs = ports.monotonicMs();
  const elapsedMs = () => ports.monotonicMs() - startMs;
  const traces = watchAll(options, elapsedMs);
  const report = createProgress(traces, options);
  let pending = traces;
  let limitedRounds = 0;
  while (pending.length > 0) {
    const leftMs = () => deadlineMs + LAST_READ_MS - elapsedMs();
    const round = await pollRound(pending, { stop, leftMs, report: () => report(null) });
    if (stop.aborted) return;
    pending = round.pending;
    const { limited } = round;
    limitedRounds = limited === null ? 0 : limitedRounds + 1;
    const pauseMs = nextPause({
      leftMs: deadlineMs - elapsedMs(),
      intervalMs: intervalAfter(options.intervalMs, limited?.retryAfterMs == null ? limitedRounds : 0),
      retryAfterMs: limited?.retryAfterMs ?? 0,
    });
    if (round.refused !== null || pauseMs === null) {
      const forAll = whyGivenUp(round, deadlineMs - elapsedMs());
      // Where others were read, those without a response were too many.
      const forNoResponse = traces.some((trace) => trace.isRead()) ? TOO_SLOW : round.failed;
      for (const trace of pending) {
        const because = forAll ?? (trace.hasNoResponse() ? forNoResponse : null);
        if (because !== null) trace.skip(because);
        trace.end();
      }
      return;
    }
    if (pending.length === 0) return;
    if (limited !== null) report({ by: limited, pauseMs });
    await ports.sleep(pauseMs, stop);
    if (stop.aborted) return;
  }
}

/** @param limitedRounds in a row that Sentry limited without saying for how long */
function intervalAfter(intervalMs: number, limitedRounds: number): number {
  const usual = Math.max(intervalMs, MIN_INTERVAL_MS);
  return Math.max(usual, Math.min(usual * 2 ** limitedRounds, MAX_INTERVAL_MS));
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

/** Why none of the traces is waited for any longer; null where the time is simply over. */
function whyGivenUp({ refused, limited }: Round, leftMs: number): ApiFailure | null {
  // Refused for one is refused for all: it is about the token, the organization or the server.
  if (refused !== null) return refused;
  return limited !== null && leftMs > 0 ? withoutTimeFor(limited, leftMs) : null;
}

const TOO_SLOW = failure('too-slow', 'Sentry responded too slowly to read every trace in time');

interface Pending extends WatchedTrace {
  readonly end: () => void;
}

function watchAll(options: ReadTracesOptions, elapsedMs: () => number): readonly Pending[] {
  const { tests, api, attributes, settleMs, onReading } = options;
  return tests.map((test) => {
    const watched = watchTrace({ test, api, attributes, settleMs, elapsedMs });
    return { ...watched, end: () => onReading(watched.reading()) };
  });
}

interface Pause {
  readonly by: ApiFailure;
  readonly pauseMs: number;
}

/** Reports what has changed since the last report, and every pause. */
function createProgress(traces: readonly Pending[], { onProgress }: ReadTracesOptions) {
  let reported = '';
  return (pause: Pause | null): void => {
    const states = traces.map((trace) => trace.state());
    const paused = pause === null ? null : pausedWords(pause.by);
    const progress = waitingText(states, paused);
    if (progress === reported && pause === null) return;
    reported = progress;
    const first = traces[states.findIndex(({ decision }) => !decision.done)] ?? traces[0];
    onProgress({ name: first?.name ?? '', progress, resumesInMs: pause?.pauseMs ?? null });
  };
}

function pausedWords({ problem, message }: ApiFailure): string {
  return problem === 'rate-limit' ? 'Sentry limits requests' : message;
}

interface Round {
  /** What is still waited for; what was not looked at comes first. */
  readonly pending: readonly Pending[];
  /** Sentry limits requests. */
  readonly limited: ApiFailure | null;
  /** Sentry refuses what holds for every trace. */
  readonly refused: ApiFailure | null;
  /** The last read that failed. */
  readonly failed: ApiFailure | null;
}

async function pollRound(
  traces: readonly Pending[],
  {
    stop,
    leftMs,
    report,
  }: { readonly stop: AbortSignal; readonly leftMs: () => number; readonly report: () => void },
): Promise<Round> {
  const waiting = new Set(traces);
  const polled = new Set<Pending>();
  let limited: ApiFailure | null = null;
  let refused: ApiFailure | null = null;
  let failed: ApiFailure | null = null;
  const limit = timeLimit(leftMs(), stop);
  await forEachLimited(traces, {
    limit: REQUESTS_AT_ONCE,
    goOn: () => !limit.signal.aborted && limited === null && refused === null && leftMs() > 0,
    work: async (trace) => {
      // No retries within a look: the next round is one, and others must not wait for it.
      const isShort = leftMs() < SHORT_READ_MS;
      const failure = await trace.poll({ signal: limit.signal, retries: 0, isShort });
      if (stop.aborted) return;
      polled.add(trace);
      failed = failure ?? failed;
      if (failure !== null && isLimit(failure)) limited = failure;
      if (failure !== null && holdsForAll(failure)) refused = failure;
      report();
      if (!trace.decision().done && failure?.permanent !== true) return;
      waiting.delete(trace);
      trace.end();
    },
  }).finally(limit.end);
  for (const trace of waiting) if (limited !== null && !polled.has(trace)) trace.skip(limited);
  const pending = [...waiting].sort((a, b) => Number(polled.has(a)) - Number(polled.has(b)));
  return { pending, limited, refused, failed };
}
