/** A fault that the sandbox would never inject is an error: a run that finds nothing wrong would else look like proof. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { faultProblems, type SandboxUse } from '../../src/lib/sandbox/check-faults.ts';
import { aProject } from '../config/project.ts';

const OWN = `payload: { scenario: "{{scenario}}", id: 1 }
scenarios:
  - { name: ORDER }
  - { name: REFUND, tags: [negative] }
  - { scenario: SHORT, symbol: SPY }
`;

interface Asked {
  readonly use?: SandboxUse;
  readonly yaml?: string;
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** The code and all that is said; null where the fault can happen. */
async function errorOf(fault: string, { use = 'run', yaml, flags = {} }: Asked = {}) {
  const { input } = await aProject(yaml === undefined ? {} : { 'prod-e2e.config.yaml': yaml }, { flags });
  const thrown: unknown = await resolveConfig({ ...input, check: faultProblems([fault], use) }).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown === null) return null;
  if (!(thrown instanceof ProdE2eError)) throw thrown;
  return {
    code: thrown.code,
    exit: thrown.oclif.exit,
    said: [thrown.message, ...thrown.suggestions].join('\n'),
  };
}

const DOES_NOT_SEND = (who: string, scenario: string) =>
  `The fault "${scenario}=timeout" has no effect: ${who} does not send ${scenario}.`;

describe('--fault', () => {
  it.each<[string, string, Asked]>([
    ['of a built-in scenario', 'CHOP=timeout', {}],
    ['of all', '*=timeout', {}],
    ['of all, in short', 'timeout', {}],
    ['of a scenario of the config', 'ORDER=timeout', { yaml: OWN }],
    ['of one in short form', 'SHORT=timeout', { yaml: OWN }],
    ['of one that is sent only when named', 'REFUND=timeout', { yaml: OWN, flags: { scenario: ['REFUND'] } }],
    ['of replayed payloads', 'FROM_FILE=timeout', { flags: { from: 'payloads.ndjson' } }],
    ['for the first webhook of doctor', 'ORB_BREAKOUT=timeout', { use: 'doctor' }],
    [
      'for the scenario that doctor was told',
      'CHOP=timeout',
      { use: 'doctor', flags: { scenario: ['CHOP'] } },
    ],
    [
      'for any webhook from elsewhere',
      'REFUND=timeout',
      { use: 'elsewhere', yaml: OWN, flags: { count: '1' } },
    ],
    [
      'of a payload that a template names',
      'A=timeout',
      { yaml: 'payload: { scenario: "{{pick A B}}" }\nscenarios: [{ name: A }]' },
    ],
  ])('%s can happen', async (_, fault, asked) => {
    expect(await errorOf(fault, asked)).toBeNull();
  });

  it.each<[string, Asked]>([
    ['of a run', {}],
    ['of doctor', { use: 'doctor' }],
    ['of doctor, which replays nothing', { use: 'doctor', yaml: 'replay: { from: payloads.ndjson }' }],
    ['of the sandbox alone', { use: 'elsewhere' }],
  ])('%s names no scenario', async (_, asked) => {
    const error = await errorOf('CHOPP=timeout', asked);
    expect(error).toMatchObject({ code: 'UNKNOWN_SCENARIO', exit: 2 });
    expect(error?.said).toMatch(/There is no scenario "CHOPP"\.\nDid you mean "CHOP"\?/);
    expect(error?.said.includes('run --from')).toBe(asked.use === 'elsewhere');
  });

  it.each<[string, string, Asked, string]>([
    ['too few are sent', 'CHOP', { flags: { count: '4' } }, 'this run'],
    ['another one is selected', 'CHOP', { flags: { scenario: ['ORB_FAKEOUT'] } }, 'this run'],
    ['it is excluded', 'CHOP', { flags: { exclude: ['CHOP'] } }, 'this run'],
    ['it is sent only when named', 'REFUND', { yaml: OWN }, 'this run'],
    ['doctor sends one webhook', 'CHOP', { use: 'doctor' }, 'doctor'],
  ])('of a scenario that is not sent: %s', async (_, scenario, asked, who) => {
    const error = await errorOf(`${scenario}=timeout`, asked);
    expect(error).toMatchObject({ code: 'FAULT_NOT_SENT', exit: 2 });
    expect(error?.said).toContain(DOES_NOT_SEND(who, scenario));
  });

  it.each(['run', 'doctor', 'elsewhere'] as const)('of a payload without its name: %s', async (use) => {
    for (const yaml of [
      'payload: { id: 1 }\nscenarios: [{ name: A }]',
      'scenarios: [{ name: A, payload: { scenario: B } }]',
    ]) {
      const error = await errorOf('A=timeout', { use, yaml });
      expect(error).toMatchObject({ code: 'FAULT_NOT_SENT', exit: 2 });
      expect(error?.said).toContain('the payload of A does not hold its name');
    }
  });

  it('several wrong ones are reported at once, with the errors of the config', async () => {
    const { input } = await aProject({}, { flags: { count: '0' } });
    const check = faultProblems(['CHOPP=timeout', 'CHOP=tiemout', 'CHOP=slow'], 'run');
    await expect(resolveConfig({ ...input, check })).rejects.toThrow(
      /^Invalid config \(4 errors\):\n {2}--count: .*\n {2}--fault: There is no scenario "CHOPP".*\n {2}--fault: Unknown fault "tiemout".*\n {2}--fault: Fault "CHOP=slow" is not usable/,
    );
  });
});
