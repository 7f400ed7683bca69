/** The queries of one probe: when each runs, and which of them counts. */
import type { JsonObject } from '../../model/json.ts';
import { durationText } from '../../terminal/quantities.ts';
import { couldNotRun, type ProbeResult, type ProbeTiming } from './probe-result.ts';

/** Queries in flight at once: probes are to be no load. */
export const MAX_PROBES_IN_FLIGHT = 5;
/** One query takes no longer than this, in milliseconds. */
const QUERY_LIMIT_MS = 10_000;
/** A query that begins at the end of its time still gets this long, in milliseconds. */
export const LAST_PROBE_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

export interface ProbedTest {
  readonly testId: string;
  /** Its number in the run. */
  readonly index: number;
  readonly name: string;
  readonly values: JsonObject;
  /** When its response came, or its request failed, on the same clock as `monotonicMs`. */
  readonly respondedAtMs: number;
}

export interface Probe {
  readonly test: ProbedTest;
  readonly stage: string;
  readonly kind: 'http' | 'sql';
  readonly withinMs: number;
  /** The probe expects that nothing is there, which is certain only once its time has passed. */
  readonly expectsNothing: boolean;
  /** A later query could find more rows than it may. */
  readonly hasMaximum: boolean;
  /** What the placeholders of the query stand for. */
  readonly values: Readonly<Record<string, string>>;
  readonly run: (timing: ProbeTiming) => Promise<ProbeResult>;
}

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export interface Turns {
  readonly turnOf: (probe: Pick<Probe, 'stage' | 'kind'>) => InTurn;
  readonly nowMs: () => number;
  /** For all probes together. */
  readonly deadlineMs: number;
  readonly stop: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Polled {
  readonly last: ProbeResult;
  /** The last query that saw something, where the last one could not run. */
  readonly before: ProbeResult | null;
  readonly queries: number;
  readonly tookMs: number;
}

/** Queries with growing pauses until the probe confirms or its time has passed; null where a stop cut it off. */
export async function pollProbe(
  probe: Probe,
  {
    turnOf,
    nowMs,
    deadlineMs,
    stop,
    sleep,
    report,
    isPointless,
  }: Turns & {
    readonly report: (progress: string) => void;
    /** An earlier stage of its test has failed for good. */
    readonly isPointless: () => boolean;
  },
): Promise<Polled | null> {
  const { test, withinMs, expectsNothing: nothing, run: look } = probe;
  const startMs = nowMs();
  const endMs = test.respondedAtMs + withinMs;
  let queries = 0;
  let before: ProbeResult | null = null;
  let last: ProbeResult = couldNotRun(`no time was left for a query (${MAX_PROBES_IN_FLIGHT} run at a time)`);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    // Every probe gets its first query within the time of all.
    const leftNow = () => (queries === 0 ? deadlineMs : Math.max(endMs, startMs) + LAST_PROBE_MS) - nowMs();
    await turnOf(probe)(async () => {
      const leftMs = leftNow();
      if (stop.aborted || leftMs <= 0) return;
      if (last.statement !== 'unknown') before = last;
      last = await look({ withinMs: Math.min(leftMs, QUERY_LIMIT_MS), signal: stop });
      queries += 1;
    });
    const polled = () => ({ last, before, queries, tookMs: nowMs() - startMs });
    const holds = last.statement === 'confirms' && !nothing;
    if (holds) return polled();
    if (stop.aborted) return null;
    const leftMs = endMs - nowMs();
    if ((last.final && !(nothing && last.statement === 'confirms')) || leftMs <= 0) return polled();
    if (isPointless() && queries > 0) return polled();
    report(last.detail ?? 'nothing so far');
    await sleep(nextPause({ pauseMs, leftMs, waitMs: last.waitMs ?? 0 }), stop);
  }
}

/** The last pause is stretched, so that the last query is at the end of the time. */
function nextPause({
  pauseMs,
  leftMs,
  waitMs,
}: {
  readonly pauseMs: number;
  readonly leftMs: number;
  readonly waitMs: number;
}): number {
  const pause = Math.max(pauseMs, waitMs);
  return leftMs < pause * 1.5 ? leftMs : pause;
}

export interface Outcome extends Polled {
  readonly late: string | null;
}

/**
 * Once all other waiting has ended: whether there are too many rows by now, and whether what was absent came after its
 * time. Costs one query each, and no further wait.
 */
export async function queryAgain(
  polled: Polled & { readonly probe: Probe; readonly isLast: boolean },
  { turnOf, nowMs, deadlineMs, stop }: Turns,
): Promise<Outcome> {
  const { probe, last, isLast } = polled;
  const mayBeTooMany = last.statement === 'confirms' && probe.hasMaximum;
  const mayBeLate = last.statement === 'absent' && !probe.expectsNothing && !isLast;
  const outcome = { ...polled, late: null };
  if (stop.aborted || !(mayBeTooMany || mayBeLate)) return outcome;
  const second = await turnOf(probe)(async () => {
    const leftMs = deadlineMs - nowMs();
    return leftMs > 0 ? probe.run({ withinMs: leftMs, signal: stop }) : null;
  });
  if (second === null) return outcome;
  if (mayBeTooMany && second.statement === 'contradicts')
    return { ...outcome, last: second, queries: polled.queries + 1 };
  if (mayBeLate && second.statement === 'confirms') {
    const limit = durationText(probe.withinMs);
    return { ...outcome, last: second, late: `after more than ${limit} (limit ${limit})` };
  }
  return outcome;
}
