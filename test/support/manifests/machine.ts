/**
 * A machine as a manifest finds it: a shell, the built program as `prod-e2e`, and an `npm` that only notes what it was
 * asked to install. What was called is noted, so that a test can say what a manifest did.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CliResult, cliEnvironment, PROGRAM, withCli } from '../cli.ts';

export interface Call {
  readonly args: readonly string[];
  readonly exitCode: number;
}

export interface Machine {
  readonly home: string;
  /** Where `prod-e2e` is. */
  readonly bin: string;
  run(script: string, options: ShellOptions): Promise<CliResult>;
  /** Of prod-e2e, in the order in which they ended. */
  calls(): Promise<readonly Call[]>;
  /** What npm was asked to do. */
  installs(): Promise<readonly string[]>;
}

export interface ShellOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What the script is handed to, as the platform does. */
  readonly shell: readonly [string, ...string[]];
}

/** As GitHub's `shell: bash` and CircleCI call it. */
export const BASH = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] as const;
export const SH = ['/bin/sh', '-c'] as const;

/** Ends a script that hangs, and fails its test. */
const DEADLINE_MS = 240_000;

export function withMachine<Result>(use: (machine: Machine) => Promise<Result>): Promise<Result> {
  return withCli(async ({ home }) => {
    const bin = path.join(home, 'bin');
    const [calls, installs] = [path.join(home, 'calls'), path.join(home, 'installs')];
    await mkdir(bin);
    await Promise.all([writeFile(calls, ''), writeFile(installs, '')]);
    await program(path.join(bin, 'prod-e2e'), [
      `'${process.execPath}' '${PROGRAM}' "$@"`,
      "code=$? said=$? unit=$(printf '\\037')",
      'for arg; do said="$said$unit$arg"; done',
      `printf '%s\\036' "$said" >> '${calls}'`,
      'exit $code',
    ]);
    await program(path.join(bin, 'npm'), [`printf '%s\\n' "$*" >> '${installs}'`]);
    return use({
      ...{ home, bin },
      run: (script, options) => runScript(script, { ...options, home, bin }),
      calls: async () => (await readFile(calls, 'utf8')).split('\u001e').slice(0, -1).map(callOf),
      installs: async () => (await readFile(installs, 'utf8')).split('\n').slice(0, -1),
    });
  });
}

async function program(file: string, lines: readonly string[]): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${lines.join('\n')}\n`);
  await chmod(file, 0o755);
}

function callOf(text: string): Call {
  const [code = '', ...args] = text.split('\u001f');
  return { args, exitCode: Number(code) };
}

type Started = ShellOptions & { readonly home: string; readonly bin: string };

async function runScript(script: string, { env, cwd, shell, home, bin }: Started): Promise<CliResult> {
  const base = cliEnvironment(home);
  const [command, ...args] = shell;
  const child = spawn(command, [...args, script], {
    cwd,
    env: { ...base, ...env, PATH: `${bin}:${path.dirname(process.execPath)}:${base.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { ...output, exitCode };
}
