import { describe, expect, test } from 'vitest';
import type { Trace, TraceSpan } from '../../../src/lib/model/trace.ts';
import { createFollower, MAX_FOLLOWED_TRACES } from '../../../src/lib/trace/reading/follow.ts';
import { aFailure, scriptedApi } from '../scripted-api.ts';
import { anIssue, aSpan, spanId } from '../spans.ts';

const SENT_AT_MS = 1_000_000;
const timing = { signal: new AbortController().signal, withinMs: 1_000 };

function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, 'd');
}

function aRoot(id: number, overrides: Partial<TraceSpan> = {}): TraceSpan {
  return aSpan(id, {
    parentSpanId: null,
    isSegment: true,
    startMs: SENT_AT_MS + id,
    attributes: { signalId: 'sig_1' },
    ...overrides,
  });
}

/** Follows one search over these traces; each found span is a trace and a span id. */
async function follow(
  traces: Readonly<Record<string, readonly TraceSpan[] | Trace>>,
  found: readonly (readonly [trace: number, span: number])[],
) {
  const scripted = scriptedApi({
    trace: (traceId) => traces[traceId] ?? [],
    search: () => found.map(([trace, span]) => ({ traceId: traceIdOf(trace), spanId: spanId(span) })),
  });
  const follower = createFollower({
    search: { query: 'signalId:{{response.signal_id}}', withinMs: 60_000, always: false },
    values: { response: { signal_id: 'sig_1' } },
    traceId: traceIdOf(0),
    sentAtMs: SENT_AT_MS,
    attributes: [],
    api: scripted.api,
  });
  const failure = await follower.poll(timing);
  return { ...scripted, failure, follower, state: follower.state() };
}

describe('a trace is followed', () => {
  test('completely if its root is what was found', async () => {
    const spans = [aRoot(1), aSpan(2)];
    const trace = { traceId: traceIdOf(1), spans, issues: [anIssue()] };
    const { state } = await follow({ [traceIdOf(1)]: trace }, [[1, 1]]);
    expect(state).toEqual({
      ...{ searched: 'signalId:sig_1', always: false },
      ...{ found: true, traces: [trace], problem: null },
    });
  });

  test('if the parent of what was found is not in it', async () => {
    const orphan = aRoot(5, { isSegment: false, parentSpanId: spanId(99) });
    expect((await follow({ [traceIdOf(1)]: [orphan] }, [[1, 5]])).state.found).toBe(true);
  });

  test('only below its root if other webhooks have work in it', async () => {
    const other = aRoot(10, { attributes: { signalId: 'sig_2' } });
    const spans = [aRoot(1), aSpan(2), aSpan(3), other, aSpan(11)];
    const { state } = await follow({ [traceIdOf(1)]: spans }, [[1, 1]]);
    expect(state.traces[0]?.spans.map((span) => span.spanId)).toEqual([1, 2, 3].map(spanId));
  });

  test('completely if services further down have their own roots in it', async () => {
    const downstream = aSpan(2, { isSegment: true });
    const trace = { traceId: traceIdOf(1), spans: [aRoot(1), downstream], issues: [anIssue()] };
    expect((await follow({ [traceIdOf(1)]: trace }, [[1, 1]])).state.traces).toEqual([trace]);
  });

  test('even if parents form a cycle', async () => {
    const circle = [aRoot(1, { parentSpanId: spanId(2) }), aSpan(2), aRoot(9, { attributes: {} })];
    const { state } = await follow({ [traceIdOf(1)]: circle }, [[1, 1]]);
    expect(state.traces[0]?.spans).toHaveLength(2);
  });
});

describe('a trace is not followed', () => {
  test('if only a span further down was found', async () => {
    const spans = [aRoot(1, { attributes: {} }), aSpan(2, { attributes: { signalId: 'sig_1' } })];
    expect((await follow({ [traceIdOf(1)]: spans }, [[1, 2]])).state.found).toBe(false);
  });

  test('if its root belongs to another webhook', async () => {
    const { state } = await follow({ [traceIdOf(1)]: [aRoot(1, { attributes: { signalId: 'sig_2' } })] }, [
      [1, 1],
    ]);
    expect(state.found).toBe(false);
  });

  test('if it began before the webhook was sent, by more than clock skew', async () => {
    const at = (startMs: number) => follow({ [traceIdOf(1)]: [aRoot(1, { startMs })] }, [[1, 1]]);
    expect((await at(SENT_AT_MS - 60_000)).state.found).toBe(true);
    expect((await at(SENT_AT_MS - 60_001)).state.found).toBe(false);
  });

  test("if it is the test's own", async () => {
    const { state, asked } = await follow({ [traceIdOf(0)]: [aRoot(1)] }, [[0, 1]]);
    expect(state.found).toBe(false);
    expect(asked).toEqual(['signalId:sig_1']);
  });

  test('before it can be read', async () => {
    expect((await follow({}, [[1, 1]])).state.found).toBe(false);
  });
});

test.each([true, false])('a search records whether its service keeps every trace: %s', (always) => {
  const { api } = scriptedApi({ trace: () => [] });
  const follower = createFollower({
    search: { query: 'signalId:x', withinMs: 60_000, always },
    ...{ values: {}, traceId: traceIdOf(0), sentAtMs: SENT_AT_MS, attributes: [], api },
  });
  expect(follower.state()).toMatchObject({ always, found: false });
});

