/** One supervised child process: started, ready or failed by a deadline, stopped gracefully or killed. */
import { type ChildProcess, fork } from 'node:child_process';
import {
  type ChildMessage,
  DATABASE_FAILED,
  type StartMessage,
  type TargetSettings,
} from '../../sandbox/child-messages.ts';
import type { IngestNotice } from '../../sandbox/notices.ts';
import type { SentrySettings } from '../../sandbox/sentry-server/sentry-server.ts';
import { EXIT, messageOf, ProdE2eError } from '../errors.ts';

/** Loading the SDK takes about a second on a busy machine; after this the start has failed. */
const START_LIMIT_MS = 15_000;

/** A little more than the child's own limit; then it is killed. */
const STOP_LIMIT_MS = 5_000;

/** The end of what a child wrote to stderr, in characters: enough for an error with its stack. */
const STDERR_KEPT = 4_096;

export interface ChildOptions {
  /** For messages: `webhook target`. */
  readonly name: string;
  readonly entry: string;
  /** Called with the messages of the running child. */
  readonly onNotice?: (notice: IngestNotice) => void;
}

export interface Child {
  /** Resolves, once the process has ended, with how it ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** The end of its stderr, for messages; empty or beginning with a line break. */
  lastWords(): string;
  /** Sends the settings and returns the port it listens on. @throws ProdE2eError if it does not start */
  start(settings: TargetSettings | SentrySettings): Promise<number>;
  /** Asks it to stop, kills it after a limit, and resolves once it has ended. */
  stop(): Promise<void>;
}

/** Nothing from the user's environment (SENTRY_*, proxies, NODE_OPTIONS), except what Windows needs for sockets. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env;
  return SystemRoot === undefined ? {} : { SystemRoot };
}

function portError(
  name: string,
  port: number,
  { code, message }: { code: string | null; message: string },
): ProdE2eError {
  const flag = name === 'webhook target' ? '--port' : '--sentry-port';
  if (code === 'EADDRINUSE') {
    return new ProdE2eError(`Port ${port} for the sandbox's ${name} is already in use.`, {
      code: 'SANDBOX_PORT_IN_USE',
      hints: [`Choose another with ${flag}, or leave ${flag} out to get a free one.`],
    });
  }
  if (code === 'EACCES') {
    return new ProdE2eError(`Port ${port} for the sandbox's ${name} needs rights that you do not have.`, {
      code: 'SANDBOX_PORT_DENIED',
      hints: [`Choose one above 1023 with ${flag}, or leave ${flag} out to get a free one.`],
    });
  }
  if (code === DATABASE_FAILED) {
    return new ProdE2eError(`The sandbox cannot use its database: ${message}.`, {
      code: DATABASE_FAILED,
      hints: ['Check --database: a user that may create a schema, and a server that is running.'],
    });
  }
  return new ProdE2eError(`The sandbox's ${name} could not start: ${message}`, {
    code: 'SANDBOX_START_FAILED',
    hints: [
      OUT_OF_RESOURCES.test(message)
        ? 'Raise the limits of this shell on open files and processes (ulimit -n, ulimit -u).'
        : 'Install prod-e2e again if its files are incomplete.',
    ],
    exit: OUT_OF_RESOURCES.test(message) ? EXIT.usage : EXIT.bug,
  });
}

/** Error codes of a system that starts no further process or opens no further file. */
const OUT_OF_RESOURCES = /\bE(AGAIN|MFILE|NFILE|NOMEM)\b/;

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    // Without a pid it was never started. A later error, such as a message that could not be sent, does not end it.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(messageOf(error));
    });
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      // Its last output may not have arrived yet. The child's `close` event never comes after a disconnect from this side.
      if (child.stderr === null || child.stderr.closed) resolve(how);
      else child.stderr.once('close', () => resolve(how));
    });
  });
}

async function within<Result>(limitMs: number, work: Promise<Result>, late: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, limitMs, late);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

export function launchChild({ name, entry, onNotice }: ChildOptions): Child {
  const child = fork(entry, [], {
    env: childEnvironment(),
    execArgv: [],
    // A terminal sends Ctrl-C and its own end to the whole process group. In a group of its own, the child ends after its parent.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const lastWords = (): string => (stderr.trim() === '' ? '' : `\n${stderr.trim()}`);

  return {
    ended,
    lastWords,
    async start(settings) {
      const message: StartMessage<TargetSettings | SentrySettings> = { type: 'start', settings };
      const firstMessage = new Promise<ChildMessage>((resolve) => {
        // The child is from the same build and sends nothing else.
        child.on('message', (received) => {
          const response = received as ChildMessage;
          if (response.type === 'notice') onNotice?.(response.notice);
          else resolve(response);
        });
      });
      if (child.connected) child.send(message, () => undefined);
      const died = ended.then(
        (how): ChildMessage => ({ type: 'failed', code: null, message: `${how}${lastWords()}` }),
      );
      const late: ChildMessage = {
        type: 'failed',
        code: null,
        message: `not ready after ${START_LIMIT_MS / 1_000} s`,
      };
      const response = await within(START_LIMIT_MS, Promise.race([firstMessage, died]), late);
      if (response.type !== 'ready')
        throw portError(name, settings.port, response.type === 'failed' ? response : late);
      return response.port;
    },
    async stop() {
      if (child.connected) child.disconnect();
      const how = await within<string | null>(STOP_LIMIT_MS, ended, null);
      if (how === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
