/** A sample of values with their frequencies, so that its size does not depend on the size of the run. */

/** Value → how often it occurs. */
export type Sample = ReadonlyMap<number, number>;

export function sampleOf(values: Iterable<number>): Sample {
  const sample = new Map<number, number>();
  for (const value of values) sample.set(value, (sample.get(value) ?? 0) + 1);
  return sample;
}

export function countIn(sample: Sample): number {
  let count = 0;
  for (const times of sample.values()) count += times;
  return count;
}

/** The quantile at this fraction (0 to 1); the mean of the two middle values. Null for an empty sample. */
export function quantile(sample: Sample, at: number): number | null {
  const sorted = [...sample].sort(([a], [b]) => a - b);
  const position = (countIn(sample) - 1) * at;
  const low = valueAt(sorted, Math.floor(position));
  const high = valueAt(sorted, Math.ceil(position));
  return low === null || high === null ? null : low + (high - low) * (position - Math.floor(position));
}

/** The smaller of the two middle values: with two tests, one late response is not enough. Null for an empty sample. */
export function lowerMedian(sample: Sample): number | null {
  const sorted = [...sample].sort(([a], [b]) => a - b);
  return valueAt(sorted, Math.floor((countIn(sample) - 1) / 2));
}

function valueAt(sorted: readonly (readonly [number, number])[], index: number): number | null {
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    if (index < seen) return value;
  }
  return null;
}
