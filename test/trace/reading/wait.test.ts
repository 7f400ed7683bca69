import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type Observation, observe } from '../../../src/lib/trace/reading/wait.ts';
import { type WaitState, waitingText } from '../../../src/lib/trace/reading/wait-text.ts';
import { ourSpanIds } from '../../../src/lib/trace/spans/own-spans.ts';
import { aSpan, awaited, OUR_SPANS, SENT_SPAN_ID, spanId } from '../spans.ts';

const SETTLE_MS = 15_000;
const settleMs = SETTLE_MS;
const optional = { label: 'ab-routing', required: false };
const required = { label: 'database-save', required: true };

/** Polls 2 s apart, each with its number of spans; two of them are ours. */
function polls(counts: readonly number[], missing: Observation['missing'] = []): readonly Observation[] {
  return counts.map((spanCount, at) => ({
    atMs: at * 2_000,
    spanCount,
    foreignCount: Math.max(0, spanCount - 2),
    missing,
  }));
}

describe('the stop rule', () => {
  test.each([
    ['before the first poll', polls([])],
    ['while nothing came', polls([0, 0, 0, 0])],
  ])('waits for spans %s', (_, observations) => {
    expect(decide(observations, { settleMs })).toEqual({ done: false, because: 'no-spans', waitingFor: [] });
  });

  test('does not treat our own spans as a trace, however long they stay alone', () => {
    expect(decide(polls(Array(60).fill(2)), { settleMs })).toMatchObject({ because: 'only-our-spans' });
  });

  test('requires an unchanged count for two polls', () => {
    expect(decide(polls([7]), { settleMs })).toMatchObject({ done: false, because: 'growing' });
    expect(decide(polls([5, 7, 7]), { settleMs })).toMatchObject({ done: false, because: 'growing' });
    expect(decide(polls([5, 7, 7, 7]), { settleMs })).toEqual({ done: true, how: 'complete', awaited: [] });
    expect(decide(polls([7, 7, 7, 8]), { settleMs })).toMatchObject({ done: false, because: 'growing' });
  });

  test('waits for a required span until the deadline', () => {
    const observations = polls(Array(60).fill(7), [optional, required]);
    expect(decide(observations, { settleMs })).toEqual({
      done: false,
      because: 'missing',
      waitingFor: ['ab-routing', 'database-save'],
    });
  });

  test('waits for an optional span until nothing has arrived for the settle time', () => {
    const settled = 1 + SETTLE_MS / 2_000;
    expect(decide(polls(Array(Math.floor(settled)).fill(7), [optional]), { settleMs })).toEqual({
      done: false,
      because: 'missing',
      waitingFor: ['ab-routing'],
    });
    expect(decide(polls(Array(Math.ceil(settled)).fill(7), [optional]), { settleMs })).toEqual({
      done: true,
      how: 'settled',
      awaited: ['ab-routing'],
    });
    const late = polls([...Array(Math.ceil(settled)).fill(7), 8, 8, 8], [optional]);
    expect(decide(late, { settleMs })).toMatchObject({ done: false });
  });

  test('without a settle time still requires two unchanged polls', () => {
    expect(decide(polls([7], [optional]), { settleMs: 0 })).toMatchObject({ done: false });
  });

  describe('once every expected span is there, waits for issues, which arrive separately', () => {
    /** Polls half a second apart. */
    const often = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ...polls([7])[0], atMs: at * 500 }) as Observation);

    test.each([
      // Three polls would be enough of spans.
      [3, SETTLE_MS, false],
      [4, SETTLE_MS, false],
      [5, SETTLE_MS, true],
      // But no longer than the settle time.
      [3, 1_000, true],
      [3, 1_001, false],
      [4, 1_001, true],
      [3, 0, true],
      [2, 0, false],
    ])('%i polls, with a settle time of %i ms: %s', (count, settle, done) => {
      expect(decide(often(count), { settleMs: settle }).done).toBe(done);
    });

    test('from the last span on', () => {
      const grown = often(9).map((each, at) => (at < 4 ? { ...each, spanCount: 6 } : each));
      expect(decide(grown.slice(0, 8), { settleMs })).toMatchObject({ done: false, because: 'growing' });
      expect(decide(grown, { settleMs })).toMatchObject({ done: true, how: 'complete' });
    });
  });

  test('is never done with required spans missing, spans still arriving or only ours', () => {
    const observation = fc.record({
      spanCount: fc.nat({ max: 4 }),
      ours: fc.nat({ max: 2 }),
      missing: fc.subarray([optional, required]),
    });
    fc.assert(
      fc.property(fc.array(observation), (seen) => {
        const observations = seen.map(({ spanCount, ours, missing }, at) => ({
          atMs: at * 2_000,
          spanCount,
          foreignCount: Math.max(0, spanCount - ours),
          missing,
        }));
        const decision = decide(observations, { settleMs });
        if (!decision.done) return;
        const counts = observations.slice(-3).map(({ spanCount }) => spanCount);
        expect(counts).toHaveLength(3);
        expect(new Set(counts).size).toBe(1);
        expect(observations.at(-1)?.foreignCount).toBeGreaterThan(0);
        expect(observations.at(-1)?.missing).not.toContain(required);
      }),
    );
  });
});

