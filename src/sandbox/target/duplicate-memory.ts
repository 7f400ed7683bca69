/** Which signals came a short while ago: real receivers drop what looks like the same signal again. */
import type { Signal } from './signal.ts';

/** How long two signals that agree count as one, in milliseconds. */
export const DUPLICATE_WINDOW_MS = 60_000;

/** At 1,000 webhooks per second the window is cut short rather than memory filled. */
const MAX_REMEMBERED = 60_000;

export interface DuplicateMemory {
  /** Remembers the signal and gives null, or the age in milliseconds of the one that agrees with it. */
  claim(signal: Signal, nowMs: number): number | null;
  /** Forgets a claimed signal that could not be processed, so that it may be sent again. */
  release(signal: Signal): void;
  size(): number;
}

/** Another scenario is another signal: a run of the defaults goes through 90 webhooks before two agree. */
const keyOf = ({ session, scenario, symbol, direction, timeframe }: Signal): string =>
  JSON.stringify([session, scenario, symbol, direction, timeframe]);

export function createDuplicateMemory(maxRemembered: number = MAX_REMEMBERED): DuplicateMemory {
  // In the order of claiming, oldest first.
  const claimedAt = new Map<string, number>();
  const forgetOld = (nowMs: number): void => {
    for (const [key, at] of claimedAt) {
      if (nowMs - at < DUPLICATE_WINDOW_MS && claimedAt.size <= maxRemembered) return;
      claimedAt.delete(key);
    }
  };
  return {
    claim(signal, nowMs) {
      forgetOld(nowMs);
      const key = keyOf(signal);
      const earlier = claimedAt.get(key);
      if (earlier !== undefined) return nowMs - earlier;
      claimedAt.set(key, nowMs);
      forgetOld(nowMs);
      return null;
    },
    release: (signal) => void claimedAt.delete(keyOf(signal)),
    size: () => claimedAt.size,
  };
}
