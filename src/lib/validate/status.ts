/** Judges the status line, in the guide's words: `HTTP 500: Internal server error`. */

import { STATUS_CODES } from 'node:http';
import { canParseUrl } from '../http/url.ts';
import { valueAt } from '../json/path.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { type StatusPattern, statusFits } from '../model/status-pattern.ts';
import { maskAddress } from '../secrets/urls.ts';
import { cut } from './cut.ts';

/** Longer texts of a response are cut: the report has the full body. */
const SAID_LIMIT = 300;

/** Statuses that send elsewhere (RFC 9110, 15.4); the other 3xx do where they have a Location. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

const SENT_BACK =
  'The server redirects the webhook to the same URL: check its rules for http and https (X-Forwarded-Proto) and for slashes at the end';

/** @param url where the webhook was sent to */
export function statusFinding(
  response: HttpResponse,
  { expected, url }: { readonly expected: readonly StatusPattern[]; readonly url: string },
): Finding | null {
  if (expected.length === 0 || statusFits(response.status, expected)) return null;
  if (isRedirect(response)) return redirectFinding(response, url);
  const { code, description } = describe(response, expected);
  const { status } = response;
  return { severity: 'error', code, message: `HTTP ${status}: ${description}`, hint: null, status };
}

function isRedirect({ status, headers }: HttpResponse): boolean {
  return REDIRECTS.has(status) || (Math.floor(status / 100) === 3 && headers.location !== undefined);
}

function redirectFinding({ status, headers: { location } }: HttpResponse, url: string): Finding {
  const itself = location !== undefined && sameAddress(location, url);
  const to =
    location === undefined
      ? ', without a Location'
      : ` to ${itself ? 'itself' : oneLine(maskAddress(location))}`;
  const message = `HTTP ${status}: Redirected${to}`;
  return { severity: 'error', code: 'redirect', message, hint: itself ? SENT_BACK : null, status };
}

function sameAddress(location: string, url: string): boolean {
  return canParseUrl(location, url) && new URL(location, url).href === new URL(url).href;
}

function describe(
  response: HttpResponse,
  expected: readonly StatusPattern[],
): { code: string; description: string } {
  const { status } = response;
  const family = Math.floor(status / 100);
  if (family < 3) return { code: `http-${family}xx`, description: `expected ${expected.join(' or ')}` };
  const words = `${description(response)}${allowed(response)}${retryAfter(response)}`;
  if (status === 429) return { code: 'rate-limited', description: words };
  if (status === 401 || status === 403) return { code: 'unauthorized', description: words };
  if (status === 404 || status === 405 || status === 410) return { code: 'not-found', description: words };
  return { code: `http-${family}xx`, description: words };
}

/** The methods that an endpoint supports, by its `Allow` header. */
function allowed({ status, headers }: HttpResponse): string {
  return status === 405 && headers.allow !== undefined ? ` (allowed: ${oneLine(headers.allow)})` : '';
}

function retryAfter({ headers }: HttpResponse): string {
  const value = headers['retry-after']?.trim() ?? '';
  if (value === '') return '';
  return ` (retry after ${oneLine(value)}${/^\d+$/.test(value) ? ' s' : ''})`;
}

/**
 * A page of HTML says nothing in a line; without a reason phrase (HTTP/2 has none, proxies lose it) the standard's words are
 * left.
 */
function description(response: HttpResponse): string {
  const { json, status, statusText } = response;
  const inBody = json.ok ? saidInBody(json.value) : saidInText(response);
  return inBody ?? (oneLine(statusText) || (STATUS_CODES[status] ?? 'no reason given'));
}

/** Proxies and frameworks that give no JSON give their reason in plain text. */
function saidInText({ headers, body }: HttpResponse): string | null {
  const text = oneLine(body);
  const plain = /^text\/plain\b/i.test(headers['content-type'] ?? '') && !text.startsWith('<');
  return plain && text !== '' ? text : null;
}

/** The first of a list of reasons where there is one, as FastAPI (`detail`) and JSON:API (`errors`) have them. */
const REASONS = [
  'error',
  'error.message',
  'message',
  'detail',
  'detail.0.msg',
  'title',
  'errors.0.message',
  'errors.0.detail',
  'errors.0',
];

/** The reason that the response itself gives: `error`, `message`, `detail`, or RFC 9457's `title`. */
export function saidInBody(body: Json): string | null {
  for (const path of REASONS) {
    const value = isJsonObject(body) ? valueAt(body, path) : undefined;
    if (typeof value === 'string' && value.trim() !== '') return oneLine(value);
  }
  return null;
}

function oneLine(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), SAID_LIMIT);
}