describe('what a poll sees', () => {
  const ours = ourSpanIds({ spans: OUR_SPANS }, SENT_SPAN_ID);

  test('does not count our spans as expected ones', () => {
    const expected = [awaited('any call', { matches: ({ op }) => op === 'http.client' })];
    const look = (spans = OUR_SPANS) => observe({ atMs: 5, spans, earlierSpans: 0, ours, expected });
    expect(look()).toEqual({
      atMs: 5,
      spanCount: 2,
      foreignCount: 0,
      missing: [{ label: 'any call', required: false }],
    });
    expect(look([...OUR_SPANS, aSpan(3, { op: 'http.client' })]).missing).toEqual([]);
  });

  test('requires as many spans as expected, and counts those of earlier attempts', () => {
    const expected = [awaited('engine', { minCount: 2 }), awaited('none', { minCount: 0 })];
    const look = (count: number) =>
      observe({
        atMs: 0,
        spans: [...OUR_SPANS, ...Array.from({ length: count }, (_, at) => aSpan(3 + at, { name: 'engine' }))],
        earlierSpans: 4,
        ours,
        expected,
      });
    expect(look(1)).toMatchObject({ spanCount: 7, foreignCount: 1, missing: [{ label: 'engine' }] });
    expect(look(2).missing).toEqual([]);
  });
});

describe('our own spans', () => {
  test('are the root and its requests, also those of attempts before the last', () => {
    const earlierAttempt = aSpan(9, { parentSpanId: spanId(1) });
    const target = aSpan(3);
    const spans = [...OUR_SPANS, earlierAttempt, target];
    expect([...ourSpanIds({ spans }, SENT_SPAN_ID)].sort()).toEqual([spanId(1), spanId(2), spanId(9)]);
  });

  test('are none without a DSN, and one while the root has not arrived', () => {
    expect(ourSpanIds({ spans: [aSpan(3)] }, SENT_SPAN_ID).size).toBe(0);
    const request = OUR_SPANS.slice(1);
    expect([...ourSpanIds({ spans: [...request, aSpan(3)] }, SENT_SPAN_ID)]).toEqual([SENT_SPAN_ID]);
  });
});

const aState = (overrides: Partial<WaitState> = {}): WaitState => ({
  ...{ index: 1, polled: true, spanCount: 3, problem: null },
  decision: { done: false, because: 'missing', waitingFor: ['ab-routing'] },
  ...overrides,
});
const COMPLETE = aState({ decision: { done: true, how: 'complete', awaited: [] } });
const waitsFor = (because: 'no-spans' | 'only-our-spans' | 'growing') =>
  aState({ decision: { done: false, because, waitingFor: [] } });

describe('one trace as text', () => {
  test.each<[Partial<WaitState> & Pick<WaitState, 'decision'>, string]>([
    [{ decision: decide(polls([]), { settleMs }), spanCount: 0 }, 'no spans yet'],
    [
      { decision: decide(polls([2]), { settleMs }), spanCount: 2 },
      "2 spans so far, all from prod-e2e; waiting for the target's spans",
    ],
    [{ decision: decide(polls([3]), { settleMs }) }, '3 spans so far; waiting for more'],
    [
      { decision: decide(polls([1]), { settleMs }), spanCount: 1 },
      "1 span so far, all from prod-e2e; waiting for the target's spans",
    ],
    [
      { decision: { done: false, because: 'missing', waitingFor: ['a', 'b', 'c'] } },
      '3 spans so far; waiting for a, b, c',
    ],
    [
      { decision: { done: false, because: 'missing', waitingFor: ['a', 'b', 'c', 'd', 'e'] } },
      '3 spans so far; waiting for a, b, c and 2 more',
    ],
    [{ decision: decide(polls([7, 7, 7]), { settleMs }), spanCount: 7 }, '7 spans, complete'],
    [
      { decision: decide(polls(Array(20).fill(7), [optional]), { settleMs }), spanCount: 7 },
      '7 spans, without ab-routing',
    ],
    [{ ...aState({ polled: false }) }, "waiting for Sentry's first response"],
    [{ ...aState({ problem: 'sentry.io refused the connection' }) }, 'sentry.io refused the connection'],
  ])('%#: %j', (state, words) => {
    expect(waitingText([aState(state)], null)).toBe(words);
  });

  test('a pause is shown', () => {
    expect(waitingText([aState()], 'Sentry limits requests')).toBe('Sentry limits requests');
  });
});

describe('several traces as text', () => {
  test.each<[readonly WaitState[], string | null, string]>([
    [
      [COMPLETE, COMPLETE, COMPLETE, aState(), COMPLETE],
      null,
      '4 of 5 traces complete; waiting for ab-routing in trace 14',
    ],
    [[COMPLETE, aState(), aState()], null, '1 of 3 traces complete; waiting for ab-routing in 2 traces'],
    [[aState(), waitsFor('no-spans')], null, '0 of 2 traces complete; waiting for ab-routing in trace 11'],
    [[COMPLETE, waitsFor('no-spans')], null, '1 of 2 traces complete; no spans yet in trace 12'],
    [
      [COMPLETE, waitsFor('only-our-spans')],
      null,
      "1 of 2 traces complete; waiting for the target's spans in trace 12",
    ],
    [[COMPLETE, waitsFor('growing')], null, '1 of 2 traces complete; waiting for more spans in trace 12'],
    [
      [COMPLETE, aState({ polled: false })],
      null,
      "1 of 2 traces complete; waiting for Sentry's first response",
    ],
    [
      [aState({ problem: 'sentry.io refused the connection' }), aState()],
      null,
      '0 of 2 traces complete; sentry.io refused the connection',
    ],
    [[COMPLETE, COMPLETE], null, '2 of 2 traces complete'],
    [[COMPLETE, aState()], 'Sentry limits requests', '1 of 2 traces complete; Sentry limits requests'],
  ])('%#', (states, paused, words) => {
    // Numbers of tests, not places in the list: only some tests of a large run are read.
    const numbered = states.map((state, at) => ({ ...state, index: at + 11 }));
    expect(waitingText(numbered, paused)).toBe(words);
  });
});
