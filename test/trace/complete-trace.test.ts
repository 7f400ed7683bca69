/** When a trace shows that a span is missing. Expected values are written by hand, from "Complete traces" in docs/verdicts.md. */
import { describe, expect, test } from 'vitest';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { ISSUES_MS } from '../../src/lib/trace/reading/wait.ts';
import { type TracedTest, watchTrace } from '../../src/lib/trace/reading/watched-trace.ts';
import { aFailure, scriptedApi } from './scripted-api.ts';
import { aSpan, awaited, OUR_SPANS, SENT_SPAN_ID, spanId, TRACE_ID } from './spans.ts';

const TIMING = { signal: new AbortController().signal, withinMs: 1_000 };
const SPANS = [...OUR_SPANS, aSpan(3, { name: 'ingest' })];
const INTERVAL_MS = 5_000;
/** At 0, 5, 10 and 15 s: as often as the settle time needs. */
const SETTLE_MS = 15_000;
const SETTLED = 1 + SETTLE_MS / INTERVAL_MS;

interface Watched {
  /** Of each poll; the last one is repeated. */
  readonly polls?: readonly (readonly TraceSpan[])[];
  readonly count?: number;
  readonly intervalMs?: number;
  readonly meta?: Parameters<typeof scriptedApi>[0]['meta'];
  readonly search?: Parameters<typeof scriptedApi>[0]['search'];
  readonly test?: Partial<TracedTest>;
}

async function watched({
  polls = [SPANS],
  count = SETTLED,
  intervalMs = INTERVAL_MS,
  meta,
  search,
  test: overrides = {},
}: Watched) {
  let polled = -1;
  const { api, asked } = scriptedApi({
    trace: (traceId) => (traceId === TRACE_ID ? (polls[Math.min(polled, polls.length - 1)] ?? []) : []),
    ...(meta === undefined ? {} : { meta }),
    ...(search === undefined ? {} : { search }),
  });
  const watch = watchTrace({
    test: {
      ...{
        index: 1,
        name: 'T #1',
        traceId: TRACE_ID,
        spanId: SENT_SPAN_ID,
        sentAtMs: 0,
        follow: [],
        values: {},
      },
      expected: [awaited('never')],
      isConfirmed: () => false,
      ...overrides,
    },
    api,
    attributes: [],
    settleMs: SETTLE_MS,
    elapsedMs: () => polled * intervalMs,
  });
  for (polled = 0; polled < count; polled += 1) await watch.poll(TIMING);
  polled -= 1;
  const { complete, partial, settled } = watch.reading();
  return { complete, partial, settled, asked, decision: watch.decision(), reading: watch.reading() };
}

const metas = (asked: readonly string[]) => asked.filter((each) => each.startsWith('meta ')).length;

describe('a trace is complete', () => {
  test('if nothing else arrived for the settle time', async () => {
    expect(await watched({})).toMatchObject({ complete: true, partial: null, settled: true });
  });

  test.each<[string, Watched]>([
    ['where Sentry counts as many spans', { meta: () => ({ spans: 3 }) }],
    ['where Sentry counts fewer', { meta: () => ({ spans: 2 }) }],
    ['where Sentry gives no count', { meta: () => null }],
    ['where Sentry cannot count', { meta: () => aFailure({ status: 404, permanent: true }) }],
  ])('%s', async (_, given) => {
    const { complete, asked } = await watched(given);
    expect(complete).toBe(true);
    expect(metas(asked)).toBe(1);
  });

  test('if a segment has a parent elsewhere, and our own span is missing', async () => {
    const segment = aSpan(9, { isSegment: true, parentSpanId: spanId(99) });
    expect((await watched({ polls: [[...SPANS, segment]] })).complete).toBe(true);
    const below = aSpan(3, { parentSpanId: SENT_SPAN_ID });
    expect((await watched({ polls: [[below]] })).complete).toBe(true);
  });

  test('up to the number of spans that Sentry returns', async () => {
    const spans = (count: number) => [
      ...SPANS,
      ...Array.from({ length: count - SPANS.length }, (_, at) => aSpan(10 + at, { parentSpanId: spanId(3) })),
    ];
    expect((await watched({ polls: [spans(9_999)] })).partial).toBeNull();
    expect((await watched({ polls: [spans(10_000)] })).partial).toBe(
      'Sentry gives no more than 10,000 spans',
    );
  });
});

