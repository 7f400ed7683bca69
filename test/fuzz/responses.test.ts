/** Responses: any bytes with any headers, judged by any expectation, in every report. */
import fc from 'fast-check';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { valueAt } from '../../src/lib/json/path.ts';
import type { Delivery, HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Judgment } from '../../src/lib/model/finding.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import { makeResult } from '../../src/lib/report/result.ts';
import { createDuplicates, NO_EARLIER_IDS } from '../../src/lib/run/duplicates.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { maskingOf } from '../../src/lib/secrets/redact-paths.ts';
import { decodeBody, flatHeaders, parseJson } from '../../src/lib/send/response.ts';
import { responseEvidence } from '../../src/lib/stages/source-evidence.ts';
import { expectsAcceptance } from '../../src/lib/validate/body.ts';
import { isMissing } from '../../src/lib/validate/missing.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anExpectation, aReport, someTimings, sourceOf } from '../support/builders.ts';
import { aPlannedTest } from '../support/sending.ts';
import { fuzz } from './support/fuzz.ts';
import { contentType, hostileBytes, hostileObject, hostileText, longText } from './support/hostile.ts';
import { expectSafeOutputs, expectSafeProgress, harmlessTwin, screens } from './support/outputs.ts';

const fieldPath = fc.oneof(
  fc.constantFrom(
    'signal_id',
    'status',
    '__proto__',
    'constructor.name',
    'enrichment.gex',
    'items.0',
    'a..b',
    '.',
  ),
  hostileText,
);

const pattern = fc.constantFrom('/^req_[a-z0-9]+$/i', '/canary/', '/[/', '/(/', '/a/gy', '//', '/');

const schema = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  fc.constantFrom(
    true,
    false,
    { type: 'object' },
    { required: ['signal_id'] },
    { items: { type: 'string' } },
    {
      properties: {
        ['__proto__']: { type: 'string' },
        error: { format: 'date-time' },
        status: { pattern: '^[a-z]+$' },
      },
      additionalProperties: false,
    },
  ),
  fc.constantFrom(
    { $ref: '#' },
    { $ref: 'https://canary.example/' },
    { type: 'canary' },
    { pattern: '(' },
    { $async: true },
  ),
  hostileObject,
);

const expectation: fc.Arbitrary<Expectation> = fc
  .record(
    {
      status: fc.array(fc.constantFrom<Expectation['status'][number]>(200, 404, '2xx', '3xx', '5xx'), {
        maxLength: 3,
      }),
      required: fc.array(fieldPath, { maxLength: 4 }),
      recommended: fc.array(fieldPath, { maxLength: 4 }),
      match: fc.option(hostileObject),
      schema: schema as fc.Arbitrary<Expectation['schema']>,
      headers: fc.dictionary(
        fc.oneof(fc.constantFrom('x-canary', '__proto__', 'constructor'), hostileText),
        fc.oneof(hostileText, pattern),
        { maxKeys: 3 },
      ),
      contentType: fc.option(fc.oneof(fc.constant('application/json'), hostileText)),
      degradedDurationMs: fc.option(fc.nat(1_000)),
      maxDurationMs: fc.option(fc.nat(1_000)),
      refuse: fc.dictionary(fieldPath, fc.array(hostileText, { maxLength: 3 }), { maxKeys: 3 }),
      suspect: fc.dictionary(fieldPath, fc.array(hostileText, { maxLength: 3 }), { maxKeys: 3 }),
    },
    { requiredKeys: [] },
  )
  .map((overrides) => anExpectation({ refuse: { status: ['REJECTED', 'ERROR'] }, ...overrides }));

const headers = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      'location',
      'retry-after',
      'x-canary',
      '__proto__',
      'constructor',
      'set-cookie',
      'authorization',
    ),
    hostileText,
  ),
  fc.oneof(hostileText, fc.array(hostileText, { maxLength: 3 })),
  { maxKeys: 5 },
);

const SECRETS = ['canary-secret', 'ab{2,}(c+)+', 'π…secret', '\u009bsecret'];

interface Case {
  readonly bytes: Uint8Array;
  readonly type: string | undefined;
  readonly status: number;
  readonly statusText: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly expect: Expectation;
  readonly strict: boolean;
  readonly totalMs: number;
  readonly redactPaths: readonly string[];
  readonly names: readonly [string, string];
  readonly dimensions: PlannedTest['dimensions'];
}

const anyResponse: fc.Arbitrary<Case> = fc.record({
  bytes: hostileBytes,
  type: contentType,
  status: fc.constantFrom(100, 200, 200, 200, 204, 301, 400, 401, 404, 429, 500, 599, 999),
  statusText: hostileText,
  headers,
  expect: expectation,
  strict: fc.boolean(),
  totalMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  redactPaths: fc.array(fieldPath, { maxLength: 3 }),
  names: fc.tuple(hostileText, hostileText),
  dimensions: fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer(), fc.boolean()), { maxKeys: 3 }),
});

function responseOf({ bytes, type, status, statusText, headers }: Case): HttpResponse {
  const body = decodeBody(bytes, type);
  return {
    status,
    statusText,
    httpVersion: '1.1',
    headers: flatHeaders({ ...headers, 'content-type': type }),
    body,
    bodyBytes: bytes.length,
    json: parseJson(body),
  };
}

