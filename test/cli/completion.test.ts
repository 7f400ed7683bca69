/** Tab in real shells: from a home with kept runs, and a config with scenarios and profiles of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/kept-run.ts';
import { type Cli, cliEnvironment, PROGRAM, withCli } from '../support/cli.ts';
import { HAS_TERMINALS } from '../support/pseudo-terminal.ts';

const run = promisify(execFile);
const TERMINAL = fileURLToPath(new URL('../support/pseudo-terminal.py', import.meta.url));
const HAS = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const RUNS = ['20260801-120000-k3f9z', '20260802-120000-k3f9z'] as const;
const CONFIG = `scenarios:
  - { name: MY_ORDER, tags: [orders], description: An order }
  - { name: MY_REFUND, tags: [orders, negative] }
profiles:
  staging: { url: https://staging.example.com }
  other: { scenarios: [{ name: OTHER_ONE }] }
`;

/** A home with all of it, and the program on the PATH under its own name. */
async function withHome(
  use: (cli: Cli, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  await withCli(async (cli) => {
    for (const runId of RUNS) keepRun(path.join(cli.home, 'data', 'prod-e2e'), { runId });
    writeFileSync(path.join(cli.home, 'prod-e2e.config.yaml'), CONFIG);
    const bin = path.join(cli.home, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'prod-e2e'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, {
      mode: 0o755,
    });
    const { PATH = '', ...rest } = cliEnvironment(cli.home);
    await use(cli, { ...rest, PATH: `${bin}:${PATH}`, TERM: 'xterm' });
  });
}

/** Typed words, the last one being completed → what is offered. */
const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['repo'], ['report']],
  [['report', 'sh'], ['show']],
  [
    ['report', 'show', ''],
    ['latest', RUNS[1], RUNS[0]],
  ],
  [['report', 'show', '20260801'], [RUNS[0]]],
  [
    ['report', 'compare', 'la'],
    ['last-green', 'latest'],
  ],
  [['report', 'compare', 'last-green', '20260802'], [RUNS[1]]],
  [['report', 'show', '-r', 'ju'], ['junit']],
  [['report', 'show', '--reporter', 'm'], ['markdown']],
  [
    ['run', '--scenario', 'MY_'],
    ['MY_ORDER', 'MY_REFUND'],
  ],
  [['run', '-s', 'MY_O'], ['MY_ORDER']],
  [['run', '-n', '3', '-s', 'MY_ORDER', '-s', 'MY_R'], ['MY_REFUND']],
  [
    ['run', '--tag', ''],
    ['orders', 'negative'],
  ],
  [['run', '--profile', 'st'], ['staging']],
  [['run', '--profile', 'other', '--scenario', ''], ['OTHER_ONE']],
  [['run', '--baseline', 'last'], ['last-green']],
  [['run', '--no-ba'], ['--no-bail']],
  [['scenarios', 'show', 'MY_R'], ['MY_REFUND']],
  [['init', '--recipe', 'gi'], ['github']],
  [['autocomplete', 'init', 'z'], ['zsh']],
  // Files are the shell's own.
  [['run', '--config', ''], []],
];

describe('bash', () => {
  async function offered(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const script = `source <(prod-e2e autocomplete init bash)
COMP_WORDS=(prod-e2e "$@"); COMP_CWORD=$#; _prod_e2e
for each in "\${COMPREPLY[@]}"; do printf '%s\\n' "$each"; done`;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script, 'bash', ...words], { cwd, env });
    expect(stderr).toBe('');
    return stdout.split('\n').slice(0, -1);
  }

  it('offers commands, flags, runs, scenarios, tags, profiles and reporters', async () => {
    await withHome(async ({ home }, env) => {
      for (const [words, expected] of CASES) {
        expect(await offered(words, home, env), words.join(' ')).toEqual(expected);
      }
      // bash takes a word with = apart.
      expect(await offered(['run', '--scenario', '=', 'MY_O'], home, env)).toEqual(['MY_ORDER']);
      expect(await offered(['run', '--scenario', '='], home, env)).toContain('MY_REFUND');
    });
  });

  it('a name that a shell would run is offered quoted', async () => {
    await withHome(async ({ home }, env) => {
      const config = `scenarios: [{ name: "has space; $(touch pwned)" }]`;
      writeFileSync(path.join(home, 'prod-e2e.config.yaml'), config);
      const [quoted = ''] = await offered(['run', '--scenario', 'has'], home, env);
      const { stdout } = await run('bash', ['-c', `printf %s ${quoted}`], { cwd: home });
      expect(stdout).toBe('has space; $(touch pwned)');
    });
  });

  it('offers the built-in scenarios where nothing can be read, and does not run a config for it', async () => {
    await withHome(async ({ home }, env) => {
      writeFileSync(path.join(home, 'prod-e2e.config.yaml'), 'scenarios: [');
      expect(await offered(['run', '-s', 'CH'], home, env)).toEqual(['CHOP']);
      writeFileSync(path.join(home, 'code.mjs'), 'process.exit(1);');
      expect(await offered(['run', '--config', 'code.mjs', '-s', 'CH'], home, env)).toEqual(['CHOP']);
    });
  });
});

describe.skipIf(!HAS('fish'))('fish (skipped where there is none)', () => {
  it('offers the same', async () => {
    await withHome(async ({ home }, env) => {
      for (const [words, expected] of CASES.filter(([, { length }]) => length > 0)) {
        const script =
          'prod-e2e autocomplete init fish | source; complete -C (string join -- " " prod-e2e $argv)';
        const { stdout } = await run('fish', ['--no-config', '-c', script, ...words], { cwd: home, env });
        const values = stdout
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split('\t')[0]);
        expect(values, words.join(' ')).toEqual(expected);
      }
    });
  });
});

/** The Tab key itself: the completed line is run, and says which scenario it was for. */
describe.skipIf(!HAS_TERMINALS)('at the Tab key', () => {
  const SHELLS = [
    ['bash', ['bash', '--norc', '--noprofile', '-i'], 'source <(prod-e2e autocomplete init bash)'],
    [
      'zsh',
      ['zsh', '-f', '-i'],
      'autoload -Uz compinit; compinit -u; source <(prod-e2e autocomplete init zsh)',
    ],
  ] as const;

  it.each(SHELLS)('%s completes a scenario and a run', async (shell, command, setUp) => {
    if (!HAS(shell)) {
      console.warn(`${shell} is not installed here: not tested.`);
      return;
    }
    await withHome(async ({ home }, env) => {
      const type = (after: string, keys: string) => ({ after, do: 'type', keys });
      const line = 'prod-e2e run --dry-run --json --url http://127.0.0.1:9 -n 1';
      const steps = [
        type('> ', `${setUp}; echo re''ady\r`),
        type('ready\r\n', `${line} --scenario MY_R\t`),
        type('MY_REFUND', '\r'),
        type('"scenario":"MY_REFUND"', ''),
        type('> ', 'prod-e2e report show 20260801\t'),
        type(RUNS[0], ' 2 --json\r'),
        type(`"testId": "${RUNS[0]}-2"`, ''),
        type('> ', 'exit\r'),
      ];
      const environment = JSON.stringify({ ...env, PS1: '> ', HISTFILE: '/dev/null' });
      const { stdout } = await run(
        'python3',
        [TERMINAL, '25', JSON.stringify(steps), environment, ...command],
        {
          cwd: home,
        },
      );
      const { screen, exit } = JSON.parse(stdout);
      expect(exit, screen).toBe(0);
    });
  });
});
