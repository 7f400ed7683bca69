/** What SDKs for other languages, and older ones, sent (see the fixtures' README), through the server and its read API. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackServer } from '../../src/sandbox/loopback-server.ts';
import { startSentryServer } from '../../src/sandbox/sentry-server/sentry-server.ts';
import type { SpanNode } from '../../src/sandbox/sentry-server/trace-response.ts';
import { TRACE_ID } from './support.ts';

const FIXTURES = new URL('../fixtures/envelopes/', import.meta.url);
/** The one the envelopes were recorded with; the SDK for Ruby says it in their header as well. */
const KEY = '42152977ba7e02fe7fc2ddf7acb9c64d';
const TOKEN = 'sntryu_test';

let server: LoopbackServer;
let base: string;

beforeAll(async () => {
  server = await startSentryServer({
    port: 0,
    org: 'sandbox',
    token: TOKEN,
    projects: [{ id: 1, slug: 'service', publicKey: KEY }],
    streamProjectId: 1,
    senderProjectId: 9,
    faults: [],
  });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(() => {
  server.refuseMore();
  server.cut();
});

async function send(endpoint: 'envelope' | 'store', file: string, encoding: 'gzip' | null): Promise<unknown> {
  const body = new Uint8Array(await readFile(new URL(file, FIXTURES)));
  const response = await fetch(`${base}/api/1/${endpoint}/`, {
    method: 'POST',
    body: encoding === null ? body : new Uint8Array(gzipSync(body)),
    headers: {
      'x-sentry-auth': `Sentry sentry_key=${KEY}, sentry_version=7, sentry_client=sentry.test/1.0`,
      ...(encoding !== null && { 'content-encoding': encoding }),
    },
  });
  expect(response.status).toBe(200);
  return response.json();
}

async function read<Shape>(path: string): Promise<Shape> {
  const response = await fetch(`${base}/api/0/${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as Shape;
}

const readTrace = (id: string) =>
  read<SpanNode[]>(
    `organizations/sandbox/trace/${id}/?additional_attributes=span.status&additional_attributes=http.response.status_code`,
  );

/** Lines of name, op and status, indented by depth; and durations in milliseconds by name and id. */
function flat(nodes: readonly SpanNode[], depth = 0): { line: string; duration: number }[] {
  return nodes.flatMap((node) => {
    const { 'span.status': status } = node.additional_attributes as Record<string, string>;
    return [
      {
        line: `${'  '.repeat(depth)}${[node.description, node.op, status].join(' · ')}`,
        duration: Number(node.duration),
      },
      ...flat(node.children, depth + 1),
    ];
  });
}

interface Recorded {
  readonly file: string;
  readonly eventId: string;
  readonly traceId: string;
  /** The span of the sender of the webhook. */
  readonly parentId: string;
  /** HTTP status of the server's span; null where the SDK does not say. */
  readonly httpStatus: number | null;
  /** Name, op and status of each span, and how long it took in milliseconds, as the file says it. */
  readonly spans: readonly (readonly [line: string, duration: number])[];
}

const RECORDED: readonly Recorded[] = [
  {
    file: 'go-0.11.0.envelope',
    eventId: 'f55436e6c27548c694ad2a6a381fed84',
    traceId: 'cc28621224874de9abacfac5646f090e',
    parentId: 'a08be4d22147a649',
    httpStatus: null,
    spans: [
      ['POST /webhook · http.server · ok', 27.332782],
      ['  data-enrichment · function · ok', 15.229286],
      ['    SELECT * FROM signals WHERE id = $1 · db · ok', 15.223794],
      ['  broker.submit · function · internal_error', 1.175411],
      ['  engine-2 · function · ok', 10.79075],
    ],
  },
  {
    file: 'node-7.120.envelope',
    eventId: '864d78b35ba9416a85a21b5f4129425d',
    traceId: '1a9e6285099a48a680dd2ecfd9dade06',
    parentId: 'ac334df189f56557',
    httpStatus: 200,
    spans: [
      ['POST /webhook · http.server · ok', 226.5303],
      ['  jsonParser · middleware.express.use · ok', 8.0396],
      ['  validate signal · function · ok', 5.4443],
      ['  data-enrichment · function · ok', 93.6587],
      ['    SELECT * FROM signals WHERE id = $1 · db · ok', 15.4857],
      ['  broker.submit · function · internal_error', 3.7528],
      ['  engine-1 · function · ok', 77.4798],
      ['  engine-2 · function · ok', 77.2755],
    ],
  },
  {
    file: 'node-8.55.envelope',
    eventId: '5af8aff19f584be69c0b5c34c258ce83',
    traceId: '3d5ac65108974e50ae92504508591e46',
    parentId: '84fd67aa4dbaf750',
    httpStatus: 200,
    spans: [
      ['POST /webhook · http.server · ok', 521.7579],
      ['  query · middleware.express · ok', 0.813],
      ['  expressInit · middleware.express · ok', 0.6305],
      ['  jsonParser · middleware.express · ok', 115.454],
      ['  /webhook · request_handler.express · ok', 0.1754],
      ['  validate signal · function · ok', 5.8026],
      ['  data-enrichment · function · ok', 84.5137],
      ['    GET http://127.0.0.1:39200/quotes · http.client · ok', 57.1642],
      ['    SELECT * FROM signals WHERE id = $1 · db · ok', 19.3213],
      ['  broker.submit · function · unknown_error', 3.8315],
      ['  engine-1 · function · ok', 13.6355],
      ['  engine-2 · function · ok', 247.0123],
    ],
  },
  {
    file: 'node-10.78.envelope',
    eventId: 'ca7607af18044f798b7cce7e634382bd',
    traceId: '72b8f9056e7a4a4393d78ac732114587',
    parentId: 'ae3adac9c3f21414',
    httpStatus: 200,
    spans: [
      ['POST /webhook · http.server · ok', 264.741],
      ['  query · middleware.express · ok', 1.3506],
      ['  expressInit · middleware.express · ok', 0.6144],
      ['  jsonParser · middleware.express · ok', 33.5476],
      ['  /webhook · request_handler.express · ok', 207.4703],
      ['    validate signal · function · ok', 14.575],
      ['    data-enrichment · function · ok', 110.6174],
      ['      GET http://localhost:39201/quotes · http.client · ok', 40.3981],
      ['      SELECT * FROM signals WHERE id = $1 · db · ok', 15.8162],
      ['    broker.submit · function · internal_error', 6.375],
      ['    engine-1 · function · ok', 23.3116],
      ['    engine-2 · function · ok', 22.9373],
    ],
  },
  {
    file: 'python-1.9.10.envelope',
    eventId: '9bda2b278e2b480f8653a210ebe2c9f5',
    traceId: '91a5e71bdd05414bbc38a2729957c76e',
    parentId: '8cec1a9f1976ca5f',
    httpStatus: 200,
    spans: [
      ['hook · http.server · ok', 465.723],
      ['  validate signal · function · ok', 6.593],
      ['  data-enrichment · function · ok', 42.646],
      ['    GET http://localhost:39201/quotes · http · ok', 25.664],
      ['    SELECT * FROM signals WHERE id = %s · db · ok', 15.146],
      ['  broker.submit · function · internal_error', 0.024],
      ['  engine-2 · function · ok', 13.071],
    ],
  },
  {
    file: 'ruby-5.3.envelope',
    eventId: 'edcd51f5c45d4f0393856f3695d7a9f4',
    traceId: '06a656357f344bcd88a3699ea53ba99f',
    parentId: '8c4e2c035a2e3328',
    httpStatus: null,
    spans: [
      ['/webhook · rack.request · ok', 209.6989],
      ['  validate signal · function · ok', 5.133],
      ['  data-enrichment · function · ok', 54.2262],
      ['    GET http://localhost/quotes · http.client · ok', 28.2219],
      ['    SELECT * FROM signals WHERE id = $1 · db · ok', 24.8295],
      ['  engine-2 · function · ok', 14.9009],
    ],
  },
];

describe.each(RECORDED)('$file', ({ file, eventId, traceId, parentId, httpStatus, spans }) => {
  it('is accepted, every span in its place, with durations to the microsecond', async () => {
    expect(await send('envelope', file, null)).toEqual({ id: eventId });
    const [root, ...others] = await readTrace(traceId);
    expect(others).toEqual([]);
    expect(root).toMatchObject({ parent_span_id: parentId, is_transaction: true, project_slug: 'service' });
    const found = flat(root === undefined ? [] : [root]);
    expect(found.map(({ line }) => line)).toEqual(spans.map(([line]) => line));
    for (const [index, [line, duration]] of spans.entries()) {
      const difference = Math.abs((found[index]?.duration ?? Number.NaN) - duration);
      expect(difference, `${line}: ${found[index]?.duration}`).toBeLessThanOrEqual(0.001);
    }
    const { 'http.response.status_code': status = null } = (root?.additional_attributes ?? {}) as Record<
      string,
      number
    >;
    expect(status).toBe(httpStatus);
  });
});

const ERRORS = [
  {
    file: 'go-0.11.0-error.txt',
    id: '2f41774d7e1a48f5babef9ecd17e0423',
    title: '*errors.errorString: broker refused the order',
    level: 'error',
    seconds: 1_795_951_496.049_416,
  },
  {
    file: 'go-0.11.0-message.txt',
    id: '949bc050e95e478785fccafe6ab08e17',
    title: 'queue is full',
    level: 'info',
    seconds: 1_795_951_496.050_056,
  },
  {
    file: 'python-1.9.10-error.txt',
    id: '177b13cd1c2d40648f4414a49978e311',
    title: 'RuntimeError: broker refused the order',
    level: 'error',
    seconds: 1_795_951_307.104355,
  },
  {
    file: 'python-1.9.10-message.txt',
    id: 'b8691cc0d5874b0abd99b710deb83cc0',
    title: 'signal s1 rejected after 12 ms',
    level: 'warning',
    seconds: 1_795_951_307.11437,
  },
];

describe.each(ERRORS)('$file', ({ file, id, title, level, seconds }) => {
  it.each([null, 'gzip'] as const)(
    'keeps its title, its time and its trace (content-encoding %s)',
    async (encoding) => {
      expect(await send('store', file, encoding)).toEqual({ id });
      const trace = await read<{ event_id: string; start_timestamp: number }[]>(
        `organizations/sandbox/trace/${TRACE_ID}/`,
      );
      const found = trace.find(({ event_id: eventId }) => eventId === id);
      expect(found).toMatchObject({
        event_type: 'error',
        description: title,
        level,
        transaction: 'POST /webhook',
        project_slug: 'service',
      });
      expect(found?.start_timestamp).toBeCloseTo(seconds, 6);
    },
  );
});
