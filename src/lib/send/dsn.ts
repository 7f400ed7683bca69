/** Reads a Sentry DSN: `{protocol}://{public key}[:{secret}]@{host}[:{port}][/{path}]/{project id}`. */

import { ProdE2eError } from '../errors.ts';
import { canParseUrl } from '../http/url.ts';

export interface Dsn {
  /** Normalized, without the secret part and the query. */
  readonly text: string;
  readonly host: string;
  readonly publicKey: string;
  readonly projectId: string;
  /** From a SaaS host `o123.ingest.sentry.io`; null for others. */
  readonly orgId: string | null;
}

export type DsnReading =
  | { readonly ok: true; readonly dsn: Dsn }
  | { readonly ok: false; readonly problem: string };

/** Keys from documentation, which belong to no project. */
const PLACEHOLDER = /^(example|examplepublickey|your[-_]?.*|public_?key|publickey|dsn|0+|x+)$/i;

/**
 * A DSN that cannot be used is a mistake, not the wish for none.
 * @throws ProdE2eError `DSN_INVALID`
 */
export function usableDsn(text: string | null): Dsn | null {
  if (text === null) return null;
  const reading = readDsn(text);
  if (reading.ok) return reading.dsn;
  throw dsnInvalid(reading.problem);
}

export function dsnInvalid(problem: string): ProdE2eError {
  return new ProdE2eError(`The Sentry DSN cannot be used: ${problem}.`, {
    code: 'DSN_INVALID',
    hints: [
      'Copy it from Project Settings > Client Keys in Sentry: https://<key>@<host>/<project id>',
      'Without a DSN (SENTRY_DSN, --sentry-dsn, sentry.dsn) a run sends trace headers but no spans.',
    ],
  });
}

/** The problem never quotes the key. */
export function readDsn(text: string): DsnReading {
  const problem = (message: string): DsnReading => ({ ok: false, problem: message });
  const placeholder = problem('it is a placeholder');
  if (!canParseUrl(text)) return problem('it is not a URL');
  const { protocol, username: publicKey, host, hostname, pathname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return problem('it must start with https:// or http://');
  if (publicKey === '') return problem('the public key is missing (the part before the @)');
  if (PLACEHOLDER.test(publicKey)) return placeholder;
  if (!/^\w+$/.test(publicKey)) return problem('the public key has invalid characters');
  const projectId = pathname.split('/').at(-1) ?? '';
  if (!/^\d+$/.test(projectId)) return problem('it must end with a numeric project id');
  const orgId = /^o(\d+)\.ingest(?:\.[a-z]+)?\.sentry\.io$/.exec(hostname)?.[1] ?? null;
  if (Number(projectId) === 0 || (orgId !== null && Number(orgId) === 0)) return placeholder;
  // Written anew: the SDK reads DSNs more narrowly than URLs are read, and has no use for the deprecated secret.
  const normal = `${protocol}//${publicKey}@${host}${pathname}`;
  return { ok: true, dsn: { text: normal, host, publicKey, projectId, orgId } };
}
