/** Why a trace cannot be judged when its time is up: each reason only with evidence for it. */
import type { UnverifiedReason } from '../../model/result.ts';
import type { Trace } from '../../model/trace.ts';
import type { ApiFailure } from '../sentry-api/failures.ts';
import { isGrowing, isStable, type Observation, unchangedMs } from './wait.ts';

/** Null when it can be judged: the target's spans came, and have stopped coming. */
export function unverifiedReason(state: {
  readonly observations: readonly Observation[];
  /** As last read; null when it never was. */
  readonly trace: Trace | null;
  /** Of the last poll; null when that one was answered. */
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
