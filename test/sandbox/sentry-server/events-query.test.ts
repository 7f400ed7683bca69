import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/lib/model/json.ts';
import { matchesQuery, parseEventsQuery, traceOf } from '../../../src/sandbox/sentry-server/events-query.ts';

const SPAN: JsonObject = {
  trace: '90410b134f1a4bdba8caa19399af9089',
  is_transaction: true,
  'span.op': 'queue.process',
  'span.name': 'orchestrator.processSignal',
  'span.description': 'INSERT INTO "signals" * 100%',
  signalId: 's-1',
  attempt: 2,
  empty: '',
  path: 'C:\\data',
};

const fieldOf =
  (fields: JsonObject) =>
  (name: string): Json =>
    Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;

function matches(query: string, fields: JsonObject = SPAN): boolean {
  const parsed = parseEventsQuery(query);
  if (!parsed.ok) throw new Error(parsed.reason);
  return matchesQuery(parsed.terms, fieldOf(fields));
}

describe('the search language', () => {
  it.each([
    '',
    '   ',
    'trace:90410b134f1a4bdba8caa19399af9089',
    'is_transaction:true',
    'is_transaction:1',
    'span.op:queue.process',
    'span.op:queue.*',
    'span.op:*process',
    'span.op:*',
    'span.name:orch*.process*al',
    'span.name:orchestrator.processSignal signalId:s-1',
    '  span.op:queue.process   AND  signalId:"s-1" ',
    'span.description:"INSERT INTO \\"signals\\" \\* 100%"',
    'span.description:"INSERT*%"',
    'attempt:2',
    '!attempt:1',
    '!span.op:db*',
    'has:signalId',
    '!has:nothing',
    'nothing:""',
    '!nothing:x',
    'empty:""',
    'insert',
    '"into \\"SIG"',
    '!delete',
    'path:"C:\\\\data"',
    `!trace:${'0'.repeat(32)}`,
  ])('finds the span with %j', (query) => {
    expect(matches(query)).toBe(true);
  });

  it.each([
    `trace:${'0'.repeat(32)}`,
    'is_transaction:false',
    'span.op:queue',
    'span.op:QUEUE.PROCESS',
    'span.op:queue.process*x',
    'span.name:orchestrator.processSignal signalId:s-2',
    'span.description:"INSERT \\* 100%"',
    '!signalId:s-1',
    'signalId:""',
    'has:nothing',
    '!has:signalId',
    'nothing:*',
    'delete',
    'attempt:20',
    'toString:*',
  ])('does not find it with %j', (query) => {
    expect(matches(query)).toBe(false);
  });

  it.each([
    ['a:1 OR b:2', 'no OR'],
    ['(a:1)', 'no groups'],
    ['a:(1)', 'no groups'],
    ['a:"unfinished', 'not understood at'],
    ['a:"x"y', 'not understood at'],
    ['a:', 'a has no value'],
    ['a: b:1', 'a has no value'],
    ['!', 'a term is empty'],
    ['span.duration:>100', 'compares or lists'],
    ['signalId:[a,b]', 'compares or lists'],
    ['x'.repeat(5_000), 'longer than 4096 characters'],
  ])('refuses %j', (query, reason) => {
    expect(parseEventsQuery(query)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('reads tags with a type as keys', () => {
    expect(parseEventsQuery('tags[attempt,number]:2')).toMatchObject({
      terms: [{ key: 'tags[attempt,number]', value: ['2'] }],
    });
  });

  it('knows the one trace of a search', () => {
    const trace = (query: string): string | null => {
      const parsed = parseEventsQuery(query);
      return parsed.ok ? traceOf(parsed.terms) : null;
    };
    expect(trace('a:1 trace:ABC')).toBe('abc');
    expect([trace('a:1'), trace('!trace:abc'), trace('trace:a*'), trace('has:trace')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  const key = fc.stringMatching(/^[a-z][\w.]{0,10}$/).filter((name) => name !== 'has');
  const quoted = (text: string): string => `"${text.replace(/[\\"*]/g, '\\$&')}"`;

  it('finds exactly the quoted value, whatever it contains', () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('*', '"', '\\', ' ', ':', 'a') }));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 5 }), value, (pairs, other) => {
        const fields = Object.fromEntries(pairs);
        const query = Object.entries(fields)
          .map(([name, text]) => `${name}:${quoted(text)}`)
          .join(' ');
        expect(matches(query, fields)).toBe(true);
        for (const [name, text] of Object.entries(fields)) {
          expect(matches(`${name}:${quoted(other)}`, fields)).toBe(other === text);
        }
      }),
    );
  });

  it('treats wildcards as the regular expression would', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(few, text, (pattern, value) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
        expect(matches(`k:${pattern}`, { k: value })).toBe(expected);
      }),
    );
  });

  it('parses any text into terms or a reason, and quickly', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', ':', '"', '\\', '(', ')', '*', '!', ' ', '['),
      maxLength: 300,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), noise), (query) => {
        const parsed = parseEventsQuery(query);
        if (parsed.ok) expect(typeof matchesQuery(parsed.terms, fieldOf(SPAN))).toBe('boolean');
        else expect(parsed.reason).not.toBe('');
      }),
    );
  });
});
