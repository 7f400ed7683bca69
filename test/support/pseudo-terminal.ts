/** Runs the built program on a terminal: what a person types, and a terminal that is closed. Needs python3. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Cli, cliEnvironment, PROGRAM } from './cli.ts';

const SCRIPT = fileURLToPath(new URL('pseudo-terminal.py', import.meta.url));
/** Whether there are any here; a test that needs one says so where there are none. */
export const HAS_TERMINALS =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import fcntl, pty, termios']).status === 0;

/** Ends a program that hangs, and fails its test. */
const LIMIT_SECONDS = 240;

export type Step = {
  /** Comes on the screen first, after what earlier steps waited for. */
  readonly after: string;
  /** Waits so many seconds more. */
  readonly delay?: number;
} & ({ readonly do: 'type'; readonly keys: string } | { readonly do: 'close' });

export interface Shown {
  /** Everything that was drawn, escape sequences and all. */
  readonly screen: string;
  readonly exit: number | null;
  /** Number of the signal that ended it. */
  readonly signal: number | null;
  readonly pid: number;
}

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

/**
 * @param owned false: the closing of the terminal is told by failing writes alone, not by SIGHUP
 * @param through a line of shell in which `"$@"` is the program: for pipes and redirections
 */
export async function onTerminal(
  { home }: Cli,
  args: readonly string[],
  options: {
    readonly steps: readonly Step[];
    readonly env?: Readonly<Record<string, string>>;
    readonly owned?: boolean;
    readonly through?: string;
  },
): Promise<Shown> {
  const { steps, env = {}, owned = true, through } = options;
  const told = JSON.stringify(owned ? steps : [{ session: false }, ...steps]);
  const environment = { ...cliEnvironment(home), TERM: 'xterm-256color', ...env };
  const program = [process.execPath, PROGRAM, ...args];
  const command = through === undefined ? program : ['/bin/sh', '-c', through, 'sh', ...program];
  const { stdout } = await promisify(execFile)(
    'python3',
    [SCRIPT, String(LIMIT_SECONDS), told, JSON.stringify(environment), ...command],
    { cwd: home, maxBuffer: 10_000_000 },
  );
  return JSON.parse(stdout);
}
