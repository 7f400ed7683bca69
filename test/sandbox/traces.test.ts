import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { parseEnvelope } from '../../src/sandbox/sentry-server/envelope.ts';
import type { ErrorRecord } from '../../src/sandbox/sentry-server/error-records.ts';
import { dropped } from '../../src/sandbox/sentry-server/outcomes.ts';
import { type ReceivedItems, readEnvelope } from '../../src/sandbox/sentry-server/received-items.ts';
import type { SpanRecord } from '../../src/sandbox/sentry-server/span-records.ts';
import {
  createSpanStore,
  STORE_LIMITS,
  type StoredSpan,
} from '../../src/sandbox/sentry-server/span-store.ts';
import { type SpanNode, traceResponse } from '../../src/sandbox/sentry-server/trace-response.ts';
import { envelopeText, SPAN_ID, streamedEnvelope, TRACE_ID, transactionEnvelope } from './support.ts';

function read(text: string): ReceivedItems {
  const parsed = parseEnvelope(new TextEncoder().encode(text));
  if (!parsed.ok) throw new Error(parsed.reason);
  return readEnvelope(parsed.envelope, 1);
}

const byId = (items: ReceivedItems): SpanRecord[] =>
  [...items.spans].sort((a, b) => a.spanId.localeCompare(b.spanId));

function aSpan(spanId: string, more: Partial<StoredSpan> = {}): StoredSpan {
  const [span] = read(streamedEnvelope()).spans;
  if (span === undefined) throw new Error('no span in the fixture');
  return { ...span, spanId, parentSpanId: null, receivedAtMs: 0, ...more };
}

const items = (more: Partial<ReceivedItems>): ReceivedItems => ({
  spans: [],
  errors: [],
  checkIns: [],
  clientReports: [],
  outcomes: [],
  ...more,
});

const ERROR: ErrorRecord = {
  eventId: 'e',
  traceId: TRACE_ID,
  spanId: null,
  level: 'error',
  title: 'boom',
  transaction: null,
  timestamp: 1,
  projectId: 2,
  attributes: {},
  release: null,
  environment: null,
  platform: 'node',
  payload: '{}',
};

const options = { slugOf: (id: number) => `p${id}`, attributes: [] };

const idOf = (index: number): string => index.toString(16).padStart(16, '0');

describe('readEnvelope', () => {
  it('reads the same spans from the streamed and the static format', () => {
    const [streamed, fixed] = [byId(read(streamedEnvelope())), byId(read(transactionEnvelope()))];
    expect(streamed).toMatchObject([
      {
        spanId: '975f34e3665af084',
        parentSpanId: SPAN_ID,
        op: 'http.client',
        name: 'POST',
        status: 'error',
        statusMessage: 'internal_error',
        isSegment: false,
        segmentName: 'webhook payment.created',
      },
      {
        spanId: SPAN_ID,
        parentSpanId: null,
        op: 'webhook.send',
        name: 'webhook payment.created',
        status: 'ok',
        isSegment: true,
        sdk: 'sentry.javascript.node',
      },
    ]);
    const shared = ({
      traceId,
      spanId,
      parentSpanId,
      name,
      op,
      description,
      startTimestamp,
      endTimestamp,
      status,
      isSegment,
      segmentName,
      projectId,
      sdk,
    }: SpanRecord) => ({
      traceId,
      spanId,
      parentSpanId,
      name,
      op,
      description,
      startTimestamp,
      endTimestamp,
      status,
      isSegment,
      segmentName,
      projectId,
      sdk,
    });
    expect(fixed.map(shared)).toEqual(streamed.map(shared));
    expect(fixed[0]?.attributes).toEqual({ 'http.response.status_code': 500 });
    expect(streamed[0]?.attributes['http.response.status_code']).toBe(500);
  });

  it('keeps errors, check-ins and client reports and skips unknown items', () => {
    const event: JsonObject = {
      event_id: 'e0096b8aa2424d3a8b7599deed573c68',
      exception: {
        values: [
          { type: 'Error', value: 'cause' },
          { type: 'TypeError', value: 'no price' },
        ],
      },
      contexts: { trace: { trace_id: TRACE_ID, span_id: SPAN_ID } },
      timestamp: 1795396552.1,
    };
    const received = read(
      envelopeText(
        {},
        [{ type: 'event' }, event],
        [{ type: 'check_in' }, { monitor_slug: 'm', status: 'ok' }],
        [{ type: 'client_report' }, { discarded_events: [] }],
        [{ type: 'session' }, {}],
        [{ type: 'toString' }, 'x'],
      ),
    );
    expect(received.errors).toMatchObject([
      { traceId: TRACE_ID, spanId: SPAN_ID, title: 'TypeError: no price', level: 'error' },
    ]);
    expect(received.checkIns).toEqual([{ projectId: 1, checkIn: { monitor_slug: 'm', status: 'ok' } }]);
    expect(received.clientReports).toEqual([{ discarded_events: [] }]);
    expect(received.spans).toEqual([]);
  });

  it('reads times in ISO 8601, ids in capitals and a single span in the old spelling', () => {
    const span = {
      trace_id: TRACE_ID.toUpperCase(),
      span_id: SPAN_ID,
      op: 'db',
      status: 'cancelled',
      start_timestamp: '2026-11-23T01:15:52.250Z',
      timestamp: '2026-11-23T01:15:52.500Z',
    };
    const [record] = read(envelopeText({}, [{ type: 'span' }, span])).spans;
    expect(record).toMatchObject({ traceId: TRACE_ID, name: 'db', status: 'ok', statusMessage: 'cancelled' });
    expect((record?.endTimestamp ?? 0) - (record?.startTimestamp ?? 0)).toBeCloseTo(0.25);
  });
});

