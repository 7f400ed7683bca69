/** Decides by its name whether a header holds a secret. Used to collect secrets and to mask them. */

const WORDS = [
  ...['auth', 'authorization', 'authentication', 'token', 'jwt', 'bearer', 'secret', 'password', 'passwd'],
  ...['credential', 'signature', 'hmac', 'session', 'cookie2?', 'api-?key', 'access-key', 'subscription-key'],
].join('|');

const SECRET_HEADER = new RegExp(`(^|-)(${WORDS})s?(-|$)`, 'i');

/** Cache of names: every webhook has the same ones. Limited, because a target may invent others. */
const known = new Map<string, boolean>();
const KNOWN_LIMIT = 1_000;

export function isSecretHeader(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const secret = SECRET_HEADER.test(name.replaceAll('_', '-'));
  if (known.size < KNOWN_LIMIT) known.set(name, secret);
  return secret;
}
