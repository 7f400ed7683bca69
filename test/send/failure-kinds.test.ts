/** Every way a request can fail, each produced for real, and that the sender works on afterwards. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/lib/model/delivery.ts';
import type { SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import {
  afterRequest,
  answering,
  answeringAndClosing,
  closedPort,
  type Fault,
  withFaultyServer,
  withFullBacklog,
} from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
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
  /** The whole send takes at most so many milliseconds. */
  readonly withinMs?: number;
}

/** Sends one webhook to a faulty place and checks everything about the failure. */
async function expectFailure(
  options: Partial<SenderOptions> & { readonly url: string },
  expected: Expected,
): Promise<void> {
  await withSender(options, async (sender) => {
    const begun = performance.now();
    const delivery = await sendOne(sender, aPlannedTest(options.url));
    const tookMs = performance.now() - begun;
    expect(delivery.failure).not.toBeNull();
    expect(delivery.answer).toBeNull();
    expect(delivery.failure?.message).toMatch(expected.message);
    expect(delivery.failure?.kind).toBe(expected.kind);
    expect(delivery.failure?.message).toMatch(/^Request failed: /);
    if (expected.code instanceof RegExp) expect(delivery.failure?.code).toMatch(expected.code);
    else if (expected.code !== undefined) expect(delivery.failure?.code).toBe(expected.code);
    expect(delivery.attempts).toHaveLength(1);
    expect(delivery.attempts[0]).toMatchObject({ failure: delivery.failure, staleConnection: false });
    expect(delivery.timings.totalMs).toBeLessThanOrEqual(tookMs + 1);
    expect(delivery.timings.downloadMs).toBeNull();
    expect(tookMs).toBeLessThan(expected.withinMs ?? 3_000);
    expect(delivery.trace.headers['sentry-trace']).toBe(
      `${delivery.trace.traceId}-${delivery.trace.spanId}-1`,
    );
    if (options.url.startsWith('http:')) await expectToWorkStill(sender);
  });
}

async function expectToWorkStill(sender: Parameters<typeof sendOne>[0]): Promise<void> {
  await withTarget(accept, async (target) => {
    const next = await withProxyVariables({}, () => sendOne(sender, aPlannedTest(target.url)));
    // Through a proxy that is out of order nothing works, whatever the target.
    if (next.failure?.kind !== 'proxy') expect(next.answer?.status).toBe(200);
  });
}

describe('no connection', () => {
  it('dns: a name that does not exist', () =>
    expectFailure(
      { url: 'http://hooks.invalid/webhook' },
      {
        kind: 'dns',
        message: /^Request failed: Host name not found$/,
        code: /^(ENOTFOUND|EAI_AGAIN)$/,
        withinMs: 8_000,
      },
    ));

  it('dns: a look-up that takes longer than allowed, or fails meanwhile', () =>
    expectFailure(
      { url: 'http://hooks.invalid/webhook', connectTimeoutMs: 1 },
      {
        kind: 'dns',
        message: /^Request failed: Host name (not found|not resolved within 0\.001 s)$/,
        withinMs: 8_000,
      },
    ));

  it('refused: nothing listens', async () =>
    expectFailure(
      { url: `http://127.0.0.1:${await closedPort()}/webhook` },
      { kind: 'refused', message: 'Request failed: Connection refused', code: 'ECONNREFUSED' },
    ));

  it('refused: nothing listens at any address of the name', async () =>
    expectFailure(
      { url: `http://localhost:${await closedPort()}/webhook` },
      { kind: 'refused', message: 'Request failed: Connection refused', code: 'ECONNREFUSED' },
    ));

  it('unreachable: an address no connection can go to', () =>
    expectFailure(
      { url: 'http://255.255.255.255:9/webhook' },
      { kind: 'unreachable', message: 'Request failed: Host unreachable', code: /^E/ },
    ));

  it.runIf(process.platform === 'linux')('connect-timeout: connections are neither taken nor refused', () =>
    withFullBacklog((port) =>
      expectFailure(
        { url: `http://127.0.0.1:${port}/webhook`, connectTimeoutMs: 300 },
        { kind: 'connect-timeout', message: /^Request failed: Connection timeout$/, code: 'ETIMEDOUT' },
      ),
    ),
  );

  it.runIf(process.platform === 'linux')('connect-timeout: the whole time-out is the shorter one', () =>
    withFullBacklog((port) =>
      expectFailure(
        { url: `http://127.0.0.1:${port}/webhook`, connectTimeoutMs: 5_000, timeoutMs: 300 },
        { kind: 'connect-timeout', message: /^Request failed: Connection timeout$/ },
      ),
    ),
  );
});

