/** Tab in real shells: from a home with kept runs, and a config with scenarios and profiles of its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { keepRun } from '../report/saved-run.ts';
import { type Cli, cliEnvironment, PROGRAM, withCli } from '../support/cli.ts';
import { isInstalled } from '../support/machine.ts';
import { ENTER, HAS_TERMINALS, onTerminal } from '../support/pseudo-terminal.ts';

const run = promisify(execFile);
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

interface Typed {
  /** The words of each case, the last one being completed. */
  readonly cases: readonly (readonly string[])[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Ends the words of a case. */
const TAB = '\t';
/** Ends what is offered for a case. */
const END = '(end)';

/** What one shell offers for each case: it sets completion up once, as a user's shell does. */
async function offeredBy(
  [shell, ...args]: readonly [shell: string, ...args: string[]],
  { cases, cwd, env }: Typed,
): Promise<readonly (readonly string[])[]> {
  const words = cases.flatMap((each) => [...each, TAB]);
  const { stdout, stderr } = await run(shell, [...args, ...words], { cwd, env });
  expect(stderr).toBe('');
  const offered = stdout.split(`${END}\n`).map((lines) => lines.split('\n').slice(0, -1));
  expect(offered).toHaveLength(cases.length + 1);
  return offered.slice(0, -1);
}

const IN_BASH = `source <(prod-e2e autocomplete init bash)
typed=(prod-e2e)
for word in "$@"; do
  if [[ $word != $'\\t' ]]; then typed+=("$word"); continue; fi
  COMP_WORDS=("\${typed[@]}"); COMP_CWORD=$((\${#typed[@]} - 1)); _prod_e2e
  for each in "\${COMPREPLY[@]}"; do printf '%s\\n' "$each"; done
  echo '${END}'
  typed=(prod-e2e)
done`;

const IN_FISH = `prod-e2e autocomplete init fish | source
set typed prod-e2e
for word in $argv
  if test "$word" != \\t
    set -a typed "$word"
    continue
  end
  complete -C (string join -- ' ' $typed)
  echo '${END}'
  set typed prod-e2e
end`;

describe('bash', () => {
  const inBash = (typed: Typed) => offeredBy(['bash', '--norc', '-c', IN_BASH, 'bash'], typed);

  it('offers commands, flags, runs, scenarios, tags, profiles and reporters', async () => {
    await withHome(async ({ home: cwd }, env) => {
      // bash takes a word with = apart.
      const apart = [
        ['run', '--scenario', '=', 'MY_O'],
        ['run', '--scenario', '='],
      ];
      const offered = await inBash({ cases: [...CASES.map(([words]) => words), ...apart], cwd, env });
      for (const [at, [words, expected]] of CASES.entries())
        expect(offered[at], words.join(' ')).toEqual(expected);
      const [one, all] = offered.slice(CASES.length);
      expect(one).toEqual(['MY_ORDER']);
      expect(all).toContain('MY_REFUND');
    });
  });

  it('describes commands without the templates of their summaries', async () => {
    await withCli(async (cli) => {
      const { stdout } = await cli.run(['complete', '--', 'help']);
      expect(stdout).toBe('help\tDisplay help for prod-e2e.\n');
      expect((await cli.run(['complete', '--next', '--'])).stdout).not.toContain('<%');
    });
  });

  it('offers a name that a shell would run only quoted', async () => {
    await withHome(async ({ home: cwd }, env) => {
      const config = `scenarios: [{ name: "has space; $(touch pwned)" }]`;
      writeFileSync(path.join(cwd, 'prod-e2e.config.yaml'), config);
      const [offered] = await inBash({ cases: [['run', '--scenario', 'has']], cwd, env });
      const { stdout } = await run('bash', ['-c', `printf %s ${offered?.[0]}`], { cwd });
      expect(stdout).toBe('has space; $(touch pwned)');
    });
  });

  it('offers the built-in scenarios if no config can be read, and does not run a config for it', async () => {
    await withHome(async ({ home: cwd }, env) => {
      writeFileSync(path.join(cwd, 'prod-e2e.config.yaml'), 'scenarios: [');
      writeFileSync(path.join(cwd, 'code.mjs'), 'process.exit(1);');
      const cases = [
        ['run', '-s', 'CH'],
        ['run', '--config', 'code.mjs', '-s', 'CH'],
      ];
      expect(await inBash({ cases, cwd, env })).toEqual([['CHOP'], ['CHOP']]);
    });
  });
});

describe.skipIf(!isInstalled('fish'))('fish (skipped if not installed)', () => {
  it('offers the same values', async () => {
    await withHome(async ({ home: cwd }, env) => {
      const withOffers = CASES.filter(([, { length }]) => length > 0);
      const cases = [...withOffers.map(([words]) => words), [''], ['run', '--']];
      const offered = await offeredBy(['fish', '--no-config', '-c', IN_FISH], { cases, cwd, env });
      // With what it says of each: templates of oclif are filled in.
      expect(offered.at(-2)).toContain('help\tDisplay help for prod-e2e.');
      expect(offered.at(-1)?.length).toBeGreaterThan(20);
      expect(offered.flat().filter((line) => line.includes('<%'))).toEqual([]);
      for (const [at, [words, expected]] of withOffers.entries()) {
        const values = offered[at]?.map((line) => line.split('\t')[0]);
        expect(values, words.join(' ')).toEqual(expected);
      }
    });
  });
});

/** The Tab key itself: the completed line is run, and says which scenario it was for. */
describe.skipIf(!HAS_TERMINALS)('on Tab', () => {
  const SHELLS = [
    ['bash', 'bash --norc --noprofile -i', 'source <(prod-e2e autocomplete init bash)'],
    ['zsh', 'zsh -f -i', 'autoload -Uz compinit; compinit -u; source <(prod-e2e autocomplete init zsh)'],
  ] as const;

  it.for(SHELLS)('%s completes a scenario and a run', async ([shell, command, setUp], { skip }) => {
    skip(!isInstalled(shell), `${shell} is not installed`);
    await withHome(async (cli, env) => {
      const type = (after: string, keys: string) => ({ after, do: 'type' as const, keys });
      const line = 'prod-e2e run --dry-run --json --url http://127.0.0.1:9 -n 1';
      const steps = [
        type('> ', `${setUp}; echo re''ady${ENTER}`),
        type('ready\r\n', `${line} --scenario MY_R\t`),
        type('MY_REFUND', ENTER),
        type('"scenario":"MY_REFUND"', ''),
        type('> ', 'prod-e2e report show 20260801\t'),
        type(RUNS[0], ` 2 --json${ENTER}`),
        type(`"testId": "${RUNS[0]}-2"`, ''),
        type('> ', `exit${ENTER}`),
      ];
      const { screen, exit } = await onTerminal(cli, [], {
        steps,
        env: { ...env, PS1: '> ', HISTFILE: '/dev/null' },
        through: `exec ${command}`,
      });
      expect(exit, screen).toBe(0);
    });
  });
});
