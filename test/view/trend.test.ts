import { expect, test } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import { trendLines, trendsOf } from '../../src/lib/view/run-trends.ts';
import { anError, aReport, aTest, someTimings } from '../support/builders.ts';

function listed(runId: string, p95: number, broken = 0, facts: Partial<ReportHead> = {}) {
  const { target = 'https://a.example/w' } = facts;
  const results = Array.from({ length: 4 }, (_, at) =>
    aTest({
      index: at + 1,
      errors: at < broken ? [anError('match', 'no')] : [],
      timings: someTimings({ totalMs: p95 }),
    }),
  );
  return { ...aReport({ results, target }), ...facts, runId };
}

test('a line for each target with more than one run, oldest run first', () => {
  const runs = [
    listed('c', 400, 2),
    listed('x', 9, 0, { target: 'https://b.example/w' }),
    listed('b', 200),
    listed('a', 100),
  ];
  const trends = trendsOf(runs);
  expect(trends).toEqual([
    {
      ...{ target: 'https://a.example/w', profile: null, environment: 'production-e2e-test', shard: null },
      runIds: ['a', 'b', 'c'],
      outcomes: ['passed', 'passed', 'failed'],
      workingPercent: [100, 100, 50],
      p95Ms: [100, 200, 400],
    },
  ]);
  expect(trendLines(trends, { unicode: true, columns: 200 })).toEqual([
    'Last runs, oldest first:',
    '  ✓✓✗  50 % working  p95 ▃▅█ 400 ms  https://a.example/w',
  ]);
  expect(trendLines(trends, { unicode: false, columns: 200 })[1]).toBe(
    '  ++x  50 % working  p95 -+@ 400 ms  https://a.example/w',
  );
});

test('a run that was cut off, and values that are not known', () => {
  const unknown = { ...listed('b', 1), status: 'interrupted' as const, summary: null, latency: null };
  const [, line] = trendLines(trendsOf([unknown, listed('a', 5)]), { unicode: true, columns: 200 });
  expect(line).toBe('  ✓?  p95 █  -  https://a.example/w');
});

test('a run with warnings only', () => {
  const warned = { ...listed('b', 5), status: 'degraded' as const };
  expect(trendsOf([warned, listed('a', 5)])[0]?.outcomes).toEqual(['passed', 'warned']);
});

test('shows the latest 20 runs', () => {
  const runs = Array.from({ length: 30 }, (_, at) => listed(String(at), 10));
  expect(trendsOf(runs)[0]?.runIds).toHaveLength(20);
  expect(trendsOf(runs)[0]?.runIds.at(-1)).toBe('0');
});

test('a narrow screen gets the target below, shortened in the middle', () => {
  const target = 'https://hooks.example.com/services/signals/production/webhook';
  const trends = trendsOf([listed('b', 10, 0, { target }), listed('a', 5, 0, { target })]);
  expect(trendLines(trends, { unicode: true, columns: 60 })).toEqual([
    'Last runs, oldest first:',
    '  ✓✓  100 % working  p95 ▅█ 10 ms',
    '    https://hooks.example.com/se…/signals/production/webhook',
  ]);
});

test('a target that never responded has no times', () => {
  const silent = (runId: string) => ({ ...listed(runId, 1), latency: null });
  expect(trendLines(trendsOf([silent('b'), silent('a')]), { unicode: true, columns: 80 })[1]).toBe(
    '  ✓✓  100 % working  https://a.example/w',
  );
});

test('all ports of the sandbox are one target; other ports of this machine are targets of their own', () => {
  const [new_, old] = ['http://127.0.0.1:41/w', 'http://127.0.0.1:40/w'];
  const runs = (facts: Partial<ReportHead>) => [
    listed('b', 10, 0, { target: new_, ...facts }),
    listed('a', 5, 0, { target: old, ...facts }),
  ];
  expect(trendsOf(runs({ sandbox: true }))).toMatchObject([{ target: new_, runIds: ['a', 'b'] }]);
  expect(trendsOf(runs({}))).toEqual([]);
});

test('runs of another profile, environment or shard are another trend, named by the difference', () => {
  const shard = (index: number) => ({ index, total: 2, planned: 8, plan: 'p' });
  const kinds: readonly Partial<ReportHead>[] = [
    {},
    { profile: 'staging' },
    { environment: 'qa' },
    { shard: shard(2) },
  ];
  const runs = kinds.flatMap((facts, at) => [
    listed(`new${at}`, 10, 0, facts),
    listed(`old${at}`, 10, 0, facts),
  ]);
  const trends = trendsOf(runs);
  expect(trends.map(({ runIds }) => runIds)).toEqual([0, 1, 2, 3].map((at) => [`old${at}`, `new${at}`]));
  expect(trends[3]?.shard).toEqual({ index: 2, total: 2 });
  const names = (shown: typeof trends) =>
    trendLines(shown, { unicode: true, columns: 300 })
      .slice(1)
      .map((line) => line.split('https://a.example/w ')[1]);
  expect(names(trends)).toEqual([
    '(no profile, environment production-e2e-test, no shard)',
    '(profile staging, environment production-e2e-test, no shard)',
    '(no profile, environment qa, no shard)',
    '(no profile, environment production-e2e-test, shard 2 of 2)',
  ]);
  expect(names(trendsOf(runs.slice(0, 4)))[1]).toBe('(profile staging)');
});