function deliveryOf(response: HttpResponse, totalMs: number): Delivery {
  const sent = {
    method: 'POST',
    url: 'https://hooks.example.com/webhook?key=canary',
    headers: {},
    body: '{"symbol":"SPY"}',
  };
  return {
    startedAt: '2026-08-01T12:00:00.000Z',
    request: sent,
    response: response,
    failure: null,
    timings: someTimings({ totalMs }),
    attempts: [],
    trace: { traceId: '1234567890abcdef1234567890abcdef', spanId: '1234567890abcdef', headers: {} },
  };
}

async function judge(one: Case, delivery: Delivery): Promise<Judgment> {
  const options = { expectations: [one.expect], strict: one.strict };
  const validate = await createResponseValidator(options).catch((thrown: unknown) => {
    // What cannot be used at all is told before anything is sent.
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    return createResponseValidator({ ...options, expectations: [] });
  });
  try {
    return validate(delivery, one.expect);
  } catch (thrown) {
    // Only what was refused beforehand may not be usable now.
    if (thrown instanceof SyntaxError || /not compiled/.test(String(thrown))) {
      return validate(delivery, { ...one.expect, headers: {}, schema: null });
    }
    throw thrown;
  }
}

function resultOf(one: Case, judgment: Judgment, delivery: Delivery) {
  const [name, scenario] = one.names;
  return makeResult({
    test: {
      index: 1,
      testId: '20260801-120000-k3f9z-1',
      name,
      scenario,
      dimensions: one.dimensions,
      request: delivery.request,
      expect: one.expect,
      sender: null,
      cleanup: [],
      signing: null,
      repeat: null,
      from: null,
    },
    delivery,
    judgment,
    traceUrl: null,
    expectsAcceptance: expectsAcceptance(one.expect),
    masking: maskingOf([delivery.request.body, delivery.response?.body ?? ''], {
      redact: createRedactor(SECRETS),
      redactPaths: one.redactPaths,
    }),
  });
}

fuzz('any response is judged and reported', {
  surface: 'responses',
  share: 0.3,
  runs: 150,
  input: fc.tuple(anyResponse, screens),
  check: async ([one, screen]) => {
    const delivery = deliveryOf(responseOf(one), one.totalMs);
    const result = resultOf(one, await judge(one, delivery), delivery);
    const report = aReport({
      results: [result, { ...result, index: 2 }],
      target: 'https://hooks.example.com/',
    });
    await expectSafeOutputs(sourceOf(report), { screen, harmless: sourceOf(harmlessTwin(report)) });
    expectSafeProgress(report, screen);
    for (const response of one.expect.required) {
      for (const refused of [true, false]) responseEvidence({ response }, { ...delivery, refused });
    }
  },
});

fuzz('any bytes are decoded and parsed', {
  surface: 'responses',
  runs: 400,
  input: fc.tuple(hostileBytes, contentType),
  check: ([bytes, type]) => {
    const body = decodeBody(bytes, type);
    const { status, ...rest } = { status: 200, json: parseJson(body) };
    if (!rest.json.ok && rest.json.reason === '') throw new Error(`${status} without a reason`);
  },
});

fuzz('an endless text changes nothing', {
  surface: 'responses',
  share: 0.02,
  runs: 15,
  input: fc.tuple(anyResponse, longText, fc.constantFrom('error', 'status', 'signal_id', 'message'), screens),
  check: async ([one, text, field, screen]) => {
    const long = {
      ...one,
      bytes: Buffer.from(JSON.stringify({ [field]: text })),
      statusText: text,
      headers: { ...one.headers, location: text, 'retry-after': text, 'x-canary': text },
      type: 'application/json',
      redactPaths: [field],
    };
    const delivery = deliveryOf(responseOf(long), one.totalMs);
    const result = resultOf(long, await judge(long, delivery), delivery);
    const report = aReport({ results: [result] });
    await expectSafeOutputs(sourceOf(report), { screen, harmless: sourceOf(harmlessTwin(report)) });
  },
});

fuzz('an id in any place of any response belongs to the first test that received it', {
  surface: 'responses',
  runs: 300,
  input: fc.tuple(anyResponse, fieldPath, fc.option(fc.jsonValue({ maxDepth: 1 }))),
  check: ([one, idPath, given]) => {
    const json = {
      ...one,
      bytes: Buffer.from(JSON.stringify({ [idPath]: given })),
      type: 'application/json',
    };
    const response = responseOf(given === null ? one : json);
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => 0);
    const repeat = { times: 1, afterMs: 0, secondEvent: 'error', expect: anExpectation(), idPath } as const;
    const owners = [1, 2, 3].map((index) =>
      earlierOwner(aPlannedTest('https://hooks.example.com/', { index, repeat }), response),
    );
    const id = response.json.ok ? valueAt(response.json.value, idPath) : undefined;
    const isId = !isMissing(id) && (typeof id === 'string' || typeof id === 'number');
    const accepted = response.status >= 200 && response.status < 300;
    const owner = isId && accepted ? `test 1 received the same ${idPath}` : null;
    if (JSON.stringify(owners) !== JSON.stringify([null, owner, owner]))
      throw new Error(`owners ${JSON.stringify(owners)} of ${JSON.stringify(id)}`);
  },
});
