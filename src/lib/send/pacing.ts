/** When each webhook is sent: one after another, several at once, or at a rate. */

/** With a rate, sends may pile up behind a slow target; more than this at once would only measure ourselves. */
export const OPEN_MODEL_IN_FLIGHT_LIMIT = 1_000;

export interface Pace {
  /** In flight at once; with a rate, null means {@link OPEN_MODEL_IN_FLIGHT_LIMIT}. */
  readonly concurrency: number | null;
  /** Webhooks per second, planned ahead (open model); null sends as soon as there is room and {@link PacingPorts.minGap} is kept. */
  readonly rate: number | null;
}

interface PacingPorts {
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  /** Resolves after this time, or as soon as `stop` is aborted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Kept between webhooks that are sent without a rate. */
  readonly minGap: MinGap;
  /** Nothing more is started once this is true. */
  readonly stopped: () => boolean;
}

/**
 * Calls `work` for every item in order and resolves when all calls have.
 * With a rate, item k is due k/rate seconds after the first, whatever became of those before it; `lateMs` is how much
 * later it starts. An item that sends several times takes as many places of the rate.
 * @throws the first thing that `work` or the items throw, once everything in flight has ended
 */
export async function pace<Item>(
  items: Iterable<Item>,
  work: (item: Item, lateMs: number) => Promise<void>,
  {
    pace: { concurrency, rate },
    ports,
    sendsOf = () => 1,
  }: {
    readonly pace: Pace;
    readonly ports: PacingPorts;
    /** How often an item sends. */
    readonly sendsOf?: (item: Item) => number;
  },
): Promise<void> {
  const limit = concurrency ?? (rate === null ? 1 : OPEN_MODEL_IN_FLIGHT_LIMIT);
  const slots = createSlots(limit);
  const start = ports.monotonicMs();
  const failures: unknown[] = [];
  const source = items[Symbol.iterator]();
  const begin = async (item: Item, lateMs: number) => {
    try {
      await work(item, lateMs);
    } catch (thrown) {
      failures.push(thrown);
    } finally {
      slots.released();
    }
  };
  try {
    let sends = 1;
    for (let number = 0; ; number += sends) {
      const due = rate === null ? null : start + (number * 1000) / rate;
      await slots.free();
      if (failures.length > 0 || ports.stopped()) break;
      if (due === null) await ports.minGap.wait();
      else if (due > ports.monotonicMs()) await ports.sleep(due - ports.monotonicMs());
      if (failures.length > 0 || ports.stopped()) break;
      // Taken only now, so that an item has the time at which it is sent.
      const next = source.next();
      if (next.done === true) break;
      sends = sendsOf(next.value);
      const lateMs = due === null ? 0 : Math.max(0, ports.monotonicMs() - due);
      slots.taken();
      void begin(next.value, lateMs);
    }
    source.return?.();
  } catch (thrown) {
    failures.push(thrown);
  }
  await slots.allFree();
  if (failures.length > 0) throw failures[0];
}

function createSlots(limit: number) {
  let inUse = 0;
  let wake: (() => void) | null = null;
  const below = (bound: number): Promise<void> =>
    inUse < bound
      ? Promise.resolve()
      : new Promise((resolve) => {
          wake = () => (inUse < bound ? resolve() : undefined);
        });
  return {
    free: () => below(limit),
    allFree: () => below(1),
    taken: () => {
      inUse++;
    },
    released: () => {
      inUse--;
      wake?.();
    },
  };
}

/** The least time between two webhooks of a run, whichever test they are of. */
export interface MinGap {
  /** Resolves when the next one may leave: its place in time is taken as this is called. Earlier where the run is to stop. */
  wait(): Promise<void>;
}

/** @param options.gapMs milliseconds; 0 for none */
export function createMinGap(options: {
  readonly gapMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
  /** Resolves after this time, or as soon as the run is stopped. */
  readonly sleep: (ms: number) => Promise<void>;
}): MinGap {
  const { gapMs, monotonicMs, sleep } = options;
  let free = Number.NEGATIVE_INFINITY;
  return {
    wait: async () => {
      const now = monotonicMs();
      const place = Math.max(now, free);
      free = place + gapMs;
      if (place > now) await sleep(place - now);
    },
  };
}
