/** How long a server asks to wait before the next request. */
import { httpDateMs, retryAfterMs } from '../../http/retry-after.ts';

/** Longer than anything here waits. */
const LONGEST_MS = 10 * 365 * 24 * 60 * 60 * 1_000;

/**
 * `Retry-After`; for HTTP 429 also Sentry's `X-Sentry-Rate-Limit-Reset`, in Unix seconds. Null where the server names no time
 * that can be understood. Times are compared with the server's own `Date`, so a wrong clock here does not matter.
 */
export function requestedPauseMs({
  status,
  headers,
  nowMs,
}: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}): number | null {
  const asked = retryAfterMs(headers, nowMs);
  if (asked !== null) return bounded(asked);
  const reset = Number.parseFloat(String(headers['x-sentry-rate-limit-reset'] ?? '')) * 1_000;
  return status === 429 && Number.isFinite(reset)
    ? bounded(reset - (httpDateMs(headers.date) ?? nowMs))
    : null;
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_MS);
}

/** `12 s`, `5 min`, `3 h`: rounded up, so that the time has passed when it is over. */
export function pauseText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 120) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours <= 48 ? `${hours} h` : 'more than 2 days';
}
