/**
 * Writes a report to a named pipe without blocking a thread until there is a reader, because the process could not exit
 * while the thread is blocked.
 */
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { codeOf, EXIT } from '../../errors.ts';
import { sleep } from '../../sleep.ts';

/** Interval between checks for a reader, in milliseconds. */
const CHECK_INTERVAL_MS = 50;
/** How long a reader may pause after a signal, in milliseconds. */
const STOP_MS = 2_000;

/** A signal ended the wait. */
export class PipeStopped extends Error {
  readonly exit: typeof EXIT.interrupted | typeof EXIT.terminated;

  constructor(signal: unknown) {
    super('interrupted while nothing read the pipe');
    this.exit = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  }
}

/** @throws PipeStopped */
export async function writePipe(
  file: string,
  pieces: AsyncIterable<string> | Iterable<string>,
  stop: AbortSignal | null,
): Promise<void> {
  const signal = stop ?? new AbortController().signal;
  const socket = new Socket({ fd: await openedForReader(file, signal), readable: false, writable: true });
  let failure: Error | null = null;
  let limit: NodeJS.Timeout | undefined;
  const onStop = () => {
    limit = setTimeout(() => socket.destroy(new PipeStopped(signal.reason)), STOP_MS);
  };
  socket.on('error', (error) => {
    failure ??= error;
  });
  signal.addEventListener('abort', onStop, { once: true });
  if (signal.aborted) onStop();
  try {
    for await (const piece of pieces) {
      if (failure !== null) throw failure;
      if (!socket.write(piece)) await once(socket, 'drain');
      limit?.refresh();
    }
    if (failure !== null) throw failure;
    socket.end();
    if (!socket.writableFinished) await once(socket, 'finish');
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', onStop);
    socket.destroy();
  }
}

async function openedForReader(file: string, stop: AbortSignal): Promise<number> {
  for (;;) {
    try {
      return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENXIO') throw thrown;
    }
    if (stop.aborted) throw new PipeStopped(stop.reason);
    await sleep(CHECK_INTERVAL_MS, stop);
  }
}
