/** Configuration: any file and any variables end in settings or in an error that says what to do. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { describeError, errorText } from '../../src/lib/cli/error-output.ts';
import { withExpectations } from '../../src/lib/cli/trace/expect-patch.ts';
import { readConfigFile } from '../../src/lib/config/layers/file-layers.ts';
import { originsOf } from '../../src/lib/config/layers/origins.ts';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { readYaml } from '../../src/lib/config/sources/yaml.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { findJsonError } from '../../src/lib/json/position.ts';
import { createPlan } from '../../src/lib/plan/payload-factory.ts';
import { terminalJson } from '../../src/lib/terminal/text.ts';
import { columns } from '../../src/lib/view/columns.ts';
import { fuzz } from './support/fuzz.ts';
import { deepText, hostileData, hostileObject, hostileText, jsonText, longText } from './support/hostile.ts';
import { expectHarmless, expectNoOrders } from './support/invariants.ts';
import { damaged, damages, mutated, mutations } from './support/mutate.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'prod-e2e-fuzz-'));
  for (const folder of ['work', 'home', 'user']) mkdirSync(path.join(root, folder));
  writeFileSync(path.join(root, 'work', 'package.json'), '{"name":"a-project"}');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The example of the specification, with every kind of value. */
const VALID = {
  url: 'https://hooks.example.com/webhook',
  headers: { authorization: 'Bearer ${env:TOKEN:-none}', 'x-key': 'a' },
  sentry: { dsn: '${env:SENTRY_DSN:-https://a@o1.ingest.sentry.io/1}', org: 'acme', project: 'e2e' },
  dimensions: { symbol: ['SPY', 'QQQ'], direction: ['long', 'short'], size: [1, 2] },
  payload: { symbol: '{{symbol}}', size: '{{int 1 5}}', nested: { list: ['{{uuid}}', 1, null] } },
  expect: {
    status: '2xx',
    required: ['signal_id'],
    recommended: 'variant',
    maxDuration: '3s',
    headers: { a: '/b/' },
  },
  scenarios: [
    { name: 'CUSTOM', payload: { symbol: 'SPY' }, tags: ['negative'], weight: 2, path: '/a?b=c' },
    { scenario: 'SHORT', symbol: 'SPY', direction: 'long' },
  ],
  stages: [
    { name: 'ingestion', span: 'webhook-ingestion', response: 'signal_id' },
    { name: 'save', span: { op: 'db*' } },
  ],
  trace: {
    timeout: '90s',
    expect: ['a', { span: 'b', maxDuration: '1s' }],
    follow: [{ query: 'a:{{response.b}}', within: '1s' }],
  },
  threshold: ['p95<800ms'],
  reporter: ['pretty', 'json=report.json'],
  maxBody: '1MiB',
  profiles: { staging: { url: 'https://staging.example.com/webhook', count: 3 } },
};

const jsonFile = fc.oneof(
  {
    weight: 8,
    arbitrary: mutations.map((changes) => JSON.stringify(mutated(VALID, changes), null, 2) ?? ''),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(mutations, damages)
      .map(([changes, all]) =>
        Buffer.from(damaged(Buffer.from(JSON.stringify(mutated(VALID, changes)) ?? ''), all)).toString(),
      ),
  },
  { weight: 1, arbitrary: jsonText },
  {
    weight: 1,
    arbitrary: hostileObject.map((value) =>
      JSON.stringify({ url: VALID.url, payload: value, expect: { match: value } }),
    ),
  },
);

/** Aliases that stand for aliases, nesting, merge keys, tags, several documents. */
const yamlBomb = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom('payload', 'a', 'dimensions'),
  )
  .map(([levels, width, key]) => {
    const lines = [`x0: &x0 [lol, lol]`];
    for (let at = 1; at <= levels; at++)
      lines.push(`x${at}: &x${at} [${Array.from({ length: width }, () => `*x${at - 1}`).join(', ')}]`);
    return `${lines.join('\n')}\n${key}: { a: *x${levels} }\n`;
  });
const mergeBomb = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([levels, width]) => {
    const lines = [`x0: &x0 { a0: 1 }`];
    for (let at = 1; at <= levels; at++)
      lines.push(
        `x${at}: &x${at} { a${at}: 1, <<: [${Array.from({ length: width }, () => `*x${at - 1}`).join(', ')}] }`,
      );
    return `${lines.join('\n')}\npayload: { <<: *x${levels} }\n`;
  });
/** The recipe with the most keys. */
const RECIPE = readFileSync(new URL('../../docs/recipes/production-system.yaml', import.meta.url));
const yamlFile = fc.oneof(
  {
    weight: 2,
    arbitrary: damages.map((all) => Buffer.from(damaged(RECIPE, all)).toString()),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(jsonFile, damages)
      .map(([text, all]) => Buffer.from(damaged(Buffer.from(text), all)).toString()),
  },
  { weight: 1, arbitrary: yamlBomb },
  { weight: 1, arbitrary: mergeBomb },
  { weight: 1, arbitrary: deepText },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('[', '{a: ', '- ', '? ', '!!map {', '&a [', '- - ', '"', '|\n'),
        fc.integer({ min: 1, max: 5_000 }),
      )
      .map(([text, times]) => text.repeat(times)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'a: &a [*a]',
          '<<: *none',
          'url: !!js/function x',
          '--- a\n--- b',
          '%YAML 9.9\n---\na: 1',
          'a: !!binary x',
          'x: &x {<<: *x}',
          '? {a: 1}\n: 2',
          '__proto__: {canary: 1}',
          'headers: {__proto__: a}',
          'set: !!set {a}',
          '- !!omap [a: 1]',
        ),
        hostileText,
      )
      .map(([text, rest]) => `${text}\n${rest}`),
  },
  { weight: 1, arbitrary: longText.map((text) => `payload: ${text}`) },
);

