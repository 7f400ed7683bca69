/**
 * The bytes of a file that is replayed, read as often as needed in chunks of one size. Every reading must give the same bytes,
 * since only the first was checked.
 */
import {
  closeSync,
  constants,
  createReadStream,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { crc32, createGunzip } from 'node:zlib';
import { codeOf, messageOf, ProdE2eError } from '../errors.ts';
import { interrupted, MAX_PIPED_BYTES, replayFileError } from './problems.ts';

const CHUNK_BYTES = 64 * 1024;

/** The value of `--from` for standard input. */
export const STDIN = '-';

export interface ReplaySource {
  /** For people: the name of the file, `stdin` or `pipe`. */
  readonly name: string;
  /** Read synchronously, since the tests of a plan come from a synchronous iterator. @throws ProdE2eError `REPLAY_CHANGED` */
  readonly chunks: () => Iterable<Buffer>;
}

/**
 * @param from a path, or `-`
 * @param options.stop ends the reading of a pipe
 * @throws ProdE2eError `REPLAY_FILE`, `INTERRUPTED`
 */
export async function openSource(
  from: string,
  options: { readonly stdin: NodeJS.ReadableStream; readonly stop: AbortSignal | null },
): Promise<ReplaySource> {
  const name = from === STDIN ? 'stdin' : path.basename(from);
  if (from === STDIN) return spooled(options.stdin, { name, stop: options.stop });
  const kind = kindOf(from);
  if (kind !== 'file') return spooled(openPipe(from, kind), { name: 'pipe', stop: options.stop });
  if (isGzip(firstBytes(from))) return spooled(unzipped(from), { name, stop: options.stop });
  return checkedSource(name, { open: () => opened(from), close: closeSync });
}

/** False for a pipe, which can be read only once. @throws ProdE2eError `REPLAY_FILE` if the file does not exist */
export function isRereadable(from: string): boolean {
  return from !== STDIN && kindOf(from) === 'file';
}

/** By its first two bytes (RFC 1952, 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function firstBytes(file: string): Buffer {
  const fd = opened(file);
  try {
    return readChunk(file, { fd, at: 0 }).subarray(0, 2);
  } finally {
    closeSync(fd);
  }
}

function unzipped(file: string): NodeJS.ReadableStream {
  // Errors of the input reach its reader.
  return pipeline(createReadStream(file), createGunzip(), () => {});
}

function kindOf(file: string): 'file' | 'pipe' | 'device' {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw replayFileError(`${file} is a folder.`, ['Pass a file: --from FILE']);
    return stat.isFile() ? 'file' : stat.isFIFO() ? 'pipe' : 'device';
  } catch (thrown) {
    throw thrown instanceof ProdE2eError ? thrown : unreadable(file, thrown);
  }
}

/**
 * Non-blocking, since a thread that waits for the writer would keep the process from exiting. A pipe without a writer yet is not
 * at its end.
 */
function openPipe(file: string, kind: 'pipe' | 'device'): NodeJS.ReadableStream {
  const fd = opened(file, constants.O_RDONLY | constants.O_NONBLOCK);
  if (kind === 'pipe') return new Socket({ fd, readable: true, writable: false });
  return isatty(fd) ? new ReadStream(fd) : createReadStream(file, { fd });
}

function opened(file: string, flags: number | 'r' = 'r'): number {
  try {
    return openSync(file, flags);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

function unreadable(file: string, thrown: unknown): ProdE2eError {
  const missing = codeOf(thrown) === 'ENOENT';
  const message = missing
    ? `The file ${file} does not exist.`
    : `${file} cannot be read: ${messageOf(thrown)}.`;
  return replayFileError(
    message,
    [missing ? 'Check the path of --from; in a config file it is relative to that file.' : 'Check --from.'],
    thrown,
  );
}

interface Descriptor {
  readonly open: () => number;
  readonly close: (fd: number) => void;
}

/** One checksum for each chunk: 16 KiB of them for a gigabyte. */
function checkedSource(name: string, descriptor: Descriptor): ReplaySource {
  const sums: number[] = [];
  let chunkCount: number | null = null;
  const check = (at: number, chunk: Buffer) => {
    const sum = crc32(chunk);
    const known = sums[at];
    if (known === undefined && chunkCount === null) sums[at] = sum;
    else if (known !== sum) throw changed(name);
  };
  return {
    name,
    chunks: function* () {
      const fd = descriptor.open();
      try {
        for (let at = 0; ; at++) {
          const chunk = readChunk(name, { fd, at });
          if (chunk.length > 0) check(at, chunk);
          if (chunk.length > 0) yield chunk;
          if (chunk.length === CHUNK_BYTES) continue;
          const count = chunk.length > 0 ? at + 1 : at;
          if (chunkCount !== null && chunkCount !== count) throw changed(name);
          chunkCount = count;
          return;
        }
      } finally {
        descriptor.close(fd);
      }
    },
  };
}

/** A full chunk, or the rest of the file. */
function readChunk(name: string, { fd, at }: { readonly fd: number; readonly at: number }): Buffer {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  try {
    while (length < CHUNK_BYTES) {
      const read = readSync(fd, buffer, length, CHUNK_BYTES - length, at * CHUNK_BYTES + length);
      if (read === 0) break;
      length += read;
    }
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
  return buffer.subarray(0, length);
}

function changed(name: string): ProdE2eError {
  return new ProdE2eError(`${name} has changed since it was checked; the remaining payloads are not sent.`, {
    code: 'REPLAY_CHANGED',
    hints: ['Replay a copy, or a file that nothing writes to.'],
  });
}

/** The file is removed as soon as it is open, so it disappears when this process ends, even if it is killed. */
async function spooled(
  stream: NodeJS.ReadableStream,
  { name, stop }: { readonly name: string; readonly stop: AbortSignal | null },
): Promise<ReplaySource> {
  const fd = openSpool(name);
  const stopped = whenStopped(stop);
  try {
    await Promise.race([copy(stream, { fd, name }), stopped.promise]);
  } finally {
    stopped.forget();
  }
  return checkedSource(name, { open: () => fd, close: () => {} });
}

function openSpool(name: string): number {
  try {
    const folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-replay-'));
    const fd = openSync(path.join(folder, 'payloads'), 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
    return fd;
  } catch (thrown) {
    throw replayFileError(
      `${name} needs a folder for temporary files (${messageOf(thrown)}).`,
      ['Set TMPDIR to a folder you may write to, or write the payloads to a file: --from FILE'],
      thrown,
    );
  }
}

async function copy(
  stream: NodeJS.ReadableStream,
  { fd, name }: { readonly fd: number; readonly name: string },
): Promise<void> {
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > MAX_PIPED_BYTES) {
        const limit = `${MAX_PIPED_BYTES / 1024 ** 3} GiB`;
        throw replayFileError(`${name} is larger than ${limit}.`, ['Save it to a file first.']);
      }
      for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    }
  } catch (thrown) {
    throw thrown instanceof ProdE2eError ? thrown : unreadable(name, thrown);
  }
}

function whenStopped(stop: AbortSignal | null) {
  let forget = () => {};
  const promise = new Promise<never>((_, reject) => {
    const end = () => reject(interrupted(stop?.reason));
    if (stop?.aborted === true) end();
    stop?.addEventListener('abort', end, { once: true });
    forget = () => stop?.removeEventListener('abort', end);
  });
  // A rejection after the wait is over is not an unhandled one.
  promise.catch(() => {});
  return { promise, forget };
}
