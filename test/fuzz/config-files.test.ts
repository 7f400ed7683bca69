/** Config files of any bytes, and environments of any shape: what exists counts, and what is wrong is named. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { checkEnvironment } from '../../src/lib/cli/environment.ts';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { findConfigFile } from '../../src/lib/config/sources/sources.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { fuzz } from './support/fuzz.ts';
import { hostileBytes, hostileText, jsonText } from './support/hostile.ts';

const NAMES = [
  'prod-e2e.config.json',
  'prod-e2e.config.yaml',
  '.prod-e2erc',
  '.config/prod-e2erc.yml',
] as const;

const content = fc.oneof(
  hostileBytes,
  jsonText.map((text) => Buffer.from(text)),
  fc
    .tuple(fc.constantFrom('utf8', 'utf16le', 'latin1'), hostileText)
    .map(([encoding, text]) => Buffer.from(`\ufeffurl: "${text}"`, encoding as BufferEncoding)),
);

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-fuzz-config-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

fuzz('a config file of any bytes is used or an error, and never ignored', {
  surface: 'config',
  runs: 100,
  share: 0.1,
  input: fc.tuple(fc.constantFrom(...NAMES), content, fc.boolean()),
  check: ([name, bytes, isLink]) =>
    inFolder(async (root) => {
      const cwd = path.join(root, 'work');
      await mkdir(path.join(cwd, '.config'), { recursive: true });
      await writeFile(path.join(cwd, 'package.json'), '{}');
      const file = path.join(cwd, name);
      if (isLink) await symlink(path.join(root, 'real'), file);
      await writeFile(isLink ? path.join(root, 'real') : file, bytes);
      const options = { cwd, userConfigDir: path.join(root, 'user'), configFile: null };
      const found = await findConfigFile(options).catch((thrown: unknown) => thrown);
      if (found instanceof ProdE2eError) expect(found.message).toContain(name);
      else expect(found).toMatchObject({ file });
    }),
});

const variable = fc.oneof(
  fc.constantFrom('PROD_E2E_COUNT', 'PROD_E2E_RATE', 'PROD_E2E_HEADER', 'PROD_E2E_SET', 'PROD_E2E_REPORTER'),
  fc.constantFrom('PRODUCTION_URL', 'SENTRY_DSN', 'SENTRY_AUTH_TOKEN', 'SENTRY_URL', 'TEST_COUNT'),
  fc.constantFrom('PROD_E2E_COUNTT', 'PROD_E2E_', 'prod_e2e_count', 'NO_PROXY', 'https_proxy'),
);

fuzz('variables of any shape give settings, or errors that name them', {
  surface: 'config',
  runs: 100,
  share: 0.1,
  input: fc.dictionary(variable, hostileText, { maxKeys: 5 }),
  check: (env) =>
    inFolder(async (folder) => {
      const resolved = await resolveConfig({
        ...{ flags: {}, env, cwd: folder, home: folder, userConfigDir: folder, configFile: null },
        profile: null,
      }).catch((thrown: unknown) => thrown);
      if (!(resolved instanceof ProdE2eError)) return expect(resolved).toHaveProperty('settings');
      expect(Object.keys(env).some((name) => resolved.message.includes(name))).toBe(true);
    }),
});

const place = fc.oneof(
  fc.constantFrom('', '.', '~', '/', 'file', 'folder', 'link', 'folder/new', 'file/below', 'link/below'),
  hostileText,
);

fuzz('folders of any name can be used, or one sentence explains why not', {
  surface: 'config',
  runs: 100,
  share: 0.1,
  input: fc.tuple(
    fc.dictionary(
      fc.constantFrom('HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'PROD_E2E_DATA_DIR'),
      fc.tuple(fc.boolean(), place),
    ),
  ),
  check: ([named]) =>
    inFolder(async (root) => {
      await mkdir(path.join(root, 'folder'));
      await writeFile(path.join(root, 'file'), '');
      await symlink(path.join(root, 'nowhere'), path.join(root, 'link'));
      const env = Object.fromEntries(
        Object.entries(named).map(([name, [isBelow, value]]) => [name, isBelow ? `${root}/${value}` : value]),
      );
      try {
        checkEnvironment(['DATA', 'CONFIG'], env);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ProdE2eError);
        expect(thrown).toMatchObject({ code: 'FOLDER_UNUSABLE', oclif: { exit: 2 } });
      }
    }),
});
