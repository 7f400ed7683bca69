import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import { compilePayloadSchemas } from '../../src/lib/validate/payload-schema.ts';

async function problemsOf(payload: Json, schema: JsonObject | boolean): Promise<readonly string[]> {
  const compiled = await compilePayloadSchemas(new Map([['payloadSchema', schema]]));
  return compiled.get('payloadSchema')?.(payload) ?? ['not compiled'];
}

const of = (properties: JsonObject, more: JsonObject = {}) => ({ type: 'object', properties, ...more });

describe('a payload that breaks its schema', () => {
  it.each([
    [
      { d: 'sideways' },
      of({ d: { enum: ['long', 'short'] } }),
      'd: found "sideways"; allowed: "long", "short"',
    ],
    [
      { d: 0 },
      of({ d: { enum: Array.from({ length: 20 }, (_, at) => at + 1) } }),
      'd: found 0; allowed: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20',
    ],
    [
      { d: 0 },
      of({ d: { enum: Array.from({ length: 22 }, (_, at) => at + 1) } }),
      'd: found 0; allowed: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and 2 more',
    ],
    [{ d: 1 }, of({ d: { const: 2 } }), 'd: found 1; allowed: 2'],
    [{ p: '12' }, of({ p: { type: 'number' } }), 'p: found "12"; allowed: number'],
    [{ p: null }, of({ p: { type: ['number', 'string'] } }), 'p: found null; allowed: number or string'],
    [
      { a: { b: [1, 'x'] } },
      of({ a: of({ b: { items: { type: 'integer' } } }) }),
      'a.b.1: found "x"; allowed: integer',
    ],
    [{}, of({}, { required: ['symbol'] }), 'symbol: not there; it is required'],
    [{ a: {} }, of({ a: { required: ['b'] } }), 'a.b: not there; it is required'],
    [{ x: 1 }, of({}, { additionalProperties: false }), 'x: a key that is not allowed'],
    [{ p: -1 }, of({ p: { minimum: 0 } }), 'p: found -1; allowed: >= 0'],
    [{ p: 'abc' }, of({ p: { pattern: '^x' } }), 'p: found "abc"; allowed: pattern "^x"'],
    [{ t: 'now' }, of({ t: { format: 'date-time' } }), 't: found "now"; allowed: format "date-time"'],
    [
      { p: 1 },
      of({ p: { not: { type: 'number' } } }),
      'p: found 1; allowed: what its "not" does not describe',
    ],
    [[1], of({}), 'the payload: found a list of 1; allowed: object'],
    [
      { a: 'x'.repeat(90) },
      of({ a: { maxLength: 3 } }),
      `a: found "${'x'.repeat(59)}…; allowed: not more than 3 characters`,
    ],
    [{}, false, 'the payload: found an object; allowed: nothing'],
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
    [5, 'k4: found 4; allowed: string'],
    [6, 'and 1 more'],
  ])('in %i places ends with %j', async (count, last) => {
    const payload = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
    const problems = await problemsOf(payload, { type: 'object', additionalProperties: { type: 'string' } });
    expect(problems.at(-1)).toBe(last);
  });

  it('that is fulfilled gives no finding', async () => {
    expect(await problemsOf({ d: 'long' }, of({ d: { enum: ['long'] } }))).toEqual([]);
  });

  it('an invalid schema is reported with its place', async () => {
    await expect(problemsOf({}, { type: 'nonsense' })).rejects.toThrow(
      'payloadSchema is not a usable JSON Schema',
    );
  });
});
