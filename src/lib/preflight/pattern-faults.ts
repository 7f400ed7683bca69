/** Unusable JSON Schemas and regular expressions. Their compilers are loaded only if there is one. */

import type { Path } from '../config/paths.ts';
import type { Fault } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { ExpectConfig } from '../config/schema/expect.ts';
import { normalizeScenario } from '../config/settings/scenarios.ts';
import type { ProdE2eError } from '../errors.ts';
import type { Schema } from '../validate/schema.ts';
import { faultsFromAsync } from './found.ts';

interface Placed<Value> {
  readonly path: Path;
  readonly value: Value;
}

export async function patternFaults(checked: Checked): Promise<readonly Fault[]> {
  const { fault } = checked;
  const faults: Fault[] = [];
  for (const { path, value } of expectations(checked)) {
    if (value.schema !== undefined)
      faults.push(...(await schemaFaults({ path: [...path, 'schema'], value: value.schema, fault })));
    for (const [name, text] of Object.entries(value.headers ?? {}))
      faults.push(...(await headerFaults({ path: [...path, 'headers', name], name, text, fault })));
  }
  for (const { path, value } of probeSchemas(checked))
    faults.push(...(await schemaFaults({ path, value, fault })));
  return [...faults, ...(await payloadSchemaFaults(checked))];
}

function expectations({ config }: Checked): readonly Placed<ExpectConfig>[] {
  const at = (path: Path, value: ExpectConfig | undefined) => (value === undefined ? [] : [{ path, value }]);
  return [
    ...at(['expect'], config.expect),
    ...at(['expectRepeat'], config.expectRepeat),
    ...(config.scenarios ?? [])
      .map(normalizeScenario)
      .flatMap(({ expect, expectRepeat }, index) => [
        ...at(['scenarios', index, 'expect'], expect),
        ...at(['scenarios', index, 'expectRepeat'], expectRepeat),
      ]),
    ...(config.replay?.rules ?? []).flatMap(({ expect }, index) =>
      at(['replay', 'rules', index, 'expect'], expect),
    ),
  ];
}

function probeSchemas({ config }: Checked): readonly Placed<Schema>[] {
  return (config.stages ?? []).flatMap(({ http }, at) =>
    http?.schema === undefined
      ? []
      : [{ path: ['stages', at, 'http', 'schema'], value: http.schema as Schema }],
  );
}

type ToFault = (path: Path, error: ProdE2eError) => Fault;

async function schemaFaults({
  path,
  value,
  fault,
}: Placed<unknown> & { readonly fault: ToFault }): Promise<readonly Fault[]> {
  return faultsFromAsync(
    (error) => fault(path, error),
    async () => {
      const { compileSchemas } = await import('../validate/schema.ts');
      await compileSchemas([value as Schema]);
    },
  );
}

async function headerFaults({
  path,
  name,
  text,
  fault,
}: {
  readonly path: Path;
  readonly name: string;
  readonly text: string;
  readonly fault: ToFault;
}): Promise<readonly Fault[]> {
  if (!text.startsWith('/')) return [];
  return faultsFromAsync(
    (error) => fault(path, error),
    async () => {
      const { compileHeaderPattern } = await import('../validate/headers.ts');
      await compileHeaderPattern(name, text);
    },
  );
}

/** Each schema once, with its place: in a scenario, or the shared one. */
async function payloadSchemaFaults({ config, settings, fault }: Checked): Promise<readonly Fault[]> {
  const own = (config.scenarios ?? []).map(
    (scenario) => normalizeScenario(scenario).payloadSchema !== undefined,
  );
  const shared = settings.scenarios.findIndex(
    ({ payloadSchema }, at) => payloadSchema !== null && own[at] !== true,
  );
  const { from, otherwise } = settings.replay;
  // Replayed payloads without a scenario have the shared one.
  const places = [
    ...settings.scenarios.map((scenario, at) => ({ scenario, at })),
    ...(from === null || shared >= 0 ? [] : [{ scenario: otherwise, at: shared }]),
  ];
  const faults: Fault[] = [];
  for (const { scenario, at } of places) {
    if (scenario.payloadSchema === null || (own[at] !== true && at !== shared)) continue;
    const path: Path = own[at] === true ? ['scenarios', at, 'payloadSchema'] : ['payloadSchema'];
    const { preparePayloadChecks } = await import('./payload-checks.ts');
    const masking = { redact: (text: string) => text, redactPaths: [] };
    faults.push(
      ...(await faultsFromAsync(
        (error) => fault(path, error),
        () => preparePayloadChecks([scenario], masking),
      )),
    );
  }
  return faults;
}
