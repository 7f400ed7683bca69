import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/lib/model/json.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import { compileSchemas } from '../../src/lib/validate/schema.ts';
import { errorsOf, jsonResponse } from './support.ts';

const schemaOf = (schema: NonNullable<Expectation['schema']>) => ({ schema });

describe('a schema', () => {
  it.each([
    [{ type: 'object', required: ['a'] }, { a: 1 }],
    [{ type: 'array', prefixItems: [{ type: 'string' }] }, ['x', 1]],
    [{ properties: { at: { format: 'date-time' } } }, { at: '2026-08-01T12:00:00Z' }],
    [{ 'x-unknown-keyword': true }, 7],
    [
      { properties: { next: { $ref: '#' } }, required: ['id'] },
      { id: 1, next: { id: 2 } },
    ],
    [true, null],
  ])('%j accepts %j', async (schema, body) => {
    expect(await errorsOf(jsonResponse(body), schemaOf(schema))).toEqual([]);
  });

  it.each([
    [{ required: ['a'] }, {}, "Response must have required property 'a'"],
    [{ properties: { a: { type: 'number' } } }, { a: 'x' }, 'a must be number'],
    [
      { properties: { a: { items: { properties: { 'b/c': { enum: [1, 2] } } } } } },
      { a: [{ 'b/c': 3 }] },
      'a.0.b/c must be equal to one of the allowed values: [1,2]',
    ],
    [
      { properties: { next: { $ref: '#' } }, required: ['id'] },
      { id: 1, next: {} },
      "next must have required property 'id'",
    ],
    [{ properties: { a: { const: 1 } } }, { a: 2 }, 'a must be equal to constant: 1'],
    [{ additionalProperties: false }, { b: 1 }, 'Response must NOT have additional properties: "b"'],
    [{ properties: { at: { format: 'date-time' } } }, { at: 'noon' }, 'at must match format "date-time"'],
    [
      { properties: { __proto__: {} }, required: ['constructor'] },
      {},
      "Response must have required property 'constructor'",
    ],
    [false, {}, 'Response boolean schema is false'],
  ])('%j on %j: %s', async (schema, body, message) => {
    expect(await errorsOf(jsonResponse(body), schemaOf(schema))).toEqual([`schema: ${message}`]);
  });

  it.each([
    ['draft-07', { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }],
    ['2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema', items: [{ type: 'string' }] }],
    [
      '2020-12',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }] },
    ],
    ['2020-12 without saying so', { prefixItems: [{ type: 'string' }] }],
  ])('is read as %s', async (_, schema) => {
    expect(await errorsOf(jsonResponse([1]), schemaOf(schema))).toEqual(['schema: 0 must be string']);
  });

  it('with many errors lists five and counts the rest', async () => {
    const required = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const errors = await errorsOf(jsonResponse({}), schemaOf({ required }));
    expect(errors).toHaveLength(6);
    expect(errors.at(-1)).toBe('schema: Response breaks its schema in 2 more places');
  });

  it.each([
    [5, "schema: Response must have required property 'k4'"],
    [6, 'schema: Response breaks its schema in 1 more place'],
  ])('with %i errors ends with %j', async (count, last) => {
    const required = Array.from({ length: count }, (_, at) => `k${at}`);
    expect((await errorsOf(jsonResponse({}), schemaOf({ required }))).at(-1)).toBe(last);
  });

  it('may occur in copies with the same $id, each of which refers to itself by it', async () => {
    const copy = () => ({
      $id: 'https://schemas.example/signal',
      properties: { a: { $ref: 'https://schemas.example/signal#/$defs/id' }, b: { $ref: '#/$defs/id' } },
      $defs: { id: { type: 'string' } },
    });
    const schemas = [copy(), copy()];
    const check = await compileSchemas(schemas);
    for (const schema of schemas) {
      expect(check({ a: 1, b: 2 }, schema).map(({ message }) => message)).toEqual([
        'a must be string',
        'b must be string',
      ]);
    }
  });

  it.each([
    ['an unknown type', { type: 'nope' }],
    ['a reference out of the schema', { $ref: 'https://elsewhere.example/schema' }],
    ['a draft that is not understood', { $schema: 'http://json-schema.org/draft-04/schema#' }],
    ['an asynchronous schema', { $async: true }],
    [
      'references in a circle',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    ],
    ['a pattern that is none', { pattern: '(' }],
    ['a pattern with a look-ahead', { pattern: '^(?=a)' }],
    ['a pattern of keys with a back-reference', { patternProperties: { '^(a)\\1$': true } }],
  ])('with %s is reported before anything is sent', async (_, schema) => {
    await expect(errorsOf(jsonResponse({}), schemaOf(schema))).rejects.toMatchObject({
      code: 'SCHEMA_INVALID',
    });
  });

  it('that refers to itself endlessly is a finding, not a crash', async () => {
    const schema = { allOf: [{ $ref: '#' }] };
    expect(await errorsOf(jsonResponse({}), schemaOf(schema))).toEqual([
      expect.stringContaining('schema: Response cannot be checked by the schema'),
    ]);
  });

  it.each([
    [
      { properties: { id: { pattern: '^(a+)+$' } } },
      { id: `${'a'.repeat(50_000)}!` },
      'id must match pattern "^(a+)+$"',
    ],
    [
      { propertyNames: { pattern: '^(a|a)*$' } },
      { [`${'a'.repeat(5_000)}!`]: 1 },
      'property name must be valid',
    ],
    [
      { patternProperties: { '^(a*)*b$': { type: 'null' } }, additionalProperties: false },
      { [`${'a'.repeat(5_000)}!`]: 1 },
      'must NOT have additional properties',
    ],
    [
      { properties: { id: { pattern: '(?:a?){500}a{500}$' } } },
      { id: 'a'.repeat(100_000) },
      'Response cannot be checked by the schema: a string of 100000 characters is too long for the pattern (?:a?){500}a{500}$',
    ],
  ])('%j ends on any response', async (schema, response, words) => {
    expect(await errorsOf(jsonResponse(response), schemaOf(schema))).toEqual([
      ...(words === 'property name must be valid' ? [expect.stringContaining('must match pattern')] : []),
      expect.stringContaining(words),
    ]);
  });

  it('that was not compiled is not skipped silently', async () => {
    const check = await compileSchemas([{ type: 'object' }]);
    expect(() => check({}, { type: 'object' })).toThrow('not compiled');
  });
});

describe('uniqueItems', () => {
  const unique = { uniqueItems: true };

  it.each<[Json, string[]]>([
    [[1, 2, '1', true, null, [1], { a: 1 }], []],
    [
      [
        { a: 1, b: [2, { c: 3 }] },
        { b: [2, { c: 3 }], a: 1 },
      ],
      ['schema: Response must NOT have duplicate items'],
    ],
    [[0, -0], ['schema: Response must NOT have duplicate items']],
    [['a,b', ['a', 'b'], ['a,b']], []],
  ])('on %j: %j', async (body, errors) => {
    expect(await errorsOf(jsonResponse(body), schemaOf(unique))).toEqual(errors);
    expect(await errorsOf(jsonResponse(body), schemaOf({ uniqueItems: false }))).toEqual([]);
  });

  it('is checked in a list as long as a response may be', async () => {
    // Were each pair compared, this would take an hour.
    const body = Array.from({ length: 200_000 }, (_, a) => ({ a }));
    expect(await errorsOf(jsonResponse(body), schemaOf(unique))).toEqual([]);
  });
});
