/** Advice for a specific failure, by Node's or OpenSSL's error code or by the response's status. */
import type { HttpResponse } from '../../model/delivery.ts';
import type { Failure } from '../../model/result.ts';

/**
 * The specific failure: its error code, or the response's status (`HTTP_413`) and whether the response has a Retry-After
 * header (`HTTP_429_RETRY_AFTER`), the webhook was signed (`HTTP_401_SIGNED`), or the endpoint should have refused it
 * (`HTTP_200_TO_BE_REFUSED`). Null if nothing more than the finding's code is known.
 */
export function detailOf({
  response,
  failure,
  isSigned = false,
  expectsRefusal = false,
}: {
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
  /** The webhook carried a signature that should be valid. */
  readonly isSigned?: boolean;
  /** The endpoint should have refused it. */
  readonly expectsRefusal?: boolean;
}): string | null {
  if (response === null) return failure?.code ?? null;
  return [
    `HTTP_${response.status}`,
    ...((response.headers['retry-after'] ?? '').trim() === '' ? [] : ['RETRY_AFTER']),
    ...(isSigned ? ['SIGNED'] : []),
    ...(expectsRefusal ? ['TO_BE_REFUSED'] : []),
  ].join('_');
}

/** @returns null if no hint is more specific than the advice for the finding's code */
export function detailedHint(code: string, detail: string | null): string | null {
  if (detail === null || !Object.hasOwn(HINTS, code)) return null;
  return HINTS[code]?.find(([pattern]) => pattern.test(detail))?.[1] ?? null;
}

