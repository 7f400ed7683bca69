/** How long the clean-up of a run may take, and what ends it earlier. */
import { durationText } from '../terminal/quantities.ts';
import { STOPPED_LIMIT_MS } from './call.ts';

/** For all calls of a run together, in milliseconds. */
export const CLEANUP_LIMIT_MS = 120_000;

const OUT_OF_TIME = `Not finished: ${durationText(CLEANUP_LIMIT_MS)} were over`;
const STOPPED = 'Not finished: the run was stopped';

/** The time for all calls together, which a stop makes short, also that of calls in flight. */
export function createTimeLimit({
  monotonicMs,
  stop,
}: {
  readonly monotonicMs: () => number;
  readonly stop: AbortSignal;
}) {
  let begunMs: number | null = null;
  let stoppedMs: number | null = null;
  const stopped = () => {
    stoppedMs ??= monotonicMs();
  };
  if (stop.aborted) stopped();
  else stop.addEventListener('abort', stopped, { once: true });
  const leftMs = () => {
    const now = monotonicMs();
    const untilEnd = CLEANUP_LIMIT_MS - (now - (begunMs ?? now));
    return stoppedMs === null ? untilEnd : Math.min(untilEnd, STOPPED_LIMIT_MS - (now - stoppedMs));
  };
  return {
    begin: () => {
      begunMs ??= monotonicMs();
    },
    why: () => (stoppedMs === null ? OUT_OF_TIME : STOPPED),
    /** Null where no time is left. */
    within: async <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result | null> => {
      if (leftMs() <= 0) return null;
      const cut = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const shorten = () => {
        clearTimeout(timer);
        timer = setTimeout(() => cut.abort(), Math.max(0, leftMs()));
      };
      shorten();
      // `stopped` has heard of it before.
      stop.addEventListener('abort', shorten, { once: true });
      try {
        return await work(cut.signal);
      } finally {
        clearTimeout(timer);
        stop.removeEventListener('abort', shorten);
      }
    },
  };
}
