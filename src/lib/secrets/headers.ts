/** Which headers hold a secret by what they are called. Shared by whoever collects secrets and whoever masks them. */

const WORDS = [
  ...['auth', 'authorization', 'authentication', 'token', 'jwt', 'bearer', 'secret', 'password', 'passwd'],
  ...['credential', 'signature', 'hmac', 'session', 'cookie2?', 'api-?key', 'access-key', 'subscription-key'],
].join('|');

const SECRET_HEADER = new RegExp(`(^|-)(${WORDS})s?(-|$)`, 'i');

/** Names that were asked about: each webhook has the same ones. A target may make up others, so they are no more than these. */
const known = new Map<string, boolean>();
const KNOWN_LIMIT = 1_000;

export function isSecretHeader(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const secret = SECRET_HEADER.test(name.replaceAll('_', '-'));
  if (known.size < KNOWN_LIMIT) known.set(name, secret);
  return secret;
}
