/** Which headers hold a secret by what they are called. Shared by whoever collects secrets and whoever masks them. */

const WORDS = [
  ...['auth', 'authorization', 'authentication', 'token', 'jwt', 'bearer', 'secret', 'password', 'passwd'],
  ...['credential', 'signature', 'hmac', 'session', 'cookie2?', 'api-?key', 'access-key', 'subscription-key'],
].join('|');

const SECRET_HEADER = new RegExp(`(^|-)(${WORDS})s?(-|$)`, 'i');

export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name.replaceAll('_', '-'));
}
