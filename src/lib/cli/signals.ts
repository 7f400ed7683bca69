/** The first signal stops a command cleanly, the second one ends the process at once. */
import { setMaxListeners } from 'node:events';
import { EXIT } from '../errors.ts';
import { interrupted } from '../replay/problems.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Signals this soon after the first one are the same Ctrl-C, in milliseconds: the terminal sends it to every process of
 * the group, and the parent (npm, timeout) may pass it on a second time.
 */
const SAME_PRESS_MS = 250;

export interface Signals {
  /** Aborted by the first signal; the reason is its name. */
  readonly stop: AbortSignal;
  readonly unwatch: () => void;
}

/** Time for a command to stop cleanly, in milliseconds; after that it is stuck. */
const STOP_LIMIT_MS = 10_000;

/** @param stopLimitMs time from the first signal until the process is ended */
export function watchSignals(stopLimitMs = STOP_LIMIT_MS): Signals {
  const controller = new AbortController();
  // Every request in flight listens; Node would report more than ten listeners as a leak.
  setMaxListeners(0, controller.signal);
  let firstMs = 0;
  let limit: NodeJS.Timeout | undefined;
  const unwatch = () => {
    clearTimeout(limit);
    for (const signal of SIGNALS) process.off(signal, watch);
  };
  const watch = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      limit = setTimeout(() => {
        unwatch();
        endAtOnce(signal);
      }, stopLimitMs).unref();
      controller.abort(signal);
    } else if (performance.now() - firstMs > SAME_PRESS_MS) {
      unwatch();
      endAtOnce(signal);
    }
  };
  for (const signal of SIGNALS) process.on(signal, watch);
  return { stop: controller.signal, unwatch };
}

/**
 * Node's own exit waits for its threads, and one of them may be waiting for the reader of a pipe or for a network drive
 * that is gone. So the terminal is reset, then the signal ends the process as it ends any program. Where the signal has
 * no effect (the first process of a container), the exit code has the same meaning.
 */
function endAtOnce(signal: NodeJS.Signals): void {
  if (process.platform !== 'win32') process.once('exit', () => process.kill(process.pid, signal));
  process.exit(stoppedExit(signal));
}

const POLL_MS = 20;
const STUCK_MS = 1_000;

function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

/**
 * For a process that is about to exit after a signal: if one of Node's threads waits for a pipe, Node's own exit would wait
 * for that thread. The signal, which is no longer handled, ends it.
 */
export async function endStuckThreads(exitCode: unknown): Promise<void> {
  if (process.platform === 'win32') return;
  // Threads that are not stuck finish within moments.
  for (let waitedMs = 0; isReadingFiles(); waitedMs += POLL_MS) {
    if (waitedMs >= STUCK_MS) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (!isReadingFiles()) return;
  const signal = exitCode === EXIT.interrupted ? 'SIGINT' : 'SIGTERM';
  process.once('exit', () => process.kill(process.pid, signal));
}

/** Time to prepare after a signal, in milliseconds: a run that is ready by then reports that it was stopped. */
const PREPARE_MS = 5_000;

/** @throws ProdE2eError `INTERRUPTED` if a signal arrived and the work, before which nothing is sent, does not end */
export async function orStopped<Result>(work: Promise<Result>, stop: AbortSignal): Promise<Result> {
  let onStop = () => {};
  let limit: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    onStop = () => {
      limit = setTimeout(() => reject(interrupted(stop.reason)), PREPARE_MS);
    };
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
  });
  return Promise.race([work, stopped]).finally(() => {
    clearTimeout(limit);
    stop.removeEventListener('abort', onStop);
  });
}

/** @param signal the signal that stopped a process */
export function stoppedExit(signal: unknown): typeof EXIT.interrupted | typeof EXIT.terminated {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
