/** How much may be in flight before others wait, and for how long they wait. */

export interface Capacity {
  readonly inFlight: () => number;
  readonly enter: () => void;
  readonly leave: () => void;
  /** Resolves once there is room, or once nothing has left for `stallMs`: then waiting is pointless. */
  readonly ready: () => Promise<void>;
  /** Releases all waiters, now and later. */
  readonly open: () => void;
  /** Resolves when all have left. */
  readonly empty: () => Promise<void>;
}

export interface CapacityOptions {
  /** In flight before {@link Capacity.ready} waits. */
  readonly limit: number;
  /** Milliseconds in which nothing leaves, after which waiting ends. */
  readonly stallMs: number;
}

export function createCapacity({ limit, stallMs }: CapacityOptions): Capacity {
  let inFlight = 0;
  let stalled = false;
  let isOpen = false;
  let waiting: (() => void)[] = [];
  let leaving: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const resume = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const each of waiting) each();
    waiting = [];
  };
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stalled = true;
      resume();
    }, stallMs);
  };

  return {
    inFlight: () => inFlight,
    enter: () => {
      inFlight++;
    },
    leave: () => {
      inFlight--;
      stalled = false;
      if (inFlight < limit) resume();
      else if (waiting.length > 0) watch();
      if (inFlight > 0) return;
      for (const each of leaving) each();
      leaving = [];
    },
    ready: () => {
      if (inFlight < limit || stalled || isOpen) return Promise.resolve();
      if (timer === undefined) watch();
      return new Promise((resolve) => waiting.push(resolve));
    },
    open: () => {
      isOpen = true;
      resume();
    },
    empty: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => leaving.push(resolve))),
  };
}
