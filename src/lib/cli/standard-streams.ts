/**
 * Handles a stdout or stderr that fails: a reader that has closed the pipe, a closed terminal, a full disk behind a
 * redirection. The program continues and ends cleanly; output without a reader is dropped.
 */
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isatty } from 'node:tty';
import { codeOf } from '../errors.ts';

/** The reader closed the pipe. Not an error: `prod-e2e report list | head` has shown what the user wanted. */
const READER_GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET']);

const failed = new WeakMap<NodeJS.WriteStream, Error>();

/** Call this once per process, before anything is written. */
export function watchStandardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // Each write to a stream without a reader emits another error.
    stream.on('error', (error: Error) => {
      if (!failed.has(stream)) failed.set(stream, error);
    });
  }
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => letGo(terminals));
}

/** The first error of the stream; null while it works. */
export function streamFailure(stream: NodeJS.WriteStream): Error | null {
  return failed.get(stream) ?? null;
}

/** The error of a stream; null while it works, or if the reader closed it. */
export function lostOutput(stream: NodeJS.WriteStream): Error | null {
  const failure = streamFailure(stream);
  return failure === null || READER_GONE.has(codeOf(failure) ?? '') ? null : failure;
}

/**
 * Node resets terminals to their previous mode, and aborts (SIGABRT) if one has been closed meanwhile (its
 * `ResetStdio` treats every error of tcsetattr as a bug): a closed terminal is replaced before that.
 */
function letGo(terminals: readonly number[]): void {
  for (const descriptor of terminals) {
    if (isatty(descriptor)) continue;
    try {
      closeSync(descriptor);
      // The lowest free descriptor is the one just closed.
      openSync(devNull, 'r+');
    } catch {
      // It was already closed, which is just as good.
    }
  }
}
