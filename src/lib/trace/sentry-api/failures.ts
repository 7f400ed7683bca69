/** Why Sentry's API gave nothing, classified by who can fix it. No text here ever contains the token. */
import { codeOf, messageOf } from '../../errors.ts';
import { pauseText } from './retry-after.ts';

/** What happened. Each has its own words here and its own advice in `advice`. */
export type ApiProblem =
  /** The token is not valid. */
  | 'token'
  | 'scope'
  /** The organization requires single sign-on. */
  | 'sso'
  | 'no-organization'
  /** The organization is there; its traces cannot be read. */
  | 'no-trace-view'
  | 'too-old'
  /** HTTP 404, and it is unknown what does not exist. */
  | 'not-found'
  | 'rate-limit'
  | 'redirect'
  | 'refused'
  | 'no-response'
  /** It responds, but not to all that was requested within the time. */
  | 'too-slow'
  | 'cut-off'
  | 'dns'
  | 'unreachable'
  | 'tls'
  | 'html'
  | 'not-json'
  | 'too-large'
  | 'server-error'
  | 'bad-request'
  | 'other';

export type ApiReason = 'unauthorized' | 'org-mismatch' | 'unavailable' | 'api-error';

export interface ApiFailure {
  readonly kind: 'error';
  readonly problem: ApiProblem;
  readonly reason: ApiReason;
  /** One sentence for people, without its period. */
  readonly message: string;
  /** What the server asks to wait from now on; null where it asks nothing. */
  readonly retryAfterMs: number | null;
  /** HTTP status; null where there was no response. */
  readonly status: number | null;
  /** Another request will not help. */
  readonly permanent: boolean;
  /** Where to sign in, or where the server redirects to; null where it names nothing. */
  readonly link: string | null;
}

export interface Place {
  /** Host of the base URL. */
  readonly host: string;
  readonly org: string;
}

interface Kind {
  readonly reason: ApiReason;
  readonly permanent: boolean;
  /** In a few words, for a headline. */
  readonly cause: string;
}

const kind = (reason: ApiReason, permanent: boolean, cause: string): Kind => ({ reason, permanent, cause });

const KINDS: Readonly<Record<ApiProblem, Kind>> = {
  token: kind('unauthorized', true, 'Sentry does not accept the token'),
  scope: kind('unauthorized', true, 'the token may not read traces'),
  sso: kind('unauthorized', true, 'Sentry requires single sign-on'),
  'no-organization': kind('org-mismatch', true, 'Sentry shows no such organization'),
  'not-found': kind('org-mismatch', true, 'Sentry responded with HTTP 404'),
  'no-trace-view': kind('unavailable', true, 'Sentry shows no traces of the organization'),
  'too-old': kind('unavailable', true, 'this Sentry is too old'),
  'rate-limit': kind('api-error', false, 'Sentry limits requests'),
  redirect: kind('api-error', true, 'Sentry redirects elsewhere'),
  refused: kind('api-error', false, 'Sentry refused the connection'),
  'no-response': kind('api-error', false, 'Sentry did not respond'),
  'too-slow': kind('api-error', false, 'Sentry responded too slowly'),
  'cut-off': kind('api-error', false, 'the connection to Sentry broke off'),
  dns: kind('api-error', false, 'the host name of Sentry was not found'),
  unreachable: kind('api-error', false, 'Sentry is unreachable'),
  tls: kind('api-error', true, 'no trusted TLS connection to Sentry'),
  html: kind('api-error', true, 'an HTML page instead of Sentry'),
  'not-json': kind('api-error', true, "Sentry's response is not JSON"),
  'too-large': kind('api-error', true, "Sentry's response is too large"),
  'server-error': kind('api-error', false, 'Sentry could not be read'),
  'bad-request': kind('api-error', true, 'Sentry could not be read'),
  other: kind('api-error', false, 'Sentry could not be read'),
};

