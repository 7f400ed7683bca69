/** What a response of Sentry without the requested data means. No text here ever contains the token. */
import { canParseUrl } from '../../http/url.ts';
import { type ApiFailure, failure, limited, type Place } from './failures.ts';
import { fieldsOf, textOf } from './json-fields.ts';
import { requestedPauseMs } from './retry-after.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Characters quoted of a server's error message. */
const QUOTED = 200;

/** A response other than 2xx. */
export function failureOfStatus(
  { host, org }: Place,
  response: {
    readonly status: number;
    readonly headers: Headers;
    readonly body: string;
    /** What was requested. */
    readonly url: string;
    /** Milliseconds since the epoch, for headers that name a date. */
    readonly nowMs: number;
  },
): ApiFailure {
  const { status, body, url } = response;
  const detail = `(HTTP ${status}${detailOf(body)})`;
  const more = { status, retryAfterMs: requestedPauseMs(response) };
  if (status === 401 || status === 403) {
    if (isSsoRequired(body)) {
      const link = loginUrlOf(body, url);
      return failure('sso', `${host} requires single sign-on for "${org}" ${detail}`, { ...more, link });
    }
    return status === 401
      ? failure('token', `${host} does not accept the token ${detail}`, more)
      : failure('scope', `${host} does not let the token read traces of "${org}" ${detail}`, more);
  }
  if (status === 404)
    return failure('not-found', `${host} shows this token no traces of "${org}" ${detail}`, more);
  if (status >= 300 && status < 400 && response.headers.location !== undefined) {
    const link = locationOf(response.headers, url);
    const to = link === null ? 'elsewhere' : `to ${link}`;
    return failure('redirect', `${host} redirects ${to} ${detail}; the token is not sent there`, {
      ...more,
      link,
    });
  }
  if (status === 429 || (status >= 500 && (more.retryAfterMs ?? 0) > 0)) return limited(host, more);
  if (status >= 500)
    return failure('server-error', `${host} responded with HTTP ${status}${detailOf(body)}`, more);
  return failure('bad-request', `${host} responded with HTTP ${status}${detailOf(body)}`, more);
}

/** A 2xx response whose body is not JSON. */
export function notJson({ host }: Place, body: string): ApiFailure {
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(body))
    return failure('html', `${host} responded with an HTML page instead of JSON`);
  const what = body.trim() === '' ? 'an empty body' : 'something that is not JSON';
  return failure('not-json', `${host} responded with ${what}`);
}

/** JSON where a trace was requested, and none. Servers before the spans had a trace of `transactions`. */
export function notATrace(host: string, json: unknown): ApiFailure {
  return Array.isArray(fieldsOf(json).transactions)
    ? failure('too-old', `${host} has the trace API of an older Sentry, which shows no spans`)
    : failure('not-json', `${host} responded with JSON that is not a trace`);
}

/** Sentry explains itself in `detail`, which is a text or an object with a `message`. */
function detailOf(body: string): string {
  const detail = fieldOf(body);
  const text = textOf(detail) ?? textOf(fieldsOf(detail).message);
  if (text === null) return '';
  const quoted = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  // The mark shows the masking of secrets that a secret may continue behind it.
  return `: ${quoted.length > QUOTED ? `${quoted.slice(0, QUOTED)}…` : quoted}`;
}

function isSsoRequired(body: string): boolean {
  return textOf(fieldsOf(fieldOf(body)).code) === 'sso-required';
}

function loginUrlOf(body: string, requested: string): string | null {
  const loginUrl = textOf(fieldsOf(fieldsOf(fieldOf(body)).extra).loginUrl);
  return loginUrl === null ? null : addressOf(loginUrl, requested);
}

function fieldOf(body: string): unknown {
  try {
    return fieldsOf(JSON.parse(body)).detail;
  } catch {
    return null;
  }
}

function locationOf(headers: Headers, requested: string): string | null {
  const address = addressOf(String(headers.location ?? ''), requested);
  return address === null ? null : new URL(address).origin;
}

/** Without what may be a secret; null for what is no web address. */
function addressOf(link: string, base: string): string | null {
  if (link === '' || !canParseUrl(link, base)) return null;
  const { protocol, origin, pathname } = new URL(link, base);
  return protocol === 'https:' || protocol === 'http:' ? `${origin}${pathname}` : null;
}
