import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Trace } from '../../../src/lib/model/trace.ts';
import { issueUrlFor } from '../../../src/lib/trace/sentry-api/issues.ts';
import { MAX_TRACE_ITEMS, parseTrace } from '../../../src/lib/trace/sentry-api/shapes.ts';
import { timeMs } from '../../../src/lib/trace/sentry-api/time.ts';
import { anIssueItem, aSpanItem, DOCUMENTED_SPAN } from '../sentry-shapes.ts';

const TRACE_ID = '1234567890abcdef1234567890abcdef';
const issueUrl = issueUrlFor({ baseUrl: 'https://sentry.example.com/sub', org: 'acme' });

function parse(json: unknown): Trace {
  return parseTrace(json, { traceId: TRACE_ID, issueUrl });
}
function only<T>(items: readonly T[]): T {
  const [item, ...rest] = items;
  if (item === undefined || rest.length > 0) throw new Error(`${items.length} items instead of one`);
  return item;
}

describe('a span', () => {
  test('of an SDK that streams spans', () => {
    const item = aSpanItem({
      parent_span_id: 'AAAAAAAAAAAAAAAA',
      additional_attributes: {
        'span.status': 'internal_error',
        'http.response.status_code': 500,
        nested: { no: 1 },
        nothing: null,
        flag: false,
      },
    });
    expect(only(parse([item]).spans)).toEqual({
      spanId: 'bcea0a40bfd27c87',
      parentSpanId: 'aaaaaaaaaaaaaaaa',
      traceId: TRACE_ID,
      name: 'data-enrichment',
      op: 'function',
      service: 'api',
      isSegment: false,
      startMs: 1795396550187,
      durationMs: 500,
      status: 'error',
      statusMessage: 'internal_error',
      attributes: { 'span.status': 'internal_error', 'http.response.status_code': 500, flag: false },
      issues: [],
    });
  });

  test('as the API documentation shows it', () => {
    expect(only(parse([DOCUMENTED_SPAN]).spans)).toEqual({
      spanId: '0123456789abcdef',
      parentSpanId: null,
      traceId: TRACE_ID,
      name: 'POST /webhook/{source}/',
      op: 'http.server',
      service: 'javascript',
      isSegment: true,
      startMs: Date.parse('2026-04-15T18:22:31.000Z') + 0.25,
      durationMs: 250,
      status: 'unknown',
      statusMessage: null,
      attributes: { 'span.name': 'http.server' },
      issues: [],
    });
  });

  test.each([
    { name: 'SELECT signals', description: 'SELECT * FROM signals', taken: 'SELECT signals' },
    { name: 'function', description: 'ab-routing', taken: 'ab-routing' },
    { name: 'default', description: 'ab-routing', taken: 'ab-routing' },
    { name: '', description: 'ab-routing', taken: 'ab-routing' },
    { name: 'function', description: null, taken: 'function' },
    { name: null, description: null, taken: 'POST /webhook' },
  ])('named $name, described $description, is known as $taken', ({ taken, ...item }) => {
    expect(only(parse([aSpanItem({ op: 'function', ...item })]).spans).name).toBe(taken);
  });

  test.each([
    { said: { 'span.status': 'ok' }, status: 'ok', statusMessage: null },
    { said: { 'span.status': 'OK' }, status: 'ok', statusMessage: null },
    {
      said: { 'span.status': 'error', 'span.status.message': 'boom' },
      status: 'error',
      statusMessage: 'boom',
    },
    { said: { 'span.status': 'not_found' }, status: 'error', statusMessage: 'not_found' },
    { said: { 'span.status': 'cancelled' }, status: 'unknown', statusMessage: 'cancelled' },
    {
      said: { 'span.status': 'unknown', 'http.response.status_code': 503 },
      status: 'unknown',
      statusMessage: null,
    },
    { said: { 'http.response.status_code': 503 }, status: 'error', statusMessage: null },
    { said: { 'http.response.status_code': '503' }, status: 'error', statusMessage: null },
    { said: { 'http.response.status_code': 404 }, status: 'unknown', statusMessage: null },
    { said: {}, status: 'unknown', statusMessage: null },
  ])('with $said is $status', ({ said, ...expected }) => {
    expect(only(parse([aSpanItem({ additional_attributes: said })]).spans)).toMatchObject(expected);
  });

  test('without a status is failed if an error is attached to it, but not for a warning', () => {
    const withIssue = (level: string) =>
      only(parse([aSpanItem({ additional_attributes: {}, errors: [anIssueItem({ level })] })]).spans).status;
    expect(withIssue('fatal')).toBe('error');
    expect(withIssue('warning')).toBe('unknown');
  });

  test('may use span_id for its id, have no times, and no parent except by nesting', () => {
    const child = { span_id: '946780fa76d08fab', op: 'db' };
    const { spans } = parse([aSpanItem({ children: [child] })]);
    expect(spans[1]).toMatchObject({
      spanId: '946780fa76d08fab',
      parentSpanId: 'bcea0a40bfd27c87',
      name: 'db',
      startMs: 1795396550187,
      durationMs: 0,
    });
  });

  test('without a start has a start derived from its duration', () => {
    const item = aSpanItem({ start_timestamp: null, end_timestamp: 1795396551, duration: 250 });
    expect(only(parse([item]).spans)).toMatchObject({ startMs: 1795396550750, durationMs: 250 });
  });
});

