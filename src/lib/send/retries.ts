/** Which attempts are followed by a retry, and how long after. */

import { retryAfterMs } from '../http/retry-after.ts';
import type { HttpResponse } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { Failure } from '../model/result.ts';
import { type StatusPattern, statusFits } from '../model/status-pattern.ts';

/** Waits before a retry, and returns whether it may still be sent. */
export type RetryGate = (waitMs: number) => Promise<boolean>;

/** A longer Retry-After, in milliseconds, is not waited for: there is no retry then. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Before the first retry; doubles with each. */
const BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 5_000;

export interface Ended {
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
}

/** Without a complete response, and if it requests a retry or reports a server error. */
export function isRetryable({ response, failure }: Ended, expected: readonly StatusPattern[]): boolean {
  if (failure !== null) return FAILURE_KINDS[failure.kind].retry;
  if (response === null || expected.length === 0 || statusFits(response.status, expected)) return false;
  return response.status === 408 || response.status === 429 || response.status >= 500;
}

/** What Retry-After asks for, in milliseconds, where that is too long to wait; null where it is not. */
export function tooLongToWaitMs({ response }: Ended, nowMs: number): number | null {
  const askedMs = response === null ? null : retryAfterMs(response.headers, nowMs);
  return askedMs !== null && askedMs > MAX_RETRY_AFTER_MS ? askedMs : null;
}

/**
 * Never before the time that Retry-After names. The random part keeps webhooks that failed together apart.
 * @param retry 0 for the first one
 * @param random from 0 to 1
 */
export function retryDelayMs(
  { response }: Ended,
  { retry, random, nowMs }: { readonly retry: number; readonly random: number; readonly nowMs: number },
): number {
  const askedMs = response === null ? null : retryAfterMs(response.headers, nowMs);
  const backoffMs = Math.min(BACKOFF_MS * 2 ** retry, MAX_BACKOFF_MS);
  return (askedMs ?? 0) + backoffMs * (0.5 + random / 2);
}
