/**
 * The proxy that the environment names for a URL. Read here and not by a library: those at hand match entries of NO_PROXY as
 * plain text only (no address ranges, no IPv6 without brackets, no subdomains of `example.com`), unlike curl.
 */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { ProdE2eError } from '../errors.ts';
import { canParseUrl, urlProblem } from '../http/url.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Null where the URL is reached directly. Lower-case variables come first; a proxy without a scheme is an HTTP one.
 * @throws ProdE2eError `PROXY_INVALID`; the URL may hold credentials, so the error does not quote it
 */
export function proxyFor(url: string, env: Env = process.env): URL | null {
  const { protocol } = new URL(url);
  const found = variable(`${protocol.slice(0, -1)}_proxy`, env) ?? variable('all_proxy', env);
  if (found === null || isExcluded(url, variable('no_proxy', env)?.value ?? '')) return null;
  const { name, value } = found;
  const text = value.includes('://') ? value : `http://${value}`;
  const problem = proxyProblem(value, text);
  if (problem === null) return new URL(text);
  throw new ProdE2eError(`The proxy in ${name} ${problem}.`, {
    code: 'PROXY_INVALID',
    hints: [
      `Set ${name} to a URL such as http://proxy.example.com:3128.`,
      'Or name the target in NO_PROXY to reach it directly.',
    ],
  });
}

function variable(name: string, env: Env): { readonly name: string; readonly value: string } | null {
  for (const each of [name, name.toUpperCase()]) {
    const value = env[each]?.trim();
    if (value) return { name: each, value };
  }
  return null;
}

/** @param written without a scheme it needs a port: `HTTP_PROXY=true` is no proxy */
function proxyProblem(written: string, text: string): string | null {
  // `new URL` drops line breaks and tabs: a password that holds one would be another password.
  if (/[\s\p{Cc}]/u.test(written)) return 'contains a space or a control character';
  const hasScheme = written.includes('://');
  if (!canParseUrl(text) || (!hasScheme && !/:\d+\/?$/.test(written))) return 'is not a URL';
  const { protocol } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:')
    return `uses ${protocol}//, which is not supported; expected http:// or https://`;
  return urlProblem(text);
}

/** `NO_PROXY` as curl reads it, and with ports: an entry `host:port` counts for that port alone. */
function isExcluded(url: string, noProxy: string): boolean {
  const { protocol, hostname, port } = new URL(url);
  const host = withoutDot(hostname.replace(/^\[|\]$/g, ''));
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [name, only] = entryParts(entry.toLowerCase());
      return (only === null || Number(only) === Number(ownPort)) && isNamed(host, name);
    });
}

/** The name or address, and the port: `[::1]:8080`, `example.com:8080`; an IPv6 address without brackets has no port. */
function entryParts(entry: string): readonly [string, string | null] {
  const [, inBrackets, range = '', behind] = /^\[([^\]]*)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? [];
  if (inBrackets !== undefined) return [inBrackets + range, behind ?? null];
  const [, name, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  return name === undefined ? [entry, null] : [name, port ?? null];
}

function isNamed(host: string, name: string): boolean {
  if (name === '*') return true;
  if (isIP(host) !== 0) return isInRange(host, name);
  const suffix = withoutDot(name.replace(/^\*?\.+/, ''));
  const wanted = domainToASCII(suffix) || suffix;
  if (wanted === '') return false;
  // `*example.com` matches every name with this ending.
  if (wanted.startsWith('*')) return host.endsWith(wanted.slice(1));
  return host === wanted || host.endsWith(`.${wanted}`);
}

/** @param entry an address, or a range such as `10.0.0.0/8` */
function isInRange(address: string, entry: string): boolean {
  const [network = '', bits] = entry.split('/');
  const family = familyOf(network);
  const maxBits = family === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? maxBits : Number(bits);
  if (
    family === null ||
    family !== familyOf(address) ||
    !/^\d+$/.test(String(bits ?? '0')) ||
    length > maxBits
  )
    return false;
  const range = new BlockList();
  range.addSubnet(network, length, family);
  return range.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
