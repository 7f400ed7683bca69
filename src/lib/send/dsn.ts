/** Reads a Sentry DSN: `{protocol}://{public key}[:{secret}]@{host}[:{port}][/{path}]/{project id}`. */

export interface Dsn {
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

/** Keys that documentation uses; nobody's project. */
const PLACEHOLDER = /^(example|examplepublickey|your[-_]?.*|public_?key|publickey|dsn|0+|x+)$/i;

/** The problem never quotes the key. */
export function readDsn(text: string): DsnReading {
  const problem = (said: string): DsnReading => ({ ok: false, problem: said });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return problem('it is not a URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return problem('it has to begin with https:// or http://');
  const publicKey = decodeURIComponent(url.username);
  if (publicKey === '') return problem('the public key is missing (the part before the @)');
  const projectId = url.pathname.split('/').at(-1) ?? '';
  if (PLACEHOLDER.test(publicKey)) return problem('it is a placeholder, not a project of yours');
  if (!/^\w+$/.test(publicKey)) return problem('the public key has characters a key cannot have');
  if (!/^\d+$/.test(projectId)) return problem('it has to end in a numeric project id');
  const orgId = /^o(\d+)\.ingest(?:\.[a-z]+)?\.sentry\.io$/.exec(url.hostname)?.[1] ?? null;
  if (Number(projectId) === 0) return problem('it is a placeholder, not a project of yours');
  return { ok: true, dsn: { text, host: url.host, publicKey, projectId, orgId } };
}
