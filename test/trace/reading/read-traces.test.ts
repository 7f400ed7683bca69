import { describe, expect, test } from 'vitest';
import type { TraceSpan } from '../../../src/lib/model/trace.ts';
import { type ReadTracesOptions, readTraces } from '../../../src/lib/trace/reading/read-traces.ts';
import type { TracedTest, TraceReading } from '../../../src/lib/trace/reading/watched-trace.ts';
import type { ApiFailure } from '../../../src/lib/trace/sentry-api/failures.ts';
import { aFailure, fakeClock, LIMITED, scriptedApi } from '../scripted-api.ts';
import { anIssue, aSpan, awaited, OUR_SPANS, SENT_SPAN_ID } from '../spans.ts';

const DEADLINE_MS = 90_000;
const INTERVAL_MS = 2_000;

function traced(at: number, overrides: Partial<TracedTest> = {}): TracedTest {
  return {
    index: at,
    name: `CHOP #${at}`,
    traceId: at.toString(16).padStart(32, 'a'),
    spanId: SENT_SPAN_ID,
    sentAtMs: 1_000,
    expected: [awaited('webhook-ingestion'), awaited('ab-routing')],
    follow: [],
    values: {},
    isConfirmed: () => false,
    ...overrides,
  };
}

const INGESTION = aSpan(3, { name: 'webhook-ingestion' });
const WHOLE = [...OUR_SPANS, INGESTION, aSpan(4, { name: 'ab-routing' })];
const WITHOUT_ROUTING = [...OUR_SPANS, INGESTION];

/** Reads with a clock of its own; `api` gets the time that has passed. */
async function read(
  scripts: {
    readonly trace: (
      traceId: string,
      elapsedMs: number,
    ) => ReturnType<Parameters<typeof scriptedApi>[0]['trace']>;
    readonly search?: Parameters<typeof scriptedApi>[0]['search'];
  },
  options: Partial<ReadTracesOptions> & { readonly onSleep?: (elapsedMs: number) => void } = {},
) {
  const clock = fakeClock();
  const scripted = scriptedApi({
    trace: (traceId) => scripts.trace(traceId, clock.elapsedMs()),
    ...(scripts.search === undefined ? {} : { search: scripts.search }),
  });
  const readings: TraceReading[] = [];
  const progress: string[] = [];
  const pauses: string[] = [];
  await readTraces({
    tests: [traced(1)],
    attributes: [],
    deadlineMs: DEADLINE_MS,
    ...{ intervalMs: INTERVAL_MS, settleMs: 15_000 },
    onProgress: (each) => {
      if (each.resumesInMs !== null) pauses.push(`${each.progress} (${each.resumesInMs})`);
      else progress.push(each.progress);
    },
    onReading: (each) => readings.push(each),
    stop: new AbortController().signal,
    ...options,
    api: scripted.api,
    ports: {
      ...clock.ports,
      sleep: async (ms, signal) => {
        await clock.ports.sleep(ms, signal);
        options.onSleep?.(clock.elapsedMs());
      },
    },
  });
  const [reading] = readings;
  if (reading === undefined && options.stop === undefined) throw new Error('no reading');
  return { ...scripted, clock, readings, progress, pauses, reading };
}

describe('a trace', () => {
  test('that arrives in parts is waited for, and the wait is reported while it lasts', async () => {
    const steps: readonly (readonly TraceSpan[])[] = [[], OUR_SPANS, WITHOUT_ROUTING, WHOLE];
    const { reading, progress } = await read({
      trace: (_, elapsedMs) => steps[Math.min(3, elapsedMs / INTERVAL_MS)] ?? [],
    });
    expect(reading).toEqual({
      name: 'CHOP #1',
      traceId: traced(1).traceId,
      trace: { traceId: traced(1).traceId, spans: WHOLE, issues: [] },
      followed: [],
      // Everything came, so that what else could come was not waited for.
      ...{ settled: false, complete: false, partial: 'the wait ended before it was complete' },
      reason: null,
      failure: null,
      wait: { polls: 6, waitedMs: 10_000, awaited: [] },
    });
    expect(progress).toEqual([
      'no spans yet',
      "2 spans so far, all from prod-e2e; waiting for the target's spans",
      '3 spans so far; waiting for ab-routing',
      '4 spans so far; waiting for more',
      '4 spans, complete',
    ]);
  });

  test('without an optional span is not waited for until the deadline', async () => {
    const { reading } = await read({ trace: () => WITHOUT_ROUTING });
    expect(reading).toMatchObject({ reason: null, wait: { waitedMs: 16_000, awaited: ['ab-routing'] } });
  });

  test('without a required span is waited for until the deadline, and judged because nothing else arrived', async () => {
    const expected = [awaited('ab-routing', { required: true })];
    const { reading, clock } = await read(
      { trace: () => WITHOUT_ROUTING },
      { tests: [traced(1, { expected })] },
    );
    expect(reading).toMatchObject({ reason: null, wait: { waitedMs: DEADLINE_MS, awaited: ['ab-routing'] } });
    expect(clock.elapsedMs()).toBe(DEADLINE_MS);
  });

  test('is read for the last time at the deadline', async () => {
    const { reading, clock } = await read({ trace: () => [] }, { deadlineMs: 4_900 });
    expect(clock.sleeps).toEqual([2_000, 2_900]);
    expect(reading).toMatchObject({ wait: { polls: 3, waitedMs: 4_900 } });
  });

  test('without a deadline is read once', async () => {
    const { reading } = await read({ trace: () => WHOLE }, { deadlineMs: 0 });
    expect(reading).toMatchObject({ reason: 'not-settled', wait: { polls: 1, waitedMs: 0 } });
  });
});

