/** Kept, proxied and secured connections. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { afterRequest, withFaultyServer } from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const tlsOf = (overrides: Partial<SenderOptions['tls']>): SenderOptions['tls'] => ({
  ca: null,
  cert: null,
  key: null,
  insecure: false,
  ...overrides,
});

/** What Node would print on the screen meanwhile. */
async function warningsOf(work: () => Promise<unknown>): Promise<readonly Error[]> {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  try {
    await work();
  } finally {
    process.off('warning', listen);
  }
  return warnings;
}

describe('reused connections', () => {
  it('carry one webhook after another', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const warnings = await warningsOf(async () => {
          for (let index = 1; index <= 30; index++) await sendOne(sender, aPlannedTest(url, { index }));
        });
        expect(new Set(requests.map(({ connection }) => connection))).toEqual(new Set([1]));
        expect(warnings).toEqual([]);
      }),
    ));

  it('cause no warning on the screen if many are in flight', () =>
    withTarget(accept, ({ url }) =>
      withSender({ url }, async (sender) => {
        const tests = Array.from({ length: 40 }, (_, at) => aPlannedTest(url, { index: at + 1 }));
        const warnings = await warningsOf(() => Promise.all(tests.map((test) => sendOne(sender, test))));
        expect(warnings).toEqual([]);
      }),
    ));

  it('are at most as many as webhooks in flight', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        for (let round = 0; round < 3; round++) {
          await Promise.all([1, 2, 3, 4].map((index) => sendOne(sender, aPlannedTest(url, { index }))));
        }
        expect(requests).toHaveLength(12);
        expect(Math.max(...requests.map(({ connection }) => connection))).toBeLessThanOrEqual(4);
      }),
    ));
});

describe('a reused connection that receives unexpected data', () => {
  const NOT_YOURS = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}';

  it('during a pause is not reused', () => {
    const sockets: Socket[] = [];
    const server = afterRequest((socket) => {
      sockets.push(socket);
      socket.write(OK);
    });
    return withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url));
        const [idle = expect.fail()] = sockets;
        idle.write(NOT_YOURS);
        // The sender gives the connection up by itself.
        await once(idle, 'close');
        const { response, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
        expect(response?.status).toBe(200);
        expect(attempts).toHaveLength(1);
        expect(connections()).toBe(2);
      });
    });
  });

  it('right after a response does not use it as the next response', () =>
    withFaultyServer(
      afterRequest((socket) => {
        socket.write(OK);
        // In the turn of the event loop in which the response is read, just behind that.
        setImmediate(() => setImmediate(() => socket.write(NOT_YOURS)));
      }),
      ({ port }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withSender({ url }, async (sender) => {
          for (let index = 1; index <= 20; index++) {
            const { response } = await sendOne(sender, aPlannedTest(url, { index }));
            expect(response?.status).toBe(200);
          }
        });
      },
    ));
});

describe('proxies of the environment', () => {
  /** More than a tunnel to this machine takes when it is busy. */
  const CONNECT_TIMEOUT_MS = 3_000;

  it('carry https through a tunnel, kept for the next webhook', () =>
    withTarget(
      accept,
      ({ url, port, requests }) =>
        withProxy((proxy) =>
          withProxyVariables({ https_proxy: proxy.url.replace('//', '//me:pass%20word@') }, () =>
            withSender({ url, tls: tlsOf({ ca: certificates.caPath }) }, async (sender) => {
              for (const index of [1, 2]) {
                const { response } = await sendOne(sender, aPlannedTest(url, { index }));
                expect(response?.status).toBe(200);
              }
              expect(proxy.tunnels).toEqual([
                {
                  to: `127.0.0.1:${port}`,
                  authorization: `Basic ${Buffer.from('me:pass word').toString('base64')}`,
                },
              ]);
              expect(requests.map(({ connection }) => connection)).toEqual([1, 1]);
            }),
          ),
        ),
      { tls: certificates.good },
    ));

  it('carry http', () =>
    withTarget(accept, ({ url, requests }) =>
      withProxy((proxy) =>
        withProxyVariables({ HTTP_PROXY: proxy.url }, () =>
          withSender({ url }, async (sender) => {
            expect((await sendOne(sender, aPlannedTest(url))).response?.status).toBe(200);
            expect(proxy.tunnels).toHaveLength(1);
            expect(requests).toHaveLength(1);
          }),
        ),
      ),
    ));

  it('may take longer once the tunnel is open', () =>
    withTarget(
      (_request, response) => {
        setTimeout(() => response.end('{}'), CONNECT_TIMEOUT_MS + 100);
      },
      ({ url }) =>
        withProxy((proxy) =>
          withProxyVariables({ https_proxy: proxy.url }, () =>
            withSender(
              { url, connectTimeoutMs: CONNECT_TIMEOUT_MS, tls: tlsOf({ ca: certificates.caPath }) },
              async (sender) => {
                expect((await sendOne(sender, aPlannedTest(url))).response?.status).toBe(200);
              },
            ),
          ),
        ),
      { tls: certificates.good },
    ));

  it.each(['no_proxy', 'NO_PROXY'])('are not used for what %s names', (variable) =>
    withTarget(accept, ({ url }) =>
      withProxy((proxy) =>
        withProxyVariables({ http_proxy: proxy.url, [variable]: 'example.com,127.0.0.1' }, () =>
          withSender({ url }, async (sender) => {
            expect((await sendOne(sender, aPlannedTest(url))).response?.status).toBe(200);
            expect(proxy.tunnels).toEqual([]);
          }),
        ),
      ),
    ),
  );

  it.each([
    [
      'socks5://user:hunter2@127.0.0.1:1080',
      'uses socks5://, which is not supported; expected http:// or https://.',
    ],
    ['http://user:hunter2@', 'is not a URL.'],
  ])('that cannot be used are reported without their credentials', async (proxy, said) => {
    const thrown = await withProxyVariables({ http_proxy: proxy }, () =>
      withSender({ url: 'http://hooks.example.com/' }, () => Promise.resolve(null)),
    ).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProdE2eError);
    expect(thrown).toMatchObject({
      code: 'PROXY_INVALID',
      message: `The proxy in http_proxy ${said}`,
    });
    expect(JSON.stringify(thrown)).not.toContain('hunter2');
  });
});

