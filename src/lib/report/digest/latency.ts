/** Latency as an HDR histogram: constant memory, three significant digits, mergeable. */
import * as hdr from 'hdr-histogram-js';
import { ProdE2eError } from '../../errors.ts';
import { traitsOf } from '../../model/failure-kinds.ts';
import type { Latency } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';

/** One hour in microseconds: longer than any time limit that can be set. */
const MAX_US = 3_600_000_000;

export interface LatencyRecorder {
  readonly add: (result: TestResult) => void;
  readonly latency: () => Latency;
  /** The same without the histogram, which is slow to encode. */
  readonly stats: () => LatencyStats;
}

export type LatencyStats = Omit<Latency, 'histogram'>;

/** @param grows start small and grow on demand, for many histograms of narrow ranges */
function emptyHistogram(grows = false): hdr.Histogram {
  return hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: grows ? 2 : MAX_US,
    autoResize: grows,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
}

/** The combined latency of several recorders, as if one histogram had recorded it. */
export function mergeLatencies(all: readonly Latency[]): Latency {
  const merged = emptyHistogram();
  for (const { histogram } of all) if (histogram !== null) merged.add(decoded(histogram));
  // An encoded histogram has the minimum and maximum only to three digits.
  const smallest = all.flatMap(({ minMs }) => (minMs === null ? [] : [minMs * 1000]));
  const largest = all.flatMap(({ maxMs }) => (maxMs === null ? [] : [maxMs * 1000]));
  const sumUs = all.reduce((sum, { count, meanMs }) => sum + count * (meanMs ?? 0) * 1000, 0);
  return describe(merged, { min: Math.min(...smallest), max: Math.max(...largest), sumUs });
}

function decoded(histogram: string): hdr.Histogram {
  try {
    return hdr.decodeFromCompressedBase64(histogram, 32, false);
  } catch (cause) {
    throw new ProdE2eError('The latency histogram of a shard is damaged.', {
      code: 'RUN_UNREADABLE',
      hints: ['Merge the shards from where they were made: run folders or JSON reports.'],
      cause,
    });
  }
}

/** @param options.oneOfMany start small and grow on demand, which is a little slower */
export function recordLatency(options: { readonly oneOfMany?: boolean } = {}): LatencyRecorder {
  const histogram = emptyHistogram(options.oneOfMany === true);
  // The histogram's own mean walks its 24,000 counts and is only as exact as its buckets.
  let sumUs = 0;
  const extremes = () => ({ min: histogram.minNonZeroValue, max: histogram.maxValue, sumUs });
  return {
    add: (result) => {
      if (!countsAsLatency(result)) return;
      const us = Math.min(Math.max(1, Math.round(result.timings.totalMs * 1000)), MAX_US);
      sumUs += us;
      histogram.recordValue(us);
    },
    latency: () => describe(histogram, extremes()),
    stats: () => statsOf(histogram, extremes()),
  };
}

/** Responses, and timeouts with the time waited: without those, a hanging target would look fast. */
export function countsAsLatency({ response, errors }: TestResult): boolean {
  return response !== null || errors.some(({ code }) => traitsOf(code)?.timedOut === true);
}

/** In microseconds. */
interface Extremes {
  readonly min: number;
  readonly max: number;
  /** The sum of all values. */
  readonly sumUs: number;
}

function describe(histogram: hdr.Histogram, extremes: Extremes): Latency {
  return {
    ...statsOf(histogram, extremes),
    histogram: histogram.totalCount === 0 ? null : hdr.encodeIntoCompressedBase64(histogram),
  };
}

function statsOf(histogram: hdr.Histogram, extremes: Extremes): LatencyStats {
  const count = histogram.totalCount;
  const ms = (microseconds: number) => (count === 0 ? null : Math.round(microseconds) / 1000);
  // A percentile is the upper end of its bucket, which may be above the maximum.
  const percentile = (at: number) => ms(Math.min(histogram.getValueAtPercentile(at), extremes.max));
  return {
    count,
    minMs: ms(extremes.min),
    meanMs: ms(extremes.sumUs / count),
    p50Ms: percentile(50),
    p90Ms: percentile(90),
    p95Ms: percentile(95),
    p99Ms: percentile(99),
    maxMs: ms(extremes.max),
  };
}
