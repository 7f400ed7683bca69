import { describe, expect, test } from 'vitest';
import { normalizedBase, regionBase, staysAt } from '../../../src/lib/trace/sentry-api/base.ts';
import {
  nextCursor,
  parseFoundSpans,
  parseOrganization,
  parseTraceMeta,
} from '../../../src/lib/trace/sentry-api/calls.ts';
import { aRow, DOCUMENTED_META, OLDER_META } from '../sentry-shapes.ts';

describe('counts of a trace', () => {
  test('in both spellings', () => {
    expect(parseTraceMeta(DOCUMENTED_META)).toEqual({ spans: 195, errors: 0, performanceIssues: 0, logs: 5 });
    expect(parseTraceMeta(OLDER_META)).toEqual({ spans: 195, errors: 2, performanceIssues: 1, logs: 5 });
  });

  test.each([null, [], 'x', { spansCount: '195' }, { spansCount: -1 }])('out of %j are unknown', (json) => {
    expect(parseTraceMeta(json)).toEqual({ spans: null, errors: null, performanceIssues: null, logs: null });
  });
});

describe('found spans', () => {
  test('keep the requested attributes', () => {
    const rows = [aRow({ signalId: 'sig_1', 'span.name': null }), aRow({ trace: 'no id' }), 'no row', null];
    expect(parseFoundSpans({ data: rows, meta: { fields: {} } })).toEqual([
      {
        spanId: '07752c6aeb027c8f',
        traceId: '6a477f5b0f31ef7b6b9b5e1dea66c91d',
        name: 'orchestrator.processSignal',
        op: 'queue.process',
        service: 'worker',
        timestampMs: Date.parse('2026-04-13T14:19:18Z'),
        fields: expect.objectContaining({ signalId: 'sig_1' }),
      },
    ]);
  });

  const TRACE = '6a477f5b0f31ef7b6b9b5e1dea66c91d';
  const SPAN = '07752c6aeb027c8f';

  test.each<[Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [{}, { spanId: null, name: '', op: null, service: '', timestampMs: null }],
    [{ id: SPAN, span_id: 'x' }, { spanId: SPAN }],
    [{ span_id: SPAN }, { spanId: SPAN }],
    [{ 'span.name': 'a', 'span.description': 'b' }, { name: 'a' }],
    [{ 'span.name': '', 'span.description': 'b' }, { name: 'b' }],
    [{ project: 7 }, { service: '' }],
    [
      { project: 'api', 'span.op': 'db' },
      { service: 'api', op: 'db' },
    ],
  ])('of %j have %j', (row, expected) => {
    expect(parseFoundSpans({ data: [{ trace: TRACE, ...row }] })).toMatchObject([
      { traceId: TRACE, ...expected },
    ]);
  });

  test('keep only plain values', () => {
    const [span] = parseFoundSpans({
      data: [{ trace: TRACE, a: 1, b: false, c: '', d: null, e: [], f: {} }],
    });
    expect(span?.fields).toEqual({ trace: TRACE, a: 1, b: false, c: '' });
  });

  test.each([null, [], {}, { data: 5 }])('from %j are none', (json) => {
    expect(parseFoundSpans(json)).toEqual([]);
  });
});

test('an organization has a region in which its data is stored', () => {
  const json = { id: '1', slug: 'acme', name: 'Acme', links: { regionUrl: 'https://de.sentry.io' } };
  expect(parseOrganization(json)).toEqual({
    id: '1',
    slug: 'acme',
    name: 'Acme',
    regionUrl: 'https://de.sentry.io',
  });
  expect(parseOrganization('x').regionUrl).toBeNull();
});

describe('the next page', () => {
  const link = (results: boolean) =>
    '<https://sentry.io/api/0/x/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", ' +
    `<https://sentry.io/api/0/x/?cursor=0:100:0>; rel="next"; results="${results}"; cursor="0:100:0"`;
  test('exists only with results', () => {
    expect(nextCursor(link(true))).toBe('0:100:0');
    expect(nextCursor(link(false))).toBeNull();
    expect(nextCursor(undefined)).toBeNull();
    expect(nextCursor('nonsense')).toBeNull();
  });
});

describe('the token may be sent to', () => {
  test.each([
    ['https://sentry.io', 'https://de.sentry.io', 'https://de.sentry.io'],
    ['https://sentry.io', 'https://us.sentry.io/', 'https://us.sentry.io'],
    ['https://sentry.io', 'https://sentry.io.evil.example', null],
    ['https://sentry.io', 'https://evilsentry.io', null],
    ['https://sentry.io', 'http://de.sentry.io', null],
    ['https://sentry.io', 'https://user@evil.example/.sentry.io', null],
    ['https://sentry.io', 'nonsense', null],
    ['https://sentry.io', null, null],
    ['https://sentry.example.com', 'https://de.sentry.io', null],
  ])('a region of %s at %s: %s', (baseUrl, regionUrl, expected) => {
    expect(regionBase({ baseUrl, regionUrl })).toBe(expected);
  });

  test.each([
    ['/other/', true],
    ['https://a.example:8443/x', true],
    ['https://a.example/x', false],
    ['http://a.example:8443/x', false],
    ['//b.example:8443/x', false],
    [undefined, false],
  ])('a redirect to %s: %s', (location, expected) => {
    expect(staysAt('https://a.example:8443/api/', location)).toBe(expected);
  });

  test('a base URL may end in anything that users paste', () => {
    expect(normalizedBase('https://sentry.example.com/sub/api/0/')).toBe('https://sentry.example.com/sub');
    expect(normalizedBase('https://sentry.io')).toBe('https://sentry.io');
  });
});
