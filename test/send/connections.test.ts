/** Kept, stale, proxied and secured connections, and retries. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { Signing } from '../../src/lib/model/signing.ts';
import { headerTracer, type TestTrace } from '../../src/lib/send/trace.ts';
import type { SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { SCHEMES } from '../../src/lib/senders/schemes.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { afterRequest, closedPort, withFaultyServer } from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { withStillClock } from '../support/still-clock.ts';
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

describe('kept connections', () => {
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

  it('many in flight make no warning on the screen', () =>
    withTarget(accept, ({ url }) =>
      withSender({ url }, async (sender) => {
        const tests = Array.from({ length: 40 }, (_, at) => aPlannedTest(url, { index: at + 1 }));
        const warnings = await warningsOf(() => Promise.all(tests.map((test) => sendOne(sender, test))));
        expect(warnings).toEqual([]);
      }),
    ));

  it('are as many as webhooks in flight, and no more', () =>
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

/** Answers the first request of each connection; when the second one comes, resets without having worked on it. */
function closesWhenReused(seen: string[], tls: boolean) {
  return afterRequest((socket: Socket, request, number) => {
    seen.push(request);
    if (number === 1) socket.write(OK);
    else if (tls) socket.destroy();
    else socket.resetAndDestroy();
  });
}

const SIGNING: Signing = {
  scheme: 'standard-webhooks',
  form: SCHEMES['standard-webhooks'],
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  mode: 'valid',
};

/** A sender for which a reset always comes in time to be one of a connection that was closed before. */
const withSenderInTime: typeof withSender = (options, use) => withStillClock(() => withSender(options, use));

