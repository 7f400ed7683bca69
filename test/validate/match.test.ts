import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOf, valueAt } from '../../src/lib/json/path.ts';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import { matchFindings } from '../../src/lib/validate/match.ts';
import { isMissing } from '../../src/lib/validate/missing.ts';

const messages = (actual: Json, expected: JsonObject) =>
  matchFindings(actual, expected).map(({ message }) => message);
const json = (text: string) => JSON.parse(text);

describe('a match', () => {
  it.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: { b: { c: null }, d: 1 } }, { a: { b: { c: null } } }],
    [{ a: [1, { b: 2, c: 3 }] }, { a: [1, { b: 2 }] }],
    [{ a: 1 }, {}],
  ])('%j contains %j', (actual, expected) => {
    expect(messages(actual, expected)).toEqual([]);
  });

  it.each<[Json, JsonObject, string]>([
    [{ a: 1 }, { a: 2 }, 'a is 1, expected 2'],
    [{ a: '1' }, { a: 1 }, 'a is "1", expected 1'],
    [{}, { a: null }, 'a is missing, expected null'],
    [{ a: 1 }, { a: { b: 1 } }, 'a is 1, expected an object'],
    [{ a: [1] }, { a: { 0: 1 } }, 'a is [1], expected an object'],
    [{ a: { 0: 1 } }, { a: [1] }, 'a is {"0":1}, expected a list'],
    [{ a: [1, 2] }, { a: [1] }, 'a has 2 items, expected 1'],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'a.0.b is 1, expected 2'],
    [null, { a: 1 }, 'Response is null, expected an object'],
    [[1], { a: 1 }, 'Response is [1], expected an object'],
    [{ a: 'x'.repeat(200) }, { a: 1 }, `a is "${'x'.repeat(79)}…, expected 1`],
    [{}, json('{"__proto__":{"a":1}}'), '__proto__ is missing, expected an object'],
    [{}, { constructor: {} }, 'constructor is missing, expected an object'],
  ])('%j against %j: %s', (actual, expected, message) => {
    expect(messages(actual, expected)).toEqual([message]);
  });

  it('compares hostile keys as data', () => {
    const hostile = json('{"__proto__":{"a":1},"constructor":"x"}');
    expect(messages(hostile, hostile)).toEqual([]);
    expect(messages(json('{"__proto__":{"a":2},"constructor":"x"}'), hostile)).toEqual([
      '__proto__.a is 2, expected 1',
    ]);
  });

  it.each([
    [6, 'Response differs in 1 more place'],
    [9, 'Response differs in 4 more places'],
  ])('with %i differences lists five and counts the rest', (count, last) => {
    const expected = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1]));
    const shown = messages({}, expected);
    expect(shown).toHaveLength(6);
    expect(shown.at(-1)).toBe(last);
  });

  it('succeeds between any object and itself with more keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (object, more) => {
        const expected = json(JSON.stringify(object));
        expect(messages({ ...expected, 'one more': json(JSON.stringify(more)) }, expected)).toEqual([]);
      }),
    );
  });
});

describe('a dotted path', () => {
  const body = json('{"a":{"b":[{"c":1}]},"a.b":2,"":{"":3},"__proto__":{"x":4},"items":["first"]}');
  it.each([
    ['a.b.0.c', 1],
    ['a.b', 2],
    ['.', 3],
    ['__proto__.x', 4],
    ['items.0', 'first'],
    ['items.length', undefined],
    ['items.1', undefined],
    ['items.-1', undefined],
    ['items.first', undefined],
    ['items.', undefined],
    ['items.0x0', undefined],
    ['items.0e0', undefined],
    ['a.x.y', undefined],
    ['constructor', undefined],
    ['constructor.name', undefined],
    ['a.__proto__', undefined],
    ['a.b.0.c.toFixed', undefined],
    ['items.0.length', undefined],
  ])('%s leads to %j', (path, expected) => {
    expect(valueAt(body, path)).toEqual(expected);
  });

  it('finds any path of own keys, and never throws', () => {
    fc.assert(
      fc.property(
        // A path names no empty key.
        fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }),
        fc.jsonValue(),
        fc.string(),
        (keys, leaf, path) => {
          const value = json(JSON.stringify(leaf));
          const nested = keys.reduceRight((below: Json, key) => Object.fromEntries([[key, below]]), value);
          expect(valueAt(nested, pathOf(keys))).toEqual(value);
          expect(() => isMissing(valueAt(nested, path))).not.toThrow();
        },
      ),
    );
  });
});
