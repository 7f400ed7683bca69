/** The secrets in a URL. Used to collect secrets and to mask them. */
import { canParseUrl } from '../http/url.ts';

const MASK = '***';

/** A word in a query, as in `?mode=test`, is not a key; masking it would make texts unreadable. */
const PLAIN_WORD = /^[a-z]{1,12}$/i;
const SECRET_PARAMETER = /key|token|secret|sig|auth|pass|pwd|credential|code/i;

/** The decoded user info, and the parts of the query that may be keys. Never empty strings. */
export function secretsInUrl(url: string): readonly string[] {
  if (!canParseUrl(url)) return [];
  const { protocol, username, password, searchParams } = new URL(url);
  const keys = [...searchParams].flatMap(([name, value]) => {
    // `?0123abc` has only a name, and that is the key.
    if (value === '') return PLAIN_WORD.test(name) ? [] : [name];
    return SECRET_PARAMETER.test(name) || !PLAIN_WORD.test(value) ? [value] : [];
  });
  // `postgres` is a user name, and a word in every message about a database.
  const isWord = /^postgres(ql)?:$/.test(protocol) && PLAIN_WORD.test(username);
  return [...(isWord ? [password] : [username, password]).map(decoded), ...keys].filter(
    (value, at, all) => value !== '' && all.indexOf(value) === at,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `?0123abc`: a parameter without a value, if its name is not a plain word, is a key. */
const BARE_PARAMETER = /(?<=[?&])(?![a-z]{1,12}(?:[&#]|$))[^=&#]+(?=[&#]|$)/gi;

/** A URL without its user info, its fragment and the values of its query, which often are keys; other text without user info. */
export function maskAddress(text: string): string {
  // In text that is not a URL, the user info may extend to the last `@`.
  const isUrl = text.includes('://') && canParseUrl(text);
  const user = isUrl ? /^([a-z][a-z0-9+.-]*:\/*)[^/?#\s]*@/i : /^([a-z][a-z0-9+.-]*:\/+)?.*@/is;
  const withoutUser = text.replace(user, (_user, scheme: string | undefined) => `${scheme ?? ''}${MASK}@`);
  return withoutUser
    .replace(/#.*$/s, '')
    .replace(/([?&][^?=&#]*=)[^&#]+/g, `$1${MASK}`)
    .replace(BARE_PARAMETER, MASK);
}

/** Response headers with an address to go to; it often contains a ticket. */
const ADDRESS_HEADERS: ReadonlySet<string> = new Set(['location', 'content-location']);
/** Response headers with addresses among other text. */
const WITH_ADDRESSES: ReadonlySet<string> = new Set(['refresh', 'link']);

/** The value of a response header, with its addresses masked. */
export function maskAddressHeader(name: string, value: string): string {
  const key = name.toLowerCase();
  if (ADDRESS_HEADERS.has(key)) return maskAddress(value);
  if (!WITH_ADDRESSES.has(key)) return value;
  return value.replace(
    /(url=)?([^\s<>"';,]*[/?#@][^\s<>"';,]*)/gi,
    (_, name: string | undefined, address: string) => (name ?? '') + maskAddress(address),
  );
}

/** The secrets in a response's redirect: its page, or a text that quotes it, may repeat them. */
export function secretsInLocation(headers: Readonly<Record<string, string>>): readonly string[] {
  const location = headers.location ?? '';
  if (!/[?#@]/.test(location) || !canParseUrl(location, 'http://relative')) return [];
  const url = new URL(location, 'http://relative');
  const inFragment = secretsInUrl(`http://fragment/?${url.hash.slice(1)}`);
  return [...secretsInUrl(url.href), ...inFragment];
}
