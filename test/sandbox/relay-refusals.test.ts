/** What Relay refuses, the sandbox refuses in the same way; what it drops after a 200 is counted as Stats count it. */
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import type { LoopbackServer } from '../../src/sandbox/loopback-server.ts';
import type { IngestNotice } from '../../src/sandbox/notices.ts';
import { startSentryServer } from '../../src/sandbox/sentry-server/sentry-server.ts';
import {
  containerHeader,
  envelopeText,
  SPAN_ID,
  streamedEnvelope,
  TRACE_ID,
  traceOfEnvelope,
  transactionEnvelope,
} from './support.ts';

const KEY = 'a'.repeat(32);
const OTHER_KEY = 'b'.repeat(32);
const TOKEN = 'sntryu_test';
const EVENT_ID = '4b545391abed4bab96f341fad459aa34';
const MIB = 1024 * 1024;

let server: LoopbackServer;
let base: string;
let notices: IngestNotice[];

beforeEach(async () => {
  notices = [];
  server = await startSentryServer(
    {
      port: 0,
      org: 'sandbox',
      token: TOKEN,
      projects: [
        { id: 1, slug: 'prod-e2e', publicKey: KEY },
        { id: 2, slug: 'service', publicKey: OTHER_KEY },
      ],
      streamProjectId: 2,
      senderProjectId: 1,
      faults: [],
    },
    (notice) => notices.push(notice),
  );
  base = `http://127.0.0.1:${server.port}`;
});

afterEach(() => {
  server.refuseMore();
  server.cut();
});

async function send(path: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
  });
  return { status: response.status, json: (await response.json()) as JsonObject };
}

const sendEnvelope = (body: string) => send(`/api/2/envelope/?sentry_key=${OTHER_KEY}`, body);

