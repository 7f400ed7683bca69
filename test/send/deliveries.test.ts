/** How often a webhook reaches its target, counted there: nothing is sent again unless retries are set. */
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeResult } from '../../src/lib/report/result.ts';
import { maskingOf } from '../../src/lib/secrets/redact-paths.ts';
import { createCaller } from '../../src/lib/send/caller.ts';
import type { RetryGate } from '../../src/lib/send/retries.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import type { Sender } from '../../src/lib/send/traced-sender.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anExpectation } from '../support/builders.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { afterRequest, closedPort, type Fault, withFaultyServer } from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, atOnce, NEVER_MS, sendOne, withSender } from '../support/sending.ts';
import { withStillClock } from '../support/still-clock.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const reset = (socket: Socket) => void socket.resetAndDestroy();

interface Crash {
  readonly name: string;
  readonly act: (socket: Socket) => unknown;
  readonly kind: 'reset' | 'truncated';
}

const CRASHES: readonly Crash[] = [
  { name: 'resets at once', act: reset, kind: 'reset' },
  { name: 'closes at once', act: (socket) => socket.end(), kind: 'reset' },
  { name: 'resets later', act: (socket) => setImmediate(reset, socket), kind: 'reset' },
  { name: 'breaks off in the status line', act: (socket) => socket.end('HTTP/1.1 2'), kind: 'reset' },
  {
    name: 'breaks off after the headers',
    act: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'),
    kind: 'truncated',
  },
  {
    name: 'breaks off in the body',
    act: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{'),
    kind: 'truncated',
  },
];

const CONNECTIONS = [
  { connection: 'a new connection', warmUps: 0, idleMs: 0 },
  { connection: 'a reused connection', warmUps: 1, idleMs: 0 },
  { connection: 'a connection that was idle for 0.499 s', warmUps: 1, idleMs: 499 },
];

const OUTCOMES = [
  { retries: 0, crashes: 1, deliveries: 1, verdict: 'broken', flaky: false },
  { retries: 0, crashes: 9, deliveries: 1, verdict: 'broken', flaky: false },
  { retries: 1, crashes: 1, deliveries: 2, verdict: 'working', flaky: true },
  { retries: 1, crashes: 9, deliveries: 2, verdict: 'broken', flaky: false },
  { retries: 2, crashes: 1, deliveries: 2, verdict: 'working', flaky: true },
  { retries: 2, crashes: 2, deliveries: 3, verdict: 'working', flaky: true },
  { retries: 2, crashes: 9, deliveries: 3, verdict: 'broken', flaky: false },
] as const;

/** Test ids of complete webhooks, in order of arrival. */
type Received = string[];

/** Accepts webhooks, and crashes over those with this test id so many times. */
function crashing(received: Received, { act, of, crashes }: Pick<Crash, 'act'> & CrashesOver): Fault {
  return afterRequest((socket, request) => {
    const testId = /^idempotency-key: *(.*)\r$/im.exec(request)?.[1] ?? '';
    received.push(testId);
    if (testId === of && count(received, of) <= crashes) act(socket);
    else socket.write(OK);
  });
}

interface CrashesOver {
  readonly of: string;
  readonly crashes: number;
}

const count = (received: Received, testId: string) => received.filter((each) => each === testId).length;

const EXPECT = anExpectation({});

/** One webhook as a run judges it. */
async function judged(sender: Sender, test: ReturnType<typeof aPlannedTest>, mayRetry: RetryGate = atOnce) {
  const judge = await createResponseValidator({ expectations: [test.expect], strict: false });
  const { startTest } = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });
  const delivery = await sender.send(test, startTest(test), { lateMs: 0, mayRetry });
  const masking = maskingOf([], { redact: (text) => text, redactPaths: [] });
  const judgment = judge(delivery, test.expect);
  return makeResult({ test, delivery, judgment, traceUrl: null, masking, expectsAcceptance: true });
}

const ROWS = CRASHES.flatMap((crash) =>
  CONNECTIONS.flatMap((where) => OUTCOMES.map((outcome) => ({ ...crash, ...where, ...outcome }))),
);

