/** Unusable JSON Schemas and regular expressions. Their compilers are loaded only if there is one. */

import type { Path } from '../config/paths.ts';
import type { ConfigProblem } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { ExpectConfig } from '../config/schema/expect.ts';
import { normalizeScenario } from '../config/settings/scenarios.ts';
import type { ProdE2eError } from '../errors.ts';
import type { Schema } from '../validate/schema.ts';
import { problemsFromAsync } from './found.ts';

interface Placed<Value> {
  readonly path: Path;
  readonly value: Value;
}

export async function patternProblems(checked: Checked): Promise<readonly ConfigProblem[]> {
  const { problemAt } = checked;
  const problems: ConfigProblem[] = [];
  for (const { path, value } of expectations(checked)) {
    if (value.schema !== undefined)
      problems.push(...(await schemaProblems({ path: [...path, 'schema'], value: value.schema, problemAt })));
    for (const [name, text] of Object.entries(value.headers ?? {}))
      problems.push(...(await headerProblems({ path: [...path, 'headers', name], name, text, problemAt })));
  }
  for (const { path, value } of probeSchemas(checked))
    problems.push(...(await schemaProblems({ path, value, problemAt })));
  return [...problems, ...(await payloadSchemaProblems(checked))];
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

type ToProblem = (path: Path, error: ProdE2eError) => ConfigProblem;

async function schemaProblems({
  path,
  value,
  problemAt,
}: Placed<unknown> & { readonly problemAt: ToProblem }): Promise<readonly ConfigProblem[]> {
  return problemsFromAsync(
    (error) => problemAt(path, error),
    async () => {
      const { compileSchemas } = await import('../validate/schema.ts');
      await compileSchemas([value as Schema]);
    },
  );
}

async function headerProblems({
  path,
  name,
  text,
  problemAt,
}: {
  readonly path: Path;
  readonly name: string;
  readonly text: string;
  readonly problemAt: ToProblem;
}): Promise<readonly ConfigProblem[]> {
  if (!text.startsWith('/')) return [];
  return problemsFromAsync(
    (error) => problemAt(path, error),
    async () => {
      const { compileHeaderPattern } = await import('../validate/headers.ts');
      await compileHeaderPattern(name, text);
    },
  );
}

/** Each schema once, with its place: in a scenario, or the shared one. */
async function payloadSchemaProblems({
  config,
  settings,
  problemAt,
}: Checked): Promise<readonly ConfigProblem[]> {
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
  const problems: ConfigProblem[] = [];
  for (const { scenario, at } of places) {
    if (scenario.payloadSchema === null || (own[at] !== true && at !== shared)) continue;
    const path: Path = own[at] === true ? ['scenarios', at, 'payloadSchema'] : ['payloadSchema'];
    const { preparePayloadChecks } = await import('./payload-checks.ts');
    const masking = { redact: (text: string) => text, redactPaths: [] };
    problems.push(
      ...(await problemsFromAsync(
        (error) => problemAt(path, error),
        () => preparePayloadChecks([scenario], masking),
      )),
    );
  }
  return problems;
}
