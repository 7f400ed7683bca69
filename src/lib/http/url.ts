/** Whether a URL can be called at all. If not, it is a config error, not a network failure. */
import { isIP } from 'node:net';

/** Letters, digits, dash and underscore, as in DNS; other characters are a placeholder or a typo. */
const LABEL = /^[a-z0-9_-]{1,63}$/;
const MAX_HOST = 253;

/**
 * Whether `new URL` accepts it. `URL.canParse` is unreliable: after some thousand calls, Node (20 and 22) takes
 * the Latin-1 characters of an address such as https://münchen.example/ for broken UTF-8.
 */
export function canParseUrl(url: string, base?: string | URL): boolean {
  try {
    return new URL(url, base) !== null;
  } catch {
    return false;
  }
}

/**
 * Worded to follow the name of the URL: `has port 0, which cannot be used`. Null without a problem.
 * @param url one that {@link canParseUrl} accepts
 */
export function urlProblem(url: string): string | null {
  const { hostname, port, username, password } = new URL(url);
  if (port === '0') return 'has port 0, which cannot be used';
  if (!isHost(hostname)) return 'has a host that is neither a name nor an address';
  if (!isEscaped(username) || !isEscaped(password))
    return 'has a % in its credentials that is not part of an escape such as %40; write %25 for the character %';
  return null;
}

function isHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return true;
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return name.length <= MAX_HOST && name.split('.').every((label) => LABEL.test(label));
}

function isEscaped(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