describe('tls', () => {
  const secure = async (
    name: 'good' | 'expired' | 'wrongName' | 'selfSigned',
    trusted: boolean,
    expected: Expected,
  ) =>
    withTarget(
      accept,
      ({ url }) =>
        expectFailure(
          { url, tls: { ca: trusted ? certificates.caPath : null, cert: null, key: null, insecure: false } },
          expected,
        ),
      { tls: certificates[name] },
    );

  it('expired', () =>
    secure('expired', true, {
      kind: 'tls',
      message: 'Request failed: Certificate has expired',
      code: 'CERT_HAS_EXPIRED',
    }));

  it('self-signed', () =>
    secure('selfSigned', false, {
      kind: 'tls',
      message: 'Request failed: Certificate is self-signed',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    }));

  it('another host name', () =>
    secure('wrongName', true, {
      kind: 'tls',
      message: 'Request failed: Certificate is for another host name',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    }));

  it('an authority that is not trusted', () =>
    secure('good', false, {
      kind: 'tls',
      message: /^Request failed: Certificate (chain is incomplete|issuer is unknown)$/,
    }));

  it('plain HTTP on the port of https', () =>
    withTarget(accept, ({ port }) =>
      expectFailure(
        { url: `https://127.0.0.1:${port}/webhook` },
        { kind: 'tls', message: /^Request failed: TLS handshake failed/ },
      ),
    ));

  it('handshake cut off', () =>
    withFaultyServer(
      (socket) => socket.once('data', () => socket.destroy()),
      ({ port }) =>
        expectFailure(
          { url: `https://127.0.0.1:${port}/webhook` },
          { kind: 'tls', message: 'Request failed: TLS handshake failed (ECONNRESET)', code: 'ECONNRESET' },
        ),
    ));

  it('handshake without an answer is a connection timeout', () =>
    withFaultyServer(
      () => {},
      ({ port }) =>
        expectFailure(
          { url: `https://127.0.0.1:${port}/webhook`, connectTimeoutMs: 300 },
          { kind: 'connect-timeout', message: /^Request failed: Connection timeout$/ },
        ),
    ));

  it('a client certificate is asked for and none given', () =>
    withTarget(
      accept,
      ({ url }) =>
        expectFailure(
          { url, tls: { ca: certificates.caPath, cert: null, key: null, insecure: false } },
          { kind: 'tls', message: 'Request failed: Server wants a client certificate' },
        ),
      {
        tls: {
          ...certificates.good,
          ca: certificates.good.cert,
          requestCert: true,
          rejectUnauthorized: true,
        },
      },
    ));
});

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

interface Case extends Expected {
  readonly name: string;
  readonly fault: Fault;
  readonly options?: Partial<SenderOptions>;
}

const reset = afterRequest((socket) => socket.resetAndDestroy());

