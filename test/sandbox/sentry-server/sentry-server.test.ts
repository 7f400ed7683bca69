import { request } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../../src/sandbox/loopback-server.ts';
import { MAX_ENVELOPE_BYTES } from '../../../src/sandbox/sentry-server/ingest.ts';
import { startSentryServer } from '../../../src/sandbox/sentry-server/sentry-server.ts';
import { SPAN_ID, streamedEnvelope, TRACE_ID, transactionEnvelope } from '../support.ts';

const KEY = 'a'.repeat(32);
const OTHER_KEY = 'b'.repeat(32);
const TOKEN = 'sntryu_test';

let server: LoopbackServer;
let base: string;

beforeEach(async () => {
  const projects = [
    { id: 1, slug: 'prod-e2e', publicKey: KEY },
    { id: 2, slug: 'service', publicKey: OTHER_KEY },
  ];
  server = await startSentryServer({
    port: 0,
    org: 'sandbox',
    token: TOKEN,
    projects,
    streamProjectId: 2,
    senderProjectId: 1,
    faults: [],
  });
  base = `http://127.0.0.1:${server.port}`;
});

afterEach(() => {
  server.refuseMore();
  server.cut();
});

interface Sending {
  readonly path?: string;
  readonly body: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

async function send({
  path = `/api/1/envelope/?sentry_version=7&sentry_key=${KEY}`,
  body,
  headers = {},
}: Sending) {
  const response = await fetch(base + path, { method: 'POST', body, headers });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

async function read(path: string, authorization: string | null = `Bearer ${TOKEN}`) {
  const response = await fetch(base + path, { headers: authorization === null ? {} : { authorization } });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

const tracePath = (id = TRACE_ID): string => `/api/0/organizations/sandbox/trace/${id}/`;

const WHOLE_TRACE = [
  {
    event_id: SPAN_ID,
    project_slug: 'prod-e2e',
    children: [{ event_id: '975f34e3665af084', op: 'http.client' }],
  },
];

describe('envelope ingest', () => {
  it.each([
    ['streamed', streamedEnvelope(), {}],
    ['static', transactionEnvelope(), { id: '4b545391abed4bab96f341fad459aa34' }],
  ])('accepts the %s format and returns the trace', async (_name, body, response) => {
    expect(await send({ body })).toEqual({ status: 200, json: response });
    expect((await read(tracePath())).json).toMatchObject(WHOLE_TRACE);
    expect((await read(tracePath(TRACE_ID.toUpperCase()))).json).toMatchObject(WHOLE_TRACE);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
    ['identity', (body: string) => Buffer.from(body)],
  ])('decodes %s', async (encoding, compress) => {
    const body = new Uint8Array(compress(streamedEnvelope()));
    expect((await send({ body, headers: { 'content-encoding': encoding } })).status).toBe(200);
    expect((await read(tracePath())).json).toMatchObject(WHOLE_TRACE);
  });

  it('accepts chunked bodies without content-type, as @sentry/node 11 sends them', async () => {
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(
        `${base}/api/1/envelope/?sentry_key=${KEY}`,
        { method: 'POST' },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      outgoing.on('error', reject);
      for (const part of streamedEnvelope().match(/[\s\S]{1,100}/g) ?? []) outgoing.write(part);
      outgoing.end();
    });
    expect(status).toBe(200);
    expect((await read(tracePath())).json).toMatchObject(WHOLE_TRACE);
  });

  it.each([
    ['X-Sentry-Auth', { 'x-sentry-auth': `Sentry sentry_version=7, sentry_client=x/1, sentry_key=${KEY}` }],
    ['Authorization', { authorization: `Sentry sentry_key=${KEY}` }],
  ])('reads the key from %s', async (_name, headers) => {
    expect((await send({ path: '/api/1/envelope/', body: streamedEnvelope(), headers })).status).toBe(200);
  });

  it('reads the key from the dsn in the envelope header', async () => {
    const body = `{"dsn":"http://${KEY}@127.0.0.1:9/1"}\n`;
    expect((await send({ path: '/api/1/envelope/', body })).status).toBe(200);
  });

  it.each([
    ['no key', '/api/1/envelope/', '{}', 'missing authorization information'],
    [
      'two keys',
      `/api/1/envelope/?sentry_key=${KEY}`,
      `{"dsn":"http://${OTHER_KEY}@h/1"}`,
      'conflicting authorization information',
    ],
    [
      'a wrong key',
      '/api/1/envelope/?sentry_key=c',
      '{}',
      'event submission rejected with_reason: ProjectId',
    ],
    [
      'another project',
      `/api/7/envelope/?sentry_key=${KEY}`,
      '{}',
      'event submission rejected with_reason: ProjectId',
    ],
  ])('refuses %s with 403', async (_name, path, body, detail) => {
    expect(await send({ path, body })).toEqual({
      status: 403,
      json: { detail, causes: [expect.any(String)] },
    });
  });

  it('refuses garbage with 400, an unknown encoding with 415, too much with 413, and saves nothing of it', async () => {
    expect(await send({ body: 'nope' })).toMatchObject({
      status: 400,
      json: {
        detail: 'invalid event envelope',
        causes: ['the envelope header (line 1) is not a JSON object'],
      },
    });
    expect(await send({ body: 'x', headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 400 });
    expect(await send({ body: 'x', headers: { 'content-encoding': 'zstd' } })).toMatchObject({ status: 415 });
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(MAX_ENVELOPE_BYTES + 1)));
    expect(await send({ body: bomb, headers: { 'content-encoding': 'gzip' } })).toMatchObject({
      status: 413,
    });
    expect((await read('/api/0/sandbox/received')).json).toMatchObject({ envelopes: 0, spans: 0 });
  });

  it('serves /stream for Spotlight without a key', async () => {
    expect((await send({ path: '/stream', body: streamedEnvelope() })).status).toBe(200);
    expect((await read(tracePath())).json).toMatchObject([{ project_slug: 'service' }]);
  });
});

describe('read API', () => {
  it.each([tracePath(), '/api/0/organizations/sandbox/', '/api/0/sandbox/received'])(
    'requires the token for %s',
    async (path) => {
      expect(await read(path, null)).toEqual({
        status: 401,
        json: { detail: 'Authentication credentials were not provided.' },
      });
      expect(await read(path, 'Bearer wrong')).toEqual({ status: 401, json: { detail: 'Invalid token' } });
      expect((await read(path)).status).toBe(200);
      expect((await read(path.replace(/\/$/, ''))).status).toBe(200);
    },
  );

  it('has one organization, with links to itself', async () => {
    expect((await read('/api/0/organizations/sandbox/')).json).toMatchObject({
      slug: 'sandbox',
      links: { regionUrl: base },
    });
    expect((await read('/api/0/organizations/other/')).status).toBe(404);
    expect((await read('/api/0/organizations/other/trace/x/')).status).toBe(404);
  });

  it('responds to an unknown trace with [], to a malformed id with 404', async () => {
    expect(await read(tracePath())).toEqual({ status: 200, json: [] });
    expect((await read(tracePath('xyz'))).status).toBe(404);
  });

  it('adds the requested attributes', async () => {
    await send({ body: streamedEnvelope() });
    const query = '?additional_attributes=span.status&additional_attributes=http.response.status_code';
    expect((await read(tracePath() + query)).json).toMatchObject([
      {
        additional_attributes: { 'span.status': 'ok' },
        children: [
          { additional_attributes: { 'span.status': 'internal_error', 'http.response.status_code': 500 } },
        ],
      },
    ]);
  });
});
