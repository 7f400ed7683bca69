/**
 * stdout and stderr that fail on the way: a reader that has seen enough, a terminal that was closed, a full disk behind
 * a redirection. The program continues and ends in good order; output that has no reader is dropped.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { codeOf } from '../errors.ts';

/** The reader has closed the pipe. Not an error: `prod-e2e report list | head` has shown what the user wanted. */
const READER_GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

const failed = new WeakMap<NodeJS.WriteStream, Error>();

/** Once a process, before anything is written. */
export function watchStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // Every write to a stream without a reader fails anew.
    stream.on('error', (error: Error) => {
      if (!failed.has(stream)) failed.set(stream, error);
    });
  }
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => letGo(terminals));
}

/** Why writing to the stream failed first; null while it works. */
export function streamFailure(stream: NodeJS.WriteStream): Error | null {
  return failed.get(stream) ?? null;
}

/** The output is wanted, and cannot be written. */
export function lostOutput(stream: NodeJS.WriteStream): Error | null {
  const failure = streamFailure(stream);
  return failure === null || READER_GONE.has(codeOf(failure) ?? '') ? null : failure;
}

/**
 * Node puts terminals back into the mode they had, and aborts (SIGABRT) where one has been closed meanwhile (its
 * `ResetStdio` takes any error of tcsetattr for a bug): a closed terminal is replaced before that.
 */
function letGo(terminals: readonly number[]): void {
  for (const descriptor of terminals) {
    if (isatty(descriptor)) continue;
    try {
      closeSync(descriptor);
      // The lowest free descriptor is the one just closed.
      openSync(devNull, 'r+');
    } catch {
      // It was closed already, which is as good.
    }
  }
}
