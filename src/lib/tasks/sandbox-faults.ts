/** What is wrong with `--fault`, told with the faults of the configuration. */
import { type Fault, faultOf } from '../config/faults.ts';
import type { Checked } from '../config/resolve.ts';
import { ProdE2eError, unknownName } from '../errors.ts';
import { oneTurn, selectionErrors, selectScenarios } from '../plan/selection.ts';
import { EVERY_SCENARIO, parseFault } from '../sandbox/faults.ts';

const FLAG = '--fault';

/** A fault of a scenario that is not sent would never happen. */
export function sandboxFaults(faults: readonly string[]): (checked: Checked) => Promise<readonly Fault[]> {
  return async (checked) =>
    faults.flatMap((text): readonly Fault[] => {
      try {
        const error = unsent(text, checked);
        return error === null ? [] : [faultOf(FLAG, error)];
      } catch (thrown) {
        if (thrown instanceof ProdE2eError) return [faultOf(FLAG, thrown)];
        throw thrown;
      }
    });
}

/** Null where the fault can happen. @throws ProdE2eError `UNKNOWN_FAULT`, `INVALID_FAULT` */
function unsent(text: string, { settings, broken }: Checked): ProdE2eError | null {
  const { scenario } = parseFault(text);
  // Replayed payloads name their scenarios themselves.
  if (scenario === EVERY_SCENARIO || settings.replay.from !== null) return null;
  if (broken.some(([key]) => key === 'scenarios')) return null;
  const known = settings.scenarios.map(({ name }) => name);
  if (!known.includes(scenario)) {
    const list = 'prod-e2e scenarios list';
    return unknownName({ what: 'scenario', typed: scenario, known, code: 'UNKNOWN_SCENARIO', list });
  }
  // A selection that cannot be made is told as that.
  if (selectionErrors(settings.scenarios, settings).length > 0) return null;
  const selected = selectScenarios(settings.scenarios, settings);
  const sent = oneTurn(selected).slice(0, settings.count);
  if (sent.some(({ name }) => name === scenario)) return null;
  return new ProdE2eError(`The fault "${text}" has no effect: this run does not send ${scenario}.`, {
    code: 'FAULT_NOT_SENT',
    hints: [
      `It sends ${sent.map(({ name }) => name).join(', ')}. Change --scenario, --tag, --exclude or --count.`,
    ],
  });
}
