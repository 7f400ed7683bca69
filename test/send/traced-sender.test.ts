/** What the sender puts on the wire, and what it makes of what comes back. */
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { baggageOf, expectTraceHeaders } from '../support/baggage.ts';
import { respondingWith, withFaultyServer } from '../support/faulty-server.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { accept, type Handler, withTarget } from '../support/target.ts';

/** From Node 22.15 and 23.8 on, which the types of Node 20 do not know. */
const zstd = (zlib as { readonly zstdCompressSync?: (text: string | Buffer) => Buffer }).zstdCompressSync;

/** The response to one webhook. */
async function responseTo(
  handler: Handler,
  { method = 'POST', ...options }: Partial<SenderOptions> & { readonly method?: string } = {},
): Promise<HttpResponse> {
  return withTarget(handler, ({ url }) =>
    withSender({ url, ...options }, async (sender) => {
      const delivery = await sendOne(sender, aPlannedTest(url, { request: { method } }));
      expect(delivery.failure).toBeNull();
      if (delivery.response === null) throw new Error('no response');
      return delivery.response;
    }),
  );
}

const body = (bytes: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Handler => {
  return (_request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(bytes);
  };
};

describe('the request', () => {
  it('has exactly the bytes of the body, its headers, and its own trace', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const text = '{"symbol":"SPY","note":"naïve 🚀 \u2028 \\u0000","list":[1.50,1e3]}';
        const test = aPlannedTest(url, { request: { body: text, headers: { 'x-own': 'as given' } } });
        const delivery = await sendOne(sender, test);
        const [request] = requests;
        expect(request?.method).toBe('POST');
        expect(request?.body).toEqual(Buffer.from(text, 'utf8'));
        expect(request?.headers).toMatchObject({
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
          'idempotency-key': test.testId,
          'x-prod-e2e-test': test.testId,
          'x-own': 'as given',
        });
        expect(request?.headers['transfer-encoding']).toBeUndefined();
        expectTraceHeaders(request?.headers ?? {}, delivery.trace);
        expect(delivery.request.body).toBe(text);
        expectTraceHeaders(delivery.request.headers, delivery.trace);
      }),
    ));

  it("keeps the user's own baggage before Sentry's", () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const headers = { baggage: 'team=payments,sentry-trace_id=ffffffffffffffffffffffffffffffff' };
        const { trace } = await sendOne(sender, aPlannedTest(url, { request: { headers } }));
        const sent = String(requests[0]?.headers.baggage);
        expect(sent).toMatch(/^team=payments,sentry-/);
        expect(baggageOf(sent)['sentry-trace_id']).toBe(trace.traceId);
      }),
    ));

  it.each(['GET', 'HEAD'])('with %s has no body, and the delivery records it', (method) =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const delivery = await sendOne(sender, aPlannedTest(url, { request: { method } }));
        expect(requests[0]).toMatchObject({ method, body: Buffer.alloc(0) });
        expect(delivery.request.body).toBe('');
        expect(delivery.response?.status).toBe(200);
      }),
    ),
  );

  it.each(['PUT', 'PATCH', 'DELETE', 'QUERY'])('with %s has its body', (method) =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url, { request: { method, body: '{"a":1}' } }));
        expect(requests[0]).toMatchObject({ method, body: Buffer.from('{"a":1}') });
      }),
    ),
  );

  it('with an empty body is sent with one', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url, { request: { body: '' } }));
        expect(requests[0]?.headers['content-length']).toBe('0');
      }),
    ));

  it('that cannot be written is a failure of its own, reported once', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const headers = { 'x-own': 'snow \u2603' };
        const { failure } = await sendOne(sender, aPlannedTest(url, { request: { headers } }));
        expect(failure).toMatchObject({
          kind: 'protocol',
          message: 'Invalid character in header content ["x-own"]',
        });
        expect(requests).toEqual([]);
      }),
    ));

  it('has path, query and user info of the URL', () =>
    withTarget(accept, ({ port, requests }) => {
      const url = `http://me:s%C3%A9cret@127.0.0.1:${port}/a%20b/webhook?x=1&y=%2F`;
      return withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url));
        expect(requests[0]?.url).toBe('/a%20b/webhook?x=1&y=%2F');
        expect(requests[0]?.headers.authorization).toBe(
          `Basic ${Buffer.from('me:sécret').toString('base64')}`,
        );
      });
    }));
});

