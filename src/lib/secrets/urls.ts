/** What a URL itself holds of secrets. Shared by whoever collects secrets and whoever masks them. */
import { canParseUrl } from '../http/url.ts';

const MASK = '***';

/** A word in a query, `?mode=test`, is no key; masking it would tear holes into every text. */
const PLAIN_WORD = /^[a-z]{1,12}$/i;
const SECRET_PARAMETER = /key|token|secret|sig|auth|pass|pwd|credential|code/i;

/** Its user info, decoded, and of its query what can be a key. Never empty texts. */
export function secretsInUrl(url: string): readonly string[] {
  if (!canParseUrl(url)) return [];
  const { protocol, username, password, searchParams } = new URL(url);
  const keys = [...searchParams].flatMap(([name, value]) => {
    // `?0123abc` has a name alone, and that is the key.
    if (value === '') return PLAIN_WORD.test(name) ? [] : [name];
    return SECRET_PARAMETER.test(name) || !PLAIN_WORD.test(value) ? [value] : [];
  });
  // `postgres` is the name of a user and a word of every message about a database.
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

/** `?0123abc`: a name alone that is no plain word is a key. */
const BARE_PARAMETER = /(?<=[?&])(?![a-z]{1,12}(?:[&#]|$))[^=&#]+(?=[&#]|$)/gi;

/** A URL without its user info, its fragment and the values of its query, which often are keys; other text without user info. */
export function maskAddress(text: string): string {
  // Where it is no URL, nobody knows where its user info ends but at the last `@`.
  const isUrl = text.includes('://') && canParseUrl(text);
  const user = isUrl ? /^([a-z][a-z0-9+.-]*:\/*)[^/?#\s]*@/i : /^([a-z][a-z0-9+.-]*:\/+)?.*@/is;
  const withoutUser = text.replace(user, (_user, scheme: string | undefined) => `${scheme ?? ''}${MASK}@`);
  return withoutUser
    .replace(/#.*$/s, '')
    .replace(/([?&][^?=&#]*=)[^&#]+/g, `$1${MASK}`)
    .replace(BARE_PARAMETER, MASK);
}

/** Headers of a response that say where to go; what leads there is often a ticket. */
const ADDRESS_HEADERS: ReadonlySet<string> = new Set(['location', 'content-location']);
/** Those that have addresses among other text. */
const WITH_ADDRESSES: ReadonlySet<string> = new Set(['refresh', 'link']);

/** The value of a header of a response, with the addresses in it as they may be shown. */
export function maskAddressHeader(name: string, value: string): string {
  const key = name.toLowerCase();
  if (ADDRESS_HEADERS.has(key)) return maskAddress(value);
  if (!WITH_ADDRESSES.has(key)) return value;
  return value.replace(
    /(url=)?([^\s<>"';,]*[/?#@][^\s<>"';,]*)/gi,
    (_, name: string | undefined, address: string) => (name ?? '') + maskAddress(address),
  );
}

/** What a response gives away of where it sends to: its page, or whoever quotes it, may have the same in it. */
export function secretsInLocation(headers: Readonly<Record<string, string>>): readonly string[] {
  const location = headers.location ?? '';
  if (!/[?#@]/.test(location) || !canParseUrl(location, 'http://relative')) return [];
  const url = new URL(location, 'http://relative');
  const inFragment = secretsInUrl(`http://fragment/?${url.hash.slice(1)}`);
  return [...secretsInUrl(url.href), ...inFragment];
}
