/** What is wrong with the answers to one scenario. */
import type { ResponseReplacement } from '../faults/fault-kinds.ts';
import { effectsFor, type Fault } from '../faults/faults.ts';

export interface ResponseFaults {
  readonly replacement: ResponseReplacement | null;
  readonly delayMs: number;
  /** Dotted paths taken out of the answer. */
  readonly missing: readonly string[];
}

/** A scenario's own faults go before those for every scenario; of two of one sort the later counts. */
export function responseFaultsFor(faults: readonly Fault[], scenario: string): ResponseFaults {
  let replacement: ResponseReplacement | null = null;
  let delayMs = 0;
  let missing: readonly string[] = [];
  for (const effect of effectsFor(faults, scenario)) {
    switch (effect.kind) {
      case 'slow':
        delayMs = effect.delayMs;
        break;
      case 'missing':
        missing = effect.paths;
        break;
      case 'status':
      case 'timeout':
      case 'reset':
      case 'malformed':
      case 'empty':
      case 'redirect':
      case 'rate-limit':
        replacement = effect;
    }
  }
  return { replacement, delayMs, missing };
}
