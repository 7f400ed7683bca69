/** HTTP probes against a real server. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpProbe } from '../../../src/lib/model/probe.ts';
import { type Caller, createCaller } from '../../../src/lib/send/caller.ts';
import { runHttpProbe } from '../../../src/lib/stages/probes/http.ts';
import { compileSchemas } from '../../../src/lib/validate/schema.ts';
import { freePort } from '../../support/postgres.ts';
import { NEVER_MS } from '../../support/sending.ts';
import { hasSettled, withStillClock } from '../../support/still-clock.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let caller: Caller;
let origin = '';
let seen: Seen[] = [];
let respond: (response: ServerResponse) => void = () => {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  caller = await createCaller({
    targetUrl: `${origin}/webhook`,
    connectTimeoutMs: NEVER_MS,
    maxBodyBytes: 10_000,
    tls: { ca: null, cert: null, key: null, insecure: false },
    maxSockets: 2,
  });
});

afterAll(() => {
  caller.close();
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
});

const aProbe = (overrides: Partial<HttpProbe> = {}): HttpProbe => ({
  method: 'GET',
  url: '{{origin}}/api/signals/{{response.signal_id}}',
  headers: {},
  body: null,
  status: ['2xx'],
  required: [],
  match: null,
  stop: null,
  schema: null,
  withinMs: NEVER_MS,
  ...overrides,
});

async function look(
  probe: HttpProbe,
  options: { readonly response?: Record<string, string>; readonly withinMs?: number } = {},
) {
  const checkSchema = await compileSchemas(probe.schema === null ? [] : [probe.schema]);
  const values = { symbol: 'SPY', origin, response: options.response ?? { signal_id: 's1', token: 't-9' } };
  const { call } = caller;
  return runHttpProbe(probe, values, { call, checkSchema, userAgent: 'prod-e2e/test' })({
    withinMs: options.withinMs ?? NEVER_MS,
    signal: new AbortController().signal,
  });
}

const json =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('the call', () => {
  it('is the configured one, filled from the response', async () => {
    respond = json({});
    const probe = aProbe({
      method: 'POST',
      url: '{{origin}}/search?q={{response.signal_id}}',
      headers: { authorization: 'Bearer {{response.token}}' },
      body: { id: '{{response.signal_id}}', symbol: '{{symbol}}' },
    });
    expect(await look(probe)).toEqual({ statement: 'confirms', detail: null, final: true });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/search?q=s1',
        headers: expect.objectContaining({
          authorization: 'Bearer t-9',
          'content-type': 'application/json',
          'user-agent': 'prod-e2e/test',
        }),
        body: '{"id":"s1","symbol":"SPY"}',
      },
    ]);
    expect(Object.keys(seen[0]?.headers ?? {})).not.toContain('sentry-trace');
  });

  it('is not made if a field it needs is missing from the response', async () => {
    expect(await look(aProbe(), { response: {} })).toEqual({
      statement: 'unknown',
      detail: 'there is no response.signal_id',
      final: true,
    });
    expect(seen).toEqual([]);
  });
});

describe('the result', () => {
  it.each([
    ['the right status', aProbe(), json({}), 'confirms', null],
    ['another status that is right', aProbe({ status: [201] }), json({}, 201), 'confirms', null],
    ['nothing where nothing is right', aProbe({ status: [404] }), json({}, 404), 'confirms', null],
    ['nothing', aProbe(), json({}, 404), 'absent', 'HTTP 404'],
    ['nothing any more', aProbe(), json({}, 410), 'absent', 'HTTP 410'],
    ['what is not done yet', aProbe({ status: [200] }), json({}, 202), 'absent', 'HTTP 202'],
    [
      'an empty body',
      aProbe({ required: ['a'] }),
      (response: ServerResponse) => response.writeHead(204).end(),
      'absent',
      'HTTP 204, and its body is empty',
    ],
    [
      'a field that is missing',
      aProbe({ required: ['a.b', 'c'] }),
      json({ c: 1 }),
      'absent',
      'a.b not in its response',
    ],
    [
      'a field that is null',
      aProbe({ required: ['a', 'c'] }),
      json({ a: null, c: 1 }),
      'absent',
      'a not in its response',
    ],
    [
      'another value',
      aProbe({ match: { status: 'SAVED', symbol: '{{symbol}}' } }),
      json({ id: 7, status: 'PENDING', symbol: 'SPY' }),
      'contradicts',
      'status "PENDING" (expected "SAVED"), symbol "SPY", id 7',
    ],
    [
      'another value below the top level',
      aProbe({ match: { order: { status: 'FILLED' } } }),
      json({ order: { status: 'OPEN' } }),
      'contradicts',
      'order.status is "OPEN", expected "FILLED"',
    ],
    [
      'a body that breaks its schema',
      aProbe({ schema: { type: 'object', required: ['id'] } }),
      json({}),
      'contradicts',
      "Response must have required property 'id'",
    ],
    [
      'no JSON',
      aProbe({ required: ['a'] }),
      (response: ServerResponse) => response.end('<html>'),
      'unknown',
      'HTTP 200, but its body is not JSON',
    ],
    ['an API in trouble', aProbe(), json({}, 503), 'unknown', 'HTTP 503'],
    ['a status of which nothing is known', aProbe(), json({}, 409), 'unknown', 'HTTP 409'],
  ] as const)('is %s', async (_, probe, handler, statement, detail) => {
    respond = handler;
    expect(await look(probe)).toMatchObject({ statement, detail, final: statement === 'confirms' });
  });

  it('is a final value of stop, which ends the polling; expected values are checked first', async () => {
    const stop = { status: ['REJECTED', 'FAILED'] };
    respond = json({ id: 7, status: 'REJECTED', reason: 'max exposure' });
    const row = 'status "REJECTED" (expected "FILLED"), id 7, reason "max exposure"';
    expect(await look(aProbe({ match: { status: 'FILLED' }, stop }))).toEqual({
      ...{ statement: 'contradicts', final: true },
      ...{ detail: row, row },
    });
    expect(await look(aProbe({ match: { status: 'REJECTED' }, stop }))).toMatchObject({
      statement: 'confirms',
    });
    expect(await look(aProbe({ stop }))).toMatchObject({ statement: 'contradicts', final: true });
    respond = json({ status: 'OPEN' });
    expect(await look(aProbe({ match: { status: 'FILLED' }, stop }))).toMatchObject({
      ...{ statement: 'contradicts', final: false, detail: 'status "OPEN" (expected "FILLED")' },
    });
    expect(await look(aProbe({ stop }))).toMatchObject({ statement: 'confirms' });
  });

  it('is what was read if nothing may be there, at once', async () => {
    respond = json({ id: 'dead-letter-1' });
    expect(await look(aProbe({ status: [404] }))).toEqual({
      ...{ statement: 'contradicts', final: true, status: 200 },
      ...{ detail: 'HTTP 200: id "dead-letter-1"', row: 'id "dead-letter-1"' },
    });
  });

  it.each([
    [401, 'HTTP 401: its credentials are not accepted'],
    [403, 'HTTP 403: its credentials are not accepted'],
    [302, 'HTTP 302: redirected, and redirects are not followed'],
  ])('is %i, which another call would return again', async (status, detail) => {
    respond = (response) => {
      response.writeHead(status, { location: `${origin}/elsewhere` }).end();
    };
    const probe = aProbe({ headers: { authorization: 'Bearer secret' } });
    expect(await look(probe)).toEqual({ statement: 'unknown', detail, final: true, status });
    expect(seen).toHaveLength(1);
  });

  it('is a rate limit, with the time to wait', async () => {
    respond = (response) => {
      response.writeHead(429, { 'retry-after': '3' }).end();
    };
    expect(await look(aProbe())).toEqual({
      statement: 'unknown',
      detail: 'HTTP 429',
      final: false,
      waitMs: 3_000,
      status: 429,
    });
  });

  it('is no server, and no response in time', async () => {
    const port = await freePort();
    expect(await look(aProbe({ url: `http://127.0.0.1:${port}/` }))).toEqual({
      statement: 'unknown',
      detail: 'connection refused',
      final: false,
    });
    const asked = new Promise<void>((resolve) => {
      respond = () => resolve();
    });
    await withStillClock(async (clock) => {
      const looking = look(aProbe(), { withinMs: 200 });
      await asked;
      await clock.pass(199);
      expect(await hasSettled(looking)).toBe(false);
      await clock.pass(1);
      expect(await looking).toEqual({
        statement: 'unknown',
        detail: 'no response in 0.2 s',
        final: false,
      });
    });
  });
});
