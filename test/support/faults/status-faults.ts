/** Responses whose status says no: with a reason in JSON, with a page of HTML, and with nothing at all. */
import { STATUS_CODES } from 'node:http';
import { httpResponse, says } from './bytes.ts';
import type { WireFault } from './fault.ts';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  /** The reason in the response's JSON; without one the standard words of the status are reported. */
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What follows the reason. */
  readonly more?: string;
  readonly what?: string;
}

const CLIENT_ERRORS: readonly Refusal[] = [
  { status: 400, code: 'http-4xx', hint: '--dry-run', error: 'direction is missing' },
  { status: 401, code: 'unauthorized', hint: "--header 'Authorization: …'" },
  { status: 403, code: 'unauthorized', hint: 'firewall' },
  { status: 404, code: 'not-found', hint: 'path included' },
  {
    status: 405,
    code: 'not-found',
    hint: 'accepts POST',
    headers: { allow: 'GET, HEAD' },
    more: ' (allowed: GET, HEAD)',
  },
  { status: 407, code: 'http-4xx', hint: 'proxy' },
  { status: 408, code: 'http-4xx', hint: 'load balancer' },
  { status: 409, code: 'http-4xx', hint: 'minute', error: 'signal exists already' },
  { status: 410, code: 'not-found', hint: 'removed for good' },
  { status: 413, code: 'http-4xx', hint: 'body size' },
  { status: 414, code: 'http-4xx', hint: 'PRODUCTION_URL' },
  { status: 415, code: 'http-4xx', hint: 'Content-Type' },
  { status: 421, code: 'http-4xx', hint: 'host name' },
  { status: 422, code: 'http-4xx', hint: '--dry-run', error: 'direction must be long or short' },
  { status: 426, code: 'http-4xx', hint: 'https' },
  { status: 429, code: 'rate-limited', hint: '--rate' },
  { status: 431, code: 'http-4xx', hint: 'headers' },
  { status: 418, code: 'http-4xx', hint: '--dry-run' },
];

const RETRY_AFTER_DATE = 'Wed, 21 Oct 2026 07:28:00 GMT';

const SERVER_ERRORS: readonly Refusal[] = [
  { status: 500, code: 'http-5xx', hint: 'Check Sentry for exception details' },
  { status: 501, code: 'http-5xx', hint: 'method' },
  { status: 502, code: 'http-5xx', hint: 'behind the proxy' },
  { status: 503, code: 'http-5xx', hint: 'overloaded' },
  { status: 504, code: 'http-5xx', hint: 'too slow' },
  { status: 507, code: 'http-5xx', hint: 'disk' },
];

const inJson = (refusal: Refusal): WireFault => {
  const { status, code, hint, error, headers = {}, more = '' } = refusal;
  const words = STATUS_CODES[status] ?? '';
  return {
    name: `status-${status}`,
    what: refusal.what ?? `${status} ${words}`,
    reported: { code, message: `HTTP ${status}: ${error ?? words}${more}`, hint },
    act: says(
      httpResponse(`${status} ${words}`, error === undefined ? '' : JSON.stringify({ error }), {
        'content-type': 'application/json',
        ...headers,
      }),
    ),
  };
};

const laterAgain = (refusal: Refusal): WireFault => {
  const { status } = refusal;
  const headers = { ...refusal.headers, 'retry-after': '120' };
  const more = `${refusal.more ?? ''} (retry after 120 s)`;
  const hint = status === 429 || status === 503 ? 'Wait for the time in Retry-After' : refusal.hint;
  const row = inJson({ ...refusal, headers, more, hint, what: `${status} with \`Retry-After: 120\`` });
  const known = status === 429 || status === 503;
  return { ...row, name: `${row.name}-retry-after`, ...(known ? {} : { undocumented: true }) };
};

