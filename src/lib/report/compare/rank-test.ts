/**
 * Whether values of two samples tend to differ: the Mann–Whitney U test, two-sided, with midranks for ties, and for several
 * pairs of samples at once the stratified test of van Elteren (1960). It asks nothing of how the values are distributed, and
 * one late answer weighs no more than any other.
 */

/** Value → how often it occurs. */
export type Sample = ReadonlyMap<number, number>;

export interface Pair {
  readonly base: Sample;
  readonly head: Sample;
}

/** Up to so many values in each of the two the exact distribution is used, above it the normal approximation. */
export const EXACT_UP_TO = 20;

export function countIn(sample: Sample): number {
  let count = 0;
  for (const times of sample.values()) count += times;
  return count;
}

/** The value at this part of the sorted values, 0 to 1; of two in the middle their mean. Null for none. */
export function quantile(sample: Sample, at: number): number | null {
  const sorted = [...sample].sort(([a], [b]) => a - b);
  const position = (countIn(sample) - 1) * at;
  const low = valueAt(sorted, Math.floor(position));
  const high = valueAt(sorted, Math.ceil(position));
  return low === null || high === null ? null : low + (high - low) * (position - Math.floor(position));
}

function valueAt(sorted: readonly (readonly [number, number])[], index: number): number | null {
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    if (index < seen) return value;
  }
  return null;
}

/** The probability of a difference at least as large between samples that do not differ; 1 where one is empty. */
export function rankTestP(pair: Pair): number {
  const [n, m] = [countIn(pair.base), countIn(pair.head)];
  if (n === 0 || m === 0) return 1;
  if (n <= EXACT_UP_TO && m <= EXACT_UP_TO) return exactP(pair, n);
  const { u, mean, variance } = moments(pair);
  return normalP(Math.abs(u - mean) - 0.5, variance);
}

/** Of all pairs together, each weighted by 1 / (its values + 1), which no difference between the pairs can disturb. */
export function stratifiedRankTestP(pairs: readonly Pair[]): number {
  let difference = 0;
  let variance = 0;
  let step = 0;
  for (const pair of pairs) {
    const [n, m] = [countIn(pair.base), countIn(pair.head)];
    if (n === 0 || m === 0) continue;
    const weight = 1 / (n + m + 1);
    const each = moments(pair);
    difference += weight * (each.u - each.mean);
    variance += weight * weight * each.variance;
    step = Math.max(step, weight);
  }
  return normalP(Math.abs(difference) - 0.5 * step, variance);
}

/** The smallest probability that samples of these sizes can give; what is above the limit cannot show anything. */
export function leastP(sizes: readonly (readonly [number, number])[]): number {
  const pairs = sizes.map(([n, m]) => ({ base: ramp(0, n), head: ramp(n, m) }));
  const [only] = pairs;
  if (only === undefined) return 1;
  return pairs.length === 1 ? rankTestP(only) : stratifiedRankTestP(pairs);
}

/** Different values; of large samples as many as make the probability as small as it matters. */
function ramp(from: number, count: number): Sample {
  return new Map(Array.from({ length: Math.min(count, 50) }, (_, at) => [from + at, 1] as const));
}

/** U of the head, with its mean and its variance where the samples do not differ. */
function moments({ base, head }: Pair) {
  const [n, m] = [countIn(base), countIn(head)];
  const total = n + m;
  let below = 0;
  let u = 0;
  let ties = 0;
  for (const value of sortedValues(base, head)) {
    const [inBase, inHead] = [base.get(value) ?? 0, head.get(value) ?? 0];
    u += inHead * (below + inBase / 2);
    below += inBase;
    const tied = inBase + inHead;
    ties += tied ** 3 - tied;
  }
  const variance = total < 2 ? 0 : ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  return { u, mean: (n * m) / 2, variance };
}

function sortedValues(base: Sample, head: Sample): readonly number[] {
  return [...new Set([...base.keys(), ...head.keys()])].sort((a, b) => a - b);
}

/** Over all ways to choose which of the values are the base's: how many give a rank sum at least as far from its mean. */
function exactP({ base, head }: Pair, n: number): number {
  // Twice the midranks: whole numbers.
  const ranks: number[] = [];
  let observed = 0;
  for (const value of sortedValues(base, head)) {
    const tied = (base.get(value) ?? 0) + (head.get(value) ?? 0);
    const rank = 2 * ranks.length + tied + 1;
    observed += rank * (base.get(value) ?? 0);
    for (let each = 0; each < tied; each++) ranks.push(rank);
  }
  const most = ranks.reduce((sum, rank) => sum + rank, 0);
  // ways[k][s]: how often k of the values looked at so far have the rank sum s. At most C(40, 20), which is exact.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1));
  const none = ways[0];
  if (none !== undefined) none[0] = 1;
  let highest = 0;
  for (const rank of ranks) {
    highest += rank;
    for (let k = n; k >= 1; k--) addShifted(ways[k], ways[k - 1], { by: rank, highest });
  }
  const chosen = ways[n] ?? new Float64Array(0);
  const mean = (n * most) / ranks.length;
  const distance = Math.abs(observed - mean);
  let all = 0;
  let asFar = 0;
  for (let s = 0; s <= most; s++) {
    const count = chosen[s] ?? 0;
    all += count;
    if (Math.abs(s - mean) >= distance - 1e-9) asFar += count;
  }
  return asFar / all;
}

/** Adds to each place of a row what stands that far below it in the row before. */
function addShifted(
  row: Float64Array | undefined,
  before: Float64Array | undefined,
  { by, highest }: { readonly by: number; readonly highest: number },
): void {
  if (row === undefined || before === undefined) return;
  for (let s = highest; s >= by; s--) row[s] = (row[s] ?? 0) + (before[s - by] ?? 0);
}

function normalP(distance: number, variance: number): number {
  if (variance <= 0 || distance <= 0) return 1;
  return Math.min(1, erfc(distance / Math.sqrt(2 * variance)));
}

/** Complementary error function for x ≥ 0, within 1.2e-7 of its size (Numerical Recipes, 6.2, erfcc). */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return t * Math.exp(-x * x + polynomial);
}

/**
 * Of many tests at once some are small by chance: Holm's method (1979) makes each as large as it has to be, so that the
 * probability of a single false one among all stays below the limit. In the order given.
 */
export function holm(probabilities: readonly number[]): readonly number[] {
  const order = probabilities.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = [...probabilities];
  let least = 0;
  for (const [rank, { p, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (order.length - rank)));
    adjusted[at] = least;
  }
  return adjusted;
}
