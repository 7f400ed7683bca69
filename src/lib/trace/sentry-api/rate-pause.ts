/** The pause that a server asks for. Its limits are per token, so it holds for every request with that token. */
import { type ApiFailure, limited } from './failures.ts';

/** After a 429 that names no time, in milliseconds. */
const USUAL_PAUSE_MS = 1_000;

export interface RatePause {
  /** Notes what a failure asks for, and gives it back. */
  readonly noted: (failure: ApiFailure) => ApiFailure;
  /** Instead of a request that may not go out yet; null where it may. */
  readonly left: () => ApiFailure | null;
  readonly leftMs: () => number;
}

export function createRatePause(host: string): RatePause {
  let untilMs = Number.NEGATIVE_INFINITY;
  let status: number | null = null;
  const leftMs = () => Math.max(0, untilMs - performance.now());
  return {
    noted: (failure) => {
      const pauseMs = failure.retryAfterMs ?? (failure.problem === 'rate-limit' ? USUAL_PAUSE_MS : 0);
      if (pauseMs > leftMs()) {
        untilMs = performance.now() + pauseMs;
        status = failure.status;
      }
      return failure;
    },
    left: () => (leftMs() > 0 ? limited(host, { status, retryAfterMs: leftMs() }) : null),
    leftMs,
  };
}
