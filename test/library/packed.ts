/** The package as a program gets it: packed, and installed into an empty folder without a network. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cliEnvironment, ROOT } from '../support/cli.ts';

const exec = promisify(execFile);

/** Ends a program that hangs, and fails its test. */
const DEADLINE_MS = 240_000;

export interface Program {
  /** Home, data and working folder of the program, with the package in its node_modules. */
  readonly folder: string;
  /** Runs a module of this text. Rejects where it does not end with 0, or not by itself. */
  readonly run: (
    text: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Type-checks these texts, `main.ts` and so on, as strictly as there is; gives what the compiler says. */
  readonly check: (texts: readonly string[], resolution: 'nodenext' | 'bundler') => Promise<string>;
  /** The text without its types. */
  readonly compile: (text: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function installPackage(): Promise<Program> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-library-'));
  // The build has run; packing must not replace it under the other tests.
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const [tarball = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  const node = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    exec(process.execPath, [...args], {
      cwd: folder,
      env: { ...cliEnvironment(folder), ...env },
      timeout: DEADLINE_MS,
    });
  const tsc = (args: readonly string[]) =>
    node([path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...args]);
  return {
    folder,
    run: async (text, env) => {
      await write('main.mjs', text);
      return node(['main.mjs'], env);
    },
    check: async (texts, resolution) => {
      const files = texts.map((_, at) => (at === 0 ? 'main.ts' : `main-${at}.ts`));
      await Promise.all(texts.map((text, at) => write(files[at] ?? '', text)));
      const module = resolution === 'nodenext' ? 'nodenext' : 'esnext';
      const args = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
      const kind = ['--module', module, '--moduleResolution', resolution, '--target', 'es2023'];
      // Nothing of this project's types: the declarations have to stand by themselves.
      return tsc([...args, ...kind, '--types', '', '--ignoreConfig', ...files]).then(
        ({ stdout }) => stdout,
        ({ stdout }: { stdout: string }) => stdout,
      );
    },
    compile: async (text) => {
      await write('compiled.ts', text);
      await tsc(['--module', 'nodenext', '--target', 'es2023', '--ignoreConfig', 'compiled.ts']);
      return readFile(path.join(folder, 'compiled.js'), 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