test('attempts are kept in order, only the newest few of many', async () => {
  const many = Array.from({ length: MAX_FOLLOWED_TRACES + 3 }, (_, at) => at + 1);
  const traces = Object.fromEntries(many.map((number) => [traceIdOf(number), [aRoot(number)]]));
  // Sentry gives the newest first.
  const { state } = await follow(
    traces,
    many.toReversed().map((number) => [number, number]),
  );
  expect(state.traces.map(({ traceId }) => traceId)).toEqual(many.slice(-MAX_FOLLOWED_TRACES).map(traceIdOf));
});

test('a root must match every value of the search that it has', async () => {
  const found = async (attributes: TraceSpan['attributes']) => {
    const { api } = scriptedApi({
      trace: () => [aRoot(1, { attributes })],
      search: () => [{ traceId: traceIdOf(1), spanId: spanId(1) }],
    });
    const follower = createFollower({
      search: {
        query: 'signalId:{{response.signal_id}} order:{{response.order}}',
        withinMs: 60_000,
        always: false,
      },
      values: { response: { signal_id: 'sig_1', order: 7 } },
      traceId: traceIdOf(0),
      sentAtMs: SENT_AT_MS,
      attributes: [],
      api,
    });
    await follower.poll(timing);
    return follower.state().found;
  };
  expect(await found({ signalId: 'sig_1', order: 7 })).toBe(true);
  expect(await found({ signalId: 'sig_1' })).toBe(true);
  expect(await found({ signalId: 'sig_1', order: 8 })).toBe(false);
  expect(await found({ signalId: 'sig_2', order: 7 })).toBe(false);
});

describe('a search', () => {
  test('that fails is repeated while there is time, and forgets nothing', async () => {
    let failing = true;
    const { api } = scriptedApi({
      trace: () => [aRoot(1)],
      search: () => (failing ? aFailure() : [{ traceId: traceIdOf(1), spanId: spanId(1) }]),
    });
    const follower = createFollower({
      search: { query: 'signalId:{{response.signal_id}}', withinMs: 60_000, always: false },
      values: { response: { signal_id: 'sig_1' } },
      traceId: traceIdOf(0),
      sentAtMs: SENT_AT_MS,
      attributes: [],
      api,
    });
    expect(await follower.poll(timing)).toEqual(aFailure());
    expect(follower.isWorthwhile(59_999)).toBe(true);
    expect(follower.isWorthwhile(60_000)).toBe(false);
    failing = false;
    expect(await follower.poll(timing)).toBeNull();
    expect(follower.isWorthwhile(60_000)).toBe(true);
    failing = true;
    await follower.poll(timing);
    expect(follower.state().found).toBe(true);
  });

  test('whose trace cannot be read reports that problem', async () => {
    const { api } = scriptedApi({
      trace: () => aFailure({ status: 502 }),
      search: () => [{ traceId: traceIdOf(1), spanId: spanId(1) }],
    });
    const follower = createFollower({
      search: { query: 'signalId:x', withinMs: 60_000, always: false },
      values: {},
      traceId: traceIdOf(0),
      sentAtMs: SENT_AT_MS,
      attributes: [],
      api,
    });
    expect(await follower.poll(timing)).toEqual(aFailure({ status: 502 }));
    expect(follower.state()).toMatchObject({
      ...{ found: false, traces: [] },
      problem: 'sentry.example.com responded with HTTP 502',
    });
  });

  test('requests 50 spans with the joining attributes and those that are checked', async () => {
    const asked: unknown[] = [];
    const { api } = scriptedApi({
      trace: () => [aRoot(1)],
      search: () => [{ traceId: traceIdOf(1), spanId: spanId(1) }],
    });
    const follower = createFollower({
      search: { query: 'signalId:{{response.signal_id}}', withinMs: 60_000, always: false },
      values: { response: { signal_id: 'sig_1' } },
      traceId: traceIdOf(0),
      sentAtMs: SENT_AT_MS,
      attributes: ['db.system'],
      api: {
        searchSpans: (query, options) => {
          asked.push({ query, ...options });
          return api.searchSpans(query, options);
        },
        readTrace: (traceId, options) => {
          asked.push({ traceId, ...options });
          return api.readTrace(traceId, options);
        },
      },
    });
    await follower.poll(timing);
    expect(asked).toEqual([
      { query: 'signalId:sig_1', ...timing, fields: ['signalId'], maxRows: 50 },
      { traceId: traceIdOf(1), ...timing, startedAt: SENT_AT_MS, attributes: ['db.system', 'signalId'] },
    ]);
  });

  test('that is permanently refused is not repeated', async () => {
    const refused = aFailure({ message: 'HTTP 400: bad query', status: 400, permanent: true });
    const { api } = scriptedApi({ trace: () => [], search: () => refused });
    const search = { query: 'signalId:x', withinMs: 60_000, always: false };
    const follower = createFollower({
      search,
      values: {},
      traceId: traceIdOf(0),
      sentAtMs: SENT_AT_MS,
      attributes: [],
      api,
    });
    expect(await follower.poll(timing)).toEqual(refused);
    expect(follower.isWorthwhile(0)).toBe(false);
    expect(follower.state().problem).toBe('HTTP 400: bad query');
  });
});
