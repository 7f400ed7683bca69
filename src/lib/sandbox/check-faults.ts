/** Errors in `--fault`, reported with those of the configuration. */

import { EVERY_SCENARIO, parseFault } from '../../sandbox/faults/faults.ts';
import { type ConfigProblem, problemOf } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError, unknownName } from '../errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { oneTurn, selectionErrors, selectScenarios } from '../plan/selection.ts';

const FLAG = '--fault';

/**
 * What sends webhooks to the sandbox: a run; doctor, which sends the first webhook of a run; or runs started elsewhere, of which
 * only the configured scenarios are known.
 */
export type SandboxUse = 'run' | 'doctor' | 'elsewhere';

/** A fault of a scenario that is not sent is an error: it would never happen. */
export function faultProblems(
  faults: readonly string[],
  use: SandboxUse,
): (checked: Checked) => Promise<readonly ConfigProblem[]> {
  return async (checked) =>
    faults.flatMap((text): readonly ConfigProblem[] => {
      try {
        const error = unsent(text, { ...checked, use });
        return error === null ? [] : [problemOf(FLAG, error)];
      } catch (thrown) {
        if (thrown instanceof ProdE2eError) return [problemOf(FLAG, thrown)];
        throw thrown;
      }
    });
}

/** Whether a `--fault` is for one scenario; one that cannot be read is reported elsewhere. */
export function namesScenario(text: string): boolean {
  const name = text.slice(0, Math.max(text.indexOf('='), 0)).trim();
  return name !== '' && name !== EVERY_SCENARIO;
}

/** Null if the fault can happen. @throws ProdE2eError `UNKNOWN_FAULT`, `INVALID_FAULT` */
function unsent(
  text: string,
  { settings, broken, use }: Pick<Checked, 'settings' | 'broken'> & { readonly use: SandboxUse },
): ProdE2eError | null {
  const { scenario } = parseFault(text);
  // Replayed payloads name their scenarios themselves; doctor replays none.
  if (scenario === EVERY_SCENARIO || (settings.replay.from !== null && use !== 'doctor')) return null;
  if (broken.some(([key]) => key === 'scenarios')) return null;
  const named = settings.scenarios.find(({ name }) => name === scenario);
  if (named === undefined) return unknownScenario(scenario, { settings, use });
  if (!namesItself(named, settings)) {
    return notSent(text, `the payload of ${scenario} does not hold its name`, [
      'The sandbox tells webhooks apart by the field scenario. Add it to the payload: scenario: "{{scenario}}".',
    ]);
  }
  if (use === 'elsewhere') return null;
  // A selection that cannot be made is reported on its own.
  if (selectionErrors(settings.scenarios, settings).length > 0) return null;
  const selected = selectScenarios(settings.scenarios, settings);
  const sent = oneTurn(selected).slice(0, use === 'doctor' ? 1 : settings.count);
  if (sent.includes(named)) return null;
  const [sender, change] =
    use === 'doctor'
      ? ['doctor', `Select the scenario: --scenario ${scenario}.`]
      : ['this run', 'Change --scenario, --tag, --exclude or --count.'];
  return notSent(text, `${sender} does not send ${scenario}`, [
    `It sends ${sent.map(({ name }) => name).join(', ')}. ${change}`,
  ]);
}

function unknownScenario(
  typed: string,
  { settings, use }: { readonly settings: Settings; readonly use: SandboxUse },
): ProdE2eError {
  const known = settings.scenarios.map(({ name }) => name);
  const list = 'prod-e2e scenarios list';
  const error = unknownName({ what: 'scenario', typed, known, code: 'UNKNOWN_SCENARIO', list });
  if (use !== 'elsewhere') return error;
  return new ProdE2eError(error.message, {
    code: error.code,
    hints: [...error.suggestions, 'For payloads with scenarios of their own (run --from), use *=KIND.'],
  });
}

/** Whether the payload has the field by which the sandbox chooses faults. Unknown for functions and templates. */
function namesItself({ name, payload }: Scenario, settings: Settings): boolean {
  if (typeof payload === 'function' || typeof settings.payload === 'function') return true;
  const field = Object.hasOwn(payload, 'scenario') ? payload.scenario : settings.payload.scenario;
  return field === name || (typeof field === 'string' && field.includes('{{'));
}

function notSent(text: string, reason: string, hints: readonly string[]): ProdE2eError {
  return new ProdE2eError(`The fault "${text}" has no effect: ${reason}.`, { code: 'FAULT_NOT_SENT', hints });
}