export function failure(
  problem: ApiProblem,
  message: string,
  more: Partial<Pick<ApiFailure, 'status' | 'retryAfterMs' | 'link' | 'permanent'>> = {},
): ApiFailure {
  const { reason, permanent } = KINDS[problem];
  return {
    ...{ kind: 'error', problem, reason, message },
    ...{ permanent, status: null, retryAfterMs: null, link: null, ...more },
  };
}

/** Sentry limits requests, for all that use the token. */
export function limited(host: string, more: Pick<ApiFailure, 'status' | 'retryAfterMs'>): ApiFailure {
  const wait = more.retryAfterMs ?? 0;
  const asks = wait > 0 ? ` and asks to wait ${pauseText(wait)}` : '';
  const what = more.status === 429 ? 'limits requests' : 'takes no requests';
  return failure(
    more.status === 429 ? 'rate-limit' : 'server-error',
    `${host} ${what} (HTTP ${more.status})${asks}`,
    more,
  );
}

/** No time is left for what the server asks to wait. */
export function withoutTimeFor(failed: ApiFailure, leftMs: number): ApiFailure {
  const left = `more than --trace-timeout leaves (${pauseText(Math.max(0, leftMs))})`;
  return { ...failed, message: `${failed.message}, ${left}` };
}

const NO_RESPONSE = new Set(['ERR_ABORTED', 'ETIMEDOUT']);
const CUT_OFF =
  /^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE|ERR_READING_RESPONSE_STREAM|UND_ERR_)/;
const UNREACHABLE = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EACCES|EINVAL|EPERM)$/;
const DNS = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|EREFUSED)/;
/** OpenSSL's and Node's codes. */
const TLS = /CERT|ERR_TLS_|ERR_SSL_|EPROTO|SELF_SIGNED|UNABLE_TO_/;

/** No response, or none that was read to its end. */
export function failureOfError({ host }: Place, thrown: unknown): ApiFailure {
  const code = codeOf(thrown) ?? '';
  if (code === 'ECONNREFUSED') return failure('refused', `${host} refused the connection`);
  if (NO_RESPONSE.has(code)) return failure('no-response', `${host} did not respond in time`);
  if (code === 'ERR_TOO_MANY_REDIRECTS') return failure('redirect', `${host} redirects in a loop`);
  if (code === 'ERR_INVALID_CHAR')
    return failure('token', 'The Sentry token holds a character that no HTTP header can hold');
  if (DNS.test(code)) {
    // The other DNS codes mean that the lookup itself failed.
    const isUnknown = code === 'ENOTFOUND';
    const what = isUnknown ? 'was not found' : 'could not be looked up';
    return failure('dns', `The host name of ${host} ${what}`, { permanent: isUnknown });
  }
  if (UNREACHABLE.test(code))
    return failure('unreachable', `${host} cannot be reached from this machine (${code})`);
  if (TLS.test(code)) return failure('tls', tlsSentence(host, code));
  if (CUT_OFF.test(code))
    return failure('cut-off', `The connection to ${host} broke off before the response was complete`);
  if (/^HPE_/.test(code))
    return failure('not-json', `${host} responded with something that is not HTTP (${code})`);
  return failure('other', `${host} could not be read (${code === '' ? messageOf(thrown) : code})`);
}

function tlsSentence(host: string, code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return `The TLS certificate of ${host} has expired`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The TLS certificate of ${host} is for another name`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code))
    return `The TLS certificate of ${host} is not trusted (${code})`;
  return `No TLS connection to ${host} could be made (${code})`;
}

/** No request may go out for a while: limits are per token. */
export function isLimit({ problem, retryAfterMs: askedMs }: ApiFailure): boolean {
  return problem === 'rate-limit' || (askedMs ?? 0) > 0;
}

/** It holds for every trace: of the token, the organization or the server. */
export function holdsForAll({ permanent, problem }: ApiFailure): boolean {
  return permanent && problem !== 'bad-request' && problem !== 'too-large';
}

/** `Sentry responded with HTTP 503`, in a few words for a headline. */
export function apiFailureCause({ problem, status }: ApiFailure): string {
  return status !== null && (problem === 'server-error' || problem === 'bad-request')
    ? `Sentry responded with HTTP ${status}`
    : KINDS[problem].cause;
}