/** Hints by finding code and detail; the first match is used. */
const HINTS: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  dns: [
    [
      /^(EAI_AGAIN|EAI_FAIL|ESERVFAIL)$/,
      "Check this machine's name servers and its network: no name could be looked up",
    ],
  ],
  tls: [
    [/^CERT_HAS_EXPIRED$/, "Renew the server's certificate, and check why it was not renewed by itself"],
    [/^CERT_NOT_YET_VALID$/, "Check this machine's clock, then the first day of the server's certificate"],
    [
      /SELF_SIGNED_CERT/,
      'Give the server a certificate of a known authority, or name the one it has: --cacert FILE',
    ],
    [
      /^UNABLE_TO_/,
      'Let the server send its intermediate certificates; for a private authority: --cacert FILE',
    ],
    [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'Use a host name that the certificate is for, or add this one to it'],
    [
      /_(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/,
      'Switch on TLS 1.2 or 1.3 at the server or load balancer',
    ],
    [
      /_ALERT_HANDSHAKE_FAILURE$/,
      'Check the ciphers that the server or load balancer accepts, and whether it wants a client certificate',
    ],
    [
      /_ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|_ALERT_UNKNOWN_CA$/,
      'Give the client certificate that the server wants: --cert FILE --key FILE',
    ],
    [
      /_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
      'Use http:// instead of https://, or the port that speaks TLS',
    ],
    [
      /_UNRECOGNIZED_NAME$/,
      'Check the host name in PRODUCTION_URL (or --url), and that the load balancer has a certificate for it',
    ],
    [
      /^(ECONNRESET|EPIPE)$|_ALERT_INTERNAL_ERROR$/,
      'Check what terminates TLS: web server, load balancer or firewall',
    ],
  ],
  proxy: [
    [/^HTTP_407$/, "Put credentials into the proxy's URL: HTTPS_PROXY=http://user:password@host:port"],
    [/^HTTP_5/, 'Verify PRODUCTION_URL (or --url) is correct, and that the proxy can reach it'],
    [/^HTTP_/, "Let the proxy pass CONNECT to the target's port, or name the target in NO_PROXY"],
  ],
  protocol: [
    [
      /^(Z_|ZSTD_|ERR__ERROR_)/,
      'Check that Content-Encoding matches the body, and whether a proxy compresses it',
    ],
    [
      /^HPE_(UNEXPECTED_CONTENT_LENGTH|INVALID_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING|INVALID_CHUNK_SIZE)$/,
      'Check what sets Content-Length and Transfer-Encoding of the response: handler, web server or proxy',
    ],
    [
      /^HPE_(.*HEADER.*|CR_EXPECTED|LF_EXPECTED)$/,
      "Check what writes the response's headers: handler, web server or proxy",
    ],
    [/^HPE_/, 'Check that host and port are those of the web server, and http or https as it speaks it'],
    [/^HTTP_101$/, 'Check that the path is that of the webhook, not of a WebSocket'],
  ],
  'too-large': [
    [
      /^HPE_HEADER_OVERFLOW$/,
      'Check which header grows, often Set-Cookie: other clients and proxies fail here, too',
    ],
  ],
  'http-2xx': [
    [
      /_TO_BE_REFUSED$/,
      'Validate the payload before accepting it: this webhook is wrong on purpose, and the endpoint accepted it',
    ],
  ],
  unauthorized: [
    [
      /_SIGNED$/,
      "Check signing.secret and signing.scheme against the endpoint's, and the clock of this machine: the signature was refused",
    ],
    [
      /^HTTP_403/,
      'Check what these credentials may do, and whether a firewall or bot filter blocks this machine',
    ],
  ],
  'not-found': [
    [/^HTTP_405/, 'Check that the endpoint accepts POST, and the path: a slash at its end may matter'],
    [/^HTTP_410/, 'The endpoint was removed for good: use its successor as PRODUCTION_URL (or --url)'],
  ],
  'http-3xx': [
    [/^HTTP_304/, 'Keep caches away from the endpoint, and leave out headers such as If-None-Match'],
  ],
  'http-4xx': [
    [
      /^HTTP_407/,
      'A proxy before the server wants credentials: let it pass webhooks, or send its Proxy-Authorization header',
    ],
    [
      /^HTTP_408/,
      'The server gave up waiting for the webhook: check the load balancer before it, and the network',
    ],
    [/^HTTP_409/, 'Wait a minute before the next run, or check for data that earlier runs left behind'],
    [/^HTTP_413/, 'Raise the limit of the body size at the server or proxy, or send a smaller payload'],
    [/^HTTP_414/, 'Shorten the query of PRODUCTION_URL (or --url)'],
    [/^HTTP_415/, "Send the Content-Type that the handler reads: --header 'Content-Type: …'"],
    [/^HTTP_421/, 'Check that the host name in PRODUCTION_URL (or --url) is one this server is set up for'],
    [/^HTTP_426/, 'Use https:// in PRODUCTION_URL (or --url): the server wants another protocol'],
    [/^HTTP_431/, "Send fewer or shorter headers (--header), or raise the server's limit"],
  ],
  'rate-limited': [
    [
      /_RETRY_AFTER$/,
      'Wait for the time in Retry-After, then send fewer webhooks or send more slowly: --count, --rate',
    ],
  ],
  'http-5xx': [
    [/^HTTP_501/, 'Check that the endpoint supports this method and that the handler is deployed'],
    [
      /^HTTP_503_RETRY_AFTER$/,
      'Wait for the time in Retry-After; check for maintenance, a deployment or overload',
    ],
    [/^HTTP_503/, 'Check for maintenance, a deployment in progress, or an overloaded server'],
    // Cloudflare's statuses 522 and 524.
    [
      /^HTTP_(504|522|524)/,
      'Check why the application behind the proxy is too slow: load, database, external APIs',
    ],
    // Cloudflare's statuses 520 to 530.
    [
      /^HTTP_(502|52\d|530)/,
      'Check the application behind the proxy or load balancer: it is down or returns bad responses',
    ],
    [/^HTTP_507/, 'Free disk space at the server'],
  ],
};

const ALL_HINTS: ReadonlySet<string> = new Set(
  Object.values(HINTS).flatMap((each) => each.map(([, hint]) => hint)),
);

/** Whether a hint comes from this table, and so is more specific than the advice for its code. */
export function isDetailed(hint: string | null): hint is string {
  return hint !== null && ALL_HINTS.has(hint);
}