describe('the response', () => {
  it('has status, status text, version, headers, body and JSON', async () => {
    const response = await responseTo((_request, response) => {
      response.writeHead(422, 'Not Today', { 'Content-Type': 'application/json', 'X-One': 'a' });
      response.end('{"error":"no"}');
    });
    expect(response).toMatchObject({
      status: 422,
      statusText: 'Not Today',
      httpVersion: '1.1',
      body: '{"error":"no"}',
      bodyBytes: 14,
      json: { ok: true, value: { error: 'no' } },
    });
    expect(response.headers).toMatchObject({ 'content-type': 'application/json', 'x-one': 'a' });
  });

  it('joins repeated headers', async () => {
    const { headers } = await responseTo((_request, response) => {
      response.writeHead(200, [
        ['X-Tag', 'a'],
        ['x-tag', 'b'],
        ['Set-Cookie', 'c=1'],
        ['Set-Cookie', 'd=2'],
      ]);
      response.end('{}');
    });
    expect(headers['x-tag']).toBe('a, b');
    expect(headers['set-cookie']).toBe('c=1, d=2');
  });

  it.each<[string, Uint8Array, string, string]>([
    ['latin1', Buffer.from('{"a":"é"}', 'latin1'), 'application/json; charset=iso-8859-1', '{"a":"é"}'],
    ['utf-16', Buffer.from('\uFEFF{"a":"é"}', 'utf16le'), 'application/json; charset=utf-16', '{"a":"é"}'],
    ['an unknown charset', Buffer.from('{"a":"é"}'), 'application/json; charset=klingon', '{"a":"é"}'],
    ['a byte order mark', Buffer.from('\uFEFF{"a":"é"}'), 'application/json', '{"a":"é"}'],
  ])('charset: %s', async (_name, bytes, type, text) => {
    const response = await responseTo(body(bytes, { 'content-type': type }));
    expect(response.body).toBe(text);
    expect(response.bodyBytes).toBe(bytes.length);
    expect(response.json).toEqual({ ok: true, value: { a: 'é' } });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    // Without the header of zlib, as some servers send it.
    ['deflate', deflateRawSync],
    ['gzip, br', (text) => brotliCompressSync(gzipSync(text))],
    ['deflate ,identity,  gzip', (text) => gzipSync(deflateSync(text))],
    ['identity', (text) => Buffer.from(text)],
  ] as readonly (readonly [string, (text: string) => Buffer])[])(
    'is decompressed from %s',
    async (encoding, compress) => {
      const text = JSON.stringify({ status: 'ACCEPTED', filler: 'x'.repeat(100_000) });
      const response = await responseTo(body(compress(text), { 'content-encoding': encoding }));
      expect(response.body).toBe(text);
      expect(response.bodyBytes).toBe(text.length);
      expect(response.headers['content-encoding']).toBe(encoding);
    },
  );

  it.skipIf(zstd === undefined)('is decompressed from zstd if Node supports it', async () => {
    const compress = zstd ?? gzipSync;
    const text = JSON.stringify({ status: 'ACCEPTED', filler: 'x'.repeat(100_000) });
    for (const [coding, bytes] of [
      ['zstd', compress(text)],
      ['gzip, zstd', compress(gzipSync(text))],
      ['zstd, br', brotliCompressSync(compress(text))],
    ] as const)
      expect((await responseTo(body(bytes, { 'content-encoding': coding }))).body, coding).toBe(text);
    const delivery = await withTarget(body('no zstd', { 'content-encoding': 'zstd' }), ({ url }) =>
      withSender({ url }, (sender) => sendOne(sender, aPlannedTest(url))),
    );
    expect(delivery).toMatchObject({ response: null, failure: { kind: 'protocol' } });
  });

  it.each(['compress', 'gzip, compress', 'aes128gcm', ...(zstd === undefined ? ['zstd', 'gzip, zstd'] : [])])(
    'has an unknown coding, which is named: %s',
    async (coding) => {
      const unknown = coding.replace('gzip, ', '');
      const response = await responseTo(body('\x1f\x9d', { 'content-encoding': coding }));
      expect(response).toMatchObject({
        status: 200,
        body: '',
        bodyBytes: 3,
        json: {
          ok: false,
          kind: 'unknown-coding',
          reason: `the body has the content coding "${unknown}", which cannot be decoded`,
        },
      });
    },
  );

  it('has headers as UTF-8 if they are valid UTF-8, otherwise as Latin-1', async () => {
    const response = await responseTo((_request, response) => {
      response.setHeader('x-utf8', Buffer.from('Grüße €', 'utf8').toString('latin1'));
      response.setHeader('x-latin1', 'Grüße');
      // A text would be joined with the headers, and all of it written as UTF-8.
      response.end(Buffer.from('{}'));
    });
    expect(response.headers).toMatchObject({ 'x-utf8': 'Grüße €', 'x-latin1': 'Grüße' });
  });

  it.each([
    ['200 without a body', 200, {}],
    ['200 of an empty gzip', 200, { 'content-encoding': 'gzip' }],
    ['204', 204, {}],
    ['204 that speaks of gzip', 204, { 'content-encoding': 'gzip' }],
    ['304', 304, {}],
  ])('%s has an empty body', async (_name, status, headers) => {
    const response = await responseTo((_request, response) => {
      response.writeHead(status, headers);
      response.end();
    });
    expect(response).toMatchObject({ status, body: '', bodyBytes: 0, json: { ok: false, kind: 'empty' } });
  });

  it('to HEAD has the length in its headers only', async () => {
    const response = await responseTo(body('', { 'content-length': '1000', 'content-encoding': 'gzip' }), {
      method: 'HEAD',
    });
    expect(response).toMatchObject({ status: 200, body: '' });
  });

  it('may contain NUL bytes and deep nesting', async () => {
    expect((await responseTo(body('a\0b'))).body).toBe('a\0b');
    const deep = await responseTo(body('['.repeat(100_000) + ']'.repeat(100_000)));
    expect(deep.json).toMatchObject({ ok: false, kind: 'too-deep' });
  });

  it('may be exactly as long as the limit', async () => {
    const response = await responseTo(body('x'.repeat(1_000)), { maxBodyBytes: 1_000 });
    expect(response.bodyBytes).toBe(1_000);
  });

  it('may take longer than an idle connection is kept', async () => {
    const response = await responseTo((_request, response) => {
      setTimeout(() => response.end('{}'), 4_300);
    });
    expect(response.body).toBe('{}');
  });

  it('after 100 and 103 is the last one', () =>
    withFaultyServer(
      respondingWith(
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
        'HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}',
      ),
      ({ port }) =>
        withSender({ url: `http://127.0.0.1:${port}/` }, async (sender) => {
          const { response } = await sendOne(sender, aPlannedTest(`http://127.0.0.1:${port}/`));
          expect(response).toMatchObject({ status: 202, body: '{}' });
        }),
    ));

  it.each([301, 302, 303, 307, 308])('may be a redirect, which is not followed: %i', (status) =>
    withTarget(
      (_request, response) => {
        response.writeHead(status, { location: '/elsewhere' });
        response.end();
      },
      ({ url, requests }) =>
        withSender({ url, retries: 3 }, async (sender) => {
          const { response, attempts } = await sendOne(sender, aPlannedTest(url));
          expect(response).toMatchObject({ status, headers: { location: '/elsewhere' } });
          expect(requests).toHaveLength(1);
          expect(attempts).toHaveLength(1);
        }),
    ),
  );
});

