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
  /** Resolves after so many milliseconds, or as soon as the run is to stop. */
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
