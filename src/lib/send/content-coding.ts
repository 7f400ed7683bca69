/** Undoes the content codings of a response (RFC 9110, 8.4) while it arrives. Not the client's: that takes no lists of them. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

export interface Decoding {
  /** The chunk goes to `onData` decoded; false where the sender should wait for `onDrain`. */
  readonly write: (chunk: Uint8Array) => boolean;
  readonly end: () => void;
  readonly destroy: () => void;
}

export interface DecodingEvents {
  readonly onData: (chunk: Uint8Array) => void;
  readonly onEnd: () => void;
  readonly onError: (thrown: unknown) => void;
  readonly onDrain: () => void;
}

/** Node has it from 22.15 and 23.8 on. */
const createZstd = (zlib as { readonly createZstdDecompress?: () => Transform }).createZstdDecompress;

const DECODERS: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => zlib.createUnzip(),
  'x-gzip': () => zlib.createUnzip(),
  deflate: (first) => (isZlib(first) ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  ...(createZstd === undefined ? {} : { zstd: () => createZstd() }),
};

/** In the order in which they were applied; `identity` is none. */
function codingsOf(header: string | undefined): readonly string[] {
  return (header ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
}

/** The first coding of a response that cannot be undone; null where all can be. */
export function unknownCoding(header: string | undefined): string | null {
  return codingsOf(header).find((each) => !Object.hasOwn(DECODERS, each)) ?? null;
}

/** Null where the bytes are to be taken as they arrive. */
export function openDecoding(header: string | undefined, events: DecodingEvents): Decoding | null {
  const codings = codingsOf(header);
  if (codings.length === 0 || unknownCoding(header) !== null) return null;
  return [...codings].reduce<Decoding | null>((next, coding) => step(coding, next, events), null);
}

/** The last coding applied is undone first: its output goes to `next`. */
function step(coding: string, next: Decoding | null, events: DecodingEvents): Decoding {
  let decoder: Transform | null = null;
  let held: Uint8Array = new Uint8Array();
  const open = (first: Uint8Array): Transform => {
    const made = (DECODERS[coding] ?? zlib.createUnzip)(first) as Transform;
    made.on('data', (chunk: Uint8Array) => {
      if (next === null) events.onData(chunk);
      else next.write(chunk);
    });
    made.once('end', () => (next === null ? events.onEnd() : next.end()));
    made.once('error', events.onError);
    made.on('drain', events.onDrain);
    return made;
  };
  return {
    write: (chunk) => {
      // The first two bytes distinguish zlib's header from raw deflate.
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (decoder === null && bytes.length < 2) {
        held = bytes;
        return true;
      }
      held = new Uint8Array();
      decoder ??= open(bytes);
      return decoder.write(bytes);
    },
    end: () => {
      if (decoder === null && held.length > 0) decoder = open(held);
      if (held.length > 0) decoder?.write(held);
      if (decoder !== null) decoder.end();
      // Nothing arrived: an empty body needs no coding.
      else if (next === null) events.onEnd();
      else next.end();
    },
    destroy: () => {
      decoder?.destroy();
      next?.destroy();
    },
  };
}

/** RFC 1950, 2.2: the method is 8, and both bytes together are a multiple of 31. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
}
