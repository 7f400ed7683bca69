/** The payloads of the file that is replayed: it is read to its end, as a run reads it before it sends the first one. */
import { type Fault, faultOf } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { ProdE2eError } from '../errors.ts';
import { createRedactor } from '../secrets/redact.ts';
import { CHECK_RUN_ID, isBroken, type RunChecks } from './found.ts';

/** Without one of these, payloads would be refused for what is not there. */
const NEEDS = ['replay', 'scenarios', 'payloadSchema', 'expect', 'redact', 'scenario', 'tag', 'exclude'];

/** @param options.found by the checks before */
export async function replayFaults(
  checked: Checked,
  { found, ...checks }: Pick<RunChecks, 'replay' | 'env'> & { readonly found: readonly Fault[] },
): Promise<readonly Fault[]> {
  const { settings, secrets, fault } = checked;
  const { from } = settings.replay;
  const isAlone = !checked.isFaulty && found.length === 0;
  if (from === null || isBroken(checked, NEEDS) || (isAlone && checks.replay === 'read-if-faulty')) return [];
  const { replayError } = await import('../replay/prepare-replay.ts');
  const redact = createRedactor(secrets);
  const error = await replayError({ settings, from, redact, runId: CHECK_RUN_ID, env: checks.env });
  if (error === null || isTold(error, found)) return [];
  // Alone it is the error that a run ends with, which names the file and the line in it.
  return [isAlone ? faultOf('--from', error) : fault(['replay', 'from'], error)];
}

/** A schema that cannot be used has been told with its place. */
function isTold({ code }: ProdE2eError, found: readonly Fault[]): boolean {
  return code.startsWith('SCHEMA_') && found.some(({ error }) => error?.code === code);
}
