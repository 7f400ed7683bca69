import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import { parseJson } from '../../src/lib/send/response.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anExpectation, someTimings } from '../support/builders.ts';
import { A_REQUEST, aResponse, BUILT_IN, jsonResponse, judge } from './support.ts';

describe('a duration', () => {
  it.each([
    [100, null, null, []],
    [100, 100, 100, []],
    [100.2, 100, null, ['slow: Response took 101 ms (limit 100 ms)']],
    [201, 100, 200, ['too-slow: Response took 201 ms (limit 200 ms)']],
    [150, null, 200, []],
  ])('of %f ms with the limits %j and %j', async (totalMs, degradedDurationMs, maxDurationMs, expected) => {
    const { errors, warnings } = await judge(
      jsonResponse({}),
      { degradedDurationMs, maxDurationMs },
      { totalMs },
    );
    expect([...errors, ...warnings].map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
    expect(errors).toHaveLength(maxDurationMs !== null && totalMs > maxDurationMs ? 1 : 0);
  });
});

describe('a webhook without a response', () => {
  it('is broken by its failure alone', async () => {
    const validate = await createResponseValidator({ expectations: [BUILT_IN], strict: true });
    const failure = {
      kind: 'connect-timeout',
      message: 'Connection timeout',
      code: null,
    } as const;
    expect(
      validate({ request: A_REQUEST, response: null, failure, timings: someTimings() }, BUILT_IN),
    ).toEqual({
      errors: [
        {
          severity: 'error',
          code: 'connect-timeout',
          message: 'Request failed: Connection timeout',
          hint: null,
          cause: 'Connection timeout',
        },
      ],
      warnings: [],
      missingData: [],
    });
  });
});

describe('a response with several problems', () => {
  it('reports all of them', async () => {
    const response = jsonResponse({ a: 1 }, { headers: { 'content-type': 'text/json' } });
    const expected = {
      contentType: 'application/json',
      headers: { 'x-id': 'a' },
      match: { a: 2 },
      schema: { required: ['b'] },
      required: ['c'],
      maxDurationMs: 1,
    };
    const { errors, missingData } = await judge(response, expected);
    expect(errors.map(({ code }) => code)).toEqual(['header', 'content-type', 'too-slow', 'match', 'schema']);
    expect(missingData).toEqual([{ field: 'c', level: 'required' }]);
  });
});

describe('a response with an id that another webhook received', () => {
  const OWNER = 'test 3 received the same signal_id';
  const judged = async (
    response: HttpResponse,
    expected: Partial<Expectation>,
    owner: string | null = OWNER,
  ) => {
    const wanted = anExpectation(expected);
    const validate = await createResponseValidator({ expectations: [wanted], strict: true });
    const delivery = { request: A_REQUEST, response, failure: null, timings: someTimings() };
    const { errors, warnings, missingData } = validate(delivery, wanted, owner);
    return {
      codes: [...errors, ...warnings].map(({ code }) => code),
      messages: warnings.map(({ message }) => message),
      missingData,
    };
  };
  const LACKING = { ...BUILT_IN, match: { status: 'ACCEPTED' }, schema: { required: ['b'] } };

  it('is a duplicate, and nothing else is reported about its body', async () => {
    expect(await judged(jsonResponse({ signal_id: 's1', status: 'REJECTED' }), LACKING)).toEqual({
      codes: ['duplicate'],
      messages: ['Treated as a duplicate: test 3 received the same signal_id'],
      missingData: [],
    });
  });

  it('is reported once if the body reports it as well', async () => {
    const { messages } = await judged(jsonResponse({ status: 'DUPLICATE' }), BUILT_IN);
    expect(messages).toEqual([expect.stringMatching(/^status DUPLICATE/)]);
  });

  it('is not a duplicate if no webhook received it, or a refusal is expected', async () => {
    expect(
      (await judged(jsonResponse({ signal_id: 's1' }), { required: ['signal_id'] }, null)).codes,
    ).toEqual([]);
    const refused = jsonResponse({ signal_id: 's1' }, { status: 409 });
    expect((await judged(refused, { status: [409] })).codes).toEqual([]);
    expect(
      (await judged(jsonResponse({ status: 'no' }), { refuse: { status: ['no'] }, match: { status: 'no' } }))
        .codes,
    ).toEqual([]);
  });

  it('is still broken by its status', async () => {
    expect((await judged(jsonResponse({ signal_id: 's1' }, { status: 500 }), BUILT_IN)).codes).toEqual([
      'http-5xx',
    ]);
  });
});

describe('a finding about a field', () => {
  it('has the field as data', async () => {
    const expected = anExpectation({ required: ['signal_id'], recommended: ['variant'] });
    const judgment = await judge(jsonResponse({}), expected, { strict: true });
    expect([...judgment.errors, ...judgment.warnings].map(({ code, field }) => [code, field])).toEqual([
      ['required-missing', 'signal_id'],
      ['recommended-missing', 'variant'],
    ]);
  });
});

const keys = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'status',
    'error',
    'error.message',
    'a.b',
    '',
    '.',
    '0',
    'length',
  ),
  fc.string(),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('REJECTED', 'DUPLICATE'),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value) ?? 'null');
