/** Values with how often each occurs: what a comparison holds of a run, whatever its size. */

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

/** The value at this part of the sorted values, 0 to 1; of two in the middle their mean. Null for none. */
export function quantile(sample: Sample, at: number): number | null {
  const sorted = [...sample].sort(([a], [b]) => a - b);
  const position = (countIn(sample) - 1) * at;
  const low = valueAt(sorted, Math.floor(position));
  const high = valueAt(sorted, Math.ceil(position));
  return low === null || high === null ? null : low + (high - low) * (position - Math.floor(position));
}

/** Of two in the middle the smaller one: of two tests, one late response is not enough. Null for none. */
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
