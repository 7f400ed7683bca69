/** Runs the built program as a user would: a child process with a small, explicit environment. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PROGRAM = path.join(ROOT, 'bin', 'run.js');

/** Ends a program that hangs, and fails its test. */
const DEADLINE_MS = 240_000;

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface Cli {
  /** The program's home, data and working folder; empty at first. */
  readonly home: string;
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<CliResult>;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** For Node, before the program: `--import FILE`. */
  readonly nodeArgs?: readonly string[];
  /** A file descriptor that gets what the program writes to stderr; the result has none of it then. */
  readonly stderr?: number;
  /** How long it may take, where that is more than usual. */
  readonly deadlineMs?: number;
  /** A line of shell in which `"$@"` is the program: for pipes and redirections. The exit code is the shell's. */
  readonly through?: string;
  /** In a process group of its own, as a shell starts it: a signal to the group is what a terminal sends. */
  readonly ownGroup?: boolean;
  /** Called with the running process, to send it signals. */
  readonly running?: (child: ReturnType<typeof spawn>) => void;
}

/** Hands in a program with a fresh home, which is removed afterwards. */
export async function withCli<Result>(use: (cli: Cli) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(path.join(tmpdir(), 'prod-e2e-cli-'));
  try {
    return await use({ home, run: (args, options = {}) => runCli(home, args, options) });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Small, and the same on every machine. */
export function cliEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_DATA_HOME: path.join(home, 'data'),
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
  };
}

async function runCli(home: string, args: readonly string[], options: CliOptions): Promise<CliResult> {
  const program = [process.execPath, ...(options.nodeArgs ?? []), PROGRAM, ...args];
  const { through } = options;
  const [command = '', ...rest] =
    through === undefined ? program : ['/bin/sh', '-c', through, 'sh', ...program];
  const child = spawn(command, rest, {
    cwd: options.cwd ?? home,
    env: { ...cliEnvironment(home), ...options.env },
    detached: options.ownGroup ?? false,
    stdio: ['ignore', 'pipe', options.stderr ?? 'pipe'],
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs ?? DEADLINE_MS);
  // A test that fails or times out ends its process before the program it started.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  options.running?.(child);
  const [stdout, stderr, exitCode] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]);
  clearTimeout(deadline);
  process.off('exit', orphaned);
  return { stdout, stderr, exitCode };
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  if (stream === null) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