describe('a target that reads a webhook and then', () => {
  it.each(ROWS)(
    '$name, on $connection, $crashes times, with --retries $retries gets it $deliveries times',
    ({ act, kind, warmUps, idleMs, retries, crashes, deliveries, verdict, flaky }) => {
      const received: Received = [];
      const { testId } = aPlannedTest('http://127.0.0.1/', { index: 2 });
      return withFaultyServer(crashing(received, { act, of: testId, crashes }), ({ port, connections }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withStillClock((clock) =>
          withSender({ url, retries }, async (sender) => {
            if (warmUps > 0) await sendOne(sender, aPlannedTest(url));
            await clock.pass(idleMs);
            const result = await judged(sender, aPlannedTest(url, { index: 2, expect: EXPECT }));
            expect(count(received, testId)).toBe(deliveries);
            expect(received).toHaveLength(warmUps + deliveries);
            // The first delivery took the kept connection; each crash costs one.
            expect(connections()).toBe(deliveries);
            expect(result).toMatchObject({ verdict, flaky });
            const failed = Math.min(crashes, 1 + retries);
            expect(result.attempts.map(({ failure }) => failure?.kind ?? null)).toEqual([
              ...Array<string>(failed).fill(kind),
              ...(deliveries > failed ? [null] : []),
            ]);
            expect(new Set(result.attempts.map(({ mayHaveArrived }) => mayHaveArrived))).toEqual(
              new Set([true]),
            );
          }),
        );
      });
    },
  );

  it.each([false, true])('has read only its headers gets it once (TLS: %s)', async (tls) => {
    let received = 0;
    const server = (socket: Socket) =>
      socket.once('data', () => {
        received += 1;
        if (tls) socket.destroy();
        else socket.resetAndDestroy();
      });
    await withFaultyServer(
      server,
      async ({ port }) => {
        const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/webhook`;
        const secure = { ca: tls ? certificates.caPath : null, cert: null, key: null, insecure: false };
        await withSender({ url, tls: secure }, async (sender) => {
          const body = 'x'.repeat(1_000_000);
          const { failure, attempts } = await sendOne(sender, aPlannedTest(url, { request: { body } }));
          expect(failure?.kind).toBe('reset');
          expect(attempts).toMatchObject([{ mayHaveArrived: true }]);
          expect(received).toBe(1);
        });
      },
      tls ? { tls: certificates.good } : {},
    );
  });

  it('crashes over TLS on a reused connection gets it once', () => {
    const received: Received = [];
    const { testId } = aPlannedTest('http://127.0.0.1/', { index: 2 });
    return withFaultyServer(
      crashing(received, { act: (socket) => socket.destroy(), of: testId, crashes: 9 }),
      async ({ port, connections }) => {
        const url = `https://127.0.0.1:${port}/webhook`;
        const tls = { ca: certificates.caPath, cert: null, key: null, insecure: false };
        await withSender({ url, tls }, async (sender) => {
          await sendOne(sender, aPlannedTest(url));
          const { failure, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
          expect(failure?.kind).toBe('reset');
          expect(attempts).toHaveLength(1);
          expect(count(received, testId)).toBe(1);
          expect(connections()).toBe(1);
        });
      },
      { tls: certificates.good },
    );
  });

  it('crashes over each of several in flight, on reused connections, gets each once', () => {
    const received: Received = [];
    const server = afterRequest((socket, request, number) => {
      received.push(/^idempotency-key: *(.*)\r$/im.exec(request)?.[1] ?? '');
      if (number === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    return withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withStillClock(() =>
        withSender({ url }, async (sender) => {
          const round = (from: number) =>
            Promise.all([0, 1, 2, 3].map((at) => sendOne(sender, aPlannedTest(url, { index: from + at }))));
          await round(1);
          const second = await round(5);
          expect(second.map(({ failure }) => failure?.kind)).toEqual(['reset', 'reset', 'reset', 'reset']);
          expect(received).toHaveLength(8);
          expect(new Set(received).size).toBe(8);
          expect(connections()).toBe(4);
        }),
      );
    });
  });

  it('crashes through a tunnel of a proxy, on a reused connection, gets it once', () => {
    const received: Received = [];
    const { testId } = aPlannedTest('http://127.0.0.1/', { index: 2 });
    return withFaultyServer(
      crashing(received, { act: (socket) => socket.end(), of: testId, crashes: 9 }),
      ({ port }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withProxy((proxy) =>
          withProxyVariables({ http_proxy: proxy.url }, () =>
            withSender({ url }, async (sender) => {
              await sendOne(sender, aPlannedTest(url));
              const { failure, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
              expect(failure?.kind).toBe('reset');
              expect(attempts).toHaveLength(1);
              expect(count(received, testId)).toBe(1);
              expect(proxy.tunnels).toHaveLength(1);
            }),
          ),
        );
      },
    );
  });
});

describe('a webhook without a response', () => {
  it.each([
    { retries: 0, deliveries: 1 },
    { retries: 2, deliveries: 3 },
  ])('in time is sent $deliveries times with --retries $retries', async ({ retries, deliveries }) => {
    let received = 0;
    const server = afterRequest(() => {
      received += 1;
    });
    await withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries, timeoutMs: 200 }, async (sender) => {
        const result = await judged(sender, aPlannedTest(url));
        expect(result.attempts.map(({ failure }) => failure?.kind)).toEqual(
          Array<string>(deliveries).fill('response-timeout'),
        );
        expect(result).toMatchObject({ verdict: 'broken', flaky: false });
        expect(received).toBe(deliveries);
      });
    });
  });

  it('that is not valid HTTP is not retried: the result would be the same', async () => {
    let received = 0;
    const server = afterRequest((socket) => {
      received += 1;
      socket.end('SSH-2.0-OpenSSH\r\n');
    });
    await withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries: 2 }, async (sender) => {
        expect((await sendOne(sender, aPlannedTest(url))).failure?.kind).toBe('protocol');
        expect(received).toBe(1);
      });
    });
  });
});

