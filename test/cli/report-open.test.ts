import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { HAS_TERMINALS, onTerminal } from '../support/pseudo-terminal.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

const withRun = (use: (cli: Cli) => Promise<void>) =>
  withWebhookTarget({ body: GOOD }, ({ url }) =>
    withCli(async (cli) => {
      await cli.run(['run', '--url', url]);
      await use(cli);
    }),
  );

/** A run of three tests that no program sent, where it does not matter how the run came about. */
const withSavedRun = (use: (cli: Cli) => Promise<void>) =>
  withCli(async (cli) => {
    keepRun(path.join(cli.home, 'data', 'prod-e2e'));
    await use(cli);
  });

/** Writes down what it is asked to open. */
function fakeBrowser(home: string) {
  const [bin, asked] = [path.join(home, 'bin'), path.join(home, 'asked')];
  mkdirSync(bin);
  const program = path.join(bin, 'xdg-open');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> "${asked}"\n`);
  chmodSync(program, 0o755);
  return { env: { PATH: `${bin}:${process.env.PATH ?? ''}`, DISPLAY: ':9' }, asked };
}

const comes = (file: string): Promise<string> =>
  eventually(async () => (existsSync(file) ? readFileSync(file, 'utf8') || null : null));

describe('report open', () => {
  it('writes the page into the folder of the run, readable only by its owner, and prints its path', () =>
    withRun(async ({ run }) => {
      const { stdout, stderr, exitCode } = await run(['report', 'open', '--print']);
      expect([exitCode, stderr]).toEqual([0, '']);
      const file = stdout.trimEnd();
      expect(path.basename(file)).toBe('report.html');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const page = readFileSync(file, 'utf8');
      expect(page).toContain('</html>');
      expect(page).toContain('id="test-3"');
      const again = JSON.parse((await run(['report', 'open', '--json'])).stdout);
      expect(again).toEqual({ runId: path.basename(path.dirname(file)), file, opened: false });
      expect((await run(['report', 'show'])).exitCode).toBe(0);
      expect((await run(['report', 'list', '--json'])).stdout).toContain(again.runId);
    }));

  it.skipIf(!HAS_TERMINALS)('opens it in a browser, at the given test', () =>
    withSavedRun(async (cli) => {
      const { env, asked } = fakeBrowser(cli.home);
      const { screen, exit } = await onTerminal(cli, ['report', 'open', '3'], { steps: [], env });
      expect(exit).toBe(0);
      expect(await comes(asked)).toBe(`${pathToFileURL(screen.trim()).href}#test-3\n`);
    }),
  );

  it('refuses a test and a run that do not exist', () =>
    withSavedRun(async ({ run }) => {
      const test = await run(['report', 'open', '9']);
      expect([test.exitCode, test.stderr]).toEqual([2, expect.stringContaining('has no test 9')]);
      const nowhere = await run(['report', 'open', '19990101']);
      expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('saved run')]);
    }));
});
