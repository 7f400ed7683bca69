/** Runs the built program on a terminal: what a person types, and a terminal that is closed. Needs python3. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Cli, cliEnvironment, PROGRAM } from './cli.ts';

const SCRIPT = fileURLToPath(new URL('pseudo-terminal.py', import.meta.url));
/** Whether there are any here; a test that needs one says so where there are none. */
export const HAS_TERMINALS =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import fcntl, termios']).status === 0;

/** Ends a program that hangs, and fails its test. */
const LIMIT_MS = 240_000;

export type Step = {
  /** Comes on the screen first, after what earlier steps waited for. Empty: nothing is waited for. */
  readonly after: string;
  /** Waits at least so many milliseconds more. */
  readonly delayMs?: number;
} & (
  | { readonly do: 'type'; readonly keys: string | (() => string | Promise<string>) }
  /** The next step begins once it is closed. */
  | { readonly do: 'close' }
  | { readonly do: 'call'; readonly call: (pid: number) => void | Promise<void> }
);

export interface Shown {
  /** Everything that was drawn, escape sequences and all. */
  readonly screen: string;
  /** The same without escape sequences and carriage returns. */
  readonly text: string;
  /** The text with messages that were wrapped on one line again. */
  readonly unwrapped: string;
  readonly exit: number | null;
  /** Number of the signal that ended it. */
  readonly signal: number | null;
}

export const ENTER = '\r';
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

/** What the script reports of the program. */
type Fact =
  | { readonly pid: number }
  | { readonly closed: true }
  | { readonly exit: number | null; readonly signal: number | null };

/**
 * @param owned false: the closing of the terminal is told by failing writes alone, not by SIGHUP
 * @param through a line of shell in which `"$@"` is the program: for pipes and redirections
 */
export async function onTerminal(
  { home }: Pick<Cli, 'home'>,
  args: readonly string[],
  options: {
    readonly steps: readonly Step[];
    readonly env?: Readonly<Record<string, string>>;
    readonly owned?: boolean;
    readonly through?: string;
  },
): Promise<Shown> {
  const { steps, env = {}, owned = true, through } = options;
  const environment = { ...cliEnvironment(home), TERM: 'xterm-256color', ...env };
  const program = [process.execPath, PROGRAM, ...args];
  const command = through === undefined ? program : ['/bin/sh', '-c', through, 'sh', ...program];
  const child = spawn(
    'python3',
    ['-I', '-S', SCRIPT, owned ? 'yes' : 'no', JSON.stringify(environment), ...command],
    { cwd: home, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] },
  );
  const deadline = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const [commands, drawn, , reports] = child.stdio as [Writable, Readable, null, Readable, undefined];
  // A step may come after the program has ended, which is for the test to see.
  commands.on('error', () => {});
  const send = (keys: string | null) => commands.write(`${JSON.stringify(keys)}\n`);
  let screen = '';
  let news = () => {};
  const facts: Fact[] = [];
  drawn.setEncoding('utf8').on('data', (piece: string) => {
    screen += piece;
    news();
  });
  createInterface({ input: reports }).on('line', (line) => {
    facts.push(JSON.parse(line));
    news();
  });
  let over = false;
  let problem: Error | null = null;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      news();
      resolve();
    };
    child.once('close', end).once('error', (thrown) => {
      problem = thrown;
      end();
    });
  });
  /** Null once the program has ended without it. */
  const eventually = async <Found>(find: () => Found | null): Promise<Found | null> => {
    for (;;) {
      const found = find();
      if (found !== null || over) return found;
      await new Promise<void>((resolve) => {
        news = resolve;
      });
    }
  };
  let seen = 0;
  const act = async (step: Step): Promise<boolean> => {
    const at = await eventually(() => {
      const found = screen.indexOf(step.after, seen);
      return found < 0 ? null : found;
    });
    if (at === null) return false;
    seen = at + step.after.length;
    if (step.delayMs !== undefined) await pause(step.delayMs);
    if (step.do === 'type') send(typeof step.keys === 'string' ? step.keys : await step.keys());
    else if (step.do === 'close') {
      send(null);
      await eventually(() => facts.find((fact) => 'closed' in fact) ?? null);
    } else {
      const fact = await eventually(() => facts.find((each) => 'pid' in each) ?? null);
      if (fact !== null) await step.call(fact.pid);
    }
    return true;
  };
  try {
    for (const step of steps) if (!(await act(step))) break;
    await ended;
  } finally {
    clearTimeout(deadline);
    // Where a step has failed, the program would go on.
    commands.end();
    await ended;
  }
  if (problem !== null) throw problem;
  const end = facts.find((fact) => 'exit' in fact);
  if (end === undefined) throw new Error(`The terminal has ended before its program. Screen:\n${screen}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  const text = screen.replace(/\u001b\[[0-?]*[@-~]|\r/g, '');
  const unwrapped = text.replace(/\n {2,}(?=\S)/g, ' ');
  return { screen, text, unwrapped, exit: end.exit, signal: end.signal };
}
