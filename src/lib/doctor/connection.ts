/** Connects to the target up to TLS and sends nothing: an endpoint must not get unexpected requests. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

export type Step<Facts> =
  | { readonly ok: true; readonly tookMs: number; readonly facts: Facts }
  /** `thrown` is Node's error; a step that timed out has the code ETIMEDOUT. */
  | { readonly ok: false; readonly thrown: unknown };

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly version: string;
  /** Organization or name of the issuer; null where the certificate has neither. */
  readonly issuer: string | null;
  /** Milliseconds since the epoch; null where the certificate has no date. */
  readonly validToMs: number | null;
  /** Why the certificate is not trusted, as OpenSSL's or Node's code; null when it is. */
  readonly problem: string | null;
}

/** Null where a step was skipped, because an earlier one failed or it does not apply. */
export interface ConnectionFacts {
  readonly dns: Step<readonly string[]>;
  readonly tcp: Step<{ readonly address: string }> | null;
  readonly tls: Step<TlsFacts> | null;
}

export interface ConnectionOptions {
  /** http or https. */
  readonly url: string;
  /** For each step. */
  readonly timeoutMs: number;
  /** PEM texts; null for none. */
  readonly pem: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
}

/** Never rejects because of the network or the server. */
export async function probeConnection(options: ConnectionOptions): Promise<ConnectionFacts> {
  const { protocol, hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'https:';
  const dns = await step(options.timeoutMs, () => addressesOf(host));
  if (!dns.ok) return { dns, tcp: null, tls: null };
  const addresses = dns.facts;
  const tcp = await step(options.timeoutMs, (signal) =>
    connected({ host, port: Number(port || (secure ? 443 : 80)), addresses, signal }),
  );
  if (!tcp.ok) return { dns, tcp, tls: null };
  const socket = tcp.facts;
  try {
    const address = socket.remoteAddress ?? '';
    const tls = secure ? await step(options.timeoutMs, () => handshake({ socket, host, options })) : null;
    return { dns, tcp: { ...tcp, facts: { address } }, tls };
  } finally {
    socket.destroy();
  }
}

/** Limits the time of a step; the signal ends what the step started. */
async function step<Facts>(
  timeoutMs: number,
  take: (signal: AbortSignal) => Promise<Facts>,
): Promise<Step<Facts>> {
  const begun = performance.now();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('Timed out'), { code: 'ETIMEDOUT' }));
      controller.abort();
    }, timeoutMs);
  });
  try {
    const facts = await Promise.race([take(controller.signal), late]);
    return { ok: true, tookMs: performance.now() - begun, facts };
  } catch (thrown) {
    return { ok: false, thrown };
  } finally {
    clearTimeout(timer);
  }
}

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

function connected({
  host,
  port,
  addresses,
  signal,
}: {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly signal: AbortSignal;
}): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, lookup: known(addresses), signal });
    socket.once('connect', () => resolve(socket));
    // Kept for the socket's whole life: a server may reset a silent connection.
    socket.on('error', reject);
  });
}

/** Reuses the addresses found before; another lookup would count into the connection time. */
function known(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all === true || first === undefined) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

function handshake({
  socket,
  host,
  options,
}: {
  readonly socket: Socket;
  readonly host: string;
  readonly options: ConnectionOptions;
}): Promise<TlsFacts> {
  const { ca, cert, key } = options.pem;
  return new Promise((resolve, reject) => {
    const tls = connectTls({
      socket,
      host,
      // A bad certificate is inspected too; nothing is sent on this connection.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    });
    tls.once('secureConnect', () => resolve(factsOf(tls)));
    tls.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('Closed'), { code: 'ECONNRESET' })));
  });
}

function factsOf(tls: TLSSocket): TlsFacts {
  const { issuer, valid_to: validTo } = tls.getPeerCertificate();
  const validToMs = Date.parse(validTo ?? '');
  return {
    version: tls.getProtocol() ?? 'TLS',
    issuer: [issuer?.O ?? issuer?.CN ?? null].flat()[0] ?? null,
    validToMs: Number.isFinite(validToMs) ? validToMs : null,
    // Typed as an Error, but Node puts the code there.
    problem: tls.authorized ? null : String(tls.authorizationError),
  };
}
