/** How long a server asks to wait before the next request. */

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A date as RFC 9110 writes it, in all three forms; `Date.parse` alone also takes `-5` for a date. */
const HTTP_DATE = /^[A-Z][a-z]+,? /;

/**
 * `Retry-After` in seconds or as a date; for HTTP 429 also Sentry's `X-Sentry-Rate-Limit-Reset`, in Unix seconds. Null where the server names
 * no time that can be understood. Dates are compared with the server's own `Date`, so a wrong clock here does not matter.
 */
export function retryAfterMs({
  status,
  headers,
  nowMs,
}: {
  readonly status: number;
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}): number | null {
  const after = text(headers['retry-after']);
  if (/^\d+(\.\d+)?$/.test(after)) return bounded(Number(after) * 1_000);
  const serverNowMs = dateOf(text(headers.date)) ?? nowMs;
  const date = dateOf(after);
  if (date !== null) return bounded(date - serverNowMs);
  const reset = Number.parseFloat(text(headers['x-sentry-rate-limit-reset'])) * 1_000;
  return status === 429 && Number.isFinite(reset) ? bounded(reset - serverNowMs) : null;
}

/** Longer than anything here waits. */
const LONGEST_MS = 10 * 365 * 24 * 60 * 60 * 1_000;

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_MS);
}

function dateOf(value: string): number | null {
  const ms = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}

function text(header: string | string[] | undefined): string {
  return String([header].flat()[0] ?? '').trim();
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
