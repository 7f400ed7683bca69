/** What the build writes is committed; here it is compared with what the built program gives now. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { RUN_OPTIONS } from '../../src/lib/config/keys/table.ts';
import { ROOT } from '../support/cli.ts';

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
  'src/lib/model/finding.ts',
  'src/lib/model/stage.ts',
  'src/lib/model/result.ts',
  'src/lib/model/report.ts',
  'src/lib/report/store/report-shapes.ts',
  'docs/configuration.md',
])('%s is committed as the build writes it', async (file) => {
  expect(await readFile(path.join(ROOT, file), 'utf8')).toBe(await committed(file));
});

it('the config reference names every top-level key, every flag and every variable', async () => {
  const page = await readFile(path.join(ROOT, 'docs', 'configuration.md'), 'utf8');
  const row = (key: string) => page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`)) ?? '';
  for (const { key, flag, env } of RUN_OPTIONS) {
    for (const said of [`--${flag}`.replace(/^--(bail|mark|verify-traces)$/, '--[no-]$1'), ...env]) {
      expect(row(key), key).toContain(said);
    }
  }
  const { properties } = JSON.parse(await readFile(path.join(ROOT, 'schemas', 'config.schema.json'), 'utf8'));
  for (const key of Object.keys(properties))
    expect(page).toMatch(new RegExp(`^\\| \\[?\`${key.replace('$', '\\$')}\``, 'm'));
  // The sections that rows lead to.
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(({ 1: text = '' }) => text.toLowerCase());
  for (const [, anchor = ''] of page.matchAll(/\]\(#([a-z-]+)\)/g)) expect(headings).toContain(anchor);
});

it('the manifest names every command', async () => {
  const { default: generated } = await import(pathToFileURL(path.join(ROOT, 'dist', 'generated.js')).href);
  const { commands } = await generated.commandManifest(ROOT);
  expect(Object.keys(commands).sort()).toEqual([
    'autocomplete',
    'autocomplete:create',
    'autocomplete:init',
    'autocomplete:script',
    'cleanup',
    'complete',
    'config:show',
    'doctor',
    'help',
    'init',
    'report:compare',
    'report:list',
    'report:merge',
    'report:open',
    'report:show',
    'run',
    'sandbox',
    'scenarios:list',
    'scenarios:show',
    'trace:diff',
    'trace:learn',
    'trace:open',
    'trace:show',
  ]);
});
