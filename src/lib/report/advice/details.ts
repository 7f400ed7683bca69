/** Advice for a specific failure, by Node's or OpenSSL's error code or by the response's status. */
import type { HttpResponse } from '../../model/delivery.ts';
import type { Failure } from '../../model/result.ts';

/** What is known about a failure beyond the finding's code. */
export interface FailureDetail {
  /** Node's or OpenSSL's error code; null without one. */
  readonly code: string | null;
  /** Of the response, or of what failed instead of it, such as a proxy's; null without one. */
  readonly status: number | null;
  /** The response has a Retry-After header. */
  readonly hasRetryAfter: boolean;
  /** The webhook carried a signature that should be valid. */
  readonly isSigned: boolean;
  /** The endpoint should have refused it. */
  readonly expectsRefusal: boolean;
}

export function detailOf({
  response,
  failure,
  isSigned = false,
  expectsRefusal = false,
}: {
  readonly response: HttpResponse | null;
  readonly failure: Pick<Failure, 'code' | 'status'> | null;
  readonly isSigned?: boolean;
  readonly expectsRefusal?: boolean;
}): FailureDetail {
  return {
    code: response === null ? (failure?.code ?? null) : null,
    status: response?.status ?? failure?.status ?? null,
    hasRetryAfter: (response?.headers['retry-after'] ?? '').trim() !== '',
    ...{ isSigned, expectsRefusal },
  };
}

/** @returns null if no hint is more specific than the advice for the finding's code */
export function detailedHint(code: string, detail: FailureDetail): string | null {
  if (!Object.hasOwn(HINTS, code)) return null;
  return HINTS[code]?.find(([fits]) => fits(detail))?.[1] ?? null;
}

type Fits = (detail: FailureDetail) => boolean;

const byCode =
  (pattern: RegExp): Fits =>
  ({ code }) =>
    code !== null && pattern.test(code);
const byStatus =
  (...statuses: readonly number[]): Fits =>
  ({ status }) =>
    status !== null && statuses.includes(status);
/** Both included. */
const byStatusBetween =
  (from: number, to: number): Fits =>
  ({ status }) =>
    status !== null && status >= from && status <= to;