const paths = fc.array(keys, { maxLength: 3 });
const lists = fc.dictionary(keys, fc.array(fc.string(), { maxLength: 2 }), { maxKeys: 2 });

const SCHEMAS = [true, false, { type: 'object' }, { required: ['__proto__'] }];
const expectations: fc.Arbitrary<Expectation> = fc
  .record({
    status: fc.subarray<Expectation['status'][number]>([200, 404, '2xx', '5xx']),
    required: paths,
    recommended: paths,
    match: fc.option(fc.dictionary(keys, values, { maxKeys: 3 }).map(throughJson)),
    schema: fc.option(fc.constantFrom(...SCHEMAS)),
    headers: fc.dictionary(keys, fc.constantFrom('x', '/x/', '/', '//g'), { maxKeys: 2 }),
    contentType: fc.option(fc.constantFrom('application/json', 'text/html')),
    degradedDurationMs: fc.option(fc.nat(200)),
    maxDurationMs: fc.option(fc.nat(200)),
    refuse: lists,
    suspect: lists,
  })
  .map((parts) => anExpectation(parts));

const responses: fc.Arbitrary<HttpResponse> = fc
  .record({
    status: fc.integer({ min: 100, max: 599 }),
    statusText: fc.string(),
    headers: fc.dictionary(
      fc.constantFrom('content-type', 'location', 'retry-after', 'x', '__proto__'),
      fc.string(),
    ),
    body: fc.oneof(
      values.map((value) => JSON.stringify(value) ?? ''),
      fc.string({ unit: 'binary' }),
    ),
  })
  .map((parts) => aResponse({ ...parts, json: parseJson(parts.body) }));

describe('the validator', () => {
  it('judges any response by any expectation, and never throws', async () => {
    const compiled = SCHEMAS.map((schema) => anExpectation({ schema }));
    const [lenient, strict] = await Promise.all(
      [false, true].map((strict) => createResponseValidator({ expectations: compiled, strict })),
    );
    fc.assert(
      fc.property(
        responses,
        expectations,
        fc.constantFrom(lenient, strict),
        (response, expected, validate) => {
          const judgment = validate?.(
            { request: A_REQUEST, response, failure: null, timings: someTimings() },
            expected,
          );
          const { errors = [], warnings = [], missingData = [] } = judgment ?? {};
          for (const { code, message } of [...errors, ...warnings]) expect([code, message]).not.toContain('');
          for (const { severity } of errors) expect(severity).toBe('error');
          for (const { severity } of warnings) expect(severity).toBe('warning');
          const fields = missingData.map(({ field }) => field);
          expect(new Set(fields).size).toBe(fields.length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
