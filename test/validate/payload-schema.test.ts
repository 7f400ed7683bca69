import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import { compilePayloadSchemas } from '../../src/lib/validate/payload-schema.ts';

async function problemsOf(payload: Json, schema: JsonObject | boolean): Promise<readonly string[]> {
  const compiled = await compilePayloadSchemas(new Map([['payloadSchema', schema]]));
  return compiled.get('payloadSchema')?.(payload) ?? ['not compiled'];
}

const of = (properties: JsonObject, more: JsonObject = {}) => ({ type: 'object', properties, ...more });

describe('a payload that does not match its schema', () => {
  it.each([
    [
      { d: 'sideways' },
      of({ d: { enum: ['long', 'short'] } }),
      'd: expected "long", "short" (got "sideways")',
    ],
    [
      { d: 0 },
      of({ d: { enum: Array.from({ length: 20 }, (_, at) => at + 1) } }),
      'd: expected 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 (got 0)',
    ],
    [
      { d: 0 },
      of({ d: { enum: Array.from({ length: 22 }, (_, at) => at + 1) } }),
      'd: expected 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 2 more (got 0)',
    ],
    [{ d: 1 }, of({ d: { const: 2 } }), 'd: expected 2 (got 1)'],
    [{ p: '12' }, of({ p: { type: 'number' } }), 'p: expected number (got "12")'],
    [{ p: null }, of({ p: { type: ['number', 'string'] } }), 'p: expected number or string (got null)'],
    [
      { a: { b: [1, 'x'] } },
      of({ a: of({ b: { items: { type: 'integer' } } }) }),
      'a.b.1: expected integer (got "x")',
    ],
    [{}, of({}, { required: ['symbol'] }), 'symbol: required'],
    [{ a: {} }, of({ a: { required: ['b'] } }), 'a.b: required'],
    [{ x: 1 }, of({}, { additionalProperties: false }), 'x: unknown key'],
    [{ p: -1 }, of({ p: { minimum: 0 } }), 'p: expected >= 0 (got -1)'],
    [{ p: 'abc' }, of({ p: { pattern: '^x' } }), 'p: expected pattern "^x" (got "abc")'],
    [{ t: 'now' }, of({ t: { format: 'date-time' } }), 't: expected format "date-time" (got "now")'],
    [
      { p: 1 },
      of({ p: { not: { type: 'number' } } }),
      'p: expected a value that does not match its "not" schema (got 1)',
    ],
    [[1], of({}), 'the payload: expected object (got a list of 1)'],
    [
      { a: 'x'.repeat(90) },
      of({ a: { maxLength: 3 } }),
      `a: expected not more than 3 characters (got "${'x'.repeat(59)}…)`,
    ],
    [{}, false, 'the payload: expected nothing (got an object)'],
  ])('%#', async (payload, schema, expected) => {
    expect(await problemsOf(payload as Json, schema as JsonObject)).toEqual([expected]);
  });

  it('is reported in five places, and the others are counted', async () => {
    const payload = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`k${at}`, at]));
    const problems = await problemsOf(payload, { type: 'object', additionalProperties: { type: 'string' } });
    expect(problems).toHaveLength(6);
    expect(problems.at(-1)).toBe('and 3 more');
  });

  it.each([
    [5, 'k4: expected string (got 4)'],
    [6, 'and 1 more'],
  ])('in %i places ends with %j', async (count, last) => {
    const payload = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
    const problems = await problemsOf(payload, { type: 'object', additionalProperties: { type: 'string' } });
    expect(problems.at(-1)).toBe(last);
  });

  it('that matches causes no finding', async () => {
    expect(await problemsOf({ d: 'long' }, of({ d: { enum: ['long'] } }))).toEqual([]);
  });

  it('an invalid schema is reported with its place', async () => {
    await expect(problemsOf({}, { type: 'nonsense' })).rejects.toThrow(
      'payloadSchema is not a usable JSON Schema',
    );
  });
});
