/** Masks secrets. Applied once, when a result is made: everything kept, printed or sent on comes from that. */
import { isSecretHeader } from '../secret-headers.ts';

export const MASK = '***';

/** Shorter values are not masked in running text: they would tear holes into everything and protect nothing. */
export const SHORTEST_SECRET = 4;

export type Redact = (text: string) => string;

/** Masks every secret, plain and in the forms it is usually passed on: base64, URL-encoded, hex, JSON-escaped. */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // Longest first, so that a secret that contains another one is masked whole.
  const alternatives = [...forms].sort((a, b) => b.length - a.length).map(escapeForRegExp);
  const pattern = new RegExp(alternatives.join('|'), 'g');
  return (text) => text.replace(pattern, MASK);
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...base64Forms(bytes),
  ];
  return forms.filter((form) => form.length >= SHORTEST_SECRET);
}

/** Base64 of the secret at each of the three alignments it can have inside a longer encoded text. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also carry bits of the neighbours.
    const start = shift === 0 ? 0 : shift + 1;
    const end = ((shift + bytes.length) * 8) % 6 === 0 ? encoded.length : encoded.length - 1;
    const core = encoded.slice(start, end);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Redacts every string within plain data. */
export function redactDeep<Value>(value: Value, redact: Redact): Value {
  return walk(value, redact) as Value;
}

function walk(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), walk(item, redact)]));
}

/** Headers that hold secrets by their name are masked whatever they hold. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name) ? MASK : value]),
  );
}

/** A URL without its user info and without the values of its query, which often are keys. */
export function maskUrl(url: string): string {
  const masked = new URL(url);
  if (masked.username !== '') masked.username = MASK;
  if (masked.password !== '') masked.password = MASK;
  for (const [name, value] of [...masked.searchParams]) if (value !== '') masked.searchParams.set(name, MASK);
  return masked.href;
}

/** What a URL itself holds of secrets: its user info and the values of its query. */
export function secretsInUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const decoded = [username, password].map((part) => decodeURIComponent(part));
  return [...decoded, ...searchParams.values()].filter((value) => value !== '');
}