describe('a trace that cannot be judged has the reason', () => {
  test('not-found', async () => {
    const { reading } = await read({ trace: () => [] });
    expect(reading).toMatchObject({
      reason: 'not-found',
      trace: { spans: [] },
      wait: { waitedMs: DEADLINE_MS, awaited: ['webhook-ingestion', 'ab-routing'] },
    });
  });

  test('only-our-spans, even if an issue is attached to them', async () => {
    const [root, request] = OUR_SPANS;
    if (root === undefined || request === undefined) throw new Error('two spans');
    const { reading } = await read({ trace: () => [{ ...root, issues: [anIssue()] }, request] });
    expect(reading?.reason).toBe('only-our-spans');
  });

  test('sampled-out, if a service reported an error in it but none of its spans is there', async () => {
    const { reading } = await read({
      trace: (traceId) => ({ traceId, spans: OUR_SPANS, issues: [anIssue()] }),
    });
    expect(reading?.reason).toBe('sampled-out');
  });

  test('late, if it was still growing', async () => {
    const { reading } = await read({
      trace: (_, elapsedMs) => [
        ...WHOLE,
        ...Array.from({ length: elapsedMs / 1_000 }, (__, at) => aSpan(at + 9)),
      ],
    });
    expect(reading).toMatchObject({ reason: 'late', wait: { waitedMs: DEADLINE_MS, awaited: [] } });
  });

  test('not-settled, if a required span was missing and the last ones came 10 s ago', async () => {
    const { reading } = await read(
      { trace: (_, elapsedMs) => (elapsedMs < DEADLINE_MS - 10_000 ? OUR_SPANS : WITHOUT_ROUTING) },
      { tests: [traced(1, { expected: [awaited('ab-routing', { required: true })] })] },
    );
    expect(reading).toMatchObject({ reason: 'not-settled', wait: { awaited: ['ab-routing'] } });
  });

  test("api-error, with Sentry's message", async () => {
    const { reading, progress } = await read({ trace: () => aFailure() });
    expect(reading).toMatchObject({ reason: 'api-error', trace: null, failure: aFailure() });
    expect(progress).toEqual(['sentry.example.com responded with HTTP 502']);
  });

  test('api-error at once, if another request will not help', async () => {
    const { reading, clock } = await read({
      trace: () => aFailure({ problem: 'bad-request', permanent: true, status: 400 }),
    });
    expect(reading).toMatchObject({ reason: 'api-error', wait: { polls: 1 } });
    expect(clock.elapsedMs()).toBe(0);
  });

  test('none, if it was complete before the API failed', async () => {
    const { reading } = await read(
      { trace: (_, elapsedMs) => (elapsedMs < 10_000 ? WITHOUT_ROUTING : aFailure()) },
      { deadlineMs: 14_000 },
    );
    expect(reading).toMatchObject({ reason: null, failure: null, wait: { awaited: ['ab-routing'] } });
  });

  test.each(['unauthorized', 'org-mismatch', 'unavailable'] as const)(
    '%s, which applies to all of them',
    async (reason) => {
      const tests = Array.from({ length: 20 }, (_, at) => traced(at + 1));
      const refused = aFailure({ reason, message: 'No', status: 403, permanent: true });
      const { readings, asked, clock } = await read({ trace: () => refused }, { tests });
      expect(readings.map((each) => each.name).sort()).toEqual(tests.map(({ name }) => name).sort());
      expect(new Set(readings.map((each) => `${each.reason} ${each.failure?.message}`))).toEqual(
        new Set([`${reason} No`]),
      );
      expect(asked.length).toBeLessThanOrEqual(5);
      expect(clock.elapsedMs()).toBe(0);
    },
  );
});

