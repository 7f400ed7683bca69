/** What real SDKs sent (see the fixtures' README), through the sandbox's server and its read API, and judged. */
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Trace } from '../../src/lib/model/trace.ts';
import type { SpanExpectation, SpanPattern } from '../../src/lib/model/trace-expectation.ts';
import { verifyTrace } from '../../src/lib/trace/judging/trace-verifier.ts';
import { issueUrlFor } from '../../src/lib/trace/sentry-api/issues.ts';
import { parseTrace, SPAN_STATUS_ATTRIBUTES } from '../../src/lib/trace/sentry-api/shapes.ts';
import { compilePattern } from '../../src/lib/trace/spans/span-pattern.ts';
import { buildForest, walkForest } from '../../src/lib/trace/spans/span-tree.ts';
import type { LoopbackServer } from '../../src/sandbox/loopback-server.ts';
import { startSentryServer } from '../../src/sandbox/sentry-server/sentry-server.ts';
import { anExpectation, aPattern, checksAt } from '../trace/span-builders.ts';
import { senderEnvelope } from './reading.ts';
import { SPAN_ID, TRACE_ID } from './support.ts';

const FIXTURES = new URL('../fixtures/envelopes/', import.meta.url);
const SDKS = ['node-8', 'node-9', 'node-10', 'node-11-static', 'node-11-stream'] as const;
type Sdk = (typeof SDKS)[number];

/** What the failed span says of itself; no other span says anything. */
const SAID: Readonly<Record<Sdk, readonly string[]>> = {
  'node-8': ['unavailable'],
  'node-9': ['unavailable'],
  'node-10': ['internal_error'],
  'node-11-static': ['internal_error'],
  'node-11-stream': [],
};

const SENDER_KEY = 'a'.repeat(32);
/** The one the fixtures were recorded with. */
const SERVICE_KEY = 'b'.repeat(32);
const TOKEN = 'sntryu_test';
const SENDER_SPAN_IDS = new Set(['1111111111111111', SPAN_ID]);

/** In the order they were sent. */
const recorded = new Map<Sdk, readonly Buffer[]>();
let server: LoopbackServer;
let base: string;

beforeAll(async () => {
  const files = (await readdir(FIXTURES)).filter((file) => file.endsWith('.txt')).sort();
  for (const sdk of SDKS) {
    const own = files.filter((file) => new RegExp(`^${sdk}-\\d-\\w+\\.txt$`).test(file));
    recorded.set(sdk, await Promise.all(own.map((file) => readFile(new URL(file, FIXTURES)))));
  }
});

