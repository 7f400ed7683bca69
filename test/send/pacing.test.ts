/** Pacing by a clock of the test's own: every start time is exact. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMinGap,
  type MinGap,
  OPEN_MODEL_IN_FLIGHT_LIMIT,
  type Pace,
  pace,
} from '../../src/lib/send/pacing.ts';

/** Time that passes only when everything is waiting; then it jumps to the next thing that is due. */
function fakeClock() {
  let now = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((wake) => {
      waiting.push({ at: now + ms, wake });
    });
  /** Runs the work to its end, advancing the time whenever nothing else is left to do. */
  const run = async <Result>(work: Promise<Result>): Promise<Result> => {
    let ended = false;
    const done = work.finally(() => {
      ended = true;
    });
    done.catch(() => {});
    for (;;) {
      // Everything that is ready to go on does so before the time moves.
      await new Promise((resolve) => setImmediate(resolve));
      if (ended) return done;
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting.shift();
      if (next === undefined) throw new Error('Everything waits, and for nothing');
      now = Math.max(now, next.at);
      next.wake();
    }
  };
  return { now: () => now, sleep, run };
}

interface Start {
  readonly item: number;
  readonly at: number;
  readonly lateMs: number;
}

interface Paced {
  readonly starts: readonly Start[];
  /** When each item was asked for. */
  readonly pulled: readonly number[];
  readonly mostInFlight: number;
  readonly endedAt: number;
}

/** Paces so many items, each taking the given time. */
async function paced(
  options: Pace & {
    readonly gapMs: number;
    readonly count: number;
    readonly takesMs: (item: number) => number;
    readonly stopped?: (now: number) => boolean;
    readonly sendsOf?: (item: number) => number;
    /** How often the work itself sends again. */
    readonly resends?: (item: number) => number;
  },
): Promise<Paced> {
  const clock = fakeClock();
  const starts: Start[] = [];
  const pulled: number[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  function* items() {
    for (let item = 0; item < options.count; item++) {
      pulled.push(clock.now());
      yield item;
    }
  }
  const minGap = createMinGap({ gapMs: options.gapMs, monotonicMs: clock.now, sleep: clock.sleep });
  const work = async (item: number, lateMs: number) => {
    starts.push({ item, at: clock.now(), lateMs });
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    await clock.sleep(options.takesMs(item));
    for (let again = 0; again < (options.resends?.(item) ?? 0); again++) {
      await minGap.wait();
      starts.push({ item, at: clock.now(), lateMs });
    }
    inFlight--;
  };
  await clock.run(
    pace(items(), work, {
      pace: options,
      ports: {
        monotonicMs: clock.now,
        sleep: clock.sleep,
        minGap,
        stopped: () => options.stopped?.(clock.now()) ?? false,
      },
      ...(options.sendsOf === undefined ? {} : { sendsOf: options.sendsOf }),
    }),
  );
  expect(inFlight).toBe(0);
  return { starts, pulled, mostInFlight, endedAt: clock.now() };
}

const AT_ONCE: MinGap = { wait: () => Promise.resolve() };
const SEQUENTIAL: Pace & { readonly gapMs: number } = { concurrency: 1, rate: null, gapMs: 0 };

describe('one after another', () => {
  it('starts each when the one before has ended', async () => {
    const { starts, mostInFlight } = await paced({
      ...SEQUENTIAL,
      count: 4,
      takesMs: (item) => 10 * (item + 1),
    });
    expect(starts).toEqual([
      { item: 0, at: 0, lateMs: 0 },
      { item: 1, at: 10, lateMs: 0 },
      { item: 2, at: 30, lateMs: 0 },
      { item: 3, at: 60, lateMs: 0 },
    ]);
    expect(mostInFlight).toBe(1);
  });

  it('keeps a gap between starts, and none if the work took longer', async () => {
    const { starts } = await paced({
      ...SEQUENTIAL,
      gapMs: 100,
      count: 4,
      takesMs: (item) => (item === 1 ? 250 : 5),
    });
    expect(starts.map(({ at }) => at)).toEqual([0, 100, 350, 450]);
  });

  it('keeps it for resends of an item', async () => {
    const { starts } = await paced({
      ...SEQUENTIAL,
      gapMs: 100,
      count: 3,
      takesMs: () => 5,
      resends: (item) => (item === 1 ? 2 : 0),
    });
    expect(starts.map(({ item, at }) => [item, at])).toEqual([
      [0, 0],
      [1, 100],
      [1, 200],
      [1, 300],
      [2, 400],
    ]);
  });

  it('is the meaning of null without a rate', async () => {
    const { mostInFlight } = await paced({
      concurrency: null,
      rate: null,
      gapMs: 0,
      count: 3,
      takesMs: () => 10,
    });
    expect(mostInFlight).toBe(1);
  });

  it('does nothing without items', async () => {
    expect(await paced({ ...SEQUENTIAL, count: 0, takesMs: () => 1 })).toMatchObject({
      starts: [],
      endedAt: 0,
    });
  });
});

describe('several at once', () => {
  it('starts the next one as soon as any has ended', async () => {
    const { starts, endedAt } = await paced({
      concurrency: 2,
      rate: null,
      gapMs: 0,
      count: 4,
      takesMs: (item) => (item === 0 ? 100 : 30),
    });
    expect(starts.map(({ at }) => at)).toEqual([0, 0, 30, 60]);
    expect(endedAt).toBe(100);
  });

  it('runs all work in order, with at most the limit in flight', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 25 }),
        fc.integer({ min: 0, max: 20 }),
        async (concurrency, durations, gapMs) => {
          const { starts, mostInFlight, pulled } = await paced({
            concurrency,
            rate: null,
            gapMs,
            count: durations.length,
            takesMs: (item) => durations[item] ?? 0,
          });
          expect(starts.map(({ item }) => item)).toEqual([...durations.keys()]);
          expect(mostInFlight).toBeLessThanOrEqual(concurrency);
          expect(pulled).toEqual(starts.map(({ at }) => at));
          for (const [index, start] of starts.slice(1).entries()) {
            expect(start.at - (starts[index]?.at ?? 0)).toBeGreaterThanOrEqual(gapMs);
          }
        },
      ),
      { numRuns: 40 },
    ));
});