/** Hints by finding code and detail; the first match is used. */
const HINTS: Readonly<Record<string, readonly (readonly [Fits, string])[]>> = {
  dns: [
    [
      byCode(/^(EAI_AGAIN|EAI_FAIL|ESERVFAIL)$/),
      "Check this machine's name servers and its network: no name could be looked up",
    ],
  ],
  tls: [
    [
      byCode(/^CERT_HAS_EXPIRED$/),
      "Renew the server's certificate, and check why it was not renewed by itself",
    ],
    [
      byCode(/^CERT_NOT_YET_VALID$/),
      "Check this machine's clock, then the first day of the server's certificate",
    ],
    [
      byCode(/SELF_SIGNED_CERT/),
      'Give the server a certificate of a known authority, or name the one it has: --cacert FILE',
    ],
    [
      byCode(/^UNABLE_TO_/),
      'Let the server send its intermediate certificates; for a private authority: --cacert FILE',
    ],
    [
      byCode(/^ERR_TLS_CERT_ALTNAME_INVALID$/),
      'Use a host name that the certificate is for, or add this one to it',
    ],
    [
      byCode(/_(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/),
      'Switch on TLS 1.2 or 1.3 at the server or load balancer',
    ],
    [
      byCode(/_ALERT_HANDSHAKE_FAILURE$/),
      'Check the ciphers that the server or load balancer accepts, and whether it wants a client certificate',
    ],
    [
      byCode(/_ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|_ALERT_UNKNOWN_CA$/),
      'Give the client certificate that the server wants: --cert FILE --key FILE',
    ],
    [
      byCode(/_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/),
      'Use http:// instead of https://, or the port that speaks TLS',
    ],
    [
      byCode(/_UNRECOGNIZED_NAME$/),
      'Check the host name in PRODUCTION_URL (or --url), and that the load balancer has a certificate for it',
    ],
    [
      byCode(/^(ECONNRESET|EPIPE)$|_ALERT_INTERNAL_ERROR$/),
      'Check what terminates TLS: web server, load balancer or firewall',
    ],
  ],
  proxy: [
    [byStatus(407), "Put credentials into the proxy's URL: HTTPS_PROXY=http://user:password@host:port"],
    [
      byStatusBetween(500, 599),
      'Verify PRODUCTION_URL (or --url) is correct, and that the proxy can reach it',
    ],
    [
      ({ status }) => status !== null,
      "Let the proxy pass CONNECT to the target's port, or name the target in NO_PROXY",
    ],
  ],
  protocol: [
    [
      byCode(/^(Z_|ZSTD_|ERR__ERROR_)/),
      'Check that Content-Encoding matches the body, and whether a proxy compresses it',
    ],
    [
      byCode(
        /^HPE_(UNEXPECTED_CONTENT_LENGTH|INVALID_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING|INVALID_CHUNK_SIZE)$/,
      ),
      'Check what sets Content-Length and Transfer-Encoding of the response: handler, web server or proxy',
    ],
    [
      byCode(/^HPE_(.*HEADER.*|CR_EXPECTED|LF_EXPECTED)$/),
      "Check what writes the response's headers: handler, web server or proxy",
    ],
    [
      byCode(/^HPE_/),
      'Check that host and port are those of the web server, and http or https as it speaks it',
    ],
    [byStatus(101), 'Check that the path is that of the webhook, not of a WebSocket'],
  ],
  'too-large': [
    [
      byCode(/^HPE_HEADER_OVERFLOW$/),
      'Check which header grows, often Set-Cookie: other clients and proxies fail here, too',
    ],
  ],
  'http-2xx': [
    [
      ({ expectsRefusal }) => expectsRefusal,
      'Validate the payload before accepting it: this webhook is wrong on purpose, and the endpoint accepted it',
    ],
  ],
  unauthorized: [
    [
      ({ isSigned }) => isSigned,
      "Check signing.secret and signing.scheme against the endpoint's, and the clock of this machine: the signature was refused",
    ],
    [
      byStatus(403),
      'Check what these credentials may do, and whether a firewall or bot filter blocks this machine',
    ],
  ],
  'not-found': [
    [byStatus(405), 'Check that the endpoint accepts POST, and the path: a slash at its end may matter'],
    [byStatus(410), 'The endpoint was removed for good: use its successor as PRODUCTION_URL (or --url)'],
  ],
  'http-3xx': [
    [byStatus(304), 'Keep caches away from the endpoint, and leave out headers such as If-None-Match'],
  ],
  'http-4xx': [
    [
      byStatus(407),
      'A proxy before the server wants credentials: let it pass webhooks, or send its Proxy-Authorization header',
    ],
    [
      byStatus(408),
      'The server gave up waiting for the webhook: check the load balancer before it, and the network',
    ],
    [byStatus(409), 'Wait a minute before the next run, or check for data that earlier runs left behind'],
    [byStatus(413), 'Raise the limit of the body size at the server or proxy, or send a smaller payload'],
    [byStatus(414), 'Shorten the query of PRODUCTION_URL (or --url)'],
    [byStatus(415), "Send the Content-Type that the handler reads: --header 'Content-Type: …'"],
    [byStatus(421), 'Check that the host name in PRODUCTION_URL (or --url) is one this server is set up for'],
    [byStatus(426), 'Use https:// in PRODUCTION_URL (or --url): the server wants another protocol'],
    [byStatus(431), "Send fewer or shorter headers (--header), or raise the server's limit"],
  ],
  'rate-limited': [
    [
      ({ hasRetryAfter }) => hasRetryAfter,
      'Wait for the time in Retry-After, then send fewer webhooks or send more slowly: --count, --rate',
    ],
  ],
  'http-5xx': [
    [byStatus(501), 'Check that the endpoint supports this method and that the handler is deployed'],
    [
      ({ status, hasRetryAfter }) => status === 503 && hasRetryAfter,
      'Wait for the time in Retry-After; check for maintenance, a deployment or overload',
    ],
    [byStatus(503), 'Check for maintenance, a deployment in progress, or an overloaded server'],
    // Cloudflare's statuses 522 and 524.
    [
      byStatus(504, 522, 524),
      'Check why the application behind the proxy is too slow: load, database, external APIs',
    ],
    // Cloudflare's statuses 520 to 530.
    [
      (detail) => detail.status === 502 || byStatusBetween(520, 530)(detail),
      'Check the application behind the proxy or load balancer: it is down or returns bad responses',
    ],
    [byStatus(507), 'Free disk space at the server'],
  ],
};

const ALL_HINTS: ReadonlySet<string> = new Set(
  Object.values(HINTS).flatMap((each) => each.map(([, hint]) => hint)),
);

/** Whether a hint comes from this table, and so is more specific than the advice for its code. */
export function isDetailed(hint: string | null): hint is string {
  return hint !== null && ALL_HINTS.has(hint);
}
