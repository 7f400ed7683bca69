import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Trace, TraceIssue } from '../../src/lib/model/trace.ts';
import { parseTrace } from '../../src/lib/trace/sentry-api/shapes.ts';
import { buildForest, walkForest } from '../../src/lib/trace/spans/span-tree.ts';

const FOLDER = new URL('../fixtures/trace-responses/', import.meta.url);

function read(file: string): Trace {
  const json: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  return parseTrace(json, { traceId: 'a'.repeat(32), issueUrl: (id) => `https://sentry.example.com/${id}` });
}

const issueText = ({ shortId, level, message }: TraceIssue) => `${shortId ?? '-'} ${level}: ${message}`;

/** One line a span: `name (service) op, duration, status[: message]`, its issues below it. */
function tree({ spans }: Trace): readonly string[] {
  return [...walkForest(buildForest(spans))].flatMap(({ node: { span, orphan }, depth }) => {
    const op = span.op === null ? '' : ` ${span.op},`;
    const words = span.statusMessage === null ? '' : `: ${span.statusMessage}`;
    const indent = '  '.repeat(depth);
    return [
      `${indent}${span.name} (${span.service})${op} ${span.durationMs} ms, ${span.status}${words}${orphan ? ', orphan' : ''}`,
      ...span.issues.map((issue) => `${indent}  ! ${issueText(issue)}`),
    ];
  });
}

test('issues without event_type are issues, also among the children of a span', () => {
  const trace = read('without-event-type.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) http.server, 120 ms, unknown',
    '  data-enrichment (api) function, 80 ms, error',
    '    ! - warning: cache is cold',
    '    ! API-7 error: GEX provider answered 503',
  ]);
  expect(trace.issues.map(issueText)).toEqual(['WORKER-9 fatal: queue is full', '- error: orders.reconcile']);
  expect(trace.others).toEqual([
    { kind: 'unknown', name: 'no field says what it is', startMs: null, durationMs: null },
  ]);
});

test('a status at the top level of a span counts, and an error takes precedence over an ok', () => {
  const trace = read('status-fields.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) 90 ms, ok',
    '  top level (api) 5 ms, error: internal_error',
    '  with a dot (api) 5 ms, error: deadline_exceeded',
    '  with an underscore (api) 5 ms, error: row is locked',
    '  against its attribute (api) 5 ms, error: unavailable',
    '  canceled (api) 5 ms, unknown: cancelled',
    '  success (api) 5 ms, ok',
  ]);
  expect(trace.spans.map(({ attributes }) => attributes['span.status'])).toEqual([
    'ok',
    'internal_error',
    'deadline_exceeded',
    'error',
    'unavailable',
    'cancelled',
    'success',
  ]);
});

test('nesting decides if the named parent is not in the response', () => {
  const trace = read('absent-parents.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) 90 ms, unknown',
    '  ab-routing (api) 20 ms, unknown',
    '    assign-variant (api) 4 ms, unknown',
    '    named elsewhere (worker) 1 ms, unknown',
    '  its own parent (api) 4 ms, unknown',
    'process-signal (worker) 30 ms, unknown, orphan',
  ]);
  expect(trace.others?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['newer_kind something newer']);
});

test('a second record of a span adds to it: failure, issues, attributes and children', () => {
  const trace = read('two-records.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) 90 ms, unknown',
    '  database-save (api) db, 12 ms, error: internal_error',
    '    ! API-7 error: duplicate key',
    '    ! API-5 info: slow query',
    '    BEGIN (api) 1 ms, unknown',
    '    ROLLBACK (api) 2 ms, unknown',
  ]);
  expect(trace.spans.find(({ name }) => name === 'database-save')?.attributes).toEqual({
    'span.status': 'internal_error',
    'db.system': 'postgresql',
    retries: 2,
  });
  // Sentry counts records.
  expect(trace.recordCount).toBe(6);
});

