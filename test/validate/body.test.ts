import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import { parseJson } from '../../src/lib/send/response.ts';
import { aResponse, BUILT_IN, errorsOf, jsonResponse, judge, textResponse } from './support.ts';

const DATA = { signal_id: 's1', enrichment: { gex: 1 }, variant: 'A' };

describe('fields', () => {
  it('that are all there cause no finding', async () => {
    expect(await judge(jsonResponse(DATA), BUILT_IN)).toEqual({ errors: [], warnings: [], missingData: [] });
  });

  it.each([[undefined], [null], [''], [[]], [{}]])('hold no data as %j', async (value) => {
    const body = value === undefined ? {} : { a: value };
    expect((await judge(jsonResponse(body), { required: ['a'] })).missingData).toEqual([
      { field: 'a', level: 'required' },
    ]);
  });

  it.each([[0], [false], [' '], [[null]], [{ b: null }], ['null']])('hold data as %j', async (value) => {
    expect((await judge(jsonResponse({ a: value }), { required: ['a'] })).missingData).toEqual([]);
  });

  it('that are required are missing data, and an error only with strict', async () => {
    const response = jsonResponse({ enrichment: 1, variant: 'A' });
    const missingData = [{ field: 'signal_id', level: 'required' }];
    expect(await judge(response, BUILT_IN)).toEqual({ errors: [], warnings: [], missingData });
    const strict = await judge(response, BUILT_IN, { strict: true });
    expect(strict.missingData).toEqual(missingData);
    expect(strict.errors).toEqual([
      {
        severity: 'error',
        code: 'required-missing',
        message: 'signal_id not in response',
        hint: null,
        field: 'signal_id',
      },
    ]);
  });

  it('that are recommended are warnings in the words of the guide, and missing data', async () => {
    const { errors, warnings, missingData } = await judge(
      jsonResponse({ signal_id: 's1' }),
      { ...BUILT_IN, recommended: ['enrichment', 'variant', 'other'] },
      { strict: true },
    );
    expect(errors).toEqual([]);
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'recommended-missing: enrichment not in response (the enrichment service may not be running)',
      'recommended-missing: variant not in response (A/B routing may not be active)',
      'recommended-missing: other not in response',
    ]);
    expect(missingData.map(({ field, level }) => `${field} ${level}`)).toEqual([
      'enrichment recommended',
      'variant recommended',
      'other recommended',
    ]);
  });

  it('are missing once, however often they are listed', async () => {
    const { warnings, missingData } = await judge(jsonResponse({}), {
      required: ['a', 'a'],
      recommended: ['a', 'b', 'b'],
    });
    expect(missingData.map(({ field }) => field)).toEqual(['a', 'b']);
    expect(warnings).toHaveLength(1);
  });
});

describe('a body that is not JSON', () => {
  it.each([
    [textResponse('OK'), 'not-json: HTTP 200, but the body is not JSON: "OK"'],
    [
      textResponse('\ufeff <!DOCTYPE html><p>Maintenance'),
      'not-json: HTTP 200, but the body is HTML: "<!DOCTYPE html><p>Maintenance"',
    ],
    [textResponse('<HTML lang=en>'), 'not-json: HTTP 200, but the body is HTML: "<HTML lang=en>"'],
    [
      textResponse('{"signal_id": "s1", "enri'),
      'not-json: HTTP 200, but the body is not JSON: "{\\"signal_id\\": \\"s1\\", \\"enri"',
    ],
    [
      textResponse(`\u0000\u001b[31m${'x'.repeat(100)}`),
      `not-json: HTTP 200, but the body is not JSON: "\\u0000\\u001b[31m${'x'.repeat(54)}…"`,
    ],
  ])('%# is one finding with its beginning', async (response, expected) => {
    expect(await errorsOf(response, BUILT_IN)).toEqual([expected]);
  });

  it('is reported as empty, or too deep', async () => {
    const empty = aResponse({ body: '', json: parseJson(' \n') });
    expect(await errorsOf(empty, BUILT_IN)).toEqual(['empty-body: HTTP 200, but the body is empty']);
    const deep = aResponse({ json: parseJson('['.repeat(100_000)) });
    expect(await errorsOf(deep, BUILT_IN)).toEqual([
      'too-deep: HTTP 200, but the body is nested more than 200 levels deep',
    ]);
  });

  it.each([
    ['a required field', { required: ['a'] }, 1],
    ['a recommended field', { recommended: ['a'] }, 1],
    ['a match', { match: {} }, 1],
    ['a schema', { schema: true }, 1],
    ['JSON as content type', { contentType: 'application/problem+json' }, 1],
    ['only a status', {}, 0],
    ['only what it must not say', { refuse: { status: ['ERROR'] } }, 0],
    ['another content type', { contentType: 'text/plain' }, 0],
  ])('is wrong if %s is expected', async (_, expected, errors) => {
    const { contentType = 'text/plain' }: Partial<Expectation> = expected;
    const headers = { 'content-type': contentType ?? '' };
    expect(await errorsOf(textResponse('OK', { headers }), expected)).toHaveLength(errors);
  });
});

