/** Colour on real terminals: what is drawn by us, by listr2 and by oclif obeys one decision, stream by stream. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withCli } from '../support/cli.ts';
import { HAS_TERMINALS, onTerminal } from '../support/pseudo-terminal.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
const COLOR = /\u001b\[[\d;]*m/;
/** Nothing listens there: a report in a tenth of a second, with a live list before it. */
const RUN = ['run', '--url', 'http://127.0.0.1:1/'];

type Env = Readonly<Record<string, string>>;

describe.skipIf(!HAS_TERMINALS)('on a terminal', { concurrent: true }, () => {
  it.each<[string, Env, string[], boolean]>([
    ['nothing said', {}, [], true],
    ['both variables empty', { NO_COLOR: '', FORCE_COLOR: '' }, [], true],
    ['NO_COLOR', { NO_COLOR: '1' }, [], false],
    ['both variables', { NO_COLOR: '1', FORCE_COLOR: '1' }, [], false],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['TERM=dumb', { TERM: 'dumb' }, [], false],
    ['TERM=dumb and FORCE_COLOR', { TERM: 'dumb', FORCE_COLOR: '1' }, [], true],
    ['--no-color', { FORCE_COLOR: '1' }, ['--no-color'], false],
    ['--color', { NO_COLOR: '1' }, ['--color'], true],
  ])('%s', (_, env, flags, expected) =>
    withCli(async (cli) => {
      const run = await onTerminal(cli, [...RUN, ...flags], { steps: [], env });
      expect(run.screen).toContain('DETAILED RESULTS');
      expect(COLOR.test(run.screen), 'a run').toBe(expected);
      const help = await onTerminal(cli, ['run', '--help', ...flags], { steps: [], env });
      expect(help.screen).toContain('EXIT CODES');
      expect(COLOR.test(help.screen), 'help').toBe(expected);
    }),
  );

  it.each<[string, string[], boolean]>([
    ['not without being asked for', [], false],
    ['--color', ['--color'], true],
  ])('a stream that is not a terminal has no color: %s', (_, flags, expected) =>
    withCli(async (cli) => {
      const { screen } = await onTerminal(cli, [...RUN, ...flags], {
        steps: [],
        through: '"$@" > report.txt',
      });
      const report = readFileSync(path.join(cli.home, 'report.txt'), 'utf8');
      expect(report).toContain('DETAILED RESULTS');
      expect([COLOR.test(screen), COLOR.test(report)]).toEqual([true, expected]);
    }),
  );
});

it.skipIf(!HAS_TERMINALS)(
  'draws progress on the terminal, and redirected output is complete',
  { concurrent: true },
  () =>
    withCli(async (cli) => {
      const { screen } = await onTerminal(cli, [...RUN, '--json'], {
        steps: [],
        through: '"$@" > report.json',
      });
      expect(screen).toMatch(/Total, \d s .* \d\/5/);
      expect(JSON.parse(readFileSync(path.join(cli.home, 'report.json'), 'utf8'))).toMatchObject({
        status: 'broken',
      });
    }),
);

it.concurrent('in a pipe there is no color, except with FORCE_COLOR or --color', () =>
  withCli(async ({ run }) => {
    expect((await run(RUN)).stdout).not.toMatch(COLOR);
    expect((await run(RUN, { env: { NO_COLOR: '', FORCE_COLOR: '' } })).stdout).not.toMatch(COLOR);
    expect((await run(RUN, { env: { FORCE_COLOR: '1' } })).stdout).toMatch(COLOR);
    expect((await run([...RUN, '--color'])).stdout).toMatch(COLOR);
    expect((await run([...RUN, '--color', '--json'])).stdout).not.toMatch(COLOR);
  }));

it.concurrent.each([['init'], ['sandbox'], ['doctor'], ['report', 'list'], ['scenarios', 'list']])(
  '%s has the flag',
  (...args) =>
    withCli(async ({ run }) => {
      expect((await run([...args, '--help'])).stdout).toContain('--[no-]color');
    }),
);
