/** What is wrong with how the Sentry server serves the traces of one scenario. */
import type { FaultEffect } from '../faults/fault-kinds.ts';
import { effectsFor, type Fault } from '../faults/faults.ts';

export interface ServingFaults {
  /** How long spans and errors of the services stay invisible once received, in milliseconds. */
  readonly lateMs: number;
  /** Answered instead; null for none. */
  readonly status: number | null;
}

/** Whether it is the Sentry server that gets something wrong, and not the target. */
export const isServingFault = ({ kind }: FaultEffect): boolean =>
  kind === 'trace-late' || kind === 'sentry-status';

/** For a trace whose scenario is not known (null) only the faults for every scenario count. */
export function servingFaultsFor(faults: readonly Fault[], scenario: string | null): ServingFaults {
  let lateMs = 0;
  let status: number | null = null;
  for (const effect of effectsFor(faults, scenario ?? '')) {
    if (effect.kind === 'trace-late') lateMs = effect.delayMs;
    else if (effect.kind === 'sentry-status') status = effect.status;
  }
  return { lateMs, status };
}