describe('fifty traces', () => {
  const tests = Array.from({ length: 50 }, (_, at) => traced(at + 1));

  test('take one wait, five at a time', async () => {
    const visible = (_: string, elapsedMs: number) => (elapsedMs < 10_000 ? OUR_SPANS : WHOLE);
    const one = await read({ trace: visible });
    const fifty = await read({ trace: visible }, { tests });
    expect(fifty.readings).toHaveLength(50);
    expect(fifty.readings.every(({ reason }) => reason === null)).toBe(true);
    expect(fifty.clock.elapsedMs()).toBe(one.clock.elapsedMs());
    expect(fifty.mostAtOnce()).toBe(5);
  });

  test('that never arrive take one deadline', async () => {
    const { readings, clock } = await read({ trace: () => [] }, { tests });
    expect(new Set(readings.map(({ reason }) => reason))).toEqual(new Set(['not-found']));
    expect(clock.elapsedMs()).toBe(DEADLINE_MS);
  });

  test('each get their own reading as soon as it is known', async () => {
    const slow = traced(1);
    const { readings } = await read(
      { trace: (traceId, elapsedMs) => (traceId === slow.traceId && elapsedMs < 30_000 ? OUR_SPANS : WHOLE) },
      { tests },
    );
    expect(readings.at(-1)?.name).toBe(slow.name);
    expect(readings.filter(({ wait }) => wait.waitedMs === 4_000)).toHaveLength(49);
  });
});

/** Reads with an API of its own; each read takes so long on its clock, and is handed the signal that ends it. */
async function readSlowly({
  tests,
  deadlineMs,
  tookMs,
  trace,
}: {
  readonly tests: readonly TracedTest[];
  readonly deadlineMs: number;
  readonly tookMs: number;
  readonly trace: (signal: AbortSignal | undefined) => Promise<readonly TraceSpan[] | ApiFailure>;
}): Promise<readonly TraceReading[]> {
  const clock = fakeClock();
  const readings: TraceReading[] = [];
  const stop = new AbortController().signal;
  await readTraces({
    ...{ tests, deadlineMs, stop, attributes: [], intervalMs: INTERVAL_MS, ports: clock.ports },
    settleMs: 15_000,
    api: {
      ...scriptedApi({ trace: () => [] }).api,
      readTrace: async (traceId, { signal } = {}) => {
        const read = await trace(signal);
        await clock.ports.sleep(tookMs, stop);
        return 'kind' in read ? read : { kind: 'trace', trace: { traceId, spans: read, issues: [] } };
      },
    },
    onProgress: () => {},
    onReading: (each) => readings.push(each),
  });
  return readings;
}

describe('a Sentry that responds slowly', () => {
  const tests = Array.from({ length: 50 }, (_, at) => traced(at + 1));

  test('leaves traces for which there was no time, with the reason', async () => {
    const readings = await readSlowly({
      ...{ tests, deadlineMs: 10_000, tookMs: 3_000 },
      trace: async () => WHOLE,
    });
    expect(readings).toHaveLength(50);
    const unread = readings.filter(({ trace }) => trace === null);
    expect(unread.length).toBeGreaterThan(0);
    expect(unread.length).toBeLessThan(50);
    for (const reading of unread)
      expect(reading).toMatchObject({
        reason: 'api-error',
        failure: {
          problem: 'too-slow',
          message: 'Sentry responded too slowly to read every trace in time',
        },
        wait: { polls: 0 },
      });
  });

  test('or not at all: those that were not reached have the same reason as those that were', async () => {
    const hangs = aFailure({ problem: 'no-response', message: 'sentry.io did not respond in time' });
    const readings = await readSlowly({
      ...{ tests, deadlineMs: 10_000, tookMs: 5_000 },
      trace: async () => hangs,
    });
    expect(readings).toHaveLength(50);
    expect(new Set(readings.map(({ failure, reason }) => `${reason}: ${failure?.message}`))).toEqual(
      new Set(['api-error: sentry.io did not respond in time']),
    );
  });

  test.each<[string, number, string]>([
    // It was read before: that read is the reason.
    ['the last one', 3, 'only-our-spans: undefined'],
    ['every one', 0, 'api-error: sentry.io did not respond in time'],
  ])('is cut off: %s', async (_, responses, expected) => {
    const hangs = aFailure({ problem: 'no-response', message: 'sentry.io did not respond in time' });
    let reads = 0;
    const [reading] = await readSlowly({
      ...{ tests: [traced(1)], deadlineMs: responses * INTERVAL_MS, tookMs: 0 },
      trace: (signal) =>
        ++reads <= responses
          ? Promise.resolve(OUR_SPANS)
          : new Promise((resolve) => signal?.addEventListener('abort', () => resolve(hangs))),
    });
    expect(reads).toBe(responses + 1);
    expect(`${reading?.reason}: ${reading?.failure?.message}`).toBe(expected);
  });
});

