/** Masks secrets. Applied once, when a result is created: everything that is saved, printed or sent on comes from that. */
import { ExactNumber, type PlainScalar, type Scalar } from '../model/json.ts';
import { MASK } from './forms.ts';
import { isSecretHeader } from './headers.ts';
import { isOwnWord } from './own-words.ts';
import { createSearch, SHORTEST_SECRET, type Span } from './search.ts';
import { maskAddressHeader, secretsInLocation } from './urls.ts';

/** The kind of a text: data of others, or a sentence of ours that may quote some. */
export type TextKind = 'data' | 'sentence';

/** In a sentence, our own words are not masked; the default is data. */
export type Redact = (text: string, kind?: TextKind) => string;

/** The redactor for sentences only. */
export function ofSentences(redact: Redact): Redact {
  return (text) => redact(text, 'sentence');
}

/** Without secrets, masks nothing. */
const NOTHING: Redact = (text) => text;

/** Programs print these all the time: as the value of a variable they are a switch, not a secret. */
const NEVER_SECRET: ReadonlySet<string> = new Set(['true', 'false', 'null']);
/** Shorter lines of a multi-line secret reveal nothing. */
const SHORTEST_LINE = 16;

/**
 * Masks every secret, plain and in the usual encodings: base64, URL-encoded, hex, escaped for JSON or HTML; and the
 * beginning of one that was cut off by `…`. Values of less than four characters, and `true`, `false` and `null`,
 * are not masked in running text.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const distinct = new Set(secrets.flatMap(piecesOf));
  const sought = [...distinct].filter(
    (secret) => secret.length >= SHORTEST_SECRET && !NEVER_SECRET.has(secret),
  );
  if (sought.length === 0) return NOTHING;
  const search = createSearch(sought);
  return (text, kind = 'data') => {
    const spans = search(text);
    return masked(text, kind === 'data' ? spans : spans.filter((span) => !isOwnWord(text, span)));
  };
}

/** Headers carry a value without surrounding spaces; screens and debuggers break up a multi-line one. */
function piecesOf(secret: string): readonly string[] {
  const lines = secret.split('\n').map((line) => line.trim());
  const longEnough = lines.filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
  return [secret, secret.trim(), ...(lines.length > 1 ? longEnough : [])];
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let result = '';
  let at = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (from > at || (from === at && result === '')) result += text.slice(at, from) + MASK;
    at = Math.max(at, to);
  }
  return result + text.slice(at);
}

/** Redacts every string value in plain data; keys stay, because they are the shape of the data. */
export function redactDeep<Value>(value: Value, redact: Redact): Value {
  if (redact === NOTHING) return value;
  // The walk changes only the text of strings.
  return walk(value, redact) as Value;
}

function walk(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, redact));
  if (value instanceof ExactNumber) return redact(value.text) === value.text ? value : redact(value.text);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, redact)]));
}

/**
 * Also redacts numbers: a dimension's value may be an account, and `redact` may name anything. A number with more digits
 * than JSON parsers keep becomes text.
 */
export function redactDimensions(
  dimensions: Readonly<Record<string, Scalar>>,
  redact: Redact,
): Readonly<Record<string, PlainScalar>> {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => {
      const shown = redact(String(value));
      return [name, shown === String(value) && !(value instanceof ExactNumber) ? value : shown];
    }),
  );
}

/**
 * Headers that hold secrets by their name are always masked.
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

/** For a response, also masks the addresses that it redirects to. */
export function maskResponseHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const shown = Object.entries(headers).map(([name, value]) => [name, maskAddressHeader(name, value)]);
  return maskHeaders(Object.fromEntries(shown));
}

/** Also masks what a redirect reveals. */
export function withLocation(redact: Redact, headers: Readonly<Record<string, string>>): Redact {
  const secrets = secretsInLocation(headers);
  if (secrets.length === 0) return redact;
  const ofLocation = createRedactor(secrets);
  return (text, kind) => ofLocation(redact(text, kind), kind);
}

/** A cache: nearly all tests of a run go to the same few URLs. */
const maskedUrls = new Map<string, string>();
const MASKED_URLS_LIMIT = 100;

/** A URL without its user info and without the values of its query, which often are keys. */
export function maskUrl(url: string): string {
  const known = maskedUrls.get(url);
  if (known !== undefined) return known;
  const shown = withoutSecrets(url);
  if (maskedUrls.size < MASKED_URLS_LIMIT) maskedUrls.set(url, shown);
  return shown;
}

function withoutSecrets(url: string): string {
  const shown = new URL(url);
  if (shown.username !== '') shown.username = MASK;
  if (shown.password !== '') shown.password = MASK;
  for (const [name, value] of [...shown.searchParams]) if (value !== '') shown.searchParams.set(name, MASK);
  // Never sent, and often a token.
  shown.hash = '';
  return shown.href;
}