describe('a kept connection that the server was closing', () => {
  it.each([false, true])('is replaced once by a new one, which is no retry (TLS: %s)', (tls) => {
    const seen: string[] = [];
    return withFaultyServer(
      closesWhenReused(seen, tls),
      ({ port, connections }) => {
        const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/webhook`;
        return withSenderInTime(
          { url, tls: tlsOf({ ca: tls ? certificates.caPath : null }) },
          async (sender) => {
            await sendOne(sender, aPlannedTest(url));
            const test = aPlannedTest(url, { index: 2, signing: SIGNING });
            const delivery = await sendOne(sender, test);
            expect(delivery.answer?.status).toBe(200);
            expect(delivery.attempts).toMatchObject([
              { status: null, staleConnection: true, failure: { kind: 'reset' } },
              { status: 200, staleConnection: false, failure: null },
            ]);
            expect(connections()).toBe(2);
            expect(seen).toHaveLength(3);
            for (const request of seen.slice(1)) {
              expect(request).toContain(`idempotency-key: ${test.testId}\r\n`);
              expect(request).toContain(`webhook-id: ${test.testId}\r\n`);
              expect(request).toMatch(/^webhook-signature: v1,\S{44}\r$/m);
            }
          },
        );
      },
      tls ? { tls: certificates.good } : {},
    );
  });

  it('is found out for every webhook in flight, each once', () => {
    const seen: string[] = [];
    return withFaultyServer(closesWhenReused(seen, false), ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSenderInTime({ url }, async (sender) => {
        const round = (from: number) =>
          Promise.all([0, 1, 2, 3].map((at) => sendOne(sender, aPlannedTest(url, { index: from + at }))));
        await round(1);
        const second = await round(5);
        expect(second.map(({ answer }) => answer?.status)).toEqual([200, 200, 200, 200]);
        expect(second.map(({ attempts }) => attempts.length)).toEqual([2, 2, 2, 2]);
        expect(seen).toHaveLength(12);
      });
    });
  });

  it('is replaced by a new one, not by another kept one that may be as stale', () => {
    const seen: string[] = [];
    return withFaultyServer(closesWhenReused(seen, false), ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSenderInTime({ url }, async (sender) => {
        await Promise.all([1, 2, 3].map((index) => sendOne(sender, aPlannedTest(url, { index }))));
        expect(connections()).toBe(3);
        const { answer, attempts } = await sendOne(sender, aPlannedTest(url, { index: 4 }));
        expect(answer?.status).toBe(200);
        expect(attempts).toHaveLength(2);
        expect(connections()).toBe(4);
      });
    });
  });

  it('is not suspected when the server took the webhook and broke down over it', () => {
    let received = 0;
    let take: (socket: Socket) => void = () => {};
    const taken = new Promise<Socket>((resolve) => {
      take = resolve;
    });
    const server = afterRequest((socket, _request, number) => {
      received++;
      if (number === 1) socket.write(OK);
      else take(socket);
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withStillClock((clock) =>
        withSender({ url }, async (sender) => {
          await sendOne(sender, aPlannedTest(url));
          const sending = sendOne(sender, aPlannedTest(url, { index: 2 }));
          const socket = await taken;
          // It works on the webhook for more than a second, and breaks down.
          await clock.pass(1_001);
          socket.resetAndDestroy();
          const { failure, attempts } = await sending;
          expect(failure?.kind).toBe('reset');
          expect(attempts).toHaveLength(1);
          expect(received).toBe(2);
        }),
      );
    });
  });

  it('is not suspected when an answer had begun', () => {
    let received = 0;
    const server = afterRequest((socket, _request, number) => {
      received++;
      if (number === 1) socket.write(OK);
      else socket.end('HTTP/1.1 2');
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url));
        const { failure, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
        expect(failure?.kind).toBe('reset');
        expect(attempts).toHaveLength(1);
        expect(received).toBe(2);
      });
    });
  });

  it('is not suspected of a new one: closed without an answer there, the webhook is not sent again', () => {
    let received = 0;
    const server = afterRequest((socket) => {
      received++;
      socket.end();
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url }, async (sender) => {
        const { failure, attempts } = await sendOne(sender, aPlannedTest(url));
        expect(failure?.kind).toBe('reset');
        expect(attempts).toMatchObject([{ staleConnection: false }]);
        expect(received).toBe(1);
      });
    });
  });
});

describe('a kept connection on which something comes unasked', () => {
  const NOT_YOURS = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}';

  it('while nobody waits is not used again', () => {
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
        const { answer, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
        expect(answer?.status).toBe(200);
        expect(attempts).toHaveLength(1);
        expect(connections()).toBe(2);
      });
    });
  });

  it('right behind an answer is not taken for the next one', () =>
    withFaultyServer(
      afterRequest((socket) => {
        socket.write(OK);
        // In the turn of the event loop in which the answer is read, just behind that.
        setImmediate(() => setImmediate(() => socket.write(NOT_YOURS)));
      }),
      ({ port }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withSender({ url }, async (sender) => {
          for (let index = 1; index <= 20; index++) {
            const { answer } = await sendOne(sender, aPlannedTest(url, { index }));
            expect(answer?.status).toBe(200);
          }
        });
      },
    ));
});

describe('retries', () => {
  it('send the same webhook in the same trace, below a new span', () => {
    const seen: string[] = [];
    const server = afterRequest((socket, request) => {
      seen.push(request);
      if (seen.length < 3) socket.resetAndDestroy();
      else socket.write(OK);
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries: 2 }, async (sender) => {
        const test = aPlannedTest(url);
        const delivery = await sendOne(sender, test);
        expect(delivery.answer?.status).toBe(200);
        expect(delivery.failure).toBeNull();
        expect(delivery.attempts.map(({ failure }) => failure?.kind ?? null)).toEqual([
          'reset',
          'reset',
          null,
        ]);
        const header = (name: string) =>
          seen.map((request) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(request)?.[1] ?? '');
        expect(new Set(header('idempotency-key'))).toEqual(new Set([test.testId]));
        expect(new Set(header('x-prod-e2e-test'))).toEqual(new Set([test.testId]));
        expect(new Set(header('baggage')).size).toBe(1);
        const ids = header('sentry-trace').map((value) => value.split('-'));
        expect(new Set(ids.map(([trace]) => trace))).toEqual(new Set([delivery.trace.traceId]));
        expect(new Set(ids.map(([, span]) => span)).size).toBe(3);
        expect(ids.at(-1)?.[1]).toBe(delivery.trace.spanId);
        // The timings are those of the request that got the answer.
        expect(delivery.timings.totalMs).toBe(delivery.attempts[2]?.durationMs);
      });
    });
  });

  it('end when none is left', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/webhook`;
    await withSender({ url, retries: 1 }, async (sender) => {
      const { failure, attempts } = await sendOne(sender, aPlannedTest(url));
      expect(failure?.kind).toBe('refused');
      expect(attempts).toHaveLength(2);
    });
  });

  it.each([500, 503, 429])('never follow an answer: %i', (status) =>
    withTarget(
      (_request, response) => {
        response.writeHead(status, { 'retry-after': '1' }).end('{}');
      },
      ({ url, requests }) =>
        withSender({ url, retries: 3 }, async (sender) => {
          expect((await sendOne(sender, aPlannedTest(url))).answer?.status).toBe(status);
          expect(requests).toHaveLength(1);
        }),
    ),
  );

  it('never follow an answer that was cut off, or a time-out', () => {
    let received = 0;
    let silence = () => {};
    const silent = new Promise<void>((resolve) => {
      silence = resolve;
    });
    const server = afterRequest((socket) => {
      received++;
      if (received === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{');
      else silence();
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withStillClock((clock) =>
        withSender({ url, retries: 3, timeoutMs: 300 }, async (sender) => {
          expect((await sendOne(sender, aPlannedTest(url))).failure?.kind).toBe('truncated');
          const sending = sendOne(sender, aPlannedTest(url));
          await silent;
          await clock.pass(300);
          expect((await sending).failure?.kind).toBe('response-timeout');
          expect(received).toBe(2);
        }),
      );
    });
  });

  it('end at once when the run is stopped while one waits', async () => {
    const server = afterRequest((socket) => socket.resetAndDestroy());
    await withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries: 10 }, async (sender) => {
        const test = aPlannedTest(url);
        const trace = headerTracer({ environment: 'e', release: 'r' }).startTest(test);
        const startAttempt: TestTrace['startAttempt'] = (request) => {
          const span = trace.startAttempt(request);
          // The sender ends the span of an attempt and then waits for its retry, within the same turn of the event loop.
          return { ...span, end: () => setImmediate(sender.abort) };
        };
        const { failure, attempts } = await sender.send(test, { ...trace, startAttempt }, 0);
        expect(failure?.kind).toBe('reset');
        expect(attempts).toHaveLength(1);
        expect(connections()).toBe(1);
      });
    });
  });
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
                const { answer } = await sendOne(sender, aPlannedTest(url, { index }));
                expect(answer?.status).toBe(200);
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
            expect((await sendOne(sender, aPlannedTest(url))).answer?.status).toBe(200);
            expect(proxy.tunnels).toHaveLength(1);
            expect(requests).toHaveLength(1);
          }),
        ),
      ),
    ));

  it('may be waited for longer once the tunnel stands', () =>
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
                expect((await sendOne(sender, aPlannedTest(url))).answer?.status).toBe(200);
              },
            ),
          ),
        ),
      { tls: certificates.good },
    ));

  it.each(['no_proxy', 'NO_PROXY'])('leave out what %s names', (variable) =>
    withTarget(accept, ({ url }) =>
      withProxy((proxy) =>
        withProxyVariables({ http_proxy: proxy.url, [variable]: 'example.com,127.0.0.1' }, () =>
          withSender({ url }, async (sender) => {
            expect((await sendOne(sender, aPlannedTest(url))).answer?.status).toBe(200);
            expect(proxy.tunnels).toEqual([]);
          }),
        ),
      ),
    ),
  );

  it.each([
    ['socks5://user:hunter2@127.0.0.1:1080', 'is of the kind socks5://, which is not supported.'],
    ['http://user:hunter2@', 'is not a URL.'],
  ])('that cannot be used are told without their credentials', async (proxy, said) => {
    const thrown = await withProxyVariables({ http_proxy: proxy }, () =>
      withSender({ url: 'http://hooks.example.com/' }, () => Promise.resolve(null)),
    ).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProdE2eError);
    expect(thrown).toMatchObject({
      code: 'PROXY_INVALID',
      message: `The proxy that the environment names ${said}`,
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
          const { answer, failure, timings } = await sendOne(sender, aPlannedTest(url));
          if (answer !== null) expect(timings.tlsMs).toBeGreaterThanOrEqual(0);
          return answer?.status ?? failure?.kind;
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

  it('trusts the authority of --cacert, and nothing without it', async () => {
    expect(await status({ ca: certificates.caPath }, 'good')).toBe(200);
    expect(await status({}, 'good')).toBe('tls');
    expect(await status({ ca: certificates.caPath }, 'selfSigned')).toBe('tls');
  });

  it('--insecure takes any certificate', async () => {
    expect(await status({ insecure: true }, 'selfSigned')).toBe(200);
  });

  it('shows the client certificate', async () => {
    const { certPath: cert, keyPath: key } = certificates.client;
    expect(await status({ ca: certificates.caPath, cert, key }, 'good', true)).toBe(200);
    expect(await status({ ca: certificates.caPath }, 'good', true)).toBe('tls');
  });

  it('tells a file that cannot be used before anything is sent', async () => {
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

it('closing the sender lets go of every connection', () =>
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