/** With a page of HTML, with its own reason phrase, and with neither reason phrase nor body. */
const withoutWords = ({ status, code, hint }: Refusal): readonly WireFault[] => {
  const reported = { code, message: `HTTP ${status}: ${STATUS_CODES[status]}`, hint };
  const page = `<html><head><title>${status}</title></head></html>`;
  return [
    {
      name: `status-${status}-html`,
      what: `${status} with a page of HTML`,
      reported,
      act: says(httpResponse(`${status} ${STATUS_CODES[status]}`, page, { 'content-type': 'text/html' })),
      undocumented: true,
    },
    {
      name: `status-${status}-bare`,
      what: `${status} with neither reason nor body`,
      reported,
      act: says(httpResponse(`${status} `, '', {})),
      undocumented: true,
    },
  ];
};

/** Reasons as well-known servers give them. */
const WORDS: readonly WireFault[] = [
  {
    name: 'status-500-words',
    what: '500 with a reason in JSON',
    reported: { code: 'http-5xx', message: 'HTTP 500: Internal server error', hint: 'Check Sentry' },
    act: says(httpResponse('500 Oops', '{"error":"Internal server error"}')),
  },
  {
    name: 'status-503-problem',
    what: '503 with a problem of RFC 9457',
    reported: { code: 'http-5xx', message: 'HTTP 503: Signal store is read-only', hint: 'overloaded' },
    act: says(
      httpResponse('503 Oops', '{"type":"about:blank","title":"Signal store is read-only","status":503}', {
        'content-type': 'application/problem+json',
      }),
    ),
  },
  {
    name: 'status-503-text',
    what: '503 with a reason in plain text',
    reported: {
      code: 'http-5xx',
      message: 'HTTP 503: upstream connect error or disconnect',
      hint: 'overloaded',
    },
    act: says(
      httpResponse('503 Service Unavailable', 'upstream connect error or disconnect/reset before headers\n', {
        'content-type': 'text/plain',
      }),
    ),
  },
  {
    name: 'status-422-list',
    what: '422 with a list of reasons',
    reported: { code: 'http-4xx', message: 'HTTP 422: Field required', hint: '--dry-run' },
    act: says(
      httpResponse(
        '422 Oops',
        '{"detail":[{"type":"missing","loc":["body","symbol"],"msg":"Field required"}]}',
      ),
    ),
  },
  {
    name: 'status-429-date',
    what: '429 with a date in `Retry-After`',
    reported: {
      code: 'rate-limited',
      message: `HTTP 429: Too Many Requests (retry after ${RETRY_AFTER_DATE})`,
      hint: 'Wait for the time in Retry-After',
    },
    act: says(httpResponse('429 Too Many Requests', '', { 'retry-after': RETRY_AFTER_DATE })),
  },
  {
    name: 'status-522',
    what: 'A status of no standard, as Cloudflare has them',
    reported: { code: 'http-5xx', message: 'HTTP 522: no reason given', hint: 'behind the proxy' },
    act: says(httpResponse('522 ', '<html>', { 'content-type': 'text/html' })),
  },
  {
    name: 'early-413',
    what: '413 while the webhook is still being sent, and the connection closed',
    reported: { code: 'http-4xx', message: 'HTTP 413: Payload Too Large', hint: 'body size' },
    early: true,
    bodyBytes: 3_000_000,
    act: (socket) => {
      socket.end(httpResponse('413 Payload Too Large', '', { connection: 'close' }));
      // As careful servers do: what is still coming is thrown away, so that the response is not lost to a reset.
      socket.resume();
    },
    undocumented: true,
  },
];

export const STATUSES: readonly WireFault[] = [
  ...CLIENT_ERRORS.map(inJson),
  ...SERVER_ERRORS.map(inJson),
  ...[...CLIENT_ERRORS, ...SERVER_ERRORS].map(laterAgain),
  ...[...CLIENT_ERRORS, ...SERVER_ERRORS].filter(({ error }) => error === undefined).flatMap(withoutWords),
  ...WORDS,
];