describe('a body that signals a failure with a 2xx status', () => {
  it.each([
    [{ status: 'REJECTED', error: 'no direction' }, 'HTTP 200, but status REJECTED: no direction'],
    [{ status: ' rejected ' }, 'HTTP 200, but status rejected'],
    [{ status: 'Error', error: { message: 'boom' } }, 'HTTP 200, but status Error: boom'],
    [{ status: 'FAILED', signal_id: '' }, 'HTTP 200, but status FAILED'],
  ])('%j is an error, and its missing fields are not reported', async (body, message) => {
    const judgment = await judge(jsonResponse(body), BUILT_IN);
    expect(judgment.errors).toEqual([
      { severity: 'error', code: 'refused-by-body', message, hint: null, status: 200 },
    ]);
    expect(judgment.missingData).toEqual([]);
  });

  it.each([
    ['another value', { status: 'ACCEPTED' }, BUILT_IN.refuse],
    ['part of another word', { status: 'ERRORLESS' }, BUILT_IN.refuse],
    ['null', { status: null }, { status: ['null'] }],
    ['an object', { status: {} }, { status: ['[object Object]'] }],
    ['a list', { status: ['ERROR'] }, { status: ['ERROR'] }],
    ['a field that is not there', {}, { status: ['undefined'] }],
    ['another field', { state: 'ERROR' }, { status: ['ERROR'] }],
    ['nothing, where no value refuses', { status: '' }, { status: [] }],
  ])('is not %s', async (_, body, refuse) => {
    expect(await errorsOf(jsonResponse(body), { refuse })).toEqual([]);
  });

  it.each([
    [{ result: { ok: false } }, { 'result.ok': ['false'] }, 'HTTP 200, but result.ok false'],
    [{ code: 17 }, { code: ['17'] }, 'HTTP 200, but code 17'],
    [{ code: 0 }, { code: ['0'] }, 'HTTP 200, but code 0'],
    [{ state: 'No' }, { status: ['error'], state: ['no'] }, 'HTTP 200, but state No'],
    [{ status: null, state: 'no' }, { status: ['error'], state: ['maybe', 'no'] }, 'HTTP 200, but state no'],
  ])('may use a field and value of the config: %j', async (body, refuse, message) => {
    expect(await errorsOf(jsonResponse(body), { refuse })).toEqual([`refused-by-body: ${message}`]);
  });

  it('is correct if the scenario expects that response', async () => {
    const body = { status: 'REJECTED' };
    expect(
      await errorsOf(jsonResponse(body), { refuse: BUILT_IN.refuse, match: { status: 'REJECTED' } }),
    ).toEqual([]);
  });

  it.each([
    [200, 1],
    [204, 1],
    [299, 1],
    [199, 0],
    [300, 0],
    [500, 0],
  ])('is an error under status %i: %i', async (status, errors) => {
    const response = jsonResponse({ status: 'REJECTED' }, { status });
    expect(await errorsOf(response, { status: [], refuse: BUILT_IN.refuse })).toHaveLength(errors);
  });

  it.each([
    ['in another case', { status: 'rejected' }, ['match: status is "REJECTED", expected "rejected"']],
    [
      'another value',
      { status: 'ERROR' },
      ['refused-by-body: HTTP 200, but status REJECTED', 'match: status is "REJECTED", expected "ERROR"'],
    ],
    [
      'another field',
      { id: 1 },
      ['refused-by-body: HTTP 200, but status REJECTED', 'match: id is missing, expected 1'],
    ],
  ])('is expected only by its own field and value: %s', async (_, match, expected) => {
    const refuse = BUILT_IN.refuse;
    expect(await errorsOf(jsonResponse({ status: 'REJECTED' }), { refuse, match })).toEqual(expected);
  });

  it('is correct with an expected status that is itself a refusal', async () => {
    const response = jsonResponse({ status: 'REJECTED' }, { status: 400 });
    expect(await errorsOf(response, { status: [400], refuse: BUILT_IN.refuse })).toEqual([]);
  });
});

