/** What is wrong with `--fault`, told with the faults of the configuration. */
import { type Fault, faultOf } from '../config/faults.ts';
import type { Checked } from '../config/resolve.ts';
import { ProdE2eError, unknownName } from '../errors.ts';
import { EVERY_SCENARIO, parseFault } from '../sandbox/faults.ts';

const FLAG = '--fault';

/** A fault of a scenario that is not sent would never happen. */
export function sandboxFaults(faults: readonly string[]): (checked: Checked) => Promise<readonly Fault[]> {
  return async ({ settings, broken }) => {
    const isReplay = settings.replay.from !== null;
    // Replayed payloads name their scenarios themselves.
    const isKnown = (name: string) =>
      name === EVERY_SCENARIO || isReplay || settings.scenarios.some((scenario) => scenario.name === name);
    return faults.flatMap((text): readonly Fault[] => {
      try {
        const { scenario } = parseFault(text);
        if (isKnown(scenario) || broken.some(([key]) => key === 'scenarios')) return [];
        const known = settings.scenarios.map(({ name }) => name);
        return [
          faultOf(
            FLAG,
            unknownName({
              what: 'scenario',
              typed: scenario,
              known,
              code: 'UNKNOWN_SCENARIO',
              list: 'prod-e2e scenarios list',
            }),
          ),
        ];
      } catch (thrown) {
        if (thrown instanceof ProdE2eError) return [faultOf(FLAG, thrown)];
        throw thrown;
      }
    });
  };
}
