import { describe, expect, it } from 'vitest';
import type { Delivery, HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Finding, Judgment } from '../../src/lib/model/finding.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';
import type { Attempt } from '../../src/lib/model/result.ts';
import { makeResult } from '../../src/lib/report/result.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { maskingOf } from '../../src/lib/secrets/redact-paths.ts';
import { SCHEMES } from '../../src/lib/senders/schemes.ts';
import { anError, anExpectation, aWarning, RUN_ID, someTimings } from '../support/builders.ts';
import { aResponse } from '../validate/support.ts';

const REQUEST = {
  method: 'POST',
  url: 'https://user:pa55word@h.example/webhook?key=k3y-value',
  headers: {
    authorization: 'Bearer s3cret-token',
    'content-type': 'application/json',
    'x-note': 's3cret-token',
  },
  body: '{"note":"s3cret-token"}',
};
const TEST: PlannedTest = {
  index: 3,
  testId: `${RUN_ID}-3`,
  name: 'CHOP #1',
  scenario: 'CHOP',
  dimensions: { symbol: 'SPY', lots: 2 },
  request: REQUEST,
  sender: null,
  signing: null,
  repeat: null,
  from: null,
  expect: anExpectation(),
  cleanup: [],
};
const ATTEMPT: Attempt = {
  startedAt: '2026-08-01T12:00:00.000Z',
  durationMs: 100,
  status: 200,
  failure: null,
  mayHaveArrived: true,
};
const REFUSED = { kind: 'refused', message: 'Connection refused', code: null } as const;
const RESET = { kind: 'reset', message: 'Connection reset', code: 'ECONNRESET' } as const;

function aResult(
  options: {
    readonly received?: HttpResponse | null;
    readonly attempts?: readonly Attempt[];
    readonly judgment?: Partial<Judgment>;
    readonly secrets?: readonly string[];
    readonly redactPaths?: readonly string[];
    readonly signing?: PlannedTest['signing'];
    readonly from?: string;
    readonly expectsAcceptance?: boolean;
  } = {},
) {
  const { received = aResponse(), attempts = [ATTEMPT], secrets = [], redactPaths = [] } = options;
  const delivery: Delivery = {
    startedAt: ATTEMPT.startedAt,
    request: REQUEST,
    response: received,
    failure: received === null ? RESET : null,
    timings: someTimings(),
    attempts,
    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), headers: {} },
  };
  return makeResult({
    test: { ...TEST, signing: options.signing ?? null, from: options.from ?? null },
    delivery,
    judgment: { errors: [], warnings: [], missingData: [], ...options.judgment },
    traceUrl: 'https://acme.sentry.io/x',
    expectsAcceptance: options.expectsAcceptance ?? true,
    masking: maskingOf([REQUEST.body, received?.body ?? ''], {
      redact: createRedactor(secrets),
      redactPaths,
    }),
  });
}