const environment = fc.dictionary(
  fc.constantFrom(
    'TOKEN',
    'SENTRY_DSN',
    'SENTRY_AUTH_TOKEN',
    'SENTRY_ORG',
    'TEST_COUNT',
    'PRODUCTION_URL',
    'PROD_E2E_HEADER',
    'PROD_E2E_SET',
    'PROD_E2E_RATE',
  ),
  fc.oneof(hostileText, fc.constantFrom('5', 'a: b', 'symbol=SPY', 'https://x.example/')),
  { maxKeys: 3 },
);

function expectKind(thrown: unknown): null {
  if (!(thrown instanceof ProdE2eError)) throw thrown;
  expect(thrown.code).toMatch(/^[A-Z_]+$/);
  expect(thrown.suggestions.length).toBeGreaterThan(0);
  const text = errorText(describeError(thrown));
  expectHarmless(text);
  expectNoOrders(text);
  return null;
}

async function expectResolved(
  name: string,
  text: string,
  more: { readonly env: NodeJS.ProcessEnv; readonly profile: string | null },
) {
  const file = path.join(root, 'work', name);
  writeFileSync(file, text);
  const resolved = await resolveConfig({
    flags: {},
    env: more.env,
    cwd: path.join(root, 'work'),
    home: path.join(root, 'home'),
    userConfigDir: path.join(root, 'user'),
    configFile: file,
    profile: more.profile,
  }).catch(expectKind);
  if (resolved === null) return;
  const { settings } = resolved;
  const rows = originsOf(resolved).map(({ key, value, origin }) => [
    key,
    terminalJson(value ?? null),
    origin,
  ]);
  expectHarmless(
    columns({ unicode: true, head: ['KEY', 'VALUE', 'FROM'], rows, width: Number.POSITIVE_INFINITY }),
  );
  const [first] = settings.scenarios;
  if (first === undefined) return;
  try {
    const plan = createPlan({
      ...settings,
      runId: '20260801-120000-k3f9z',
      seed: settings.seed ?? '1',
      count: 2,
      pins: settings.set,
      url: settings.url ?? VALID.url,
      userAgent: 'prod-e2e',
      now: () => new Date(0),
      uuid: () => 'x',
    });
    for (const test of plan.tests()) JSON.parse(test.request.body);
  } catch (thrown) {
    expectKind(thrown);
  }
}

const circumstances = fc.record({
  env: environment,
  profile: fc.option(fc.oneof(fc.constantFrom('staging', '__proto__', 'constructor'), hostileText)),
});

fuzz('any JSON file is a valid config or an error', {
  surface: 'config',
  share: 0.3,
  runs: 120,
  input: fc.tuple(jsonFile, circumstances),
  check: ([text, more]) => expectResolved('prod-e2e.config.json', text, more),
});

fuzz('any YAML file is a valid config or an error', {
  surface: 'config',
  share: 0.25,
  runs: 120,
  input: fc.tuple(yamlFile, circumstances),
  check: ([text, more]) => expectResolved('prod-e2e.config.yaml', text, more),
});

fuzz('any data is layers or problems', {
  surface: 'config',
  runs: 120,
  share: 0.4,
  input: fc.tuple(
    fc.oneof(
      { weight: 1, arbitrary: hostileData },
      { weight: 4, arbitrary: mutations.map((changes) => mutated(VALID, changes)) },
    ),
    circumstances,
  ),
  check: ([config, { env, profile }]) => {
    const file = {
      file: '/work/prod-e2e.config.mjs',
      name: 'prod-e2e.config.mjs',
      trust: 'project' as const,
      baseDir: '/work',
      config,
      unused: [],
    };
    for (const { problem, subject } of readConfigFile({ file, env, profile }).problems) {
      expect(problem).not.toBe('');
      expect(subject).not.toBe('');
    }
  },
});

fuzz('text that is not JSON has a place where it ends', {
  surface: 'config',
  runs: 200,
  share: 0.2,
  input: fc.oneof(jsonText, jsonFile, longText),
  check: (text) => {
    try {
      JSON.parse(text);
    } catch {
      const { line, column, problem } = findJsonError(text);
      expect(Math.min(line, column)).toBeGreaterThan(0);
      expect(problem).toContain('expected ');
    }
  },
});

fuzz('expectations are added to any file or refused', {
  surface: 'config',
  share: 0.05,
  runs: 60,
  input: fc.tuple(yamlFile, hostileText, fc.boolean()),
  check: ([text, span, force]) => {
    const reading = readYaml(text);
    if ('problem' in reading) return;
    const file = {
      file: '/w/c.yaml',
      name: 'c.yaml',
      trust: 'project' as const,
      baseDir: '/w',
      config: reading.value,
      unused: [],
    };
    // Only a configuration that was read and is in use is written into; of scalars at the top nothing is known.
    if (
      typeof reading.value === 'object' &&
      readConfigFile({ file, env: {}, profile: null }).problems.length > 0
    )
      return;
    const options = { under: null, entries: [{ span: `a${span}` }], force };
    try {
      withExpectations(text, { ...options, format: 'yaml' });
    } catch (thrown) {
      expectKind(thrown);
    }
  },
});
