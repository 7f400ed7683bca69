/** A clock that stands still, for limits that must not run out by themselves, however busy the machine is. */
import { vi } from 'vitest';

export interface StillClock {
  /** Lets so many milliseconds pass, and runs the timers that are due within them. */
  readonly pass: (ms: number) => Promise<void>;
}

/**
 * `setTimeout` and `performance.now()` of this process go on only as the test says. Sockets, `setInterval` and `setImmediate`
 * go on as ever, and with them the servers of the test.
 */
export async function withStillClock<Result>(use: (clock: StillClock) => Promise<Result>): Promise<Result> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    return await use({
      pass: async (ms) => {
        await vi.advanceTimersByTimeAsync(ms);
      },
    });
  } finally {
    vi.useRealTimers();
  }
}

/** Whether a promise has settled once everything that is ready by now has run. */
export async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  void promise.then(settle, settle);
  // What a timer starts may need a turn of the event loop of its own.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  return settled;
}