describe('a Sentry that limits requests', () => {
  const tests = Array.from({ length: 20 }, (_, at) => traced(at + 1));

  test('gets no request for any of them for that time, and then as many as before', async () => {
    const { asked, clock, readings, pauses } = await read(
      { trace: (_, elapsedMs) => (elapsedMs > 0 ? WHOLE : { ...LIMITED, retryAfterMs: 20_000 }) },
      { tests },
    );
    expect(clock.sleeps).toEqual([20_000, 2_000, 2_000]);
    expect(asked.length).toBe(5 + 3 * tests.length);
    expect(readings.every(({ reason }) => reason === null)).toBe(true);
    expect(pauses).toEqual(['0 of 20 traces complete; Sentry limits requests (20000)']);
  });

  test('without a time is read less often while it does, and then as often as before', async () => {
    const { clock, readings } = await read({
      trace: (_, elapsedMs) => (elapsedMs < 30_000 ? LIMITED : WHOLE),
    });
    expect(clock.sleeps).toEqual([4_000, 8_000, 15_000, 15_000, 2_000, 2_000]);
    expect(readings).toMatchObject([{ reason: null }]);
  });

  test.each<[string, number]>([
    ['an hour', 3_600_000],
    ['a millisecond more than is left', DEADLINE_MS + 1],
    ['ten years', 315_360_000_000],
  ])('and requires %s is not waited for: the reason names it', async (_, retryAfterMs) => {
    const { readings, clock } = await read({ trace: () => ({ ...LIMITED, retryAfterMs }) }, { tests });
    expect(clock.elapsedMs()).toBe(0);
    expect(new Set(readings.map(({ reason, failure }) => `${reason}: ${failure?.message}`))).toEqual(
      new Set([
        'api-error: sentry.example.com limits requests (HTTP 429), more than --trace-timeout leaves (90 s)',
      ]),
    );
  });

  test('and requires exactly the time left is read again at the deadline', async () => {
    const { clock } = await read({ trace: () => ({ ...LIMITED, retryAfterMs: DEADLINE_MS }) });
    expect(clock.sleeps).toEqual([DEADLINE_MS]);
  });

  test('does not discard what was read before', async () => {
    const { readings } = await read({
      trace: (_, elapsedMs) =>
        elapsedMs < 8_000 ? WITHOUT_ROUTING : { ...LIMITED, retryAfterMs: 3_600_000 },
    });
    expect(readings).toMatchObject([{ reason: null, trace: { spans: WITHOUT_ROUTING } }]);
  });

  test('is first sent the requests it did not respond to', async () => {
    let left = 7;
    const { readings } = await read(
      { trace: (_, elapsedMs) => (elapsedMs === 0 && --left < 0 ? LIMITED : WHOLE) },
      { tests, deadlineMs: 20_000 },
    );
    expect(readings).toHaveLength(20);
    expect(readings.every(({ reason }) => reason === null)).toBe(true);
  });
});

test('a stop ends it at once, without false readings', async () => {
  const controller = new AbortController();
  const { readings, clock } = await read(
    { trace: () => OUR_SPANS },
    { stop: controller.signal, onSleep: (elapsedMs) => elapsedMs >= 4_000 && controller.abort() },
  );
  expect(readings).toEqual([]);
  expect(clock.elapsedMs()).toBe(4_000);
});