it('keeps the gap between all sends and resends of several at once', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.record({ takes: fc.nat({ max: 500 }), again: fc.nat({ max: 3 }) }), { maxLength: 12 }),
      async (concurrency, work) => {
        const { starts } = await paced({
          concurrency,
          rate: null,
          gapMs: 100,
          count: work.length,
          takesMs: (item) => work[item]?.takes ?? 0,
          resends: (item) => work[item]?.again ?? 0,
        });
        expect(starts).toHaveLength(work.reduce((sum, { again }) => sum + 1 + again, 0));
        const times = starts.map(({ at }) => at).sort((a, b) => a - b);
        for (const [index, at] of times.slice(1).entries())
          expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(100);
      },
    ),
    { numRuns: 40 },
  ));

describe('with a rate', () => {
  it('starts each when it is due, whatever happened to those before', async () => {
    const { starts, mostInFlight } = await paced({
      concurrency: null,
      rate: 10,
      gapMs: 0,
      count: 5,
      takesMs: (item) => (item === 0 ? 10_000 : 1),
    });
    expect(starts.map(({ at, lateMs }) => [at, lateMs])).toEqual([
      [0, 0],
      [100, 0],
      [200, 0],
      [300, 0],
      [400, 0],
    ]);
    expect(mostInFlight).toBe(2);
  });

  it('with a limit measures how late each started, and catches up', async () => {
    const { starts, mostInFlight } = await paced({
      concurrency: 1,
      rate: 10,
      gapMs: 0,
      count: 6,
      takesMs: (item) => (item === 0 ? 250 : 10),
    });
    expect(starts.map(({ at, lateMs }) => [at, lateMs])).toEqual([
      [0, 0],
      [250, 150],
      [260, 60],
      [300, 0],
      [400, 0],
      [500, 0],
    ]);
    expect(mostInFlight).toBe(1);
  });

  it('takes an item only when it is due, so that it has the time of its own sending', async () => {
    const { pulled } = await paced({ concurrency: null, rate: 2, gapMs: 0, count: 4, takesMs: () => 3_000 });
    // The last pull finds the end.
    expect(pulled).toEqual([0, 500, 1_000, 1_500]);
  });

  it('does not drift with a rate that does not divide evenly', async () => {
    const { starts } = await paced({ concurrency: null, rate: 3, gapMs: 0, count: 302, takesMs: () => 1 });
    expect(starts.at(-1)?.at).toBeCloseTo(301_000 / 3, 6);
  });

  it('does not pile up endlessly', async () => {
    const { mostInFlight, starts } = await paced({
      concurrency: null,
      rate: 10_000,
      gapMs: 0,
      count: OPEN_MODEL_IN_FLIGHT_LIMIT + 50,
      takesMs: () => 60_000,
    });
    expect(mostInFlight).toBe(OPEN_MODEL_IN_FLIGHT_LIMIT);
    expect(starts.at(-1)?.lateMs).toBeGreaterThan(59_000);
  });
});

