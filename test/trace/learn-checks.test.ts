import { expect, test } from 'vitest';
import { learnSpans } from '../../src/lib/trace/learning/learn.ts';
import { anExpectation, aSpan, aTrace } from './span-builders.ts';

function checkOf(...ops: readonly (string | null)[]): string | undefined {
  const traces = ops.map((op) => ({
    trace: aTrace([aSpan('work', { op })]),
    followed: [],
    ourSpanIds: new Set<string>(),
  }));
  return learnSpans({ traces, known: [] }).spans[0]?.check;
}

test.each([
  [['db', 'db.query', 'DB.redis'], 'database'],
  [['http.client', 'HTTP.client', 'http.client.stream'], 'external-calls'],
  [['db', 'db', 'cache'], 'missing'],
  [['db', null, 'db'], 'missing'],
  [[null, null, null], 'missing'],
  [['http.server', 'http.server', 'http.server'], 'missing'],
])('a span with the ops %j in three traces belongs to the check %s', (ops, check) => {
  expect(checkOf(...ops)).toBe(check);
});

test('a span that no expectation covers is not required', () => {
  const trace = { trace: aTrace([aSpan('work')]), followed: [], ourSpanIds: new Set<string>() };
  const { spans } = learnSpans({ traces: [trace, trace, trace], known: [] });
  expect(spans).toEqual([
    {
      label: 'work',
      name: 'work',
      check: 'missing',
      required: false,
      maxDurationMs: 210,
      inside: null,
      medianMs: 10,
    },
  ]);
});

test('an expected span keeps its check, however required it is', () => {
  const trace = { trace: aTrace([aSpan('work', { op: 'db' })]), followed: [], ourSpanIds: new Set<string>() };
  const known = [anExpectation('work', { check: 'routing', required: false })];
  expect(learnSpans({ traces: [trace, trace, trace], known }).spans).toMatchObject([
    { check: 'routing', required: false },
  ]);
});