describe('a trace', () => {
  test('keeps orphan roots with the parent they name', () => {
    const orphan = aSpanItem({ event_id: '946780fa76d08fab', parent_span_id: 'cccccccccccccccc' });
    const { spans } = parse([aSpanItem(), orphan]);
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([null, 'cccccccccccccccc']);
  });

  test('contains a span once, with the issues of all its copies', () => {
    const again = aSpanItem({ name: 'again', errors: [anIssueItem()], occurrences: [anIssueItem()] });
    const { spans } = parse([aSpanItem(), again]);
    expect(only(spans)).toMatchObject({ name: 'data-enrichment', issues: [{ shortId: 'API-7' }] });
  });

  test('distinguishes issues of spans from issues without one', () => {
    const occurrence = anIssueItem({
      event_type: 'occurrence',
      issue_id: '8',
      short_id: null,
      level: 'info',
    });
    const { spans, issues } = parse([
      aSpanItem({
        errors: [anIssueItem(), anIssueItem({ event_id: 'another event' })],
        occurrences: [occurrence],
      }),
      anIssueItem({ issue_id: 9, short_id: 'WORKER-9', description: '', message: 'lost' }),
    ]);
    expect(only(spans).issues).toEqual([
      {
        shortId: 'API-7',
        issueId: '7',
        message: 'duplicate key value violates unique constraint',
        level: 'error',
        url: 'https://sentry.example.com/sub/organizations/acme/issues/7/',
      },
      expect.objectContaining({ shortId: null, issueId: '8', level: 'info' }),
    ]);
    expect(only(issues)).toMatchObject({ shortId: 'WORKER-9', message: 'lost' });
  });

  test('below an uptime check, or anything that is not a span, is still read', () => {
    const check = { event_type: 'uptime_check', event_id: 'f'.repeat(32), errors: [anIssueItem()] };
    const { spans, issues } = parse([{ ...check, children: [aSpanItem()] }]);
    expect(only(spans).parentSpanId).toBeNull();
    expect(only(issues).shortId).toBe('API-7');
  });

  test.each([null, 5, 'text', {}, { data: [] }, [null, 1, 'x', [[]]]])('out of %j is empty', (json) => {
    expect(parse(json)).toEqual({ traceId: TRACE_ID, spans: [], issues: [] });
  });

  test('includes a span without an id among the others, without a place in the tree', () => {
    const nameless = { kind: 'span', name: null, startMs: null, durationMs: null };
    expect(parse([{ event_type: 'span', event_id: 7 }])).toEqual({
      ...{ traceId: TRACE_ID, spans: [], issues: [] },
      others: [nameless],
    });
  });

  test('nested 10,000 deep is read with the usual parser', () => {
    const id = (depth: number) => (depth + 1).toString(16).padStart(16, '0');
    let text = '[]';
    for (let depth = 9_999; depth >= 0; depth -= 1) {
      text = `[{"event_type":"span","event_id":"${id(depth)}","children":${text}}]`;
    }
    const { spans } = parse(JSON.parse(text));
    expect(spans).toHaveLength(10_000);
    expect(spans.at(-1)).toMatchObject({ spanId: id(9_999), parentSpanId: id(9_998) });
  });

  test('of more items than the limit is cut', () => {
    const items = Array.from({ length: MAX_TRACE_ITEMS + 5 }, (_, at) => ({
      event_type: 'span',
      event_id: (at + 1).toString(16).padStart(16, '0'),
    }));
    expect(parse(items).spans).toHaveLength(MAX_TRACE_ITEMS);
  });

  test('of hostile numbers and names stays plain and finite', () => {
    const item = JSON.parse(
      '{"event_type":"span","event_id":"bcea0a40bfd27c87","start_timestamp":1e999,"duration":-5,"additional_attributes":{"__proto__":"x","big":1e999}}',
    );
    const span = only(parse([item]).spans);
    expect(span).toMatchObject({ startMs: 0, durationMs: 0 });
    expect(Object.entries(span.attributes)).toEqual([['__proto__', 'x']]);
  });
});

