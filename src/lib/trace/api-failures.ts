/** Why Sentry's API gave nothing, told apart by who can do something about it. No text here ever holds the token. */
import { codeOf } from '../errors.ts';
import { retryAfterMs } from '../retry-after.ts';
import { fieldsOf, textOf } from './json-fields.ts';

export interface ApiFailure {
  readonly kind: 'error';
  readonly reason: 'unauthorised' | 'org-mismatch' | 'api-error';
  /** One sentence for people. */
  readonly message: string;
  /** What the server asked us to wait; null where it asked nothing. */
  readonly retryAfterMs: number | null;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Node's or got's; null where there was an answer. */
  readonly code: string | null;
  /** Asking again will not help. */
  readonly permanent: boolean;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Characters quoted of what a server says about an error. */
const QUOTED = 200;

/** OpenSSL's and Node's codes for certificates that are not trusted. */
const NOT_TRUSTED = /CERT|ERR_TLS_|ERR_SSL_/;

const SCOPE = 'It needs the scope org:read; organisation tokens (sntrys_…) often lack it.';

export interface Place {
  /** Host of the base URL. */
  readonly host: string;
  readonly org: string;
}

/** An answer other than 2xx. */
export function failureOfStatus(
  { host, org }: Place,
  answer: {
    readonly status: number;
    readonly headers: Headers;
    readonly body: string;
    /** Milliseconds since the epoch, for headers that name a date. */
    readonly nowMs: number;
  },
): ApiFailure {
  const { status } = answer;
  const base = { kind: 'error', status, code: null, retryAfterMs: waitAskedMs(answer) } as const;
  const said = `HTTP ${status}${detailOf(answer.body)}`;
  if (status === 401) {
    const message = `${host} does not accept the token (${said}). ${SCOPE}`;
    return { ...base, reason: 'unauthorised', message, permanent: true };
  }
  if (status === 403) {
    const message = `${host} does not let the token read traces of "${org}" (${said}). ${SCOPE}`;
    return { ...base, reason: 'unauthorised', message, permanent: true };
  }
  if (status === 404) {
    const message = `${host} shows this token no organisation "${org}" with traces (${said}).`;
    return { ...base, reason: 'org-mismatch', message, permanent: true };
  }
  if (status >= 300 && status < 400) {
    const message = `${host} redirects elsewhere (${said}${locationOf(answer.headers)}); the token does not follow.`;
    return { ...base, reason: 'api-error', message, permanent: true };
  }
  if (status === 429) {
    return { ...base, reason: 'api-error', message: `${host} limits requests (${said}).`, permanent: false };
  }
  const permanent = status < 500;
  return { ...base, reason: 'api-error', message: `${host} answers ${said}.`, permanent };
}

/** By Node's codes and got's. */
const WHAT_FAILED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ERR_ABORTED: 'did not respond in time',
  ETIMEDOUT: 'did not respond in time',
};

/** No answer, or none that was read to its end. */
export function failureOfError({ host }: Place, thrown: unknown): ApiFailure {
  const code = codeOf(thrown) ?? 'no answer';
  const what = WHAT_FAILED[code] ?? 'could not be read';
  const message = `${host} ${what} (${code}).`;
  return { ...failure(message, { permanent: NOT_TRUSTED.test(code) }), code };
}

/** `Sentry responded with HTTP 503`, in a few words for a headline. */
export function apiFailureCause({ status, code }: ApiFailure): string {
  if (status !== null) return `Sentry responded with HTTP ${status}`;
  if (code === 'ECONNREFUSED') return 'Sentry refused the connection';
  return code === 'ETIMEDOUT' || code === 'ERR_ABORTED'
    ? 'Sentry did not respond'
    : 'Sentry could not be read';
}

export function failure(message: string, { permanent }: { readonly permanent: boolean }): ApiFailure {
  return {
    kind: 'error',
    reason: 'api-error',
    message,
    retryAfterMs: null,
    status: null,
    code: null,
    permanent,
  };
}

/** `Retry-After`, else Sentry's own `X-Sentry-Rate-Limit-Reset` in Unix seconds. */
function waitAskedMs({
  status,
  headers,
  nowMs,
}: {
  readonly status: number;
  readonly headers: Headers;
  readonly nowMs: number;
}): number | null {
  const askedMs = retryAfterMs(headers, nowMs);
  if (askedMs !== null || status !== 429) return askedMs;
  const resetMs = Number(headers['x-sentry-rate-limit-reset'] ?? Number.NaN) * 1_000;
  return Number.isFinite(resetMs) ? Math.max(0, resetMs - nowMs) : null;
}

/** Sentry explains itself in `detail`, which is a text or an object with a `message`. */
function detailOf(body: string): string {
  let detail: unknown;
  try {
    ({ detail } = fieldsOf(JSON.parse(body)));
  } catch {
    return '';
  }
  const text = textOf(detail) ?? textOf(fieldsOf(detail).message);
  if (text === null) return '';
  const said = text.replaceAll(/\s+/g, ' ');
  // The mark tells whoever masks secrets that one may go on behind it.
  return `: ${said.length > QUOTED ? `${said.slice(0, QUOTED)}…` : said}`;
}

function locationOf(headers: Headers): string {
  const location = String(headers.location ?? '');
  return URL.canParse(location) ? `, to ${new URL(location).origin}` : '';
}
