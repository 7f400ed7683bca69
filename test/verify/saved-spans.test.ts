import { expect, test } from 'vitest';
import { MAX_SAVED_SPANS } from '../../src/lib/model/report-source.ts';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { savedSpans } from '../../src/lib/verify/saved-spans.ts';

function aSpan(id: number, overrides: Partial<TraceSpan> = {}): TraceSpan {
  return {
    spanId: id.toString(16).padStart(16, '0'),
    parentSpanId: null,
    traceId: 'a'.repeat(32),
    name: `span-${id}`,
    op: 'task',
    service: 'api',
    isSegment: false,
    startMs: 1_000 + id,
    durationMs: 5,
    status: 'ok',
    statusMessage: null,
    attributes: { secret: 'x' },
    issues: [],
    ...overrides,
  };
}

const idOf = (id: number) => id.toString(16).padStart(16, '0');
const aTrace = (spans: readonly TraceSpan[]) => ({ traceId: 'a'.repeat(32), spans, issues: [] });

test('the saved spans are a tree in order, from its earliest span, with background work after it', () => {
  const own = [
    aSpan(3, { parentSpanId: idOf(1) }),
    aSpan(1),
    aSpan(2, { parentSpanId: idOf(1), startMs: 999.5 }),
  ];
  const work = [aSpan(9, { startMs: 1_200, status: 'error', traceId: 'b'.repeat(32) })];
  const followed = [{ searched: 'q', found: true, traces: [aTrace(work)] }] as never;
  expect(savedSpans({ trace: aTrace(own), followed })).toMatchObject([
    { name: 'span-1', depth: 0, startMs: 1.5, followed: false },
    { name: 'span-2', depth: 1, startMs: 0, followed: false },
    { name: 'span-3', depth: 1, startMs: 3.5, followed: false },
    { name: 'span-9', depth: 0, startMs: 200.5, status: 'error', followed: true },
  ]);
});

test('no more spans than are drawn are saved, and no attributes', () => {
  const spans = Array.from({ length: 10_000 }, (_, at) => aSpan(at + 1, { name: 'n'.repeat(500) }));
  const saved = savedSpans({ trace: aTrace(spans), followed: [] });
  expect(saved).toHaveLength(MAX_SAVED_SPANS);
  expect(saved[0]?.name).toHaveLength(200);
  expect(JSON.stringify(saved)).not.toContain('secret');
});

test('no duration and no start is before the trace, to the microsecond', () => {
  const spans = [
    aSpan(1, { startMs: 1_000, durationMs: -3 }),
    aSpan(2, { startMs: 1_000.125, durationMs: 0.004 }),
    aSpan(3, { startMs: 1_001, durationMs: 1.236_5 }),
    aSpan(4, { startMs: 1_002, durationMs: 0.000_4 }),
  ];
  expect(
    savedSpans({ trace: aTrace(spans), followed: [] }).map(({ startMs, durationMs }) => [
      startMs,
      durationMs,
    ]),
  ).toEqual([
    [0, 0],
    [0.125, 0.004],
    [1, 1.237],
    [2, 0],
  ]);
});

test('no more spans than are drawn are saved of all traces together', () => {
  const many = (count: number, from: number) => Array.from({ length: count }, (_, at) => aSpan(from + at));
  const followed = [{ searched: 'q', found: true, traces: [aTrace(many(5, 9_000))] }] as never;
  const saved = savedSpans({ trace: aTrace(many(MAX_SAVED_SPANS - 2, 1)), followed });
  expect(saved).toHaveLength(MAX_SAVED_SPANS);
  expect(saved.filter((span) => span.followed)).toHaveLength(2);
});

test('nothing is saved of a trace that was not read', () => {
  expect(savedSpans({ trace: null, followed: [] })).toEqual([]);
});
