/** Limits over all tests of a run: `p95<800ms`, `fail_rate<1%`, `missing<1`. */
import { ProdE2eError, unknownName } from '../../errors.ts';
import type { Latency, Summary, ThresholdResult } from '../../model/report.ts';
import { MS_PER_UNIT } from '../../terminal/quantities.ts';

type Measured = { readonly summary: Summary; readonly latency: Latency };

interface Metric {
  readonly unit: ThresholdResult['unit'];
  readonly measure: (measured: Measured) => number | null;
}

const METRICS: Readonly<Record<string, Metric>> = {
  p50: { unit: 'ms', measure: ({ latency }) => latency.p50Ms },
  p90: { unit: 'ms', measure: ({ latency }) => latency.p90Ms },
  p95: { unit: 'ms', measure: ({ latency }) => latency.p95Ms },
  p99: { unit: 'ms', measure: ({ latency }) => latency.p99Ms },
  mean: { unit: 'ms', measure: ({ latency }) => latency.meanMs },
  max: { unit: 'ms', measure: ({ latency }) => latency.maxMs },
  fail_rate: {
    unit: '%',
    measure: ({ summary }) => (summary.total === 0 ? null : (100 * summary.failed) / summary.total),
  },
  failed: { unit: 'count', measure: ({ summary }) => summary.failed },
  missing: { unit: 'count', measure: ({ summary }) => summary.missing },
  warnings: { unit: 'count', measure: ({ summary }) => summary.warnings },
  flaky: { unit: 'count', measure: ({ summary }) => summary.flaky },
  unverified: { unit: 'count', measure: ({ summary }) => summary.unverified },
  skipped: { unit: 'count', measure: ({ summary }) => summary.skipped },
};

const COMPARE: Readonly<Record<string, (actual: number, limit: number) => boolean>> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
};

const EXPRESSION = /^\s*([a-z_0-9]+)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)(?:\s*(ms|s|m|%))?\s*$/;

export type Threshold = (measured: Measured) => ThresholdResult;

/** @throws ProdE2eError `THRESHOLD_INVALID` */
export function parseThreshold(expression: string): Threshold {
  const [, name = '', operator = '', number = '', unit] = EXPRESSION.exec(expression) ?? [];
  const compare = COMPARE[operator];
  if (compare === undefined) {
    throw invalid(expression, 'Use METRIC<LIMIT, for example p95<800ms, fail_rate<1% or missing<1.');
  }
  if (!Object.hasOwn(METRICS, name)) {
    throw unknownName({
      what: 'threshold metric',
      typed: name,
      known: Object.keys(METRICS),
      code: 'THRESHOLD_INVALID',
    });
  }
  const metric = METRICS[name] as Metric;
  const limit = Number(number) * factor({ expression, metric, unit });
  return (measured) => {
    const actual = metric.measure(measured);
    // A threshold without a measurement does not hold.
    return {
      ...{ expression: expression.trim(), actual, unit: metric.unit },
      ok: actual !== null && compare(actual, limit),
    };
  };
}

function factor({
  expression,
  metric,
  unit,
}: {
  readonly expression: string;
  readonly metric: Metric;
  readonly unit: string | undefined;
}): number {
  if (metric.unit === 'ms') {
    const perUnit = unit === undefined ? undefined : MS_PER_UNIT[unit];
    if (perUnit === undefined) throw invalid(expression, 'Add a unit of time: ms, s or m.');
    return perUnit;
  }
  if (metric.unit === '%' && unit !== '%')
    throw invalid(expression, 'Write the limit as a percentage: fail_rate<1%.');
  if (metric.unit === 'count' && unit !== undefined)
    throw invalid(expression, 'This metric is a count without a unit.');
  return 1;
}

function invalid(expression: string, hint: string): ProdE2eError {
  return new ProdE2eError(`Invalid threshold "${expression}".`, {
    code: 'THRESHOLD_INVALID',
    hints: [hint, `Metrics: ${Object.keys(METRICS).join(', ')}.`],
  });
}
