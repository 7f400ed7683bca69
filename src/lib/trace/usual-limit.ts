/** When a span is slower than usual. */

/** How many times its usual duration a span may take. */
const FACTOR = 3;
/** A span of a few milliseconds is easily 3 × slower by a pause of its runtime; less than this is no slowness. */
const MARGIN_MS = 100;

/** Slow is what takes longer, in milliseconds. */
export function usualLimitMs(usualMs: number): number {
  return Math.max(usualMs * FACTOR, usualMs + MARGIN_MS);
}
