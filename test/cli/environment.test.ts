/** A machine or a shell in which no command can work: exit code 2 and one sentence, whatever the command. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';

const COMMANDS = [
  ['run', '--url', 'http://127.0.0.1:9/'],
  ['run', '--sandbox'],
  ['run', '--url', 'http://127.0.0.1:9/', '--dry-run'],
  ['report', 'list'],
  ['report', 'show'],
  ['report', 'open'],
  ['report', 'compare', 'a', 'b'],
  ['report', 'merge', 'a', 'b'],
  ['scenarios', 'list'],
  ['scenarios', 'show', 'CHOP'],
  ['config', 'show'],
  ['trace', 'show', '1'],
  ['trace', 'open', '1'],
  ['trace', 'learn'],
  ['cleanup'],
  ['doctor', '--url', 'http://127.0.0.1:9/'],
  ['init'],
  ['sandbox'],
  ['autocomplete', 'bash'],
  ['complete', '--', 'run'],
] as const;

const NO_XDG = { XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', XDG_CACHE_HOME: '' };

/** Variables, and what is said of them; `HERE` stands for the folder. */
const BROKEN: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['HOME is empty', { ...NO_XDG, HOME: '' }, 'HOME is empty'],
  ['HOME is a file', { ...NO_XDG, HOME: 'HERE/file' }, 'HERE/file is not a folder (from HOME)'],
  [
    'HOME is a dangling link',
    { ...NO_XDG, HOME: 'HERE/dangling' },
    'HERE/dangling is a link to something that does not exist (from HOME)',
  ],
  ['HOME is relative', { ...NO_XDG, HOME: 'home' }, 'HOME is not an absolute path (got home)'],
  [
    'XDG_DATA_HOME is a file',
    { XDG_DATA_HOME: 'HERE/file' },
    'HERE/file is not a folder (from XDG_DATA_HOME)',
  ],
  ['XDG_DATA_HOME is relative', { XDG_DATA_HOME: 'x' }, 'XDG_DATA_HOME is not an absolute path (got x)'],
  [
    'XDG_CONFIG_HOME is below a file',
    { XDG_CONFIG_HOME: 'HERE/file/x' },
    'HERE/file is not a folder (from XDG_CONFIG_HOME)',
  ],
  [
    'PROD_E2E_DATA_DIR is a file',
    { PROD_E2E_DATA_DIR: 'HERE/file' },
    'HERE/file is not a folder (from PROD_E2E_DATA_DIR)',
  ],
];

function prepared({ home }: Cli): void {
  writeFileSync(path.join(home, 'file'), '');
  symlinkSync(path.join(home, 'nowhere'), path.join(home, 'dangling'));
}

describe.runIf(process.platform !== 'win32')('a broken environment', { concurrent: true }, () => {
  it.each(BROKEN)('%s', async (_, variables, problem) => {
    await withCli(async (cli) => {
      prepared(cli);
      const filled = (text: string) => text.replaceAll('HERE', cli.home);
      const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)]));
      // Every command goes through the same door: one of them for each environment, and all of them for the first.
      for (const args of variables.HOME === '' ? COMMANDS : [COMMANDS[0], COMMANDS[3]]) {
        const { exitCode, stdout, stderr } = await cli.run(args, { env });
        const [first, second, ...more] = stderr.split('\n');
        expect({ args, exitCode, stdout, more }).toEqual({ args, exitCode: 2, stdout: '', more: [''] });
        expect(first).toMatch(/^Error: The (data|config|cache) folder cannot be used: /);
        expect(first?.endsWith(`: ${filled(problem)}.`), first).toBe(true);
        expect(second).toMatch(/^ {2}Set .* to the absolute path of a folder\.$/);
      }
    });
  });

  it('the working directory has been deleted', async () => {
    await withCli(async (cli) => {
      for (const args of [...COMMANDS, ['--help']]) {
        mkdirSync(path.join(cli.home, 'gone'));
        const { exitCode, stderr } = await cli.run(args, {
          cwd: path.join(cli.home, 'gone'),
          through: 'rmdir "$PWD"; "$@"',
        });
        expect({ args, exitCode, stderr }).toEqual({
          args,
          exitCode: 2,
          stderr:
            'Error: The working directory no longer exists.\n  Change to a folder that exists, and run the command there.\n',
        });
      }
    });
  });

  it('without a folder for temporary files, only payloads from a pipe fail', async () => {
    await withCli(async (cli) => {
      const TMPDIR = path.join(cli.home, 'nowhere');
      const args = ['run', '--url', 'http://127.0.0.1:9/', '--dry-run'];
      const piped = await cli.run([...args, '--from', '-'], {
        env: { TMPDIR },
        through: 'echo "{}" | "$@"',
      });
      expect(piped.exitCode).toBe(2);
      expect(piped.stderr).toMatch(
        /^Error: stdin needs a folder for temporary files \(ENOENT: .*\)\.\n {2}Set TMPDIR /,
      );
      expect((await cli.run(args, { env: { TMPDIR } })).exitCode).toBe(0);
    });
  });

  it('a missing folder is created', async () => {
    await withCli(async (cli) => {
      const env = { ...NO_XDG, HOME: path.join(cli.home, 'new', 'home') };
      expect((await cli.run(['report', 'list'], { env })).exitCode).toBe(0);
    });
  });

  it('with an empty HOME, variables name the folders', async () => {
    await withCli(async (cli) => {
      expect((await cli.run(['report', 'list'], { env: { HOME: '' } })).exitCode).toBe(0);
    });
  });
});

describe.runIf(process.platform === 'linux')('a limit on open files', () => {
  it('stops the run with exit code 2: it is no statement about the target', async () => {
    await withCli(async (cli) => {
      const { exitCode, stderr } = await cli.run(
        ['run', '--url', 'http://127.0.0.1:9/', '-n', '60', '--rate', '10', '--no-bail', '--yes'],
        { nodeArgs: ['--import', NO_SOCKETS] },
      );
      expect(stderr).toContain(
        'Error: This machine allows no more open files or connections.\n  Raise the limit on open files (ulimit -n), or lower --concurrency.\n',
      );
      expect(exitCode).toBe(2);
    });
  });
});

/** Loaded into the program: every connection fails as where no descriptor is left. */
const NO_SOCKETS = `data:text/javascript,${encodeURIComponent(
  `import net from 'node:net';
  net.Socket.prototype.connect = function () {
    process.nextTick(() => this.destroy(Object.assign(new Error('connect EMFILE'), { code: 'EMFILE', syscall: 'connect' })));
    return this;
  };`,
)}`;
