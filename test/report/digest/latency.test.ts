import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { recordLatency } from '../../../src/lib/report/digest/latency.ts';
import { anError, aTest, someTimings } from '../../support/builders.ts';

const responded = (totalMs: number) => aTest({ timings: someTimings({ totalMs }) });
const failed = (code: string, totalMs: number) =>
  aTest({ response: null, errors: [anError(code, 'x')], timings: someTimings({ totalMs }) });

function latencyOf(results: readonly TestResult[]) {
  const recorder = recordLatency();
  for (const result of results) recorder.add(result);
  return recorder.latency();
}

/** Nearest rank: the smallest value that so many per cent do not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length - 1e-9) - 1)] ?? Number.NaN;
}

/** Three significant digits, and microseconds as the smallest unit. */
function expectClose(actual: number | null, exact: number): void {
  expect(Math.abs((actual ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.001);
}

const durations = fc.array(fc.double({ min: 0.001, max: 3_600_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});

describe('latency', () => {
  it('is within 0.1 % of the exact percentiles, mean and ends', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const latency = latencyOf(values.map(responded));
        expect(latency.count).toBe(values.length);
        expectClose(latency.minMs, Math.min(...values));
        expectClose(latency.p50Ms, percentile(values, 50));
        expectClose(latency.p90Ms, percentile(values, 90));
        expectClose(latency.p95Ms, percentile(values, 95));
        expectClose(latency.p99Ms, percentile(values, 99));
        expectClose(latency.maxMs, Math.max(...values));
        expectClose(latency.meanMs, values.reduce((sum, value) => sum + value, 0) / values.length);
      }),
    );
  });

  it('of nothing is null', () => {
    expect(latencyOf([])).toEqual({
      count: 0,
      minMs: null,
      meanMs: null,
      p50Ms: null,
      p90Ms: null,
      p95Ms: null,
      p99Ms: null,
      maxMs: null,
      histogram: null,
    });
  });

  it('counts wrong responses and timeouts, but no request that failed at once', () => {
    const latency = latencyOf([
      responded(10),
      aTest({ errors: [anError('http-5xx', 'x')], timings: someTimings({ totalMs: 20 }) }),
      failed('response-timeout', 10_000),
      failed('body-timeout', 5_000),
      failed('refused', 1),
      failed('connect-timeout', 5_000),
      failed('dns', 1),
    ]);
    expect(latency.count).toBe(4);
    expectClose(latency.maxMs, 10_000);
  });

  it.each([0, 0.0001, 10 ** 12])('accepts %f ms', (totalMs) => {
    const { maxMs } = latencyOf([responded(totalMs)]);
    expectClose(maxMs, Math.min(Math.max(totalMs, 0.001), 3_600_000));
  });

  it('merges with that of another run as if they were one', () => {
    fc.assert(
      fc.property(durations, durations, (one, other) => {
        const [a, b] = [one, other].map((values) => latencyOf(values.map(responded)));
        const merged = hdr.decodeFromCompressedBase64(a?.histogram ?? '');
        merged.add(hdr.decodeFromCompressedBase64(b?.histogram ?? ''));
        expect(merged.totalCount).toBe(one.length + other.length);
        expectClose(merged.getValueAtPercentile(95) / 1000, percentile([...one, ...other], 95));
        expectClose(merged.maxValue / 1000, Math.max(...one, ...other));
      }),
      { numRuns: 30 },
    );
  });
});
