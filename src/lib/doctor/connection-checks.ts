/** Checks the connection to the target: name, TCP, TLS, certificate. */
import { hintFor } from '../report/advice/advice.ts';
import { detailedHint, detailOf } from '../report/advice/details.ts';
import { classifyFailure } from '../send/classify-failure.ts';
import { durationText } from '../terminal/quantities.ts';
import { type Check, fail, ok, warn } from './check.ts';
import type { ConnectionFacts, TlsFacts } from './connection.ts';

/** Days needed to renew a certificate without haste; automatic renewal happens earlier. */
const DAYS_LEFT_WARNED = 14;
const MS_PER_DAY = 86_400_000;

export interface ConnectionContext {
  /** http or https. */
  readonly url: string;
  /** The URL's host is this machine. */
  readonly loopback: boolean;
  readonly timeoutMs: number;
  /** `--insecure` */
  readonly insecure: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** In order of the steps; a step that was skipped has no line. */
export function connectionChecks(facts: ConnectionFacts, context: ConnectionContext): readonly Check[] {
  const { dns, tcp, tls } = facts;
  const { host, hostname, protocol } = new URL(context.url);
  if (!dns.ok) return [failed({ name: 'dns', what: hostname, thrown: dns.thrown, context })];
  // An IP address needs no lookup.
  const named = dns.facts.every((address) => address !== hostname.replace(/^\[|\]$/g, ''));
  const checks = named
    ? [ok('dns', `${hostname} is ${listed(dns.facts)} (${durationText(dns.tookMs)})`)]
    : [];
  if (tcp === null) return checks;
  if (!tcp.ok) return [...checks, failed({ name: 'tcp', what: host, thrown: tcp.thrown, context })];
  checks.push(ok('tcp', `Connected to ${tcp.facts.address} in ${durationText(tcp.tookMs)}`));
  if (protocol === 'http:') return context.loopback ? checks : [...checks, UNENCRYPTED];
  if (tls === null) return checks;
  if (!tls.ok) return [...checks, failed({ name: 'tls', what: host, thrown: tls.thrown, context })];
  return [...checks, certificateCheck(tls.facts, context)];
}

const UNENCRYPTED = warn('tls', 'Webhooks and their headers travel unencrypted (http)', [
  'Use the https URL of the endpoint, if it has one',
]);

/** Number of addresses shown; a service behind a CDN may have many. */
const SHOWN = 3;

function listed(addresses: readonly string[]): string {
  const more = addresses.length > SHOWN ? ` and ${addresses.length - SHOWN} more` : '';
  return addresses.slice(0, SHOWN).join(', ') + more;
}

function failed({
  name,
  what,
  thrown,
  context,
}: {
  readonly name: 'dns' | 'tcp' | 'tls';
  readonly what: string;
  readonly thrown: unknown;
  readonly context: ConnectionContext;
}): Check {
  if (name === 'tls' && hasTimedOut(thrown)) {
    return fail(name, `${what}: No TLS handshake within ${durationText(context.timeoutMs)}`, hints('tls'));
  }
  if (name === 'dns' && hasTimedOut(thrown)) {
    return fail(
      name,
      `${what}: Host name not resolved within ${durationText(context.timeoutMs)}`,
      hints('dns'),
    );
  }
  const { kind, message, code } = classifyFailure(thrown, {
    begun: name === 'tls',
    resolving: name === 'dns',
    connected: false,
    responded: false,
    secure: name === 'tls',
    proxy: null,
    timeoutMs: context.timeoutMs,
    connectTimeoutMs: context.timeoutMs,
  });
  return fail(name, `${what}: ${message}`, hints(kind, code));
}

function hasTimedOut(thrown: unknown): boolean {
  return codeIs(thrown, 'ETIMEDOUT');
}

function codeIs(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}

function hints(kind: string, code: string | null = null): readonly string[] {
  const hint = detailedHint(kind, detailOf({ response: null, failure: { code } })) ?? hintFor(kind);
  return hint === null ? [] : [hint];
}

function certificateCheck(facts: TlsFacts, { insecure, nowMs }: ConnectionContext): Check {
  const daysLeft = facts.validToMs === null ? null : (facts.validToMs - nowMs) / MS_PER_DAY;
  const issuer = facts.issuer === null ? '' : `, issued by ${facts.issuer}`;
  const about = `${facts.version}${issuer}${daysLeft === null ? '' : `, ${expiry(daysLeft)}`}`;
  if (facts.problem !== null) {
    const said = `${problemWords(facts.problem)} (${about})`;
    return insecure
      ? warn('tls', `${said}; ignored because of --insecure`, ['Remove --insecure in production'])
      : fail('tls', said, hints('tls', facts.problem));
  }
  if (daysLeft !== null && daysLeft < DAYS_LEFT_WARNED) {
    return warn('tls', about, ['Renew the certificate, and check why it was not renewed automatically']);
  }
  return ok('tls', about);
}

function expiry(daysLeft: number): string {
  const days = Math.floor(Math.abs(daysLeft));
  const count = `${days} ${days === 1 ? 'day' : 'days'}`;
  return daysLeft < 0 ? `expired ${count} ago` : `expires in ${count}`;
}

function problemWords(code: string): string {
  const failure = classifyFailure(Object.assign(new Error(code), { code }), {
    begun: true,
    resolving: false,
    connected: false,
    responded: false,
    secure: true,
    proxy: null,
    timeoutMs: 0,
    connectTimeoutMs: 0,
  });
  return failure.message;
}