describe('with a rate and resends', () => {
  it('each takes as many slots as it sends, so that the rate is that of all webhooks', async () => {
    const { starts } = await paced({
      concurrency: null,
      rate: 10,
      gapMs: 0,
      count: 4,
      takesMs: () => 5,
      sendsOf: (item) => (item % 2 === 0 ? 2 : 1),
    });
    expect(starts.map(({ at }) => at)).toEqual([0, 200, 300, 500]);
  });
});

describe('stopping', () => {
  it('starts nothing else, lets requests in flight finish, and takes no further item', async () => {
    const { starts, pulled, endedAt } = await paced({
      concurrency: 2,
      rate: null,
      gapMs: 0,
      count: 10,
      takesMs: (item) => (item === 1 ? 500 : 40),
      stopped: (now) => now >= 100,
    });
    expect(starts.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
    expect(pulled).toHaveLength(4);
    expect(endedAt).toBe(500);
  });

  it('before the first item starts none', async () => {
    const { pulled } = await paced({ ...SEQUENTIAL, count: 3, takesMs: () => 1, stopped: () => true });
    expect(pulled).toEqual([]);
  });
});

describe('errors', () => {
  const failing = async (source: (clock: ReturnType<typeof fakeClock>) => Iterable<number>) => {
    const clock = fakeClock();
    const ended: number[] = [];
    const started: number[] = [];
    const work = async (item: number) => {
      started.push(item);
      await clock.sleep(item === 1 ? 10 : 200);
      if (item === 1) throw new Error('work 1 failed');
      ended.push(item);
    };
    const thrown = await clock
      .run(
        pace(source(clock), work, {
          pace: { concurrency: 3, rate: null },
          ports: {
            monotonicMs: clock.now,
            sleep: clock.sleep,
            minGap: AT_ONCE,
            stopped: () => false,
          },
        }),
      )
      .then(
        () => null,
        (error: unknown) => error,
      );
    return { thrown, started, ended, at: clock.now() };
  };

  it('of the work are thrown once everything in flight has ended; nothing else starts', async () => {
    const { thrown, started, ended, at } = await failing(() => [0, 1, 2, 3, 4]);
    expect(thrown).toEqual(new Error('work 1 failed'));
    expect(started).toEqual([0, 1, 2]);
    expect(ended).toEqual([0, 2]);
    expect(at).toBe(200);
  });

  it('of an item too', async () => {
    const { thrown, started, ended, at } = await failing(function* () {
      yield 0;
      yield 2;
      throw new Error('no third item');
    });
    expect(thrown).toEqual(new Error('no third item'));
    expect(started).toEqual([0, 2]);
    expect(ended).toEqual([0, 2]);
    expect(at).toBe(200);
  });

  it('of work that throws before it waits', async () => {
    const clock = fakeClock();
    const work = () => {
      throw new Error('at once');
    };
    await expect(
      clock.run(
        pace([1, 2], work, {
          pace: SEQUENTIAL,
          ports: { monotonicMs: clock.now, sleep: clock.sleep, minGap: AT_ONCE, stopped: () => false },
        }),
      ),
    ).rejects.toThrow('at once');
  });

  it('let the source of items clean up', async () => {
    const clock = fakeClock();
    let cleaned = false;
    function* items() {
      try {
        yield 1;
        yield 2;
      } finally {
        cleaned = true;
      }
    }
    let done = false;
    const work = async () => {
      done = true;
    };
    await clock.run(
      pace(items(), work, {
        pace: SEQUENTIAL,
        ports: { monotonicMs: clock.now, sleep: clock.sleep, minGap: AT_ONCE, stopped: () => done },
      }),
    );
    expect(cleaned).toBe(true);
  });
});