describe('a result', () => {
  it('has the request, the response, and the judgment', () => {
    expect(aResult()).toMatchObject({
      testId: `${RUN_ID}-3`,
      index: 3,
      name: 'CHOP #1',
      scenario: 'CHOP',
      dimensions: { symbol: 'SPY', lots: 2 },
      verdict: 'working',
      flaky: false,
      response: { status: 200, body: '{}', bodyBytes: 2, bodyCut: false },
      trace: { traceId: 'a'.repeat(32), url: 'https://acme.sentry.io/x', state: 'skipped', reason: null },
      ...{ stages: [], stuckAt: null, cause: null, expectsAcceptance: true },
    });
    expect(aResult({ expectsAcceptance: false })).toMatchObject({ expectsAcceptance: false });
  });

  it('is broken by an error, not by a warning or missing data', () => {
    expect(aResult({ judgment: { errors: [anError('x', 'x')] } }).verdict).toBe('broken');
    const missingData = [{ field: 'a', level: 'required' } as const];
    expect(aResult({ judgment: { warnings: [aWarning('x', 'x')], missingData } }).verdict).toBe('working');
  });

  it.each<[string, readonly Attempt[], readonly Finding[], boolean]>([
    ['passed at once', [ATTEMPT], [], false],
    ['passed after a retry', [{ ...ATTEMPT, failure: RESET }, ATTEMPT], [], true],
    [
      'connected only after a retry',
      [{ ...ATTEMPT, failure: REFUSED, mayHaveArrived: false }, ATTEMPT],
      [],
      false,
    ],
    ['passed after a retry of HTTP 503', [{ ...ATTEMPT, status: 503 }, ATTEMPT], [], true],
    ['failed after a retry', [{ ...ATTEMPT, failure: RESET }, ATTEMPT], [anError('x', 'x')], false],
  ])('that %s: flaky depends on its attempts', (_, attempts, errors, flaky) => {
    expect(aResult({ attempts, judgment: { errors } }).flaky).toBe(flaky);
  });

  it.each([
    [anError('http-5xx', 'HTTP 500: x'), 'Check Sentry for exception details'],
    [
      { ...anError('required-missing', 'signal_id not in response'), field: 'signal_id' },
      'Check webhook ingestion endpoint returns signal_id',
    ],
    [
      { ...anError('required-missing', 'signal_id is null'), field: 'my own field' },
      'Check that the webhook handler returns my own field',
    ],
    [anError('http-5xx', 'HTTP 500: x', 'its own hint'), 'its own hint'],
    [anError('no-such-code', 'x'), null],
  ])('gives %j the hint %j', (finding, hint) => {
    expect(aResult({ judgment: { errors: [finding] } }).errors[0]?.hint).toBe(hint);
  });

  it('has the beginning of a long response and marks it', () => {
    const body = 'x'.repeat(20_000);
    expect(aResult({ received: aResponse({ body, bodyBytes: 20_000 }) }).response).toEqual({
      status: 200,
      statusText: 'OK',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(16_384),
      bodyBytes: 20_000,
      bodyCut: true,
    });
  });

  it.each([
    [16_383, false],
    [16_384, false],
    [16_385, true],
  ])('of %i characters is cut: %s', (length, cut) => {
    const body = 'x'.repeat(length);
    const { response } = aResult({ received: aResponse({ body, bodyBytes: length }) });
    expect([response?.body.length, response?.bodyCut]).toEqual([Math.min(length, 16_384), cut]);
  });

  it('has no response if none arrived', () => {
    expect(aResult({ received: null }).response).toBeNull();
  });
});

describe('a secret in a result', () => {
  const secrets = ['s3cret-token', 'pa55word', 'k3y-value'];

  it('is masked wherever it came from', () => {
    const said = (message: string) => [anError('x', `${message} s3cret-token`)];
    const result = aResult({
      secrets,
      received: aResponse({
        statusText: 's3cret-token',
        headers: { 'set-cookie': 'a=b', location: '/?t=s3cret-token' },
        body: `{"echo":"${Buffer.from('user:pa55word').toString('base64')}"}`,
      }),
      attempts: [{ ...ATTEMPT, failure: { ...RESET, message: 'to k3y-value' } }],
      judgment: { errors: said('e'), warnings: said('w') },
    });
    const text = JSON.stringify(result);
    for (const secret of [...secrets, 'cGE1NXdvcm', 'a=b']) expect(text).not.toContain(secret);
    expect(result.request).toEqual({
      method: 'POST',
      url: 'https://***:***@h.example/webhook?key=***',
      headers: { authorization: '***', 'content-type': 'application/json', 'x-note': '***' },
      body: '{"note":"***"}',
    });
  });

  it('may be the signature of a webhook, which with the body could be sent again', () => {
    const form = { ...SCHEMES.stripe, header: 'x-note' };
    const signing = { scheme: 'stripe', form, secrets: ['k'], mode: 'valid' } as const;
    expect(aResult({ signing }).request.headers).toMatchObject({
      'content-type': 'application/json',
      'x-note': '***',
    });
    expect(aResult().request.headers).toMatchObject({ 'x-note': 's3cret-token' });
  });

  it('is masked in the place of a replayed payload', () => {
    expect(aResult({ secrets, from: 's3cret-token.ndjson, line 2' }).from).toBe('***.ndjson, line 2');
    expect(aResult()).not.toHaveProperty('from');
  });

  it('is masked completely if the response is cut in the middle of it', () => {
    const body = `${'x'.repeat(16_380)}s3cret-token`;
    expect(JSON.stringify(aResult({ secrets, received: aResponse({ body }) }))).not.toContain('s3c');
  });

  it('may be a common word, which breaks nothing', () => {
    const words = [
      'testId',
      'working',
      'error',
      'skipped',
      'index',
      RUN_ID,
      '2026-08-01',
      'a'.repeat(32),
      'CHOP',
    ];
    expect(aResult({ secrets: words })).toEqual(aResult());
  });
});
