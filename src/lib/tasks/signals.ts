/** The first signal asks a run to stop in good order, the second one ends the process at once. */
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
  let firstMs = 0;
  const watch = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      controller.abort(signal);
    } else if (performance.now() - firstMs > SAME_PRESS_MS) process.exit(stoppedExit(signal));
  };
  for (const signal of SIGNALS) process.on(signal, watch);
  return {
    stop: controller.signal,
    unwatch: () => {
      for (const signal of SIGNALS) process.off(signal, watch);
    },
  };
}

/** @param signal what a process was stopped by */
export function stoppedExit(signal: unknown): typeof EXIT.interrupted | typeof EXIT.terminated {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