describe('a response', () => {
  it.each([
    { status: 200, deliveries: 1 },
    { status: 307, deliveries: 1 },
    { status: 308, deliveries: 1 },
    { status: 400, deliveries: 1 },
    { status: 401, deliveries: 1 },
    { status: 404, deliveries: 1 },
    { status: 409, deliveries: 1 },
    { status: 417, deliveries: 1 },
    { status: 408, deliveries: 2 },
    { status: 429, deliveries: 2 },
    { status: 500, deliveries: 2 },
    { status: 502, deliveries: 2 },
    { status: 503, deliveries: 2 },
    { status: 504, deliveries: 2 },
  ])('$status is received $deliveries times with --retries 1, and once without', ({ status, deliveries }) =>
    withTarget(
      (request, response) => {
        const isFirst = requestsOf(request.headers['idempotency-key']) === 1;
        if (isFirst) response.writeHead(status, { location: '/elsewhere' }).end('{}');
        else response.end('{}');
      },
      async ({ url, requests }) => {
        requestsOf = (testId) =>
          requests.filter(({ headers }) => headers['idempotency-key'] === testId).length;
        await withSender({ url, retries: 0 }, async (sender) => {
          const { response } = await sendOne(sender, aPlannedTest(url));
          expect(response?.status).toBe(status);
          expect(requests).toHaveLength(1);
        });
        await withSender({ url, retries: 1 }, async (sender) => {
          const result = await judged(sender, aPlannedTest(url, { index: 2 }));
          expect(requests).toHaveLength(1 + deliveries);
          expect(result.flaky).toBe(deliveries === 2);
          expect(result.attempts.map((attempt) => attempt.status)).toEqual(
            deliveries === 2 ? [status, 200] : [status],
          );
        });
      },
    ),
  );
  let requestsOf: (testId: unknown) => number = () => 0;

  it.each([[[503]], [['5xx']], [[]]] as const)('of 503 that is expected (%j) is not retried', (expected) =>
    withTarget(
      (_request, response) => void response.writeHead(503).end('{}'),
      ({ url, requests }) =>
        withSender({ url, retries: 2 }, async (sender) => {
          const expectation = anExpectation({ status: expected });
          const result = await judged(sender, aPlannedTest(url, { expect: expectation }));
          expect(result).toMatchObject({ verdict: 'working', flaky: false });
          expect(requests).toHaveLength(1);
        }),
    ),
  );

  it('of 100 to a webhook with Expect: 100-continue does not resend it', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url, retries: 1 }, async (sender) => {
        const headers = { expect: '100-continue' };
        const { response, attempts } = await sendOne(sender, aPlannedTest(url, { request: { headers } }));
        expect(response?.status).toBe(200);
        expect(attempts).toHaveLength(1);
        expect(requests).toHaveLength(1);
      }),
    ));
});

