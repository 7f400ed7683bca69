/** The first signal asks a run to stop in good order, the second one ends the process at once. */
import { EXIT } from '../errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signals {
  /** Aborted by the first signal; the reason is its name. */
  readonly stop: AbortSignal;
  readonly unwatch: () => void;
}

/** @param onFirst told once, to say on the screen what is happening */
export function watchSignals(onFirst: () => void): Signals {
  const controller = new AbortController();
  const watch = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    controller.abort(signal);
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, watch);
  return {
    stop: controller.signal,
    unwatch: () => {
      for (const signal of SIGNALS) process.off(signal, watch);
    },
  };
}
