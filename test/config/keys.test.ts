import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { RUN_OPTIONS } from '../../src/lib/config/keys/table.ts';
import { optionLayerSchema } from '../../src/lib/config/schema/from-table.ts';
import { keysAt } from '../../src/lib/config/schema/json-schema.ts';
import { jsonSchema } from '../../src/lib/config/schema/schema.ts';

describe('the options table', () => {
  test('every option is a key of the config file', () => {
    for (const { key } of RUN_OPTIONS) {
      const [first = '', second] = key.split('.');
      expect(keysAt(jsonSchema(), second === undefined ? [] : [first]), key).toContain(second ?? first);
    }
  });

  test('flags, letters and variables are unique', () => {
    for (const pick of ['flag', 'char', 'key'] as const) {
      const names = RUN_OPTIONS.flatMap((spec) => spec[pick] ?? []);
      expect(new Set(names).size).toBe(names.length);
    }
    const variables = RUN_OPTIONS.flatMap(({ env }) => env);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('the prod-e2e variable comes first, then the existing one', () => {
    const env = Object.fromEntries(RUN_OPTIONS.map((spec) => [spec.flag, spec.env]));
    expect(env.url).toEqual(['PROD_E2E_URL', 'PRODUCTION_URL']);
    expect(env.count).toEqual(['PROD_E2E_COUNT', 'TEST_COUNT']);
    expect(env['sentry-dsn']).toEqual(['PROD_E2E_SENTRY_DSN', 'SENTRY_DSN']);
    expect(env['connect-timeout']).toEqual(['PROD_E2E_CONNECT_TIMEOUT']);
  });

  test('its modules import constants only, because --help loads them', async () => {
    const folder = new URL('../../src/lib/config/keys/', import.meta.url);
    for (const name of await readdir(folder)) {
      const source = await readFile(new URL(name, folder), 'utf8');
      const imported = [...source.matchAll(/^import (?!type ).*? from '(.+)';$/gm)].map(
        ([, path = '']) => path,
      );
      for (const path of imported.filter((each) => !each.startsWith('./'))) {
        const constants = await readFile(new URL(path, new URL(name, folder)), 'utf8');
        expect(constants, `${name} imports ${path}`).not.toMatch(/^import (?!type )/m);
      }
    }
  });
});

test('the schema of flags covers every flag, without loading the one of scenarios and traces', () => {
  for (const { key } of RUN_OPTIONS) {
    const [group = '', sub] = key.split('.');
    const keys: Readonly<Record<string, unknown>> = optionLayerSchema.shape;
    expect(keys, key).toHaveProperty(group);
    if (sub === undefined) continue;
    const { error } = optionLayerSchema.safeParse({ [group]: { [sub]: Symbol('of no kind') } });
    expect(
      error?.issues.map(({ code }) => code),
      key,
    ).not.toContain('unrecognized_keys');
  }
});
