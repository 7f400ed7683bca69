/** What files and arguments hold reaches no terminal as it is, whichever command shows it. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectHarmless, expectNoOrders } from '../fuzz/support/invariants.ts';
import { keepRun } from '../report/saved-run.ts';
import { aTest } from '../support/builders.ts';
import { type Cli, withCli } from '../support/cli.ts';

const HOSTILE = 'x\u001b]0;pwned\u0007\u009b2J\u202e::add-mask::y ##vso[task.complete]';

const CONFIG = {
  url: 'https://hooks.example.com/webhook',
  headers: { 'x-text': HOSTILE },
  environment: HOSTILE,
  scenarios: [
    {
      name: 'A',
      description: HOSTILE,
      payload: { text: HOSTILE },
      expect: { headers: { a: HOSTILE }, match: { b: HOSTILE }, contentType: HOSTILE, required: [HOSTILE] },
    },
  ],
};

async function withHostileProject(use: (cli: Cli) => Promise<void>): Promise<void> {
  await withCli(async (cli) => {
    await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(CONFIG));
    const dataDir = path.join(cli.home, 'data', 'prod-e2e');
    await mkdir(dataDir, { recursive: true });
    const result = aTest({ index: 1, name: HOSTILE, scenario: HOSTILE, dimensions: { [HOSTILE]: HOSTILE } });
    keepRun(dataDir, {
      results: [result],
      head: { target: HOSTILE, seed: HOSTILE, skippedBecause: HOSTILE },
    });
    await use(cli);
  });
}

describe.concurrent('hostile text', () => {
  it.each([
    [['config', 'show']],
    [['config', 'show', '--json']],
    [['scenarios', 'list']],
    [['scenarios', 'show', 'A']],
    [['scenarios', 'show', 'A', '--json']],
    [['scenarios', 'show', HOSTILE]],
    [['run', '--dry-run', '--count', '1', '--seed', HOSTILE]],
    [['run', '--dry-run', '--count', '1', '--json']],
    [['run', '--scenario', HOSTILE]],
    [['run', '--threshold', HOSTILE, '--sandbox']],
    [['report', 'list']],
    [['report', 'show']],
    [['report', 'show', '--json']],
    [['report', 'show', HOSTILE]],
    [['report', 'show', '--reporter', 'junit']],
    [['trace', 'open', HOSTILE]],
    [[HOSTILE]],
    [['run', `--${HOSTILE}`]],
    [['report', 'list', '--json', `--${HOSTILE}`]],
  ])('is harmless in the output of %j', async (args) => {
    await withHostileProject(async ({ run }) => {
      const { stdout, stderr, exitCode } = await run(args);
      expect(stdout + stderr).not.toBe('');
      expect(exitCode).not.toBe(70);
      for (const text of [stdout, stderr]) {
        expectHarmless(text);
        expectNoOrders(text);
      }
      if (args.includes('--json')) JSON.parse(stdout);
    });
  });
});