describe('a connection that fails before the webhook is written', () => {
  const RETRIED = { verdict: 'working', flaky: false };

  it('is retried, and a second delivery was not possible: refused', async () => {
    const port = await closedPort();
    const url = `http://127.0.0.1:${port}/webhook`;
    let received = 0;
    const server = net.createServer((socket) =>
      afterRequest((each) => {
        received += 1;
        each.end(OK);
      })(socket, 1),
    );
    const listens: RetryGate = async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return true;
    };
    await withSender({ url, retries: 1 }, async (sender) => {
      const result = await judged(sender, aPlannedTest(url), listens);
      expect(result).toMatchObject(RETRIED);
      expect(result.attempts).toMatchObject([
        { failure: { kind: 'refused' }, mayHaveArrived: false },
        { status: 200, mayHaveArrived: true },
      ]);
      expect(received).toBe(1);
    });
    server.close();
  });

  it('is retried, and a second delivery was not possible: TLS', () => {
    let received = 0;
    const server: Fault = (socket, connection) =>
      afterRequest((each) => {
        received += 1;
        each.end(OK);
      })(socket, connection);
    return withTlsOnlyTheSecondTime(server, async (url, ca) => {
      const tls = { ca, cert: null, key: null, insecure: false };
      await withSender({ url, retries: 1, tls }, async (sender) => {
        const result = await judged(sender, aPlannedTest(url));
        expect(result).toMatchObject(RETRIED);
        expect(result.attempts).toMatchObject([
          { failure: { kind: 'tls' }, mayHaveArrived: false },
          { status: 200, mayHaveArrived: true },
        ]);
        expect(received).toBe(1);
      });
    });
  });

  /** Breaks off the first handshake. */
  function withTlsOnlyTheSecondTime(fault: Fault, use: (url: string, ca: string) => Promise<void>) {
    return withFaultyServer(
      fault,
      async ({ port }) => {
        let connections = 0;
        const front = net.createServer((socket) => {
          connections += 1;
          socket.on('error', () => {});
          if (connections === 1) return socket.destroy();
          const behind = net.connect(port, '127.0.0.1');
          behind.on('error', () => {});
          socket.pipe(behind).pipe(socket);
        });
        front.listen(0, '127.0.0.1');
        await once(front, 'listening');
        const { port: frontPort } = front.address() as net.AddressInfo;
        await use(`https://127.0.0.1:${frontPort}/webhook`, certificates.caPath);
        front.close();
      },
      { tls: certificates.good },
    );
  }

  it.each([
    ['the name is unknown', 'http://nowhere.invalid/webhook', 'dns'],
    ['the proxy refuses CONNECT', 'http://127.0.0.1:9/webhook', 'proxy'],
  ] as const)('was not a delivery: %s', (_, url, kind) =>
    withProxy(
      (proxy) =>
        withProxyVariables(kind === 'proxy' ? { http_proxy: proxy.url } : {}, () =>
          withSender({ url, retries: 2 }, async (sender) => {
            const result = await judged(sender, aPlannedTest(url));
            expect(result).toMatchObject({ verdict: 'broken', flaky: false });
            expect(result.attempts).toMatchObject([
              { failure: { kind }, mayHaveArrived: false },
              { failure: { kind }, mayHaveArrived: false },
              { failure: { kind }, mayHaveArrived: false },
            ]);
          }),
        ),
      { status: 503 },
    ),
  );
});

describe.each(['GET', 'DELETE', 'POST'])('a probe or clean-up call, %s', (method) => {
  it('is made once, whatever the connection', async () => {
    const received: string[] = [];
    const server = afterRequest((socket, request, number) => {
      received.push(request);
      if (number === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    await withFaultyServer(server, async ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/orders/1`;
      const caller = await createCaller({
        ...{ targetUrl: url, connectTimeoutMs: NEVER_MS, maxBodyBytes: 1_000, maxSockets: 2 },
        tls: { ca: null, cert: null, key: null, insecure: false },
      });
      const call = () =>
        caller.call(
          { method, url, headers: {}, body: '' },
          { withinMs: NEVER_MS, signal: new AbortController().signal },
        );
      const [first, second] = await withStillClock(async () => [await call(), await call()]);
      expect(first?.response?.status).toBe(200);
      expect(second?.failure?.kind).toBe('reset');
      expect(received).toHaveLength(2);
      expect(connections()).toBe(1);
      caller.close();
    });
  });
});

it('a server that closes its connections right after a response, unannounced, loses nothing', async () => {
  let received = 0;
  const server = afterRequest((socket, _request, number) => {
    received += 1;
    if (number === 3) socket.end(OK);
    else socket.write(OK);
  });
  await withFaultyServer(server, ({ port, connections }) => {
    const url = `http://127.0.0.1:${port}/webhook`;
    return withSender({ url }, async (sender) => {
      for (let index = 1; index <= 30; index++) {
        const { response } = await sendOne(sender, aPlannedTest(url, { index }));
        expect(response?.status).toBe(200);
        // As long as a target in another process takes at least.
        await pause(1);
      }
      expect(received).toBe(30);
      expect(connections()).toBeGreaterThanOrEqual(10);
    });
  });
});
