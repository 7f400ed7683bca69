/** What the rows of the fault matrix cannot say: faults that depend on settings, on the layer below, or on what came before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURE_KINDS } from '../../src/lib/model/failure-kinds.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import type { SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { HEAD } from '../support/faults/bytes.ts';
import {
  afterRequest,
  closedPort,
  type Fault,
  respondingWith,
  withFaultyServer,
} from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { withStillClock } from '../support/still-clock.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

interface Expected {
  readonly kind: Failure['kind'];
  readonly message: string | RegExp;
  readonly code?: string | null | RegExp;
}

/**
 * Sends one webhook to a faulty place and checks everything about the failure.
 * @param meanwhile goes on while the webhook does
 */
async function expectFailure(
  options: Partial<SenderOptions> & { readonly url: string },
  expected: Expected,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  await withSender(options, async (sender) => {
    const begun = performance.now();
    const [delivery] = await Promise.all([sendOne(sender, aPlannedTest(options.url)), meanwhile()]);
    const tookMs = performance.now() - begun;
    expect(delivery.failure).not.toBeNull();
    expect(delivery.response).toBeNull();
    expect(delivery.failure?.message).toMatch(expected.message);
    expect(delivery.failure?.kind).toBe(expected.kind);
    if (expected.code instanceof RegExp) expect(delivery.failure?.code).toMatch(expected.code);
    else if (expected.code !== undefined) expect(delivery.failure?.code).toBe(expected.code);
    expect(delivery.attempts).toHaveLength(1);
    expect(delivery.attempts[0]).toMatchObject({
      failure: delivery.failure,
      mayHaveArrived: FAILURE_KINDS[expected.kind].connected,
    });
    expect(delivery.timings.totalMs).toBeLessThanOrEqual(tookMs + 1);
    expect(delivery.timings.downloadMs).toBeNull();
    expect(delivery.trace.headers['sentry-trace']).toBe(
      `${delivery.trace.traceId}-${delivery.trace.spanId}-1`,
    );
    if (options.url.startsWith('http:')) await expectToWorkStill(sender);
  });
}

interface SilentServer {
  readonly fault: Fault;
  /** Resolves once it has read a webhook. */
  readonly read: Promise<void>;
}

/** Reads a webhook and never responds. */
function silentServer(): SilentServer {
  let signalRead = () => {};
  const read = new Promise<void>((resolve) => {
    signalRead = resolve;
  });
  return { fault: afterRequest(() => signalRead()), read };
}

/** The timeout begins to pass when the server has read the webhook. */
function expectTimeout(
  { read }: SilentServer,
  {
    options,
    expected,
  }: {
    readonly options: Partial<SenderOptions> & { readonly url: string; readonly timeoutMs: number };
    readonly expected: Expected;
  },
): Promise<void> {
  return withStillClock((clock) =>
    expectFailure(options, expected, async () => {
      await read;
      await clock.pass(options.timeoutMs);
    }),
  );
}

async function expectToWorkStill(sender: Parameters<typeof sendOne>[0]): Promise<void> {
  await withTarget(accept, async (target) => {
    // However short its timeouts are, a healthy target never meets them.
    const next = await withProxyVariables({}, () =>
      withStillClock(() => sendOne(sender, aPlannedTest(target.url))),
    );
    // Through a proxy that is out of order nothing works, whatever the target.
    if (next.failure?.kind !== 'proxy') expect(next.response?.status).toBe(200);
  });
}

it('dns: a lookup that exceeds the limit, or fails', () =>
  expectFailure(
    { url: 'http://hooks.invalid/webhook', connectTimeoutMs: 1 },
    {
      kind: 'dns',
      message: /^Host name (not found|could not be looked up|not resolved within 0\.001 s)$/,
    },
  ));

