/** How long a span may take, from how long it usually takes. */

/** Three times the usual: as much as `slow` allows where there is history. */
const MEDIAN_FACTOR = 3;
/** Room above all but the slowest of twenty. */
const P95_FACTOR = 1.5;
/** Beyond the longest: a pause of the runtime or a cold connection takes that long, in milliseconds. */
const MARGIN_MS = 200;
/** The longest duration that the config takes, in milliseconds. */
const MAX_MS = 3_600_000;

/** The rule in words. */
export const BUDGET_RULE = `maxDuration is the most of ${MEDIAN_FACTOR} × the median, ${P95_FACTOR} × the 95th percentile, and the longest seen + ${MARGIN_MS} ms; rounded up to two digits`;

/** Milliseconds, whole; null where none of the durations says anything, or more than the config takes is needed. */
export function learnedBudgetMs(durationsMs: readonly number[]): number | null {
  const sorted = durationsMs.filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b);
  const longest = sorted.at(-1);
  if (longest === undefined) return null;
  const budget = Math.max(
    MEDIAN_FACTOR * percentile(sorted, 0.5),
    P95_FACTOR * percentile(sorted, 0.95),
    Math.max(0, longest) + MARGIN_MS,
  );
  const rounded = roundedUp(budget);
  return rounded <= MAX_MS ? rounded : null;
}

/** Null without any. */
export function medianOf(durationsMs: readonly number[]): number | null {
  const sorted = durationsMs.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? null : percentile(sorted, 0.5);
}

/** By nearest rank: always one that was seen. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function roundedUp(ms: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, ms))) - 1);
  return Math.ceil(ms / step) * step;
}