beforeEach(async () => {
  server = await startSentryServer({
    port: 0,
    org: 'sandbox',
    token: TOKEN,
    projects: [
      { id: 1, slug: 'prod-e2e', publicKey: SENDER_KEY },
      { id: 2, slug: 'signals', publicKey: SERVICE_KEY },
    ],
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

interface Way {
  readonly path: string;
  readonly gzip: boolean;
  readonly reversed: boolean;
}

/** As these SDKs address it. */
const OWN_WAY: Way = {
  path: `/api/2/envelope/?sentry_version=7&sentry_key=${SERVICE_KEY}`,
  gzip: false,
  reversed: false,
};
const WAYS: readonly (readonly [string, Way])[] = [
  ['as recorded', OWN_WAY],
  ['with gzip', { ...OWN_WAY, gzip: true }],
  ['to /stream', { ...OWN_WAY, path: '/stream' }],
  ['the last request first', { ...OWN_WAY, reversed: true }],
];

async function post(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(base + path, { method: 'POST', body: new Uint8Array(body), headers });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

async function sendAll(sdk: Sdk, { path, gzip, reversed }: Way): Promise<void> {
  const sent = recorded.get(sdk) ?? [];
  expect(sent).toHaveLength(3);
  for (const body of reversed ? sent.toReversed() : sent) {
    await post(path, gzip ? gzipSync(body) : body, gzip ? { 'content-encoding': 'gzip' } : {});
  }
  await post(
    `/api/1/envelope/?sentry_key=${SENDER_KEY}`,
    Buffer.from(senderEnvelope(TRACE_ID, 'ORB_BREAKOUT')),
  );
}

async function readTrace(): Promise<Trace> {
  const asked = SPAN_STATUS_ATTRIBUTES.map((name) => `additional_attributes=${name}`).join('&');
  const response = await fetch(`${base}/api/0/organizations/sandbox/trace/${TRACE_ID}/?${asked}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(response.status).toBe(200);
  const issueUrl = issueUrlFor({ baseUrl: base, org: 'sandbox' });
  return parseTrace(await response.json(), { traceId: TRACE_ID, issueUrl });
}

/** One for all versions: what differs between them is behind alternatives and wildcards. */
const EXPECTED: readonly SpanExpectation[] = [
  anExpectation('webhook', { pattern: service({ name: ['POST', 'POST /webhook'], op: ['http.server'] }) }),
  anExpectation('quote', {
    pattern: service({ name: ['GET *127.0.0.1*'], op: ['http.client'] }),
    check: 'external-calls',
    inside: 'webhook',
  }),
  anExpectation('gex-data', {
    pattern: service({ name: ['fetch-gex-data'], op: ['http.client'] }),
    check: 'external-calls',
    inside: 'webhook',
    after: 'quote',
  }),
  anExpectation('insert', {
    pattern: service({ name: ['INSERT *signals*'], op: ['db*'] }),
    check: 'database',
    inside: 'webhook',
    after: 'gex-data',
  }),
].map((each) => ({ ...each, required: true, maxCount: 1 }));

function service(pattern: Partial<SpanPattern>): SpanPattern {
  return aPattern({ service: ['signals'], ...pattern });
}

/** Lines of label or name, op, service, status and issues, indented by depth. */
function normalized(trace: Trace): readonly string[] {
  const labels = EXPECTED.map(({ label, pattern }) => ({ label, matches: compilePattern(pattern) }));
  const depths = new Map<unknown, number>();
  return [...walkForest(buildForest(trace.spans))].map(({ node, parent }) => {
    const depth = parent === null ? 0 : (depths.get(parent) ?? 0) + 1;
    depths.set(node, depth);
    const { span } = node;
    const label = labels.find(({ matches }) => matches(span))?.label ?? `"${span.name}"`;
    const issues = span.issues.map(({ shortId, level, message }) => `${shortId} ${level} ${message}`);
    return ['  '.repeat(depth) + label, span.op, span.service, span.status, ...issues].join(' · ');
  });
}

function judge(trace: Trace, spans: readonly SpanExpectation[]) {
  return verifyTrace({
    trace,
    followed: [],
    expectation: { spans, checks: checksAt('error') },
    ourSpanIds: SENDER_SPAN_IDS,
  }).findings;
}

const FAILED = 'fetch-gex-data (http.client) failed: gex provider answered 503 (issue SIGNALS-1)' as const;

describe.each(SDKS)('what %s sends', (sdk) => {
  it.each(WAYS)('is the same trace with the one failure found, sent %s', async (_, way) => {
    await sendAll(sdk, way);
    const trace = await readTrace();
    expect(normalized(trace)).toEqual([
      '"production-e2e-webhook-test" · test.webhook · prod-e2e · ok',
      '  "POST" · http.client · prod-e2e · ok',
      '    webhook · http.server · signals · ok',
      '      quote · http.client · signals · ok',
      '      gex-data · http.client · signals · error · SIGNALS-1 error Error: gex provider answered 503',
      '      "pg.connect" · db · signals · ok',
      '      insert · db · signals · ok',
    ]);
    expect(trace.issues).toEqual([]);
    expect(trace.spans.map(({ statusMessage }) => statusMessage).filter((said) => said !== null)).toEqual(
      SAID[sdk],
    );
    expect(trace.spans.filter(({ isSegment }) => isSegment).map((span) => span.op)).toEqual([
      'test.webhook',
      'http.server',
    ]);
    expect(judge(trace, EXPECTED)).toEqual([
      {
        severity: 'error',
        code: 'trace-error',
        message: FAILED,
        hint: `Look at issue SIGNALS-1 in Sentry: ${base}/organizations/sandbox/issues/1/`,
      },
    ]);
  });

  it('is missing a span that was never sent, in addition to the failure', async () => {
    await sendAll(sdk, OWN_WAY);
    const more = anExpectation('ab-routing', { check: 'routing', required: true });
    expect(judge(await readTrace(), [more, ...EXPECTED]).map(({ code }) => code)).toEqual([
      'trace-error',
      'trace-routing',
    ]);
  });

  it('keeps its HTTP status, its times and its ids', async () => {
    await sendAll(sdk, OWN_WAY);
    const { spans } = await readTrace();
    const target = spans.filter((span) => span.service === 'signals');
    const status = (name: string) =>
      target.find((span) => span.name === name)?.attributes['http.response.status_code'];
    expect(status('fetch-gex-data')).toBe(503);
    const segment = target.find(({ isSegment }) => isSegment);
    const children = target.filter((span) => span !== segment);
    expect(children).toHaveLength(4);
    expect(segment).toMatchObject({ parentSpanId: SPAN_ID, traceId: TRACE_ID });
    expect(segment?.attributes['http.response.status_code']).toBe(200);
    for (const child of children) {
      expect(child.parentSpanId).toBe(segment?.spanId);
      expect(child.startMs).toBeGreaterThanOrEqual(segment?.startMs ?? Number.POSITIVE_INFINITY);
      expect(child.durationMs).toBeGreaterThan(0);
      expect(child.durationMs).toBeLessThan(segment?.durationMs ?? 0);
    }
  });
});

it('has no other recordings', async () => {
  const recordings = (await readdir(FIXTURES)).filter((file) => /-\d-\w+\.txt$/.test(file));
  expect(recordings.filter((file) => !SDKS.some((sdk) => file.startsWith(`${sdk}-`)))).toEqual([]);
  expect(recordings).toHaveLength(15);
});
