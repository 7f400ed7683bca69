/** Undoing the `content-encoding` of an envelope; @sentry/node compresses bodies over 32 KiB. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { codeOf, messageOf } from '../../lib/errors.ts';

const MIB = 1024 * 1024;

/**
 * Decompressed, so that a few envelopes at once fit into memory. Sentry's own limit is 200 MiB; SDKs cut spans at 5 MB
 * per envelope, the rest is room for attachments.
 */
export const MAX_ENVELOPE_BYTES = 32 * MIB;

/** Why a larger body is refused. */
export const TOO_LARGE = `the body is larger than ${MAX_ENVELOPE_BYTES / MIB} MiB, the limit of the sandbox; the limit of Sentry is 200 MiB`;

export type Decompressed =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly reason: string };

type Decoder = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const DECODERS = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Decodes a body by its `content-encoding`, never into more than {@link MAX_ENVELOPE_BYTES}. */
export async function decompress(body: Uint8Array, contentEncoding: string): Promise<Decompressed> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return { ok: true, bytes: body };
  const decode = DECODERS.get(encoding);
  if (decode === undefined)
    return { ok: false, status: 415, reason: `content-encoding ${encoding} is not supported` };
  try {
    return { ok: true, bytes: await decode(body, { maxOutputLength: MAX_ENVELOPE_BYTES }) };
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      return { ok: false, status: 413, reason: TOO_LARGE };
    }
    return { ok: false, status: 400, reason: `the body is not valid ${encoding}: ${messageOf(error)}` };
  }
}