describe('a trace is partial', () => {
  test.each<[string, Watched, string]>([
    ['that was not read', { count: 0 }, 'it was not read'],
    ['without a span of the target', { polls: [OUR_SPANS] }, "no span of the target's is in it"],
    ['of which Sentry counts more', { meta: () => ({ spans: 9 }) }, 'Sentry counts 9 spans and gave 3'],
    ['of which Sentry counts one more', { meta: () => ({ spans: 4 }) }, 'Sentry counts 4 spans and gave 3'],
    [
      'whose count Sentry did not give this time',
      { meta: () => aFailure() },
      "Sentry's count of its spans could not be read",
    ],
    [
      'in which the parent of a span is missing',
      { polls: [[...SPANS, aSpan(9, { parentSpanId: spanId(8) })]] },
      'the parent of a span is missing',
    ],
    [
      'that was read too few times',
      { count: 2, intervalMs: SETTLE_MS },
      'the wait ended before it was complete',
    ],
    ['that was not watched for long enough', { count: SETTLED - 1 }, 'the wait ended before it was complete'],
    [
      'that grew a moment ago',
      { polls: [OUR_SPANS, OUR_SPANS, SPANS], count: SETTLED + 1 },
      'the wait ended before it was complete',
    ],
  ])('%s', async (_, given, partial) => {
    expect(await watched(given)).toMatchObject({ complete: false, partial });
  });
});

describe('Sentry counts spans on request', () => {
  test('only if something is missing', async () => {
    expect(metas((await watched({ test: { expected: [awaited('ingest')] } })).asked)).toBe(0);
  });

  test('not while spans may still arrive', async () => {
    expect(metas((await watched({ count: SETTLED - 1 })).asked)).toBe(0);
  });

  test('once for the same spans, and again if more have arrived', async () => {
    expect(metas((await watched({ count: SETTLED + 3 })).asked)).toBe(1);
    const more = [...SPANS, aSpan(4)];
    const polls = [...Array.from({ length: SETTLED }, () => SPANS), more];
    expect(metas((await watched({ polls, count: 2 * SETTLED })).asked)).toBe(2);
  });
});

describe('a stage that its probe confirmed', () => {
  const expected = [
    awaited('ingest'),
    awaited('saved', { stage: 'save', required: true }),
    awaited('filled', { stage: 'fill', required: true }),
  ];

  test('is not waited for; others are', async () => {
    const one = await watched({ test: { expected, isConfirmed: (stage) => stage === 'save' } });
    expect(one.decision).toEqual({ done: false, because: 'missing', waitingFor: ['filled'] });
    const none = await watched({ test: { expected } });
    expect(none.decision).toEqual({ done: false, because: 'missing', waitingFor: ['saved', 'filled'] });
    const both = await watched({
      ...{ count: 3, intervalMs: ISSUES_MS / 2 },
      test: { expected, isConfirmed: () => true },
    });
    expect(both.decision).toEqual({ done: true, how: 'complete', awaited: [] });
  });

  test('ends the search for its background work, too', async () => {
    const follow = [{ query: 'signalId:s1', withinMs: 600_000, always: false }];
    const awaiting = await watched({ test: { expected, follow } });
    expect(awaiting.decision).toMatchObject({
      waitingFor: ['saved', 'filled', 'a trace with signalId:s1'],
    });
    const confirmed = await watched({ test: { expected, follow, isConfirmed: () => true } });
    expect(confirmed.decision).toMatchObject({ done: true });
  });
});

test('a search that Sentry refuses does not make the trace partial', async () => {
  const refused = aFailure({ permanent: true, status: 400, message: 'HTTP 400: bad query' });
  const follow = [{ query: 'bad', withinMs: 600_000, always: false }];
  const { complete, reading } = await watched({ search: () => refused, test: { follow } });
  expect(complete).toBe(true);
  expect(reading.followed).toMatchObject([{ problem: 'HTTP 400: bad query', found: false }]);
});
