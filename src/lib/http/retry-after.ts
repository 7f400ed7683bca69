/** Reads `Retry-After` (RFC 9110, 10.2.3). */

/** An HTTP date in one of its three forms; `Date.parse` alone accepts far more than that. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d/;

/**
 * How long a response asks to wait, in milliseconds; null without the header, or if its value is invalid.
 * @param headers with lower-case names
 * @param nowMs milliseconds since the epoch; the server's own `Date` counts first, since its clock may differ
 */
export function retryAfterMs(headers: Readonly<Record<string, unknown>>, nowMs: number): number | null {
  const asked = textOf(headers['retry-after']);
  if (/^\d+(\.\d+)?$/.test(asked)) return Number(asked) * 1_000;
  const atMs = httpDateMs(asked);
  return atMs === null ? null : Math.max(0, atMs - (httpDateMs(headers.date) ?? nowMs));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** Milliseconds since the epoch; null if it is not an HTTP date. All forms are in UTC, though the oldest one does not say so. */
export function httpDateMs(header: unknown): number | null {
  const text = textOf(header);
  const ms = HTTP_DATE.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
