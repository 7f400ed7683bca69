/** An entry of `allowHosts`: a host, or all subdomains of one; with or without a port. */
import { canParseUrl } from './url.ts';

export interface HostPattern {
  /** As `URL` writes it (lower case, punycode, IPv6 in brackets), without a trailing dot. */
  readonly name: string;
  /** `*.`: subdomains of the name, not the name itself. */
  readonly below: boolean;
  /** Null for any. */
  readonly port: number | null;
}

/** Null for anything but a host: a URL, user info, a wildcard elsewhere. */
export function parseHostPattern(text: string): HostPattern | null {
  const below = text.startsWith('*.');
  const rest = below ? text.slice(2) : text;
  // `URL` would treat some of these as other parts of an address, and skip others.
  if (rest === '' || /[\s/\\@?#*%]/.test(rest)) return null;
  // A bare IPv6 address contains colons.
  const host = /^[^[]*:[^[]*:/.test(rest) ? `[${rest}]` : rest;
  if (!canParseUrl(`http://${host}`)) return null;
  const name = hostName(new URL(`http://${host}`));
  const isAddress = /^\[|^\d+(\.\d+){3}$/.test(name);
  if (below && isAddress) return null;
  const port = /:(\d+)$/.exec(host)?.[1];
  return { name, below, port: port === undefined ? null : Number(port) };
}

/** A trailing dot means only that the name is complete. */
export function hostName({ hostname }: URL): string {
  return hostname.replace(/\.$/, '');
}
