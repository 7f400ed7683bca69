/** HTTP probes against a real server. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpProbe } from '../../../src/lib/model/probe.ts';
import { type Caller, createCaller } from '../../../src/lib/send/caller.ts';
import { httpLook } from '../../../src/lib/stages/probes/http.ts';
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
let answer: (response: ServerResponse) => void = () => {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response);
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
  return httpLook(probe, values, { call, checkSchema, userAgent: 'prod-e2e/test' })({
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
  it('is the one that is configured, with what the answer said', async () => {
    answer = json({});
    const probe = aProbe({
      method: 'POST',
      url: '{{origin}}/search?q={{response.signal_id}}',
      headers: { authorization: 'Bearer {{response.token}}' },
      body: { id: '{{response.signal_id}}', symbol: '{{symbol}}' },
    });
    expect(await look(probe)).toEqual({ state: 'ok', detail: null, final: true });
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

  it('is not made where the answer lacks what it needs', async () => {
    expect(await look(aProbe(), { response: {} })).toEqual({
      state: 'unverified',
      detail: 'there is no response.signal_id',
      final: true,
    });
    expect(seen).toEqual([]);
  });
});

describe('what it sees', () => {
  it.each([
    ['the right status', aProbe(), json({}), 'ok', null],
    ['another status that is right', aProbe({ status: [404] }), json({}, 404), 'ok', null],
    ['not there', aProbe(), json({}, 404), 'missing', 'HTTP 404'],
    [
      'a field that lacks',
      aProbe({ required: ['a.b', 'c'] }),
      json({ c: 1 }),
      'missing',
      'a.b not in its answer',
    ],
    [
      'another value',
      aProbe({ match: { status: 'SAVED', symbol: '{{symbol}}' } }),
      json({ status: 'PENDING', symbol: 'SPY' }),
      'failed',
      'status is "PENDING", expected "SAVED"',
    ],
    [
      'a body that breaks its schema',
      aProbe({ schema: { type: 'object', required: ['id'] } }),
      json({}),
      'failed',
      "Answer must have required property 'id'",
    ],
    [
      'no JSON',
      aProbe({ required: ['a'] }),
      (response: ServerResponse) => response.end('<html>'),
      'failed',
      'HTTP 200, but its body is not JSON',
    ],
    ['an API in trouble', aProbe(), json({}, 503), 'unverified', 'HTTP 503'],
  ] as const)('%s', async (_, probe, answering, state, detail) => {
    answer = answering;
    expect(await look(probe)).toMatchObject({ state, detail, final: state === 'ok' });
  });

  it.each([
    [401, 'HTTP 401: its credentials are not accepted'],
    [403, 'HTTP 403: its credentials are not accepted'],
    [302, 'HTTP 302: redirected, which is not followed'],
  ])('%i, which another look would see again', async (status, detail) => {
    answer = (response) => {
      response.writeHead(status, { location: `${origin}/elsewhere` }).end();
    };
    const probe = aProbe({ headers: { authorization: 'Bearer secret' } });
    expect(await look(probe)).toEqual({ state: 'unverified', detail, final: true });
    expect(seen).toHaveLength(1);
  });

  it('a limit of requests, with the time to wait', async () => {
    answer = (response) => {
      response.writeHead(429, { 'retry-after': '3' }).end();
    };
    expect(await look(aProbe())).toEqual({
      state: 'unverified',
      detail: 'HTTP 429',
      final: false,
      waitMs: 3_000,
    });
  });

  it('nobody, and no answer in time', async () => {
    const port = await freePort();
    expect(await look(aProbe({ url: `http://127.0.0.1:${port}/` }))).toEqual({
      state: 'unverified',
      detail: 'connection refused',
      final: false,
    });
    const asked = new Promise<void>((resolve) => {
      answer = () => resolve();
    });
    await withStillClock(async (clock) => {
      const looking = look(aProbe(), { withinMs: 200 });
      await asked;
      await clock.pass(199);
      expect(await hasSettled(looking)).toBe(false);
      await clock.pass(1);
      expect(await looking).toEqual({
        state: 'unverified',
        detail: 'no answer within 0.2 s',
        final: false,
      });
    });
  });
});
