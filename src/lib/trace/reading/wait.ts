/** When a trace has been waited for long enough: the stop rule, as a pure decision over what the polls saw. */
import type { UnverifiedReason } from '../../model/result.ts';
import type { Trace, TraceSpan } from '../../model/trace.ts';
import type { ApiFailure } from '../sentry-api/failures.ts';

/** A span that should come. */
export interface AwaitedSpan {
  readonly label: string;
  /** The stage that it belongs to: once a probe confirms that, its spans are not waited for. Null for none. */
  readonly stage: string | null;
  /** Its absence fails the test, so it is worth the whole wait. */
  readonly required: boolean;
  readonly minCount: number;
  readonly matches: (span: TraceSpan) => boolean;
}

/** What one poll saw. */
export interface Observation {
  /** Of a clock that only goes forward, in milliseconds. */
  readonly atMs: number;
  readonly spanCount: number;
  /** Spans that are not ours. */
  readonly foreignCount: number;
  /** Labels of what has not come, in the order expected. */
  readonly missing: readonly { readonly label: string; readonly required: boolean }[];
}

export type Decision =
  /** `complete`: all came and nothing more did. `settled`: something optional never came, and nothing more did. */
  | { readonly done: true; readonly how: 'complete' | 'settled'; readonly awaited: readonly string[] }
  | {
      readonly done: false;
      readonly because: 'no-spans' | 'only-our-spans' | 'missing' | 'growing';
      readonly waitingFor: readonly string[];
    };

/** Polls in a row that have to bring nothing new. */
const UNCHANGED_POLLS = 2;

/** Issues travel another way than spans and come later: once all expected spans are there, in milliseconds. */
export const ISSUES_MS = 2_000;

export function observe(options: {
  readonly atMs: number;
  /** Everything that is judged: the test's trace and the last attempt of each followed one. */
  readonly spans: readonly TraceSpan[];
  /** Spans of earlier attempts: counted, since their coming is a change, too. */
  readonly earlierSpans: number;
  readonly ours: ReadonlySet<string>;
  readonly expected: readonly AwaitedSpan[];
}): Observation {
  const { atMs, spans, earlierSpans, ours, expected } = options;
  const foreign = spans.filter(({ spanId }) => !ours.has(spanId));
  const missing = expected.filter(({ matches, minCount }) => foreign.filter(matches).length < minCount);
  return {
    atMs,
    spanCount: spans.length + earlierSpans,
    foreignCount: foreign.length,
    missing: missing.map(({ label, required }) => ({ label, required })),
  };
}

/**
 * Done when every expected span was seen, and the count was unchanged for {@link UNCHANGED_POLLS} polls and {@link ISSUES_MS},
 * and there is more than our own spans. Also when only optional spans are missing and nothing came for `settleMs`.
 */
export function decide(
  observations: readonly Observation[],
  { settleMs }: { readonly settleMs: number },
): Decision {
  const last = observations.at(-1);
  const labels = last?.missing.map(({ label }) => label) ?? [];
  const wait = (because: Extract<Decision, { done: false }>['because']): Decision => ({
    done: false,
    because,
    waitingFor: labels,
  });
  if (last === undefined || last.spanCount === 0) return wait('no-spans');
  if (last.foreignCount === 0) return wait('only-our-spans');
  const stable = isStable(observations);
  if (labels.length === 0) {
    const enough = stable && unchangedMs(observations) >= Math.min(ISSUES_MS, settleMs);
    return enough ? { done: true, how: 'complete', awaited: [] } : wait('growing');
  }
  if (last.missing.some(({ required }) => required)) return wait('missing');
  return stable && unchangedMs(observations) >= settleMs
    ? { done: true, how: 'settled', awaited: labels }
    : wait('missing');
}

/** The last polls brought nothing new. */
export function isStable(observations: readonly Observation[]): boolean {
  return unchangedRun(observations).length > UNCHANGED_POLLS;
}

/** Spans were arriving: one of the last polls brought new ones. */
function isGrowing(observations: readonly Observation[]): boolean {
  return (
    observations.length > 1 &&
    !isStable(observations) &&
    unchangedRun(observations).length < observations.length
  );
}

/** How long nothing new has come, in milliseconds. */
export function unchangedMs(observations: readonly Observation[]): number {
  const run = unchangedRun(observations);
  return (run.at(-1)?.atMs ?? 0) - (run[0]?.atMs ?? 0);
}

function unchangedRun(observations: readonly Observation[]): readonly Observation[] {
  const count = observations.at(-1)?.spanCount;
  return observations.slice(observations.findLastIndex(({ spanCount }) => spanCount !== count) + 1);
}

// Why a trace cannot be judged when its time is up: each reason only with evidence for it.

/** Null when it can be judged: the target's spans came, and have stopped coming. */
export function unverifiedReason(state: {
  readonly observations: readonly Observation[];
  /** As last read; null when it never was. */
  readonly trace: Trace | null;
  /** Of the last poll; null if that one got a response. */
  readonly failure: ApiFailure | null;
  readonly settleMs: number;
}): UnverifiedReason | null {
  const { observations, trace, failure, settleMs } = state;
  if (failure !== null && failure.reason !== 'api-error') return failure.reason;
  const last = observations.at(-1);
  if (last === undefined || trace === null) return 'api-error';
  const requiredMissing = last.missing.some(({ required }) => required);
  const judgeable =
    last.foreignCount > 0 &&
    isStable(observations) &&
    (!requiredMissing || unchangedMs(observations) >= settleMs);
  if (judgeable) return null;
  if (failure !== null) return 'api-error';
  if (last.foreignCount > 0) return isGrowing(observations) ? 'late' : 'not-settled';
  // Errors are not sampled. One that names our trace, but a span which is not there, shows that a service continued the
  // trace and kept none of its spans. Without such an error, sampling cannot be distinguished from a service without an SDK.
  if (trace.issues.length > 0) return 'sampled-out';
  return last.spanCount > 0 ? 'only-our-spans' : 'not-found';
}