describe('TLS', () => {
  const status = (tls: Partial<SenderOptions['tls']>, server: 'good' | 'selfSigned', askForClient = false) =>
    withTarget(
      accept,
      ({ url }) =>
        withSender({ url, tls: tlsOf(tls) }, async (sender) => {
          const { response, failure, timings } = await sendOne(sender, aPlannedTest(url));
          if (response !== null) expect(timings.tlsMs).toBeGreaterThanOrEqual(0);
          return response?.status ?? failure?.kind;
        }),
      {
        tls: {
          ...certificates[server],
          ...(askForClient ? { ca: caText, requestCert: true, rejectUnauthorized: true } : {}),
        },
      },
    );
  let caText = '';
  beforeAll(async () => {
    caText = await readFile(certificates.caPath, 'utf8');
  });

  it('trusts the authority of --cacert, and no other without it', async () => {
    expect(await status({ ca: certificates.caPath }, 'good')).toBe(200);
    expect(await status({}, 'good')).toBe('tls');
    expect(await status({ ca: certificates.caPath }, 'selfSigned')).toBe('tls');
  });

  it('--insecure accepts any certificate', async () => {
    expect(await status({ insecure: true }, 'selfSigned')).toBe(200);
  });

  it('sends the client certificate', async () => {
    const { certPath: cert, keyPath: key } = certificates.client;
    expect(await status({ ca: certificates.caPath, cert, key }, 'good', true)).toBe(200);
    expect(await status({ ca: certificates.caPath }, 'good', true)).toBe('tls');
  });

  it('reports an unusable file before anything is sent', async () => {
    const { client, good, caPath } = certificates;
    const garbage = path.join(path.dirname(caPath), 'garbage.pem');
    await writeFile(garbage, 'nothing of use');
    const broken = path.join(path.dirname(caPath), 'broken.pem');
    await writeFile(broken, client.cert.replace(/^[A-Za-z0-9+/]{20}/m, 'AAAAAAAAAAAAAAAAAAAA'));
    const cases: readonly (readonly [Partial<SenderOptions['tls']>, string])[] = [
      [{ ca: '/nowhere/ca.pem' }, '--cacert /nowhere/ca.pem cannot be read'],
      [{ ca: garbage }, `--cacert ${garbage} cannot be used (not in PEM format).`],
      [{ cert: broken }, `--cert ${broken} cannot be used`],
      [{ key: client.certPath }, `--key ${client.certPath} cannot be used`],
      [{ cert: client.certPath, key: good.keyPath }, `--key ${good.keyPath} cannot be used`],
    ];
    for (const [tls, said] of cases) {
      const thrown = await withSender({ url: 'https://127.0.0.1:1/', tls: tlsOf(tls) }, () =>
        Promise.resolve('no error'),
      ).catch((error: unknown) => error);
      expect(thrown, said).toBeInstanceOf(ProdE2eError);
      expect(thrown).toMatchObject({ code: 'TLS_FILE', message: expect.stringContaining(said) });
    }
  });
});

it('closing the sender closes every connection', () =>
  withFaultyServer(
    (socket, connection) => {
      closed.push(once(socket, 'close'));
      afterRequest((each) => each.write(OK))(socket, connection);
    },
    ({ port }) => {
      const url = `http://127.0.0.1:${port}/`;
      return withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url));
        sender.close();
        await Promise.all(closed);
        expect(closed).toHaveLength(1);
      });
    },
  ));
const closed: Promise<unknown>[] = [];
