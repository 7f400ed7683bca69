/** Which headers hold a secret by what they are called. Shared by whoever collects secrets and whoever masks them. */

const SECRET_HEADER =
  /^(proxy-)?authorization$|^(set-)?cookie2?$|(^|-)(auth|api-?key|apikey|access-key|token|secret|password|passwd|signature|credential)s?(-|$)/i;

export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name);
}
