/** Masks secrets. Applied once, when a result is made: everything kept, printed or sent on comes from that. */
import { isSecretHeader } from '../secret-headers.ts';
import { beginningsOf, MASK, patternsOf } from './secret-forms.ts';

/** Shorter values are not masked in running text: they would tear holes into everything and protect nothing. */
export const SHORTEST_SECRET = 4;

/** Only findings are cut with `…`, and they are short; in a long text the search for cut secrets would take too long. */
const LONGEST_MESSAGE = 4_000;

export type Redact = (text: string) => string;

/** Where in a text something secret stands: from, up to but not including. */
type Span = readonly [number, number];

/**
 * Masks every secret, plain and in the forms it is usually passed on: base64, URL-encoded, hex, JSON-escaped; and the
 * beginning of one that was cut off by `…`.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const distinct = new Set(secrets.flatMap((secret) => [secret, secret.trim()]));
  const long = [...distinct].filter((secret) => secret.length >= SHORTEST_SECRET);
  if (long.length === 0) return (text) => text;
  const sources = long.flatMap(patternsOf);
  const any = new RegExp(sources.join('|'));
  const patterns = sources.map((source) => new RegExp(source, 'g'));
  const beginnings = long.flatMap(beginningsOf);
  return (text) => {
    // Nearly all texts hold no secret; only for the others is it worth to find where secrets overlap.
    const spans = any.test(text) ? patterns.flatMap((pattern) => spansOf(text, pattern)) : [];
    return masked(text, [...spans, ...cutOff(text, beginnings)]);
  };
}

function spansOf(text: string, pattern: RegExp): readonly Span[] {
  const spans: Span[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    spans.push([match.index, match.index + match[0].length]);
    // A secret may begin within another one.
    pattern.lastIndex = match.index + 1;
  }
  return spans;
}

/** The longest beginning of a secret before each `…`. */
function cutOff(text: string, secrets: readonly string[]): readonly Span[] {
  if (text.length > LONGEST_MESSAGE) return [];
  const spans: Span[] = [];
  for (let end = text.indexOf('…'); end !== -1; end = text.indexOf('…', end + 1)) {
    for (const secret of secrets) {
      for (let length = Math.min(secret.length, end); length >= SHORTEST_SECRET; length--) {
        if (!text.endsWith(secret.slice(0, length), end)) continue;
        spans.push([end - length, end]);
        break;
      }
    }
  }
  return spans;
}

function masked(text: string, spans: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (from > at || (from === at && result === '')) result += text.slice(at, from) + MASK;
    at = Math.max(at, to);
  }
  return result + text.slice(at);
}

/** Redacts every string value within plain data; keys stay, they are the shape of the data. */
export function redactDeep<Value>(value: Value, redact: Redact): Value {
  // The walk changes nothing but the text of strings.
  return walk(value, redact) as Value;
}

function walk(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, redact)]));
}

/**
 * Headers that hold secrets by their name are masked whatever they hold.
 * @param also further names, in lower case
 */
export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  also: readonly string[] = [],
): Readonly<Record<string, string>> {
  const secret = (name: string) => isSecretHeader(name) || also.includes(name);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secret(name) ? MASK : value]),
  );
}

/** A URL without its user info and without the values of its query, which often are keys. */
export function maskUrl(url: string): string {
  const shown = new URL(url);
  if (shown.username !== '') shown.username = MASK;
  if (shown.password !== '') shown.password = MASK;
  for (const [name, value] of [...shown.searchParams]) if (value !== '') shown.searchParams.set(name, MASK);
  return shown.href;
}

/** A word in a query, `?mode=test`, is no key; masking it would tear holes into every text. */
const PLAIN_WORD = /^[a-z]{1,12}$/i;
const SECRET_PARAMETER = /key|token|secret|sig|auth|pass|pwd|credential|code/i;

/** What a URL itself holds of secrets: its user info and the values of its query that can be keys. */
export function secretsInUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const keys = [...searchParams].filter(
    ([name, value]) => SECRET_PARAMETER.test(name) || !PLAIN_WORD.test(value),
  );
  return [...[username, password].map(decoded), ...keys.map(([, value]) => value)].filter(
    (value) => value !== '',
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