test('uptime checks and unknown kinds are named, and spans below them are read', () => {
  const trace = read('uptime-check.json');
  expect(tree(trace)).toEqual(['GET /health (api) 40 ms, unknown', '  SELECT 1 (api) 3 ms, unknown']);
  expect(trace.issues.map(issueText)).toEqual(['API-3 error: Downtime detected']);
  expect(trace.others).toEqual([
    {
      kind: 'uptime_check',
      name: 'Uptime Check Request [failure] - https://hooks.example.com/health (503)',
      startMs: 1_795_396_549_900,
      durationMs: 200.5,
    },
    { kind: 'uptime_check', name: 'uptime.request', startMs: null, durationMs: 12 },
    { kind: 'profile_chunk', name: null, startMs: null, durationMs: null },
  ]);
});

test('transactions of the older endpoint keep their durations, statuses and issues', () => {
  const trace = read('events-trace-list.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) http.server, 413 ms, ok',
    '  ! API-7 error: GexProviderError: 503',
    '  ! API-C info: N+1 Query',
    '  orchestrator.processSignal (worker) queue.process, 250.25 ms, error: internal_error',
  ]);
  expect(trace.spans.map(({ startMs, isSegment }) => [startMs, isSegment])).toEqual([
    [1_795_396_550_000, true],
    [1_795_396_550_499.75, true],
  ]);
  expect(trace.issues).toEqual([]);
});

test('even if the response lists errors without a span next to them', () => {
  const trace = read('events-trace-object.json');
  expect(tree(trace)).toEqual([
    'POST /webhook (api) http.server, 413 ms, unknown',
    '  orchestrator.processSignal (worker) 250.25 ms, unknown',
  ]);
  expect(trace.issues.map(issueText)).toEqual(['WORKER-9 error: Unhandled rejection']);
});

test('times are as precise as they were sent', () => {
  const { spans } = read('precise-times.json');
  expect(spans.map(({ name, durationMs }) => [name, durationMs])).toEqual([
    ['ISO, nanoseconds', 0.00075],
    ['ISO, across a second', 0.00025],
    ['text of seconds', 413.250001],
    ['numbers, microseconds', 500.003],
    ['earlier by a microsecond', 0.0004],
    ['later by a microsecond', 0.25],
  ]);
  expect(spans.map(({ startMs }) => startMs - 1_785_585_600_000)).toEqual([
    // As near as a double of milliseconds since the epoch comes: multiples of 2^-12.
    0, 999.999755859375, 2_000, 3_187.0009765625, 4_000.0009765625, 4_000.001953125,
  ]);
  expect(
    buildForest(spans)
      .map(({ span }) => span.name)
      .slice(-2),
  ).toEqual(['earlier by a microsecond', 'later by a microsecond']);
});

test('an error without any span is an issue of the trace', () => {
  const trace = read('error-only.json');
  expect(trace.spans).toEqual([]);
  expect(trace.issues.map(issueText)).toEqual([
    'API-7 error: duplicate key value violates unique constraint',
    'API-B error: connection terminated',
  ]);
});

test('an attribute that was requested in both forms is one', () => {
  const { spans } = read('attribute-forms.json');
  expect(spans.map(({ name, status, attributes }) => [name, status, attributes])).toEqual([
    ['only the number', 'error', { 'http.response.status_code': 503 }],
    ['only the text', 'error', { 'http.response.status_code': '500' }],
    ['both', 'unknown', { 'http.response.status_code': 200 }],
    ['absent number', 'unknown', { 'order.kind': 'limit' }],
  ]);
});

test('every issue of a span and of a trace is counted, however many there are', () => {
  const issue = (at: number) => ({
    event_type: 'error',
    issue_id: at,
    short_id: `API-${at}`,
    level: 'error',
  });
  const many = Array.from({ length: 2_500 }, (_, at) => issue(at + 1));
  const span = { event_type: 'span', event_id: 'abcdabcdabcdab01', errors: [...many, ...many] };
  const trace = parseTrace([span, ...many, ...many], { traceId: 'a'.repeat(32), issueUrl: String });
  expect(trace.spans.map(({ issues }) => issues.length)).toEqual([2_500]);
  expect(trace.issues).toHaveLength(2_500);
});