describe('createSpanStore', () => {
  it('counts a span that arrives twice and keeps it once', () => {
    const store = createSpanStore();
    store.add(items({ spans: [aSpan(idOf(1))] }), 1, 0);
    store.add(items({ spans: [aSpan(idOf(1)), aSpan(idOf(2))] }), 1, 0);
    expect(store.trace(TRACE_ID).spans).toHaveLength(2);
    expect(store.counts()).toMatchObject({ envelopes: 2, spans: 3, duplicateSpans: 1, traces: 1 });
  });

  it('drops the oldest traces beyond either limit', () => {
    const trace = (index: number): string => index.toString(16).padStart(32, '0');
    const fill = (limits: Partial<typeof STORE_LIMITS>) => {
      const store = createSpanStore({ ...STORE_LIMITS, ...limits });
      for (let index = 1; index <= 5; index += 1) {
        store.add(
          items({
            spans: [aSpan(idOf(1), { traceId: trace(index) }), aSpan(idOf(2), { traceId: trace(index) })],
          }),
          1,
          0,
        );
      }
      return [1, 2, 3, 4, 5].filter((index) => store.trace(trace(index)).spans.length > 0);
    };
    expect(fill({ traces: 2 })).toEqual([4, 5]);
    expect(fill({ spans: 6 })).toEqual([3, 4, 5]);
  });

  it('bounds check-ins and reports, newest kept', () => {
    const store = createSpanStore({ ...STORE_LIMITS, others: 2 });
    const checkIn = (n: number) => ({ projectId: 1, checkIn: { n } });
    store.add(items({ checkIns: [checkIn(1), checkIn(2), checkIn(3)] }), 1, 0);
    expect(store.checkIns()).toEqual([
      { ...checkIn(2), receivedAtMs: 0 },
      { ...checkIn(3), receivedAtMs: 0 },
    ]);
    expect(store.counts().checkIns).toBe(3);
  });

  it('bounds events by their size, newest kept, at least one', () => {
    const store = createSpanStore({ ...STORE_LIMITS, eventCharacters: 10 });
    const error = (eventId: string, length: number): ErrorRecord => ({
      ...ERROR,
      eventId,
      payload: 'x'.repeat(length),
    });
    const storedIds = () => store.errors().map(({ eventId }) => eventId);
    store.add(items({ errors: [error('a', 4), error('b', 4), error('c', 4)] }), 1, 0);
    expect(storedIds()).toEqual(['b', 'c']);
    store.add(items({ errors: [error('d', 40)] }), 1, 0);
    expect(storedIds()).toEqual(['d']);
    expect(store.counts().errors).toBe(4);
  });

  it('sums outcomes by project, category and reason, and bounds their kinds', () => {
    const store = createSpanStore({ ...STORE_LIMITS, others: 2 });
    const outcomes = [dropped('span', 'timestamp', 2), dropped('span', 'missing_dsc')];
    store.add(items({ outcomes }), 1, 0);
    store.add(items({ outcomes: [...outcomes, dropped('span', 'no_data')] }), 1, 0);
    expect(store.outcomes()).toEqual([
      { projectId: 1, outcome: 'invalid', category: 'span', reason: 'timestamp', quantity: 4 },
      { projectId: 1, outcome: 'invalid', category: 'span', reason: 'missing_dsc', quantity: 2 },
    ]);
    expect(store.counts().invalidSpans).toBe(6);
  });
});

