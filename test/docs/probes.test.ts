import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CALLS_AT_ONCE } from '../../src/lib/cleanup/call.ts';
import { CLEANUP_LIMIT_MS, MAX_CLEANED } from '../../src/lib/cleanup/cleanup.ts';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { LAST_PROBE_MS, MAX_PROBES_IN_FLIGHT } from '../../src/lib/stages/probes/poll-probe.ts';
import { aProject } from '../config/project.ts';
import { ROOT } from '../support/cli.ts';

const page = await readFile(path.join(ROOT, 'docs', 'probes.md'), 'utf8');

it('the example is a valid config', async () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { input } = await aProject({ 'prod-e2e.config.yaml': example });
  const { settings } = await resolveConfig({
    ...input,
    env: { DATABASE_URL: 'postgres://db.example.com/app', API_TOKEN: 'token-0123' },
  });
  expect(settings.stages?.map(({ name, http, sql }) => [name, http !== null, sql !== null])).toEqual([
    ['webhook-ingestion', false, false],
    ['data-enrichment', false, true],
    ['database-save', true, false],
  ]);
  expect(settings.scenarios.every(({ cleanup }) => cleanup.length === 1)).toBe(true);
});

it('the limits are those of the program', () => {
  expect([MAX_PROBES_IN_FLIGHT, CALLS_AT_ONCE, LAST_PROBE_MS, CLEANUP_LIMIT_MS, MAX_CLEANED]).toEqual([
    5, 5, 5_000, 120_000, 20_000,
  ]);
  for (const said of [
    'Five queries',
    'five at a time',
    'end 5 s after',
    'two minutes in all',
    '20,000 webhooks',
  ]) {
    expect(page.replaceAll(/\s+/g, ' ')).toContain(said);
  }
});
