/** What the build writes is committed; here it is compared with what the built program gives now. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from './support/cli.ts';

const committed = async (file: string) => {
  const { stdout } = await promisify(execFile)('git', ['show', `HEAD:${file}`], {
    cwd: ROOT,
    maxBuffer: 10_000_000,
  });
  return stdout;
};

it.each([
  'oclif.manifest.json',
  'schemas/config.schema.json',
  'schemas/report.schema.json',
  'src/lib/library/config-type.ts',
])('%s is committed as the build writes it', async (file) => {
  expect(await readFile(path.join(ROOT, file), 'utf8')).toBe(await committed(file));
});

it('the manifest names every command', async () => {
  const { commandManifest } = await import(pathToFileURL(path.join(ROOT, 'dist', 'generated.js')).href);
  const { commands } = await commandManifest(ROOT);
  expect(Object.keys(commands).sort()).toEqual([
    'autocomplete',
    'autocomplete:create',
    'autocomplete:init',
    'autocomplete:script',
    'complete',
    'config:show',
    'doctor',
    'help',
    'init',
    'report:compare',
    'report:list',
    'report:merge',
    'report:show',
    'run',
    'sandbox',
    'scenarios:list',
    'scenarios:show',
    'trace:learn',
    'trace:open',
    'trace:show',
  ]);
});
