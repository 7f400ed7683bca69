/** Tells the ways a request can fail apart, in the guide's words. Codes: Node's errors documentation, OpenSSL's verify(1). */
import { codeOf, messageOf } from '../errors.ts';
import type { Failure, FailureKind } from '../model/delivery.ts';

/** How far a request had come when it failed. */
export interface Progress {
  /** A connection was being made, or there; with a proxy: its tunnel stood. */
  readonly begun: boolean;
  /** The host name was still being looked up. */
  readonly resolving: boolean;
  /** The socket was connected (and secured). */
  readonly connected: boolean;
  /** Status line and headers had arrived. */
  readonly answered: boolean;
  readonly secure: boolean;
  /** `host:port` of the proxy in use; null without one. */
  readonly proxy: string | null;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
}

const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  // What systems say of addresses no connection can go to: broadcast, link-local without an interface.
  'EACCES',
  'EINVAL',
  'EPERM',
]);
const DNS = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ENODATA',
  'ESERVFAIL',
]);
/** Includes ETIMEDOUT: of a connection that stands it says that the other side is gone. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);
/** The stream ended, by its own account, before its end. */
const CUT_OFF = new Set(['Z_BUF_ERROR', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE']);

/** zlib's, Zstandard's and (with an empty name of its own) Brotli's codes. */
const DECOMPRESSION = /^(Z_|ZSTD_|ERR__ERROR_)/;

/** What is wrong with a certificate or a handshake, by OpenSSL's code as Node passes it on. */
const TLS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Certificate has expired',
  CERT_NOT_YET_VALID: 'Certificate is not valid yet',
  CERT_REVOKED: 'Certificate is revoked',
  CERT_UNTRUSTED: 'Certificate is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'Certificate chain is self-signed',
  UNABLE_TO_GET_ISSUER_CERT: 'Certificate issuer is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Certificate issuer is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Certificate chain is incomplete',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'TLS handshake failed, the server does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'TLS handshake failed, the server does not speak TLS',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'Server wants a client certificate',
};

type Fail = (kind: FailureKind, said: string) => Failure;

/** @param thrown what got or Node gave; `cause` chains are followed for the code */
export function classifyFailure(thrown: unknown, progress: Progress): Failure {
  const code = rootCode(thrown);
  const failure: Fail = (kind, said) => ({ kind, message: `Request failed: ${said}`, code });
  const event = timeoutEvent(thrown);
  if (progress.proxy !== null && !progress.begun) {
    return failure('proxy', `Proxy ${progress.proxy} ${proxyProblem(thrown, { code, event })}`);
  }
  if (event === 'lookup' || (event !== null && !progress.connected)) {
    return notConnected(progress, { failure, withinMs: progress.connectTimeoutMs });
  }
  return progress.connected
    ? exchangeFailure({ thrown, code, progress, failure })
    : connectFailure({ thrown, code, progress, failure });
}

/** The time for the whole request has passed. */
export function timedOut(progress: Progress): Failure {
  const failure: Fail = (kind, said) => ({ kind, message: `Request failed: ${said}`, code: 'ETIMEDOUT' });
  if (progress.proxy !== null && !progress.begun) {
    return failure('proxy', `Proxy ${progress.proxy} did not answer in time`);
  }
  if (!progress.connected) return notConnected(progress, { failure, withinMs: progress.timeoutMs });
  const within = `within ${seconds(progress.timeoutMs)}`;
  return progress.answered
    ? failure('body-timeout', `Answer not complete ${within}`)
    : failure('response-timeout', `No answer ${within}`);
}

function notConnected(
  progress: Progress,
  { failure, withinMs }: { readonly failure: Fail; readonly withinMs: number },
): Failure {
  return progress.resolving
    ? failure('dns', `Host name not resolved within ${seconds(withinMs)}`)
    : failure('connect-timeout', 'Connection timeout');
}

interface Case {
  readonly thrown: unknown;
  readonly code: string | null;
  readonly progress: Progress;
  readonly failure: Fail;
}

function connectFailure({ thrown, code, progress, failure }: Case): Failure {
  if (code !== null && DNS.has(code)) return failure('dns', 'Host name not found');
  if (code === 'ECONNREFUSED') return failure('refused', 'Connection refused');
  if (code !== null && UNREACHABLE.has(code)) return failure('unreachable', 'Host unreachable');
  if (code === 'ETIMEDOUT') return failure('connect-timeout', 'Connection timeout');
  if (progress.secure && progress.begun) return tlsFailure(code, failure);
  return exchangeFailure({ thrown, code, progress, failure });
}

function exchangeFailure({ thrown, code, progress, failure }: Case): Failure {
  if (code === null) return failure('protocol', messageOf(thrown));
  // TLS 1.3: a server says only after the handshake that it wants another certificate.
  if (isTls(code)) return tlsFailure(code, failure);
  if (CUT_OFF.has(code) && progress.answered) return failure('truncated', 'Answer was cut off');
  if (DECOMPRESSION.test(code)) return failure('protocol', `Answer cannot be decompressed (${code})`);
  if (/^(HPE_|ERR_HTTP)/.test(code)) return failure('protocol', `Answer is not valid HTTP (${code})`);
  if (!RESET.has(code)) return failure('protocol', messageOf(thrown));
  return progress.answered
    ? failure('truncated', 'Answer was cut off')
    : failure('reset', 'Connection reset before an answer');
}

function tlsFailure(code: string | null, failure: Fail): Failure {
  if (code !== null && Object.hasOwn(TLS, code)) return failure('tls', `${TLS[code]}`);
  return failure('tls', code === null ? 'TLS handshake failed' : `TLS handshake failed (${code})`);
}

/** The words of hpagent's errors: `Bad response: 407`, `Proxy timeout`. */
function proxyProblem(
  thrown: unknown,
  { code, event }: { readonly code: string | null; readonly event: string | null },
): string {
  const status = /^Bad response: (\d+)$/.exec(messageOf(thrown))?.[1];
  if (status === '407') return 'wants credentials (HTTP 407)';
  if (status !== undefined) return `refused to connect to the target (HTTP ${status})`;
  if (event !== null || code === 'ETIMEDOUT' || messageOf(thrown) === 'Proxy timeout')
    return 'did not answer in time';
  if (code === 'ECONNREFUSED') return 'refused the connection';
  if (code !== null && DNS.has(code)) return 'was not found: its host name is unknown';
  if (code !== null && UNREACHABLE.has(code)) return 'is unreachable';
  if (code !== null && RESET.has(code)) return 'closed the connection';
  return `failed (${code ?? messageOf(thrown)})`;
}

export function tooLarge(limitBytes: number): Failure {
  return { kind: 'too-large', message: `Request failed: Answer larger than ${limitBytes} bytes`, code: null };
}

/** Nothing asked for it: the server speaks something else from here on. */
export function switchedProtocol(status: number): Failure {
  return {
    kind: 'protocol',
    message: `Request failed: Server switched to another protocol (HTTP ${status})`,
    code: null,
  };
}

export function abortedFailure(): Failure {
  return { kind: 'aborted', message: 'Request failed: Stopped before an answer', code: null };
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}

function rootCode(thrown: unknown): string | null {
  let code = codeOf(thrown);
  let current = thrown;
  // got wraps, under a code of its own; the innermost code is Node's.
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth++) {
    current = current.cause;
    code = codeOf(current) ?? code;
  }
  // Of several addresses tried, one that refused says more than one there was no way to.
  const tried = current instanceof AggregateError ? current.errors.map(codeOf) : [];
  if (tried.includes('ECONNREFUSED')) return 'ECONNREFUSED';
  return code?.startsWith('ERR_GOT_') ? null : code;
}

function timeoutEvent(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.name !== 'TimeoutError' || !('event' in thrown)) return null;
  return String(thrown.event);
}

function isTls(code: string): boolean {
  return Object.hasOwn(TLS, code) || /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_)/.test(code);
}