async function read(path: string): Promise<Json> {
  const response = await fetch(base + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as Json;
}

interface Outcome extends JsonObject {
  readonly outcome: string;
  readonly category: string;
  readonly reason: string | null;
  readonly quantity: number;
}

async function outcomes(): Promise<string[]> {
  const { outcomes: all } = (await read('/api/0/sandbox/received')) as unknown as { outcomes: Outcome[] };
  return all.map(({ outcome, category, reason, quantity }) => `${outcome} ${category} ${reason} ${quantity}`);
}

const trace = (id = TRACE_ID): Promise<Json> => read(`/api/0/organizations/sandbox/trace/${id}/`);

const TIMES = { start_timestamp: 1_795_396_552.25, end_timestamp: 1_795_396_552.5 };
const spanId = (index: number): string => index.toString(16).padStart(16, '0');

const aSpan = (index: number, more: JsonObject = {}): JsonObject => ({
  trace_id: TRACE_ID,
  span_id: spanId(index),
  name: `step ${index}`,
  status: 'ok',
  ...TIMES,
  ...more,
});

/** An envelope with a container of these spans. */
const container = (
  items: readonly Json[],
  { header = { trace: traceOfEnvelope(TRACE_ID) } as JsonObject, item = containerHeader(items.length) } = {},
): string => envelopeText(header, [item, { version: 2, items: [...items] }]);

const aTransaction = (more: JsonObject): string => {
  const [header = '', item = '', payload = ''] = transactionEnvelope().split('\n');
  return [header, item, JSON.stringify({ ...(JSON.parse(payload) as JsonObject), ...more })].join('\n');
};

describe('streamed spans', () => {
  const two = [aSpan(1), aSpan(2)];
  it.each<[string, string, string[]]>([
    ['no trace header', container(two, { header: {} }), ['invalid span missing_dsc 2']],
    [
      'a trace header without public_key',
      container(two, { header: { trace: { trace_id: TRACE_ID } } }),
      ['invalid span missing_dsc 2'],
    ],
    [
      'a trace header with a key of another form',
      container(two, { header: { trace: { trace_id: TRACE_ID, public_key: 'k' } } }),
      ['invalid span missing_dsc 2'],
    ],
    [
      'a trace header without trace_id',
      container(two, { header: { trace: { public_key: KEY } } }),
      ['invalid span missing_dsc 2'],
    ],
    [
      'the trace header of another trace',
      container(two, { header: { trace: traceOfEnvelope('d'.repeat(32)) } }),
      ['invalid span invalid_dsc 2'],
    ],
    [
      'one span of another trace',
      container([aSpan(1), aSpan(2, { trace_id: 'd'.repeat(32) })]),
      ['invalid span invalid_dsc 2'],
    ],
    ['a larger item_count', container(two, { item: containerHeader(3) }), ['invalid span invalid_json 3']],
    ['a smaller item_count', container(two, { item: containerHeader(1) }), ['invalid span invalid_json 1']],
    [
      'no item_count',
      container(two, { item: { type: 'span', content_type: 'application/vnd.sentry.items.span.v2+json' } }),
      ['invalid span invalid_json 1'],
    ],
    [
      'no content type',
      container(two, { item: { type: 'span', item_count: 2 } }),
      ['invalid span invalid_span 1'],
    ],
    [
      'a payload that is no JSON',
      `${JSON.stringify({ trace: traceOfEnvelope(TRACE_ID) })}\n${JSON.stringify(containerHeader(2))}\n{oops`,
      ['invalid span invalid_json 2'],
    ],
    [
      'a lone span beside the container',
      envelopeText(
        { trace: traceOfEnvelope(TRACE_ID) },
        [containerHeader(2), { items: two }],
        [{ type: 'span' }, aSpan(3, { timestamp: 1_795_396_553 })],
      ),
      ['invalid span duplicate_item 3'],
    ],
  ])('are dropped with %s', async (_, envelope, expected) => {
    expect(await sendEnvelope(envelope)).toEqual({ status: 200, json: {} });
    expect(await outcomes()).toEqual(expected);
    expect(await trace()).toEqual([]);
    expect(notices).toMatchObject([
      { type: 'dropped', project: 'service', category: 'span', why: expect.stringMatching(/\w/) },
    ]);
  });

  it('are dropped one by one if only one of them is invalid', async () => {
    await sendEnvelope(
      container([
        aSpan(1),
        aSpan(2, { end_timestamp: TIMES.start_timestamp - 0.001 }),
        aSpan(3, { start_timestamp: null }),
        aSpan(4, { span_id: '0'.repeat(16) }),
        aSpan(5, { name: null }),
        aSpan(6, { status: null }),
        7,
        aSpan(1, { name: 'again' }),
        aSpan(8, { end_timestamp: TIMES.start_timestamp }),
      ]),
    );
    expect((await outcomes()).sort()).toEqual([
      'accepted span null 2',
      'invalid span duplicate 1',
      'invalid span invalid_span 2',
      'invalid span no_data 2',
      'invalid span timestamp 2',
    ]);
    expect(await trace()).toMatchObject([{ event_id: spanId(1), name: 'again' }, { event_id: spanId(8) }]);
    expect(await read('/api/0/sandbox/received')).toMatchObject({ spans: 2, invalidSpans: 7 });
  });

  it('are accepted with the key of another organization: their trace began there', async () => {
    const header = { trace: { trace_id: TRACE_ID, public_key: '4'.repeat(32) } };
    await sendEnvelope(container([aSpan(1)], { header }));
    expect(await outcomes()).toEqual(['accepted span null 1']);
  });
});

describe('transactions', () => {
  const child = {
    trace_id: TRACE_ID,
    span_id: spanId(7),
    op: 'db',
    start_timestamp: 1_795_396_552.34,
    timestamp: 1_795_396_552.35,
  };
  it.each<[string, JsonObject, number]>([
    ['that end before they start', { timestamp: 1_795_396_552.333, spans: [] }, 1],
    ['without a start', { start_timestamp: null, spans: [] }, 1],
    ['without an end', { timestamp: null, spans: [] }, 1],
    ['without a trace context', { contexts: {}, spans: [] }, 1],
    [
      'with a span that ends before it starts',
      { spans: [child, { ...child, timestamp: 1_795_396_552.339 }] },
      3,
    ],
    ['with a span without an id', { spans: [{ ...child, span_id: null }] }, 2],
    ['with a span without a trace', { spans: [{ ...child, trace_id: '0'.repeat(32) }] }, 2],
    ['with a span that is none', { spans: [null] }, 2],
  ])('%s are dropped with all their spans', async (_, more, spans) => {
    expect(await sendEnvelope(aTransaction(more))).toEqual({ status: 200, json: { id: EVENT_ID } });
    expect(await outcomes()).toEqual([
      'invalid transaction invalid_transaction 1',
      `invalid span invalid_transaction ${spans}`,
    ]);
    expect(await trace()).toEqual([]);
  });

  it('end spans that were never finished', async () => {
    const { timestamp: _, ...unfinished } = child;
    await sendEnvelope(aTransaction({ spans: [unfinished] }));
    expect(
      await read(`/api/0/organizations/sandbox/trace/${TRACE_ID}/?additional_attributes=span.status`),
    ).toMatchObject([
      { event_id: SPAN_ID },
      {
        event_id: spanId(7),
        end_timestamp: 1_795_396_552.365977,
        additional_attributes: { 'span.status': 'deadline_exceeded' },
      },
    ]);
    expect(await outcomes()).toEqual(['accepted transaction null 1', 'accepted span null 2']);
  });

  it('need no trace header', async () => {
    await sendEnvelope(transactionEnvelope());
    expect(await outcomes()).toEqual(['accepted transaction null 1', 'accepted span null 2']);
  });
});

describe('other items', () => {
  it('are counted as well, also what SDKs discarded themselves', async () => {
    const report = {
      discarded_events: [
        { reason: 'sample_rate', category: 'span', quantity: 4 },
        { reason: 'ratelimit_backoff', category: 'error', quantity: 'x' },
        7,
      ],
    };
    expect(
      await sendEnvelope(
        envelopeText(
          {},
          [{ type: 'check_in' }, { monitor_slug: 'nightly' }],
          [{ type: 'client_report' }, report],
          [{ type: 'session' }, {}],
          [{ type: 'event' }, { message: 'hello' }],
        ),
      ),
    ).toEqual({ status: 200, json: {} });
    expect(await sendEnvelope('{}\n{"type":"event"}\n{oops')).toEqual({ status: 200, json: {} });
    expect(await outcomes()).toEqual([
      'invalid monitor invalid_check_in 1',
      'client_discard span sample_rate 4',
      'accepted error null 1',
      'invalid error invalid_json 1',
    ]);
  });

  it('are named once, and again when ten times as many are dropped', async () => {
    for (let index = 0; index < 12; index += 1) await sendEnvelope(container([aSpan(1)], { header: {} }));
    expect(notices).toEqual(
      [1, 10].map((quantity) => ({
        type: 'dropped',
        project: 'service',
        category: 'span',
        reason: 'missing_dsc',
        why: 'the envelope has no trace header with trace_id and public_key; send baggage along with sentry-trace',
        quantity,
      })),
    );
  });
});

describe('a request', () => {
  const large = (bytes: number): string => 'x'.repeat(bytes);

  it.each<[string, string, string]>([
    ['an event', envelopeText({}, [{ type: 'event' }, { message: large(MIB) }]), 'event'],
    ['a transaction', aTransaction({ extra: { text: large(MIB) } }), 'transaction'],
    ['a span', container([aSpan(1, { attributes: { a: { value: large(MIB) } } })]), 'span'],
    [
      'a check-in',
      envelopeText({}, [{ type: 'check_in' }, { monitor_slug: large(100 * 1024), status: 'ok' }]),
      'check_in',
    ],
    ['a second event', envelopeText({}, [{ type: 'event' }, {}], [{ type: 'event' }, {}]), 'event'],
    [
      'a second container',
      envelopeText({}, [containerHeader(0), { items: [] }], [containerHeader(0), { items: [] }]),
      'span',
    ],
  ])('with %s that is too large is refused with 413, and nothing of it is saved', async (_, body, type) => {
    const { status, json } = await sendEnvelope(body);
    expect(status).toBe(413);
    expect(json).toEqual({
      detail: `envelope exceeded size limits for type '${type}'`,
      causes: [expect.stringMatching(/^item \d \(\w+\) .* \(limit \d+\)$/)],
    });
    const category = { event: 'error', check_in: 'monitor' }[type] ?? type;
    expect(await outcomes()).toEqual([`invalid ${category} too_large:${type} 1`]);
    expect(await read('/api/0/sandbox/received')).toMatchObject({ envelopes: 0 });
    expect(notices).toMatchObject([{ type: 'refused', status: 413 }]);
  });

  it('with a container of small spans is accepted', async () => {
    const spans = [1, 2, 3].map((index) => aSpan(index, { attributes: { a: { value: large(MIB / 2) } } }));
    expect((await sendEnvelope(container(spans))).status).toBe(200);
    expect(await outcomes()).toEqual(['accepted span null 3']);
  });

  it('with more than the sandbox holds at once is refused with 413, and the limit is named', async () => {
    const bomb = gzipSync(Buffer.alloc(33 * MIB));
    const path = `/api/2/envelope/?sentry_key=${OTHER_KEY}`;
    expect(await send(path, bomb, { 'content-encoding': 'gzip' })).toEqual({
      status: 413,
      json: {
        detail: 'failed to read request body',
        causes: ['the body is larger than 32 MiB, the limit of the sandbox; the limit of Sentry is 200 MiB'],
      },
    });
  });

  it.each<[string, string, Record<string, string>, string, string, string]>([
    [
      'without a key',
      '/api/2/envelope/',
      {},
      '{}',
      'missing authorization information',
      'there is no sentry_key',
    ],
    [
      'with an unknown key',
      `/api/2/envelope/?sentry_key=${'d'.repeat(32)}`,
      {},
      '{}',
      'event submission rejected with_reason: ProjectId',
      'no project has this public key',
    ],
    [
      'with the key of another project',
      `/api/2/envelope/?sentry_key=${KEY}`,
      {},
      '{}',
      'event submission rejected with_reason: ProjectId',
      'belongs to another project',
    ],
    [
      'with a key in the query and another one in the header',
      `/api/2/envelope/?sentry_key=${OTHER_KEY}`,
      { 'x-sentry-auth': `Sentry sentry_key=${KEY}` },
      '{}',
      'conflicting authorization information',
      'different public keys',
    ],
    [
      'with another key in the envelope header',
      `/api/2/envelope/?sentry_key=${OTHER_KEY}`,
      {},
      `{"dsn":"http://${KEY}@127.0.0.1:9/2"}`,
      'conflicting authorization information',
      'different public keys',
    ],
    [
      'with another project in the envelope header',
      `/api/2/envelope/?sentry_key=${OTHER_KEY}`,
      {},
      `{"dsn":"http://${OTHER_KEY}@127.0.0.1:9/1"}`,
      'conflicting authorization information',
      'different project ids',
    ],
    [
      'to /store/ without a key',
      '/api/2/store/',
      {},
      '{}',
      'missing authorization information',
      'there is no sentry_key',
    ],
  ])('%s is refused with 403', async (_, path, headers, body, detail, cause) => {
    expect(await send(path, body, headers)).toEqual({
      status: 403,
      json: { detail, causes: [expect.stringContaining(cause)] },
    });
    expect(notices).toMatchObject([
      { type: 'refused', path: new URL(path, base).pathname, status: 403, detail },
    ]);
  });
});

describe('/store/', () => {
  const event = { event_id: EVENT_ID, message: 'hello', timestamp: '2026-11-29T00:43:08.661575Z' };
  const text = JSON.stringify(event);
  const path = `/api/2/store/?sentry_version=7&sentry_key=${OTHER_KEY}`;
  const stored = async () => {
    const issues = (await read('/api/0/organizations/sandbox/issues/')) as JsonObject[];
    return issues.map(({ title }) => title);
  };

  it.each<[string, string | Uint8Array, Record<string, string>]>([
    ['as JSON', text, {}],
    ['with gzip', gzipSync(text), { 'content-encoding': 'gzip' }],
    ['with deflate', deflateSync(text), { 'content-encoding': 'deflate' }],
    ['as Base64', Buffer.from(text).toString('base64'), {}],
    ['as Base64 of zlib', deflateSync(text).toString('base64'), {}],
    ['with a content type', text, { 'content-type': 'application/json' }],
    [
      'as an envelope, by its content type',
      envelopeText({ event_id: EVENT_ID }, [{ type: 'event' }, event]),
      { 'content-type': 'application/x-sentry-envelope' },
    ],
  ])('accepts an event %s', async (_, body, headers) => {
    expect(await send(path, body, headers)).toEqual({ status: 200, json: { id: EVENT_ID } });
    expect(await stored()).toEqual(['hello']);
    expect(await outcomes()).toEqual(['accepted error null 1']);
  });

  it('reads the key from X-Sentry-Auth, and the project from the key if the path has none', async () => {
    const headers = { 'x-sentry-auth': `Sentry sentry_version=7,sentry_key=${OTHER_KEY}, sentry_client=x/1` };
    expect((await send('/api/2/store/', text, headers)).status).toBe(200);
    expect((await send('/api/store/', text, headers)).status).toBe(200);
    expect(await read('/api/0/organizations/sandbox/issues/')).toMatchObject([
      { project: { slug: 'service' } },
      { project: { slug: 'service' } },
    ]);
  });

  it('accepts a transaction', async () => {
    const payload = transactionEnvelope().split('\n')[2] ?? '';
    expect(await send(path, payload)).toEqual({ status: 200, json: { id: EVENT_ID } });
    expect(await trace()).toMatchObject([{ event_id: SPAN_ID, children: [{ op: 'http.client' }] }]);
  });

  it('creates an id for an event without one', async () => {
    const { status, json } = await send(path, '{"message":"hello"}');
    expect([status, json]).toEqual([200, { id: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
    expect(await stored()).toEqual(['hello']);
  });

  it.each<[string, string, string]>([
    ['an empty body', '', 'empty request body'],
    ['broken JSON', '{"message":', 'invalid JSON data'],
    ['an id that is none', '{"event_id":"7"}', 'invalid JSON data'],
    ['what is neither JSON nor Base64', 'hello, world!', 'invalid request body'],
    ['Base64 of nothing', 'aGVsbG8=', 'invalid request body'],
  ])('refuses %s with 400', async (_, body, detail) => {
    expect(await send(path, body)).toEqual({
      status: 400,
      json: { detail, causes: [expect.stringMatching(/\w/)] },
    });
    expect(await stored()).toEqual([]);
  });

  it('refuses an event over 1 MiB with 413', async () => {
    const body = gzipSync(JSON.stringify({ ...event, message: 'x'.repeat(MIB) }));
    expect(await send(path, body, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
      json: { detail: "envelope exceeded size limits for type 'event'" },
    });
  });
});

it('streams are the same without a key', async () => {
  expect((await send('/stream', streamedEnvelope())).status).toBe(200);
  expect(await outcomes()).toEqual(['accepted span null 2']);
});
