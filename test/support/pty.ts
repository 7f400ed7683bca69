/** Runs the built program on a real terminal: a pseudo-terminal of `script` (util-linux, on every Debian). */
import { spawn } from 'node:child_process';
import { type Cli, cliEnvironment, PROGRAM } from './cli.ts';

/** Ends a program that hangs. */
const DEADLINE_MS = 240_000;

export interface Screen {
  /** All that was written to the terminal, escape sequences left out. */
  readonly text: string;
  readonly exitCode: number | null;
}

export const ENTER = '\r';
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

/** @param options.answer called once the question is on the screen; gives the keys that are pressed then */
export async function onTerminal(
  { home }: Pick<Cli, 'home'>,
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly question: string;
    readonly answer: () => string | Promise<string>;
  },
): Promise<Screen> {
  const command = [process.execPath, PROGRAM, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: home,
    env: { ...cliEnvironment(home), TERM: 'xterm', ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  let text = '';
  let asked = false;
  let failure: unknown = null;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (asked || !text.includes(options.question)) return;
    asked = true;
    Promise.resolve()
      .then(options.answer)
      .then(
        (keys) => child.stdin.write(keys),
        (thrown: unknown) => {
          failure = thrown;
          child.kill('SIGKILL');
        },
      );
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(deadline);
  if (failure !== null) throw failure;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  return { text: text.replace(/\u001b\[[0-?]*[@-~]|\r/g, ''), exitCode };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
