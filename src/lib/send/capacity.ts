/** How much may be under way at once before others wait, and for how long they do. */

export interface Capacity {
  readonly inFlight: () => number;
  readonly enter: () => void;
  readonly leave: () => void;
  /** Resolves once there is room, or once nothing has left for too long: then waiting would be for nothing. */
  readonly ready: () => Promise<void>;
  /** Nobody waits from now on. */
  readonly open: () => void;
  /** Resolves when all have left. */
  readonly empty: () => Promise<void>;
}

export interface CapacityOptions {
  /** Under way at once before {@link Capacity.ready} waits. */
  readonly limit: number;
  /** How long nothing may leave, in milliseconds, before nobody waits any more. */
  readonly stallMs: number;
}

export function createCapacity({ limit, stallMs: patienceMs }: CapacityOptions): Capacity {
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
    }, patienceMs);
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
