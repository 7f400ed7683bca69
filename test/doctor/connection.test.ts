import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/lib/doctor/check.ts';
import { type ConnectionOptions, probeConnection } from '../../src/lib/doctor/connection.ts';
import { type ConnectionContext, connectionChecks } from '../../src/lib/doctor/connection-checks.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
let ca: string;

beforeAll(async () => {
  certificates = await makeCertificates();
  ca = await readFile(certificates.caPath, 'utf8');
});
afterAll(() => certificates.remove());

async function checksOf(
  url: string,
  {
    pem = {},
    ...context
  }: Partial<ConnectionContext> & { readonly pem?: Partial<ConnectionOptions['pem']> } = {},
): Promise<readonly Check[]> {
  // Nothing here takes that long.
  const timeoutMs = 120_000;
  const facts = await probeConnection({ url, timeoutMs, pem: { ca: null, cert: null, key: null, ...pem } });
  return connectionChecks(facts, {
    url,
    loopback: true,
    timeoutMs,
    insecure: false,
    nowMs: Date.now(),
    ...context,
  });
}

const named = (checks: readonly Check[], name: string): Check | undefined =>
  checks.find((check) => check.name === name);

/** A port on which nobody listens. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe.concurrent('a connection to the target', () => {
  it('is resolved and opened, and no request is sent on it', async () => {
    await withTarget(accept, async ({ url, requests }) => {
      const checks = await checksOf(url.replace('127.0.0.1', 'localhost'));
      expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual(['dns ok', 'tcp ok']);
      expect(named(checks, 'dns')?.message).toContain('127.0.0.1');
      expect(requests).toEqual([]);
    });
  });

  it('fails at a closed port, with advice', async () => {
    const checks = await checksOf(`http://127.0.0.1:${await unusedPort()}/webhook`);
    expect(checks).toHaveLength(1);
    expect(named(checks, 'tcp')).toMatchObject({
      state: 'fail',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: Connection refused$/),
      advice: ['Check if production server is running'],
    });
  });

  it('fails for a name that does not exist', async () => {
    const checks = await checksOf('https://nobody.invalid/webhook');
    expect(checks).toMatchObject([{ name: 'dns', state: 'fail' }]);
    expect(checks[0]?.advice).not.toEqual([]);
  });

  it('fails in time at a server that never completes the handshake', async () => {
    const silent = createServer((socket) => socket.resume().on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `https://127.0.0.1:${address.port}/`;
    // For the connection as well, which a busy machine has to make within it.
    const timeoutMs = 1_000;
    const facts = await probeConnection({ url, timeoutMs, pem: { ca: null, cert: null, key: null } });
    const context = { url, loopback: true, timeoutMs, insecure: false, nowMs: 0 };
    expect(connectionChecks(facts, context).at(-1)).toMatchObject({
      name: 'tls',
      state: 'fail',
      message: `127.0.0.1:${address.port}: No TLS handshake within 1 s`,
    });
    await new Promise((resolve) => silent.close(resolve));
  });

  it('warns if it is not encrypted, except on this machine', async () => {
    await withTarget(accept, async ({ url }) => {
      expect(named(await checksOf(url), 'tls')).toBeUndefined();
      expect(named(await checksOf(url, { loopback: false }), 'tls')?.state).toBe('warn');
    });
  });
});

describe.concurrent('the certificate', () => {
  it('is valid: version, issuer, days', async () => {
    await withTarget(
      accept,
      async ({ url, requests }) => {
        const tls = named(await checksOf(url, { pem: { ca } }), 'tls');
        expect(tls?.state).toBe('ok');
        expect(tls?.message).toMatch(/^TLSv1\.3, issued by prod-e2e test authority, expires in \d{4} days$/);
        expect(requests).toEqual([]);
      },
      { tls: certificates.good },
    );
  });

  it.each([
    [15, 'ok'],
    [13, 'warn'],
    [0.5, 'warn'],
  ])('%d days before its end is %s', async (days, state) => {
    await withTarget(
      accept,
      async ({ url }) => {
        const nowMs = Date.parse('2049-01-01T00:00:00Z') - days * 86_400_000;
        expect(named(await checksOf(url, { pem: { ca }, nowMs }), 'tls')?.state).toBe(state);
      },
      { tls: certificates.good },
    );
  });

  it.each([
    ['expired', /^Certificate has expired \(TLSv1\.3, .*, expired \d+ days ago\)$/],
    ['wrongName', /^Certificate is for another host name/],
    ['selfSigned', /^Certificate is self-signed/],
  ] as const)('%s is a failure, with --insecure a warning', async (kind, message) => {
    await withTarget(
      accept,
      async ({ url }) => {
        const tls = named(await checksOf(url, { pem: { ca } }), 'tls');
        expect(tls?.state).toBe('fail');
        expect(tls?.message).toMatch(message);
        expect(tls?.advice).not.toEqual([]);
        expect(named(await checksOf(url, { pem: { ca }, insecure: true }), 'tls')?.state).toBe('warn');
      },
      { tls: certificates[kind] },
    );
  });

  it('is missing if a server does not support TLS', async () => {
    await withTarget(accept, async ({ url }) => {
      const tls = named(await checksOf(url.replace('http:', 'https:')), 'tls');
      expect(tls).toMatchObject({ state: 'fail', message: expect.stringContaining('does not speak TLS') });
    });
  });
});
