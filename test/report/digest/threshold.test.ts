import { describe, expect, it } from 'vitest';
import { parseThreshold } from '../../../src/lib/report/digest/threshold.ts';
import { anError, aReport, aTest, aWarning, someTimings } from '../../support/builders.ts';

/** Eight working tests of 100 ms and two broken ones of 2 s; one warning, one missing field, one flaky. */
const REPORT = aReport({
  planned: 13,
  results: [
    ...Array.from({ length: 7 }, () => aTest({ timings: someTimings({ totalMs: 100 }) })),
    aTest({
      timings: someTimings({ totalMs: 100 }),
      warnings: [aWarning('slow', 'x')],
      missingData: [{ field: 'variant', level: 'recommended' }],
      flaky: true,
    }),
    ...Array.from({ length: 2 }, () =>
      aTest({ timings: someTimings({ totalMs: 2000 }), errors: [anError('http-5xx', 'x')] }),
    ),
  ],
});

describe('a threshold', () => {
  it.each([
    ['p50<101ms', true],
    ['p50<99ms', false],
    ['p90<3s', true],
    ['p90<1m', true],
    ['p95<1.5s', false],
    ['p99 <= 2010ms', true],
    ['mean<500ms', true],
    ['max>=2s', true],
    ['max>1m', false],
    ['fail_rate<20%', false],
    ['fail_rate<=20%', true],
    ['fail_rate==20%', true],
    ['fail_rate<20.5%', true],
    ['failed<3', true],
    ['failed==2', true],
    ['failed==3', false],
    ['failed<2', false],
    ['failed<=1', false],
    ['failed>1', true],
    ['failed>2', false],
    ['failed>=2', true],
    ['failed>=3', false],
    ['missing<1', false],
    ['missing<=1', true],
    ['warnings<1', false],
    ['flaky==1', true],
    ['unverified<1', true],
    ['skipped==3', true],
    ['  failed  <  3  ', true],
  ])('%s: %s', (expression, ok) => {
    expect(parseThreshold(expression)(REPORT)).toMatchObject({ expression: expression.trim(), ok });
  });

  it.each([
    ['p50==1ms', 1],
    ['p90==1.5s', 1_500],
    ['p95==2s', 2_000],
    ['p99==0.05m', 3_000],
    ['mean==4ms', 4],
    ['max==2m', 120_000],
    ['fail_rate==12.5%', 12.5],
    ['failed==5', 5],
    ['missing==6', 6],
    ['warnings==7', 7],
    ['flaky==8', 8],
    ['unverified==9', 9],
    ['skipped==10', 10],
  ])('%s measures %f', (expression, actual) => {
    const { latency, summary } = aReport();
    const measured = {
      latency: { ...latency, p50Ms: 1, p90Ms: 1_500, p95Ms: 2_000, p99Ms: 3_000, meanMs: 4, maxMs: 120_000 },
      summary: {
        ...summary,
        total: 40,
        failed: 5,
        missing: 6,
        warnings: 7,
        flaky: 8,
        unverified: 9,
        skipped: 10,
      },
    };
    expect(parseThreshold(expression)(measured)).toMatchObject({ expression, actual, ok: true });
  });

  it('reports what was measured, in its own unit', () => {
    expect(parseThreshold('fail_rate<1%')(REPORT).actual).toBe(20);
    expect(parseThreshold('missing<1')(REPORT).actual).toBe(1);
    expect(Math.round(parseThreshold('max<1s')(REPORT).actual ?? 0)).toBeCloseTo(2000, -1);
  });

  it.each(['p95<10s', 'fail_rate<1%', 'p95>=0ms'])(
    '%s does not hold where nothing was measured',
    (expression) => {
      const nothing = aReport({ results: [], planned: 5 });
      expect(parseThreshold(expression)(nothing)).toMatchObject({ expression, actual: null, ok: false });
    },
  );

  it.each([
    ['', 'p95<800ms'],
    ['p95', 'p95<800ms'],
    ['p95<', 'p95<800ms'],
    ['<800ms', 'p95<800ms'],
    ['p95<800 parsecs', 'p95<800ms'],
    ['p95<1h', 'p95<800ms'],
    ['p95=<800ms', 'p95<800ms'],
    ['p95!=800ms', 'p95<800ms'],
    ['p95<-1ms', 'p95<800ms'],
    ['p95<800', 'unit of time'],
    ['p95<80%', 'unit of time'],
    ['fail_rate<1', 'fail_rate<1%'],
    ['fail_rate<1ms', 'fail_rate<1%'],
    ['missing<1%', 'without a unit'],
    ['missing<1s', 'without a unit'],
    ['p96<1s', 'Did you mean "p'],
    ['constructor<1', 'Known: p50'],
    ['faild<1', 'Did you mean "failed"?'],
  ])('%j is refused with the correct form', (expression, hint) => {
    expect(() => parseThreshold(expression)).toThrow(
      expect.objectContaining({
        code: 'THRESHOLD_INVALID',
        suggestions: expect.arrayContaining([expect.stringContaining(hint)]),
      }),
    );
  });
});

it('is refused at once, however much white space is in it', () => {
  // Were the time to grow with the square of the length, this would take a minute.
  expect(() => parseThreshold(`missing<1${' '.repeat(300_000)}x`)).toThrow('Invalid threshold');
});
