/** Latency as an HDR histogram: constant memory, three significant digits, mergeable. */
import * as hdr from 'hdr-histogram-js';
import type { Latency } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';

/** One hour in microseconds: longer than any time limit that can be set. */
const HIGHEST_US = 3_600_000_000;

export interface LatencyRecorder {
  readonly add: (result: TestResult) => void;
  readonly latency: () => Latency;
}

export function recordLatency(): LatencyRecorder {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
  // The histogram's own mean goes through its 24,000 counts, and is that of their buckets.
  let sumUs = 0;
  return {
    add: (result) => {
      if (!countsAsLatency(result)) return;
      const us = Math.min(Math.max(1, Math.round(result.timings.totalMs * 1000)), HIGHEST_US);
      sumUs += us;
      histogram.recordValue(us);
    },
    latency: () => describe(histogram, sumUs),
  };
}

/** Answers, and time-outs with the time waited: leaving those out would make a hanging target look fast. */
export function countsAsLatency({ response, errors }: TestResult): boolean {
  return (
    response !== null || errors.some(({ code }) => code === 'response-timeout' || code === 'body-timeout')
  );
}

function describe(histogram: hdr.Histogram, sumUs: number): Latency {
  const count = histogram.totalCount;
  const ms = (microseconds: number) => (count === 0 ? null : Math.round(microseconds) / 1000);
  // A percentile is the upper end of its bucket, which may lie above the largest value in it.
  const percentile = (at: number) => ms(Math.min(histogram.getValueAtPercentile(at), histogram.maxValue));
  return {
    count,
    minMs: ms(histogram.minNonZeroValue),
    meanMs: ms(sumUs / count),
    p50Ms: percentile(50),
    p90Ms: percentile(90),
    p95Ms: percentile(95),
    p99Ms: percentile(99),
    maxMs: ms(histogram.maxValue),
    histogram: count === 0 ? null : hdr.encodeIntoCompressedBase64(histogram),
  };
}