const ON_A_CONNECTION: readonly Case[] = [
  {
    name: 'reset: before an answer',
    fault: reset,
    kind: 'reset',
    message: 'Request failed: Connection reset before an answer',
    code: 'ECONNRESET',
  },
  {
    name: 'reset: closed in order without a byte',
    fault: afterRequest((socket) => socket.end()),
    kind: 'reset',
    message: 'Request failed: Connection reset before an answer',
  },
  {
    name: 'reset: closed before the request was read',
    fault: (socket) => socket.destroy(),
    kind: 'reset',
    message: 'Request failed: Connection reset before an answer',
  },
  {
    name: 'reset: within the status line',
    fault: answeringAndClosing('HTTP/1.1 2'),
    kind: 'reset',
    message: 'Request failed: Connection reset before an answer',
  },
  {
    name: 'response-timeout: the request is taken and never answered',
    fault: () => {},
    options: { timeoutMs: 300 },
    kind: 'response-timeout',
    message: 'Request failed: No answer within 0.3 s',
    code: 'ETIMEDOUT',
  },
  {
    name: 'body-timeout: headers, then nothing',
    fault: answering(`${HEAD}content-length: 100\r\n\r\n`),
    options: { timeoutMs: 300 },
    kind: 'body-timeout',
    message: 'Request failed: Answer not complete within 0.3 s',
  },
  {
    name: 'body-timeout: the body stalls',
    fault: answering(`${HEAD}content-length: 100\r\n\r\n{"status"`),
    options: { timeoutMs: 300 },
    kind: 'body-timeout',
    message: 'Request failed: Answer not complete within 0.3 s',
  },
  {
    name: 'body-timeout: a compressed body stalls',
    fault: answering(
      `${HEAD}content-encoding: gzip\r\ncontent-length: 100\r\n\r\n`,
      gzipSync('{"status":"ACCEPTED"}').subarray(0, 12),
    ),
    options: { timeoutMs: 300 },
    kind: 'body-timeout',
    message: 'Request failed: Answer not complete within 0.3 s',
  },
  {
    name: 'truncated: reset within the body',
    fault: afterRequest((socket) => {
      socket.write(`${HEAD}content-length: 100\r\n\r\n{"status"`, () => socket.resetAndDestroy());
    }),
    kind: 'truncated',
    message: 'Request failed: Answer was cut off',
  },
  {
    name: 'truncated: closed before its content-length',
    fault: answeringAndClosing(`${HEAD}content-length: 100\r\n\r\n{"status":"ACCEPTED"}`),
    kind: 'truncated',
    message: 'Request failed: Answer was cut off',
  },
  {
    name: 'truncated: closed within a chunk',
    fault: answeringAndClosing(`${HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"status"`),
    kind: 'truncated',
    message: 'Request failed: Answer was cut off',
  },
  {
    name: 'truncated: a compressed body, closed early',
    fault: answeringAndClosing(
      `${HEAD}content-encoding: gzip\r\ncontent-length: 100\r\n\r\n`,
      gzipSync('{"status":"ACCEPTED"}').subarray(0, 12),
    ),
    kind: 'truncated',
    message: 'Request failed: Answer was cut off',
  },
  {
    name: 'truncated: a whole body whose gzip stream ends early',
    fault: answering(
      `${HEAD}content-encoding: gzip\r\ncontent-length: 12\r\n\r\n`,
      gzipSync('{"status":"ACCEPTED"}').subarray(0, 12),
    ),
    kind: 'truncated',
    message: 'Request failed: Answer was cut off',
  },
  {
    name: 'too-large',
    fault: answering(`${HEAD}content-length: 1001\r\n\r\n`, 'x'.repeat(1001)),
    options: { maxBodyBytes: 1_000 },
    kind: 'too-large',
    message: 'Request failed: Answer larger than 1000 bytes',
    code: null,
  },
  {
    name: 'too-large: without an end',
    fault: afterRequest((socket) => {
      const more = () => socket.writable && socket.write('x'.repeat(65_536), more);
      socket.write(`${HEAD}\r\n`, more);
    }),
    options: { maxBodyBytes: 1_000_000 },
    kind: 'too-large',
    message: 'Request failed: Answer larger than 1000000 bytes',
  },
  {
    name: 'too-large: small on the wire, huge once decompressed',
    fault: answering(
      `${HEAD}content-encoding: gzip\r\nconnection: close\r\n\r\n`,
      gzipSync(Buffer.alloc(50_000_000)),
    ),
    options: { maxBodyBytes: 1_000_000 },
    kind: 'too-large',
    message: 'Request failed: Answer larger than 1000000 bytes',
  },
  {
    name: 'protocol: not HTTP',
    fault: answeringAndClosing('220 mail.example.com ESMTP\r\n'),
    kind: 'protocol',
    message: /^Request failed: Answer is not valid HTTP \(HPE_/,
  },
  {
    name: 'protocol: a header without a name',
    fault: answering(`HTTP/1.1 200 OK\r\n: no name\r\n\r\n`),
    kind: 'protocol',
    message: /^Request failed: Answer is not valid HTTP \(HPE_/,
  },
  {
    name: 'protocol: headers without an end',
    fault: answering(`${HEAD}x-long: ${'x'.repeat(70_000)}\r\n\r\n`),
    kind: 'protocol',
    message: 'Request failed: Answer is not valid HTTP (HPE_HEADER_OVERFLOW)',
    code: 'HPE_HEADER_OVERFLOW',
  },
  {
    name: 'protocol: a bad chunk size',
    fault: answering(`${HEAD}transfer-encoding: chunked\r\n\r\nnot a size\r\n`),
    kind: 'protocol',
    message: /^Request failed: Answer is not valid HTTP \(HPE_/,
  },
  {
    name: 'protocol: gzip that is none',
    fault: answering(
      `${HEAD}content-encoding: gzip\r\ncontent-length: 19\r\n\r\n{"status":"SUCCESS"}`.slice(0, -1),
    ),
    kind: 'protocol',
    message: 'Request failed: Answer cannot be decompressed (Z_DATA_ERROR)',
  },
  {
    name: 'protocol: Brotli that is none',
    fault: answering(`${HEAD}content-encoding: br\r\ncontent-length: 20\r\n\r\n{"status":"SUCCESS"}`),
    kind: 'protocol',
    message: /^Request failed: Answer cannot be decompressed \(ERR__/,
  },
  {
    name: 'protocol: another one, unasked',
    fault: answering('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    kind: 'protocol',
    message: 'Request failed: Server switched to another protocol (HTTP 101)',
  },
];

describe('on a connection', () => {
  for (const { name, fault, options, ...expected } of ON_A_CONNECTION) {
    it(name, () =>
      withFaultyServer(fault, async ({ port, connections }) => {
        await expectFailure({ url: `http://127.0.0.1:${port}/webhook`, ...options }, expected);
        expect(connections()).toBe(1);
      }),
    );
  }

  it('the same over TLS: reset and response-timeout are no failures of the handshake', async () => {
    const tls = { ca: certificates.caPath, cert: null, key: null, insecure: false };
    await withFaultyServer(
      afterRequest((socket) => socket.destroy()),
      ({ port }) =>
        expectFailure(
          { url: `https://127.0.0.1:${port}/webhook`, tls },
          { kind: 'reset', message: 'Request failed: Connection reset before an answer' },
        ),
      { tls: certificates.good },
    );
    await withFaultyServer(
      () => {},
      ({ port }) =>
        expectFailure(
          { url: `https://127.0.0.1:${port}/webhook`, tls, timeoutMs: 500 },
          { kind: 'response-timeout', message: 'Request failed: No answer within 0.5 s' },
        ),
      { tls: certificates.good },
    );
  });

  it('a time-out on a kept connection is told as on a new one, with TLS too', () =>
    withTarget(
      (request, response) => (request.body.length > 100 ? undefined : accept(request, response)),
      ({ url, requests }) =>
        withSender(
          { url, timeoutMs: 500, tls: { ca: certificates.caPath, cert: null, key: null, insecure: false } },
          async (sender) => {
            const first = await sendOne(sender, aPlannedTest(url));
            expect(first.answer?.status).toBe(200);
            const second = await sendOne(sender, aPlannedTest(url, { request: { body: 'x'.repeat(101) } }));
            expect(second.failure?.kind).toBe('response-timeout');
            expect(requests.map(({ connection }) => connection)).toEqual([1, 1]);
          },
        ),
      { tls: certificates.good },
    ));
});

describe('proxy', () => {
  it('wants credentials', () =>
    withProxy(
      (proxy) =>
        withProxyVariables({ HTTPS_PROXY: proxy.url }, () =>
          expectFailure(
            { url: 'https://hooks.example.com/webhook' },
            {
              kind: 'proxy',
              message: `Request failed: Proxy ${proxy.host} wants credentials (HTTP 407)`,
              code: null,
            },
          ),
        ),
      { status: 407 },
    ));

  it('refuses the target', () =>
    withProxy(
      (proxy) =>
        withProxyVariables({ http_proxy: proxy.url }, () =>
          expectFailure(
            { url: 'http://hooks.example.com/webhook' },
            {
              kind: 'proxy',
              message: `Request failed: Proxy ${proxy.host} refused to connect to the target (HTTP 502)`,
            },
          ),
        ),
      { status: 502 },
    ));

  it('is down; its credentials are not told', async () => {
    const port = await closedPort();
    await withProxyVariables({ https_proxy: `http://user:hunter2@127.0.0.1:${port}` }, () =>
      expectFailure(
        { url: 'https://hooks.example.com/webhook' },
        {
          kind: 'proxy',
          message: new RegExp(`^Request failed: Proxy 127\\.0\\.0\\.1:${port} refused the connection$`),
          code: 'ECONNREFUSED',
        },
      ),
    );
  });

  it('does not exist', () =>
    withProxyVariables({ https_proxy: 'http://proxy.invalid:3128' }, () =>
      expectFailure(
        { url: 'https://hooks.example.com/webhook' },
        {
          kind: 'proxy',
          message: 'Request failed: Proxy proxy.invalid:3128 was not found: its host name is unknown',
          withinMs: 8_000,
        },
      ),
    ));

  it('does not answer', () =>
    withProxy(
      (proxy) =>
        withProxyVariables({ HTTPS_PROXY: proxy.url }, () =>
          expectFailure(
            { url: 'https://hooks.example.com/webhook', connectTimeoutMs: 300 },
            { kind: 'proxy', message: `Request failed: Proxy ${proxy.host} did not answer in time` },
          ),
        ),
      { status: 0 },
    ));

  it('hangs up', () =>
    withFaultyServer(
      (socket) => socket.once('data', () => socket.destroy()),
      ({ port }) =>
        withProxyVariables({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, () =>
          expectFailure(
            { url: 'https://hooks.example.com/webhook' },
            { kind: 'proxy', message: `Request failed: Proxy 127.0.0.1:${port} closed the connection` },
          ),
        ),
    ));

  it('stands, but the target behind it fails: that is the target’s own failure', () =>
    withProxy((proxy) =>
      withProxyVariables({ HTTPS_PROXY: proxy.url }, () =>
        withFaultyServer(
          () => {},
          async ({ port }) => {
            const tls = { ca: certificates.caPath, cert: null, key: null, insecure: false };
            await expectFailure(
              { url: `https://127.0.0.1:${port}/webhook`, timeoutMs: 500, tls },
              { kind: 'response-timeout', message: 'Request failed: No answer within 0.5 s' },
            );
            expect(proxy.tunnels.map(({ to }) => to)).toEqual([`127.0.0.1:${port}`]);
          },
          { tls: certificates.good },
        ),
      ),
    ));
});

describe('aborted', () => {
  it('ends what is under way, and everything after it', () =>
    withFaultyServer(
      () => {},
      ({ port }) =>
        withSender({ url: `http://127.0.0.1:${port}/webhook`, retries: 3 }, async (sender) => {
          const url = `http://127.0.0.1:${port}/webhook`;
          const underWay = [1, 2].map((index) => sendOne(sender, aPlannedTest(url, { index })));
          sender.abort();
          const later = sendOne(sender, aPlannedTest(url, { index: 3 }));
          for (const { failure, attempts } of await Promise.all([...underWay, later])) {
            expect(failure).toEqual({
              kind: 'aborted',
              message: 'Request failed: Stopped before an answer',
              code: null,
            });
            expect(attempts).toHaveLength(1);
          }
        }),
    ));
});