describe('timings', () => {
  it('have the phases of a new connection, then only those of a reused one', () =>
    withTarget(accept, ({ port }) => {
      const url = `http://localhost:${port}/webhook`;
      return withSender({ url }, async (sender) => {
        const first = await sendOne(sender, aPlannedTest(url));
        const { dnsMs, tcpMs, tlsMs, firstByteMs, downloadMs, totalMs, lateMs } = first.timings;
        for (const phase of [dnsMs, tcpMs, firstByteMs, downloadMs]) expect(phase).toBeGreaterThanOrEqual(0);
        expect([tlsMs, lateMs]).toEqual([null, 0]);
        expect(totalMs).toBeGreaterThan(0);
        expect(first.attempts).toEqual([
          {
            startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
            durationMs: totalMs,
            status: 200,
            failure: null,
            mayHaveArrived: true,
          },
        ]);
        const second = await sendOne(sender, aPlannedTest(url));
        expect(second.timings).toMatchObject({ dnsMs: null, tcpMs: null, tlsMs: null });
      });
    }));

  it('show where the time was spent', () =>
    withTarget(
      async (request, response) => {
        // The server's own clock: the sender must have measured at least as much.
        await new Promise((resolve) => setTimeout(resolve, 150));
        accept(request, response);
      },
      ({ url }) =>
        withSender({ url }, async (sender) => {
          const { timings } = await sendOne(sender, aPlannedTest(url));
          // got's phases are differences of a clock with whole milliseconds, and timers may be early by one.
          expect(timings.firstByteMs).toBeGreaterThanOrEqual(147);
          expect(timings.totalMs).toBeGreaterThanOrEqual(timings.firstByteMs ?? 0);
        }),
    ));

  it('include the lateness in the total', () =>
    withTarget(accept, ({ url }) =>
      withSender({ url }, async (sender) => {
        const { timings, attempts } = await sendOne(sender, aPlannedTest(url), 5_000);
        expect(timings.lateMs).toBe(5_000);
        expect(timings.totalMs).toBeCloseTo(5_000 + (attempts[0]?.durationMs ?? 0), 6);
      }),
    ));
});