describe('traceResponse', () => {
  const respond = (spans: readonly StoredSpan[]) => traceResponse({ spans, errors: [] }, options);
  const count = (nodes: readonly unknown[]): number => {
    let total = 0;
    const waiting = [...nodes];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      total += 1;
      waiting.push(...(node as SpanNode).children);
    }
    return total;
  };

  it('is an empty list for nothing', () => {
    expect(respond([])).toEqual([]);
  });

  it('nests children below their parents, in the order of time, in whatever order they arrived', () => {
    const late = aSpan(idOf(3), { parentSpanId: idOf(1), startTimestamp: 3 });
    const early = aSpan(idOf(2), { parentSpanId: idOf(1), startTimestamp: 2 });
    const [root, ...others] = respond([late, early, aSpan(idOf(1), { startTimestamp: 1 })]);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      event_id: idOf(1),
      children: [{ event_id: idOf(2) }, { event_id: idOf(3) }],
    });
  });

  it('makes orphans roots that still name their parent', () => {
    expect(respond([aSpan(idOf(2), { parentSpanId: idOf(9) })])).toMatchObject([
      { event_id: idOf(2), parent_span_id: idOf(9) },
    ]);
  });

  it('has durations in milliseconds and the requested attributes', () => {
    const attributes = { variant: 'A', 'http.response.status_code': 503, retried: true };
    const span = aSpan(idOf(1), { startTimestamp: 10, endTimestamp: 10.5, attributes });
    const [node] = traceResponse(
      { spans: [span], errors: [] },
      {
        ...options,
        attributes: [
          ...['variant', 'span.status', 'absent', '__proto__'],
          // A number comes back under the name that it was asked by, and only to who asks for one.
          ...['tags[http.response.status_code,number]', 'tags[http.response.status_code,string]'],
          ...['tags[variant,number]', 'tags[variant, string]', 'tags[retried,boolean]', 'tags[variant]'],
        ],
      },
    );
    expect(node).toMatchObject({
      duration: 500,
      project_slug: 'p1',
      is_transaction: false,
      event_type: 'span',
    });
    expect((node as SpanNode).additional_attributes).toEqual({
      variant: 'A',
      'span.status': 'internal_error',
      'tags[http.response.status_code,number]': 503,
      'tags[variant, string]': 'A',
      'tags[retried,boolean]': true,
      'tags[variant]': 'A',
    });
  });

  it('attaches errors to their span, and those without one at the end', () => {
    const error = { ...ERROR, spanId: idOf(1), receivedAtMs: 0, issueId: 4 };
    const nodes = traceResponse(
      { spans: [aSpan(idOf(1))], errors: [{ ...error, spanId: null, issueId: 5 }, error] },
      options,
    );
    expect(nodes).toMatchObject([
      { event_type: 'span', errors: [{ issue_id: 4, short_id: 'P2-4', description: 'boom' }] },
      { event_type: 'error', issue_id: 5 },
    ]);
  });

  it('loses no span to cycles or to depth, and stays serializable', () => {
    const cycle = [
      aSpan(idOf(1), { parentSpanId: idOf(2) }),
      aSpan(idOf(2), { parentSpanId: idOf(1) }),
      aSpan(idOf(3), { parentSpanId: idOf(3) }),
    ];
    expect(count(respond(cycle))).toBe(3);
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      aSpan(idOf(index + 1), { parentSpanId: index === 0 ? null : idOf(index) }),
    );
    const nodes = respond(chain);
    expect(count(nodes)).toBe(10_000);
    expect(JSON.stringify(nodes).length).toBeGreaterThan(10_000);
  });
});