describe('background work', () => {
  const DETACHED = 'd'.repeat(32);
  const root = aSpan(8, {
    parentSpanId: null,
    isSegment: true,
    name: 'process',
    attributes: { signalId: 'sig_1' },
  });
  const follow = [
    { query: 'span.name:process signalId:{{response.signal_id}}', withinMs: 30_000, always: false },
  ];
  const background = traced(1, {
    expected: [awaited('webhook-ingestion'), awaited('process', { required: true })],
    follow,
    values: { response: { signal_id: 'sig_1' } },
  });
  const found = [{ traceId: DETACHED, spanId: root.spanId }];

  test('with its own trace counts as seen, and shares the wait', async () => {
    const { reading, asked } = await read(
      {
        trace: (traceId) => (traceId === DETACHED ? [root] : WITHOUT_ROUTING),
        search: (query) => (query === 'span.name:process signalId:sig_1' ? found : []),
      },
      { tests: [background] },
    );
    expect(reading).toMatchObject({ reason: null, wait: { polls: 3, waitedMs: 4_000, awaited: [] } });
    expect(reading?.followed).toEqual([
      {
        searched: 'span.name:process signalId:sig_1',
        always: false,
        found: true,
        traces: [{ traceId: DETACHED, spans: [root], issues: [] }],
        problem: null,
      },
    ]);
    expect(asked).toHaveLength(9);
  });

  test('that is not found is waited for as long as configured', async () => {
    const { reading } = await read(
      { trace: () => WHOLE },
      { tests: [traced(1, { follow, values: background.values })] },
    );
    expect(reading).toMatchObject({ reason: null, wait: { waitedMs: 30_000, awaited: [] } });
    expect(reading?.followed).toMatchObject([{ found: false, traces: [], problem: null }]);
  });

  test('whose next attempt is still to come is waited for', async () => {
    const again = 'e'.repeat(32);
    const { reading } = await read(
      {
        trace: (traceId) => (traceId === background.traceId ? WITHOUT_ROUTING : [{ ...root, traceId }]),
        search: () => found,
      },
      { tests: [background] },
    );
    expect(reading?.followed[0]?.traces).toHaveLength(1);
    let searches = 0;
    const twice = await read(
      {
        trace: (traceId) =>
          traceId === background.traceId
            ? WITHOUT_ROUTING
            : [{ ...root, traceId, startMs: traceId === again ? 9_000 : 8_000 }],
        search: () => (++searches < 3 ? found : [{ traceId: again, spanId: root.spanId }, ...found]),
      },
      { tests: [background] },
    );
    expect(twice.reading?.followed[0]?.traces.map(({ traceId }) => traceId)).toEqual([DETACHED, again]);
    expect(twice.reading?.wait.waitedMs).toBe(8_000);
  });

  test('is awaited in its last attempt', async () => {
    const again = 'e'.repeat(32);
    const expected = [awaited('webhook-ingestion'), awaited('saved', { required: true })];
    const save = aSpan(9, { parentSpanId: root.spanId, name: 'saved' });
    const { reading } = await read(
      {
        trace: (traceId) => {
          if (traceId === background.traceId) return WITHOUT_ROUTING;
          return traceId === again
            ? [
                { ...root, traceId, startMs: 9_000 },
                { ...save, traceId },
              ]
            : [{ ...root, traceId }];
        },
        search: () => [{ traceId: again, spanId: root.spanId }, ...found],
      },
      { tests: [{ ...background, expected }] },
    );
    expect(reading?.followed[0]?.traces.map(({ traceId }) => traceId)).toEqual([DETACHED, again]);
    expect(reading).toMatchObject({ reason: null, wait: { polls: 3, waitedMs: 4_000, awaited: [] } });
  });

  test('whose search is limited makes all of them wait', async () => {
    const { clock } = await read(
      { trace: () => WHOLE, search: () => LIMITED },
      { tests: [traced(1, { follow, values: background.values })] },
    );
    expect(clock.sleeps.slice(0, 3)).toEqual([4_000, 8_000, 15_000]);
  });

  test('is not searched for if the response has no value for the search', async () => {
    const { reading, asked } = await read(
      { trace: () => WHOLE },
      { tests: [traced(1, { follow, values: { response: null } })] },
    );
    expect(asked).toHaveLength(3);
    expect(reading?.followed).toMatchObject([{ found: false, problem: 'there is no response.signal_id' }]);
  });

  test('that cannot be searched for does not affect the trace itself', async () => {
    const refused = aFailure({
      ...{ problem: 'scope', reason: 'unauthorized', message: 'No events', status: 403, permanent: true },
    });
    const { reading } = await read(
      { trace: () => WHOLE, search: () => refused },
      { tests: [traced(1, { follow, values: background.values })] },
    );
    expect(reading).toMatchObject({ reason: null, followed: [{ found: false, problem: 'No events' }] });
  });
});
