/** Why a request failed: its kind, and the reason in the guide's words. Codes: Node's errors documentation. */
import { maxHeaderSize } from 'node:http';
import { codeOf, messageOf } from '../errors.ts';
import type { FailureKind } from '../model/failure-kinds.ts';
import type { Failure } from '../model/result.ts';
import { isTls, opensslCode, tlsProblem } from './tls-failures.ts';

/** How far a request got before it failed. */
export interface Progress {
  /** A connection to the target had been started; with a proxy, its tunnel was open. */
  readonly begun: boolean;
  /** The host name was still being looked up. */
  readonly resolving: boolean;
  /** The socket was connected (and secured). */
  readonly connected: boolean;
  /** Status line and headers had arrived. */
  readonly responded: boolean;
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
  // For addresses that no connection can go to: broadcast, link-local without an interface.
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
/** Codes for a name that does not exist; the other DNS codes mean that the lookup itself failed. */
const NO_SUCH_NAME = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA', 'ENODATA']);
/** Includes ETIMEDOUT: on an open connection it means that the other side is gone. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);
/** The stream ended before the length it announced. */
const CUT_OFF = new Set(['Z_BUF_ERROR', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE']);

/** zlib's, Zstandard's and (with an empty name of its own) Brotli's codes. */
const DECOMPRESSION = /^(Z_|ZSTD_|ERR__ERROR_)/;

type Fail = (kind: FailureKind, reason: string) => Failure;

/** @param thrown what got or Node gave; `cause` chains are followed for the code */
export function classifyFailure(thrown: unknown, progress: Progress): Failure {
  const { error, code } = rootOf(thrown);
  const failure: Fail = (kind, reason) => ({ kind, message: reason, code });
  const event = timeoutEvent(thrown);
  if (progress.proxy !== null && !progress.begun) {
    const status = refusedByProxy(thrown);
    const problem = status === null ? proxyProblem(thrown, { code, event }) : proxyRefusal(status);
    const refusal = failure('proxy', `Proxy ${progress.proxy} ${problem}`);
    return status === null ? refusal : { ...refusal, code: null, status };
  }
  if (event === 'lookup' || (event !== null && !progress.connected)) {
    return notConnected(progress, { failure, withinMs: progress.connectTimeoutMs });
  }
  const { connected } = progress;
  return (connected ? exchangeFailure : connectFailure)({ thrown, error, code, progress, failure });
}

/** The time limit of the request has passed. */
export function timedOut(progress: Progress): Failure {
  const failure: Fail = (kind, reason) => ({ kind, message: reason, code: 'ETIMEDOUT' });
  if (progress.proxy !== null && !progress.begun) {
    return failure('proxy', `Proxy ${progress.proxy} did not respond in time`);
  }
  if (!progress.connected) return notConnected(progress, { failure, withinMs: progress.timeoutMs });
  const within = `within ${seconds(progress.timeoutMs)}`;
  return progress.responded
    ? failure('body-timeout', `Response not complete ${within}`)
    : failure('response-timeout', `No response in ${seconds(progress.timeoutMs)}`);
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
  /** The innermost one. */
  readonly error: unknown;
  readonly code: string | null;
  readonly progress: Progress;
  readonly failure: Fail;
}

function connectFailure(one: Case): Failure {
  const { code, error, progress, failure } = one;
  if (code !== null && DNS.has(code)) {
    return failure(
      'dns',
      NO_SUCH_NAME.has(code) ? 'Host name not found' : 'Host name could not be looked up',
    );
  }
  if (code === 'ECONNREFUSED') return failure('refused', 'Connection refused');
  if (code !== null && UNREACHABLE.has(code)) return failure('unreachable', 'Host unreachable');
  if (code === 'ETIMEDOUT') return failure('connect-timeout', 'Connection timeout');
  if (progress.secure && progress.begun) return failure('tls', tlsProblem(code, error));
  return exchangeFailure(one);
}

function exchangeFailure({ thrown, error, code, progress, failure }: Case): Failure {
  if (code === null) return failure('protocol', messageOf(thrown));
  // With TLS 1.3, a server rejects the client certificate only after the handshake.
  if (isTls(code)) return failure('tls', tlsProblem(code, error));
  if (CUT_OFF.has(code) && progress.responded) return failure('truncated', 'Response was cut off');
  if (DECOMPRESSION.test(code)) return failure('protocol', `Response cannot be decompressed (${code})`);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return failure('too-large', `Headers of the response are larger than ${maxHeaderSize} bytes`);
  }
  if (/^(HPE_|ERR_HTTP)/.test(code)) return failure('protocol', `Response is not valid HTTP (${code})`);
  if (!RESET.has(code)) return failure('protocol', messageOf(thrown));
  return progress.responded
    ? failure('truncated', 'Response was cut off')
    : failure('reset', 'Connection reset before a response');
}

/** The status of a proxy's response to CONNECT. hpagent's message: `Bad response: 407`. */
function refusedByProxy(thrown: unknown): number | null {
  const status = /^Bad response: (\d+)$/.exec(messageOf(thrown))?.[1];
  return status === undefined ? null : Number(status);
}

function proxyRefusal(status: number): string {
  if (status === 407) return 'requires credentials (HTTP 407)';
  if (status >= 500) return `could not reach the target (HTTP ${status})`;
  return `refused to connect to the target (HTTP ${status})`;
}

function proxyProblem(
  thrown: unknown,
  { code, event }: { readonly code: string | null; readonly event: string | null },
): string {
  // hpagent's message.
  const timedOut = event !== null || code === 'ETIMEDOUT' || messageOf(thrown) === 'Proxy timeout';
  if (timedOut) return 'did not respond in time';
  if (code === 'ECONNREFUSED') return 'refused the connection';
  if (code !== null && DNS.has(code)) return 'was not found: its host name is unknown';
  if (code !== null && UNREACHABLE.has(code)) return 'is unreachable';
  if (code !== null && RESET.has(code)) return 'closed the connection';
  if (code?.startsWith('HPE_')) return `does not respond as a proxy (${code})`;
  return `failed (${code ?? messageOf(thrown)})`;
}

export function tooLarge(limitBytes: number): Failure {
  return { kind: 'too-large', message: `Response larger than ${limitBytes} bytes`, code: null };
}

/** The server switched protocols although the request did not ask for it. */
export function switchedProtocol(status: number): Failure {
  return {
    kind: 'protocol',
    message: `Server switched to another protocol (HTTP ${status})`,
    code: null,
    status,
  };
}

export function abortedFailure(): Failure {
  return { kind: 'aborted', message: 'Stopped before a response', code: null };
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}

/** got wraps errors under its own codes; the innermost error and code are Node's. */
function rootOf(thrown: unknown): { readonly error: unknown; readonly code: string | null } {
  let code = codeOf(thrown);
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error && error.cause instanceof Error; depth++) {
    error = error.cause;
    code = codeOf(error) ?? code;
  }
  if (code === 'EPROTO') code = opensslCode(messageOf(error)) ?? code;
  // If several addresses were tried, a refused connection is more specific than an unreachable host.
  const tried = error instanceof AggregateError ? error.errors.map(codeOf) : [];
  if (tried.includes('ECONNREFUSED')) code = 'ECONNREFUSED';
  return { error, code: code?.startsWith('ERR_GOT_') ? null : code };
}

function timeoutEvent(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.name !== 'TimeoutError' || !('event' in thrown)) return null;
  return String(thrown.event);
}