describe('for any JSON at all', () => {
  const id = fc.constantFrom(
    'bcea0a40bfd27c87',
    '946780fa76d08fab',
    '0'.repeat(16),
    'BCEA0A40BFD27C87',
    'x',
    7,
    null,
  );
  const fields = {
    event_type: fc.constantFrom('span', 'error', 'occurrence', 'uptime_check', 'newer', undefined, 3),
    event_id: id,
    span_id: id,
    parent_span_id: id,
    op: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
    start_timestamp: fc.oneof(
      fc.double(),
      fc.string(),
      fc.constant('2026-04-15T18:22:31Z'),
      fc.constant(null),
    ),
    duration: fc.oneof(fc.double(), fc.string()),
    additional_attributes: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
  };
  const { item } = fc.letrec((tie) => ({
    item: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.record(
        {
          ...fields,
          children: fc.array(tie('item')),
          errors: fc.array(tie('item')),
          occurrences: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    ),
  }));

  test('the trace is finite and contains each span once', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(item), item), (json) => {
        const { spans, issues } = parse(json);
        const ids = spans.map(({ spanId }) => spanId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const span of spans) {
          expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
          expect(Number.isFinite(span.startMs) && span.startMs >= 0).toBe(true);
          expect(Number.isFinite(span.durationMs) && span.durationMs >= 0).toBe(true);
        }
        for (const issue of issues) expect(typeof issue.message).toBe('string');
      }),
      { numRuns: 200 },
    );
  });
});

describe('a point in time', () => {
  const second = Date.parse('2026-04-15T18:22:31Z');
  test.each([
    [1795396550.187, 1795396550187],
    ['2026-04-15T18:22:31Z', second],
    ['2026-04-15T18:22:31.250250Z', second + 250.25],
    ['2026-04-15T18:22:31', second],
    ['2026-04-15T20:22:31+02:00', second],
    ['2026-04-15T20:22:31+0200', second],
    ['2026-04-15 18:22:31.5', second + 500],
    ['yesterday', null],
    ['2026-99-99T18:22:31Z', null],
    ['', null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [-1, null],
    [1e300, null],
    [null, null],
  ])('%j is %j', (value, expected) => {
    const ms = timeMs(value);
    if (expected === null) expect(ms).toBeNull();
    else expect(ms).toBeCloseTo(expected, 3);
  });
});

test('an issue of a region is shown by the main host', () => {
  expect(issueUrlFor({ baseUrl: 'https://de.sentry.io', org: 'acme' })('7')).toBe(
    'https://sentry.io/organizations/acme/issues/7/',
  );
});

test('an id with half a character still has a link', () => {
  const { issues } = parse([anIssueItem({ issue_id: 'a\ud800b' })]);
  expect(only(issues).url).toBe('https://sentry.example.com/sub/organizations/acme/issues/a%EF%BF%BDb/');
});
