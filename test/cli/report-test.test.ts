/** `report show` of one test, from a kept run. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { RUN_ID } from '../support/builders.ts';
import { withCli } from '../support/cli.ts';

describe('report show NUMBER', () => {
  it('shows one test of the latest run, of another run, and by its id, each time the same', async () => {
    await withCli(async ({ run, home }) => {
      keepRun(path.join(home, 'data', 'prod-e2e'));
      const asked = [['2'], ['latest', '2'], [RUN_ID, '2'], [`${RUN_ID}-2`], [RUN_ID, `${RUN_ID}-2`]];
      const all = await Promise.all(asked.map((args) => run(['report', 'show', ...args])));
      for (const { exitCode, stdout } of all) {
        expect(exitCode).toBe(0);
        expect(stdout).toMatch(/^📝 TEST 2\n[\s\S]*\n🔁 RESEND\ncurl -sS /);
        expect(stdout).toBe(all[0]?.stdout);
      }
      const { stdout } = await run(['report', 'show', '2', '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ index: 2, testId: `${RUN_ID}-2` });
    });
  });

  it('takes no argument from stdin, where a loop of a shell has its next lines', async () => {
    await withCli(async ({ run, home }) => {
      keepRun(path.join(home, 'data', 'prod-e2e'));
      const through = 'echo "next line" | "$@"';
      const { exitCode, stdout } = await run(['report', 'show', RUN_ID], { through });
      expect([exitCode, stdout]).toEqual([0, (await run(['report', 'show', RUN_ID])).stdout]);
      const diff = await run(['trace', 'diff'], { through });
      expect(diff.stderr).not.toContain('next line');
    });
  });

  it.each([
    [['9'], 2, `Run ${RUN_ID} has no test 9.\n  Its tests: 1-3.\n`],
    [
      ['latest', 'x'],
      2,
      '"x" is not a result number, test id or trace id.\n  Pass the run first: prod-e2e report show latest 3.',
    ],
    [
      ['2', '-r', 'junit'],
      2,
      `The junit reporter cannot show a single test.\n  Without --reporter: prod-e2e report show ${RUN_ID} 2\n`,
    ],
  ])('%j exits with %i', async (args, code, said) => {
    await withCli(async ({ run, home }) => {
      keepRun(path.join(home, 'data', 'prod-e2e'));
      const { exitCode, stderr, stdout } = await run(['report', 'show', ...args]);
      expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
      expect(stderr).toContain(said);
    });
  });
});