describe('a suspicious body', () => {
  it('that is a duplicate is a warning of its own kind, and its data is not required', async () => {
    expect(await judge(jsonResponse({ status: 'Duplicate' }), BUILT_IN, { strict: true })).toEqual({
      errors: [],
      warnings: [
        {
          severity: 'warning',
          code: 'duplicate',
          message:
            'status Duplicate: the target treated the webhook as a duplicate, so its data was not checked',
          hint: null,
        },
      ],
      missingData: [],
    });
  });

  it('of another kind is a warning in addition to the others', async () => {
    const { warnings, missingData } = await judge(jsonResponse({ queue: 'backlog' }), {
      required: ['a'],
      suspect: { queue: ['BACKLOG'] },
    });
    expect(warnings).toEqual([
      { severity: 'warning', code: 'suspect', message: 'queue backlog', hint: null },
    ]);
    expect(missingData).toHaveLength(1);
  });

  it.each([
    ['asked for', { status: 'DUPLICATE' }, { match: { status: 'DUPLICATE' } }],
    ['part of another word', { status: 'DUPLICATED' }, {}],
    ['another value', { status: 'ACCEPTED' }, {}],
    ['another field', { state: 'DUPLICATE' }, {}],
    ['null', { status: null }, {}],
  ])('is not reported if its value is %s', async (_, body, expected) => {
    const { suspect } = BUILT_IN;
    expect((await judge(jsonResponse(body), { suspect, ...expected })).warnings).toEqual([]);
  });

  it('that is a duplicate replaces all findings about the body, also of other expectations', async () => {
    const response = jsonResponse({ status: 'DUPLICATE', error: 'seen before' });
    const judgment = await judge(
      response,
      {
        ...BUILT_IN,
        match: { status: 'ACCEPTED' },
        schema: { required: ['b'] },
        refuse: { error: ['seen before'] },
      },
      { strict: true },
    );
    expect(judgment).toMatchObject({ errors: [], warnings: [{ code: 'duplicate' }], missingData: [] });
    expect(judgment.warnings).toHaveLength(1);
  });

  it('that is a duplicate replaces no finding about the status, the headers or the duration', async () => {
    const duplicate = (overrides = {}) => jsonResponse({ status: 'DUPLICATE' }, overrides);
    expect(await errorsOf(duplicate({ status: 500 }), BUILT_IN)).toEqual([
      expect.stringMatching(/^http-5xx: HTTP 500/),
    ]);
    const { errors, warnings } = await judge(duplicate(), {
      ...BUILT_IN,
      headers: { 'x-id': 'a' },
      maxDurationMs: 1,
    });
    expect(errors.map(({ code }) => code)).toEqual(['header', 'too-slow']);
    expect(warnings.map(({ code }) => code)).toEqual(['duplicate']);
  });
});
