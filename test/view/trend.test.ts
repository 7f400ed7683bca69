import { expect, test } from 'vitest';
import { trendLines, trendsOf } from '../../src/lib/view/trend.ts';
import { anError, aReport, aTest, someTimings } from '../support/builders.ts';

function listed(runId: string, p95: number, broken = 0, target = 'https://a.example/w') {
  const results = Array.from({ length: 4 }, (_, at) =>
    aTest({
      index: at + 1,
      errors: at < broken ? [anError('match', 'no')] : [],
      timings: someTimings({ totalMs: p95 }),
    }),
  );
  return { ...aReport({ results, target }), runId };
}

test('a line for each target with more than one run, oldest run first', () => {
  const runs = [
    listed('c', 400, 2),
    listed('x', 9, 0, 'https://b.example/w'),
    listed('b', 200),
    listed('a', 100),
  ];
  const trends = trendsOf(runs);
  expect(trends).toEqual([
    {
      target: 'https://a.example/w',
      runIds: ['a', 'b', 'c'],
      workingPercent: [100, 100, 50],
      p95Ms: [100, 200, 400],
    },
  ]);
  expect(trendLines(trends, { unicode: true, columns: 200 })).toEqual([
    'Trend of 3 runs against https://a.example/w: working ███ 100 %, p95 ▃▅█ 400 ms'.replace(
      '███ 100',
      '██▅ 50',
    ),
  ]);
  expect(trendLines(trends, { unicode: false, columns: 200 })[0]).toMatch(
    /working @@\+ 50 %, p95 -\+@ 400 ms$/,
  );
});

test('what is not known leaves a gap', () => {
  const unknown = { ...listed('b', 1), summary: null, latency: null };
  const [line] = trendLines(trendsOf([unknown, listed('a', 5)]), { unicode: true, columns: 200 });
  expect(line).toBe('Trend of 2 runs against https://a.example/w: working █  -, p95 █  -');
});

test('twenty runs at most, the latest', () => {
  const runs = Array.from({ length: 30 }, (_, at) => listed(String(at), 10));
  expect(trendsOf(runs)[0]?.runIds).toHaveLength(20);
  expect(trendsOf(runs)[0]?.runIds.at(-1)).toBe('0');
});

test('a narrow screen gets two lines, and a target that never answered no times', () => {
  const trends = trendsOf([listed('b', 10), listed('a', 5)]);
  expect(trendLines(trends, { unicode: true, columns: 60 })).toEqual([
    'Trend of 2 runs against https://a.example/w:',
    '  working ██ 100 %, p95 ▅█ 10 ms',
  ]);
  const silent = (runId: string) => ({ ...listed(runId, 1), latency: null });
  expect(trendLines(trendsOf([silent('b'), silent('a')]), { unicode: true, columns: 80 })).toEqual([
    'Trend of 2 runs against https://a.example/w: working ██ 100 %',
  ]);
});

test('the sandbox is one target, whatever its port', () => {
  const runs = [listed('b', 10, 0, 'http://127.0.0.1:41/w'), listed('a', 5, 0, 'http://127.0.0.1:40/w')];
  expect(trendsOf(runs)).toMatchObject([{ target: 'http://127.0.0.1:41/w', runIds: ['a', 'b'] }]);
});
