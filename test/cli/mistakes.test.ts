/** First mistakes: each is told with the command that leads on. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { withCli } from '../support/cli.ts';

const NO_RUNS = ['No runs are saved yet.', 'prod-e2e run --sandbox'];
const TARGET = ['--url', 'http://127.0.0.1:9'];

describe('a common mistake', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['no config and no URL', ['run'], ['prod-e2e run --url https://', 'prod-e2e run --sandbox']],
    ['a URL without http', ['run', '--url', 'hooks.example.com'], ['http:// or https://', 'prod-e2e init']],
    [
      'a config that is not there',
      ['run', '--config', 'x.yaml'],
      ['x.yaml does not exist', 'prod-e2e init --output x.yaml'],
    ],
    ['no runs', ['report', 'show'], NO_RUNS],
    ['no runs, a test', ['report', 'show', '3'], NO_RUNS],
    ['no runs, a trace', ['trace', 'open', '3'], NO_RUNS],
    [
      'an unknown scenario',
      ['run', ...TARGET, '-s', 'ORB_BREAK'],
      ['"ORB_BREAKOUT"?', 'prod-e2e scenarios list'],
    ],
    ['an unknown scenario to show', ['scenarios', 'show', 'chop_'], ['"CHOP"?', 'prod-e2e scenarios list']],
    ['an unknown reporter', ['run', ...TARGET, '-r', 'junitt'], ['"junit"?', 'Known: pretty, json']],
    [
      'an unknown profile',
      ['run', ...TARGET, '--profile', 'x'],
      ['no config file was found', 'prod-e2e init'],
    ],
    [
      'traces required without a token',
      ['run', ...TARGET, '--require-traces'],
      ['Set SENTRY_AUTH_TOKEN', '--no-verify-traces'],
    ],
    ['a typo in a command', ['rnu'], ['Unknown command "rnu".', 'prod-e2e run\n', 'prod-e2e --help']],
    [
      'a typo below a topic',
      ['report', 'shwo', 'latest'],
      ['prod-e2e report show\n', 'prod-e2e report --help'],
    ],
    ['help for a typo', ['help', 'rnu'], ['prod-e2e run\n']],
    ['nothing like it', ['xyzzy'], ['Unknown command "xyzzy".\n  All commands: prod-e2e --help\n']],
    [
      'an argument too many',
      ['run', 'now'],
      ['prod-e2e run got an unexpected argument', 'prod-e2e run --help'],
    ],
    [
      'a flag without a command',
      ['--sandbox'],
      ['The command must come before its flags', 'prod-e2e run --sandbox'],
    ],
    ['a typo in a flag', ['run', '--sandbx'], ['Did you mean --sandbox?']],
  ])('%s', async (_, args, said) => {
    await withCli(async ({ run }) => {
      const { exitCode, stderr, stdout } = await run(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      for (const text of said) expect(stderr).toContain(text);
    });
  });

  it('suggests the nearest run and profile', async () => {
    await withCli(async ({ run, home }) => {
      keepRun(path.join(home, 'data', 'prod-e2e'));
      for (const reference of ['20991111', './nowhere']) {
        const { exitCode, stderr } = await run(['report', 'show', reference]);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('prod-e2e report list');
      }
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'profiles: { staging: { count: 1 } }\n');
      const { exitCode, stderr } = await run(['run', ...TARGET, '--profile', 'stagng']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('did you mean staging?');
    });
  });

  it('is reported as JSON, too', async () => {
    await withCli(async ({ run }) => {
      const { exitCode, stdout, stderr } = await run(['rnu', '--json']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
      expect(JSON.parse(stdout).error).toMatchObject({
        code: 'UNKNOWN_COMMAND',
        hint: 'Did you mean: prod-e2e run\nAll commands: prod-e2e --help',
      });
    });
  });
});