describe('on a connection', () => {
  it('too-large: exactly one byte more than the limit', () =>
    withFaultyServer(
      respondingWith(`${HEAD}content-length: 1001\r\n\r\n`, 'x'.repeat(1_001)),
      async ({ port, connections }) => {
        await expectFailure(
          { url: `http://127.0.0.1:${port}/webhook`, maxBodyBytes: 1_000 },
          { kind: 'too-large', message: 'Response larger than 1000 bytes', code: null },
        );
        expect(connections()).toBe(1);
      },
    ));

  it('over TLS: reset and response-timeout are not handshake failures', async () => {
    const tls = { ca: certificates.caPath, cert: null, key: null, insecure: false };
    await withFaultyServer(
      afterRequest((socket) => socket.destroy()),
      ({ port }) =>
        expectFailure(
          { url: `https://127.0.0.1:${port}/webhook`, tls },
          { kind: 'reset', message: 'Connection reset before a response' },
        ),
      { tls: certificates.good },
    );
    const silent = silentServer();
    await withFaultyServer(
      silent.fault,
      ({ port }) =>
        expectTimeout(silent, {
          options: { url: `https://127.0.0.1:${port}/webhook`, tls, timeoutMs: 500 },
          expected: { kind: 'response-timeout', message: 'No response in 0.5 s' },
        }),
      { tls: certificates.good },
    );
  });

  it('a timeout on a reused connection is reported as on a new one, also with TLS', () => {
    let silence = () => {};
    const silent = new Promise<void>((resolve) => {
      silence = resolve;
    });
    return withTarget(
      (request, response) => (request.body.length > 100 ? silence() : accept(request, response)),
      ({ url, requests }) =>
        withStillClock((clock) =>
          withSender(
            { url, timeoutMs: 500, tls: { ca: certificates.caPath, cert: null, key: null, insecure: false } },
            async (sender) => {
              const first = await sendOne(sender, aPlannedTest(url));
              expect(first.response?.status).toBe(200);
              const sending = sendOne(sender, aPlannedTest(url, { request: { body: 'x'.repeat(101) } }));
              await silent;
              await clock.pass(500);
              expect((await sending).failure?.kind).toBe('response-timeout');
              expect(requests.map(({ connection }) => connection)).toEqual([1, 1]);
            },
          ),
        ),
      { tls: certificates.good },
    );
  });
});

describe('proxy', () => {
  it('is down; its credentials are not shown', async () => {
    const port = await closedPort();
    await withProxyVariables({ https_proxy: `http://user:hunter2@127.0.0.1:${port}` }, () =>
      expectFailure(
        { url: 'https://hooks.example.com/webhook' },
        {
          kind: 'proxy',
          message: new RegExp(`^Proxy 127\\.0\\.0\\.1:${port} refused the connection$`),
          code: 'ECONNREFUSED',
        },
      ),
    );
  });

  it("works, but the target behind it fails: that is the target's own failure", () => {
    const silent = silentServer();
    return withProxy((proxy) =>
      withProxyVariables({ HTTPS_PROXY: proxy.url }, () =>
        withFaultyServer(
          silent.fault,
          async ({ port }) => {
            const tls = { ca: certificates.caPath, cert: null, key: null, insecure: false };
            await expectTimeout(silent, {
              options: { url: `https://127.0.0.1:${port}/webhook`, timeoutMs: 500, tls },
              expected: { kind: 'response-timeout', message: 'No response in 0.5 s' },
            });
            expect(proxy.tunnels.map(({ to }) => to)).toEqual([`127.0.0.1:${port}`]);
          },
          { tls: certificates.good },
        ),
      ),
    );
  });
});

describe('aborted', () => {
  it('ends the requests in flight, and all later ones', () =>
    withFaultyServer(
      () => {},
      ({ port }) =>
        withSender({ url: `http://127.0.0.1:${port}/webhook`, retries: 3 }, async (sender) => {
          const url = `http://127.0.0.1:${port}/webhook`;
          const inFlight = [1, 2].map((index) => sendOne(sender, aPlannedTest(url, { index })));
          sender.abort();
          const later = sendOne(sender, aPlannedTest(url, { index: 3 }));
          for (const { failure, attempts } of await Promise.all([...inFlight, later])) {
            expect(failure).toEqual({
              kind: 'aborted',
              message: 'Stopped before a response',
              code: null,
            });
            expect(attempts).toHaveLength(1);
          }
        }),
    ));
});
