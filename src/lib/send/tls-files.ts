/** Reads the user's certificate files and tries them out, so that a bad one is reported once, before anything is sent. */
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf, ProdE2eError } from '../errors.ts';

/** One entry for each of the three: paths on the way in, PEM text on the way out; null for none. */
export interface TlsFiles {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

const FLAGS = { ca: '--cacert', cert: '--cert', key: '--key' } as const;

/** @throws ProdE2eError `TLS_FILE` for a file that cannot be read, is not PEM, or does not fit the others */
export async function readTlsFiles(paths: TlsFiles): Promise<TlsFiles> {
  const [ca, cert, key] = await Promise.all([
    readPem('ca', paths.ca),
    readPem('cert', paths.cert),
    readPem('key', paths.key),
  ]);
  if (cert !== null && key !== null) tryOut({ cert, key }, `${FLAGS.key} ${paths.key}`);
  return { ca, cert, key };
}

async function readPem(part: keyof TlsFiles, path: string | null): Promise<string | null> {
  if (path === null) return null;
  const what = `${FLAGS[part]} ${path}`;
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw problem(`${what} cannot be read`, thrown);
  });
  // OpenSSL takes a file without any certificate for an empty list of them.
  if (!text.includes('-----BEGIN ')) throw problem(`${what} cannot be used`, 'not in PEM format');
  tryOut({ [part]: text }, what);
  return text;
}

function tryOut(parts: { readonly [Part in keyof TlsFiles]?: string }, what: string): void {
  try {
    createSecureContext(parts);
  } catch (thrown) {
    throw problem(`${what} cannot be used`, thrown);
  }
}

function problem(message: string, cause: unknown): ProdE2eError {
  return new ProdE2eError(`${message} (${messageOf(cause)}).`, {
    code: 'TLS_FILE',
    hints: ['Pass the path of a readable PEM file; a key must be unencrypted and match its certificate.'],
    cause,
  });
}
