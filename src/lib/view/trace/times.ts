/** When a trace began and ended, as far as clocks that differ can tell. */
import type { Entry } from './drawn-forest.ts';
import type { Stretch } from './time-axis.ts';

/** Clocks of synchronised machines differ by this much; older SDKs round to it. */
const SKEW_NOTED_MS = 2;

/**
 * From the first span to the last end. Our own spans caused all others, so that nothing began before them: what seems to
 * is clock skew. Null for no entries.
 */
export function extentOf(entries: readonly Entry[], ourSpanIds: ReadonlySet<string>): Stretch | null {
  let [first, ours, endMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { span, parent } of entries) {
    if (!Number.isFinite(span.startMs)) continue;
    if (parent === null) first = Math.min(first, span.startMs);
    if (ourSpanIds.has(span.spanId)) ours = Math.min(ours, span.startMs);
    endMs = Math.max(endMs, endOf(span));
  }
  const startMs = Number.isFinite(ours) ? ours : first;
  return Number.isFinite(startMs) && Number.isFinite(endMs)
    ? { startMs, endMs: Math.max(startMs, endMs) }
    : null;
}

/** By how much clocks differ at least: a span that began before its parent, or before the trace. Null for no sign of it. */
export function clockSkewMs(entries: readonly Entry[], originMs: number): number | null {
  let skew = 0;
  for (const { span, parent } of entries) {
    const cause = parent === null ? originMs : parent.span.startMs;
    if (cause - span.startMs > skew) skew = cause - span.startMs;
  }
  return skew > SKEW_NOTED_MS ? skew : null;
}

function endOf({ startMs, durationMs }: Entry['span']): number {
  return startMs + (durationMs > 0 ? durationMs : 0);
}
