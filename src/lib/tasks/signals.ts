/** The first signal asks a run to stop in good order, the second one ends the process at once. */
import { setMaxListeners } from 'node:events';
import { EXIT } from '../errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Signals this soon after the first one are the same Ctrl-C, in milliseconds: the terminal sends it to every process of
 * the group, and what started this one (npm, timeout) may hand it on once more.
 */
const SAME_PRESS_MS = 250;

export interface Signals {
  /** Aborted by the first signal; the reason is its name. */
  readonly stop: AbortSignal;
  readonly unwatch: () => void;
}

export function watchSignals(): Signals {
  const controller = new AbortController();
  // All that is in flight listens; Node would take more than ten for a leak and say so on the screen.
  setMaxListeners(0, controller.signal);
  let firstMs = 0;
  const unwatch = () => {
    for (const signal of SIGNALS) process.off(signal, watch);
  };
  const watch = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
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
 * that is gone: what the screen needs is put right, then the signal does what it does to any program. Where it does
 * nothing (the first process of a container), the exit code says the same.
 */
function endAtOnce(signal: NodeJS.Signals): void {
  if (process.platform !== 'win32') process.once('exit', () => process.kill(process.pid, signal));
  process.exit(stoppedExit(signal));
}

/** @param signal what a process was stopped by */
export function stoppedExit(signal: unknown): typeof EXIT.interrupted | typeof EXIT.terminated {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
