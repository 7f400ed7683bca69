import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import type { SenderName, SignMode } from '../../src/lib/model/signing.ts';
import { SCHEMES } from '../../src/lib/senders/schemes.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { withSenderFindings } from '../../src/lib/validate/sender-findings.ts';
import { anExpectation, someTimings } from '../support/builders.ts';
import { aPlannedTest } from '../support/sending.ts';
import { aResponse, jsonResponse } from './support.ts';

interface Case {
  readonly response?: HttpResponse | null;
  readonly failure?: Failure | null;
  readonly sender?: SenderName;
  readonly mode?: SignMode;
  readonly expected?: Partial<Expectation>;
  readonly totalMs?: number;
  readonly lateMs?: number;
}

/** `severity code: message` of everything that is found. */
async function found(given: Case): Promise<readonly string[]> {
  const { response = aResponse(), failure = null, mode } = given;
  const expect = anExpectation(given.expected);
  const validate = await createResponseValidator({ expectations: [expect], strict: false });
  const timings = someTimings({ totalMs: given.totalMs ?? 100, lateMs: given.lateMs ?? 0 });
  const delivery = { request: aPlannedTest('http://127.0.0.1/').request, response, failure, timings };
  const signing =
    mode === undefined ? null : { scheme: 'stripe' as const, form: SCHEMES.stripe, secrets: ['k'], mode };
  const test = { sender: given.sender ?? null, signing };
  const { errors, warnings } = withSenderFindings(validate(delivery, expect), { test, delivery });
  return [...errors, ...warnings].map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

const REFUSAL = { status: [400, 401, 403] };

describe('a webhook that was incorrect on purpose', () => {
  it.each<[SignMode, string]>([
    [
      'wrong-secret',
      'error signature-not-verified: HTTP 202: accepted a webhook with a wrong signature: the endpoint does not verify signatures',
    ],
    [
      'none',
      'error signature-not-verified: HTTP 202: accepted a webhook without a signature: the endpoint does not verify signatures',
    ],
    [
      'stale',
      'error replay-accepted: HTTP 202: accepted a webhook that was signed an hour ago: the endpoint lets replays through',
    ],
  ])('%s, and was accepted, is reported', async (mode, message) => {
    const response = aResponse({ status: 202 });
    expect(await found({ mode, response, expected: REFUSAL })).toEqual([message]);
  });

  it.each([400, 401, 403])('and refused with %s passes', async (status) => {
    expect(await found({ mode: 'wrong-secret', response: aResponse({ status }), expected: REFUSAL })).toEqual(
      [],
    );
  });

  it('and failed in another way is reported as that', async () => {
    const response = aResponse({ status: 500, statusText: 'Internal Server Error' });
    expect(await found({ mode: 'none', response, expected: REFUSAL })).toEqual([
      'error http-5xx: HTTP 500: Internal Server Error',
    ]);
  });

  it('and refused in the body was not accepted', async () => {
    const response = jsonResponse({ status: 'Rejected' });
    expect(await found({ mode: 'none', response, expected: REFUSAL })).toEqual([
      'error http-2xx: HTTP 200: expected 400 or 401 or 403',
    ]);
  });

  it('and accepted against the expected body is reported next to what differs', async () => {
    const response = jsonResponse({ status: 'ACCEPTED' });
    const [loud, ...others] = await found({
      mode: 'none',
      response,
      expected: { status: [200], match: { status: 'REJECTED' } },
    });
    expect(loud).toMatch(/^error signature-not-verified: /);
    expect(others).toHaveLength(1);
    expect(others[0]).toMatch(/^error match: /);
  });

  it('and accepted as expected is not reported', async () => {
    expect(await found({ mode: 'none', expected: { status: [200] } })).toEqual([]);
  });

  it.each([
    [200, true],
    [299, true],
    [199, false],
    [300, false],
  ])('and got %i was accepted: %s', async (status, accepted) => {
    const [first] = await found({ mode: 'none', response: aResponse({ status }), expected: REFUSAL });
    expect(first?.includes('signature-not-verified')).toBe(accepted);
  });

  it.each(['valid', undefined] as const)('does not include a correctly signed webhook: %s', async (mode) => {
    const given = { response: aResponse({ status: 202 }), expected: REFUSAL };
    expect(await found(mode === undefined ? given : { ...given, mode })).toEqual([
      'error http-2xx: HTTP 202: expected 400 or 401 or 403',
    ]);
  });

  it('without a response is no evidence about signatures', async () => {
    const failure: Failure = { kind: 'refused', message: 'Connection refused', code: null };
    expect(await found({ mode: 'none', response: null, failure, expected: REFUSAL })).toEqual([
      'error refused: Request failed: Connection refused',
    ]);
  });
});

describe('the timeout of the real sender', () => {
  it('that is exceeded is a warning, with the consequence for the webhook', async () => {
    expect(await found({ sender: 'tradingview', totalMs: 4_210.2 })).toEqual([
      'warning sender-gave-up: Response took 4.21 s (limit 3 s): the real sender (TradingView) would have timed out and not resent it',
    ]);
    expect(await found({ sender: 'slack', totalMs: 3_001 })).toEqual([
      'warning sender-gave-up: Response took 3,001 ms (limit 3,000 ms): the real sender (Slack) would have timed out and resent it, which creates a duplicate',
    ]);
  });

  it.each<[SenderName, number]>([
    ['tradingview', 3_000],
    ['slack', 3_000],
    ['shopify', 5_000],
    ['github', 10_000],
    ['standard-webhooks', 15_000],
  ])('%s: %s ms is in time, a little more is not', async (sender, limitMs) => {
    expect(await found({ sender, totalMs: limitMs })).toEqual([]);
    expect(await found({ sender, totalMs: limitMs + 0.5 })).toHaveLength(1);
  });

  it('does not include our own delay', async () => {
    expect(await found({ sender: 'tradingview', totalMs: 5_000, lateMs: 2_500 })).toEqual([]);
  });

  it('is also over if we gave up first, but not if no connection was made', async () => {
    const timeout: Failure = { kind: 'response-timeout', message: 'Timeout', code: null };
    const sender = 'tradingview';
    const timedOut = await found({ sender, response: null, failure: timeout, totalMs: 10_000 });
    expect(timedOut.map((line) => line.split(':')[0])).toEqual([
      'error response-timeout',
      'warning sender-gave-up',
    ]);
    const failure: Failure = { ...timeout, kind: 'connect-timeout' };
    expect(await found({ sender, response: null, failure, totalMs: 10_000 })).toHaveLength(1);
  });

  it('is not published by Stripe', async () => {
    expect(await found({ sender: 'stripe', totalMs: 60_000 })).toEqual([]);
  });
});

describe('a resend by the real sender', () => {
  const codesOf = async (given: Case) => (await found(given)).map((line) => line.split(':')[0]);

  it('is a warning next to the error, with how often', async () => {
    const response = aResponse({ status: 503, statusText: 'Service Unavailable' });
    expect(await found({ sender: 'tradingview', response })).toEqual([
      'error http-5xx: HTTP 503: Service Unavailable',
      'warning sender-resends: HTTP 503: the real sender (TradingView) would have resent it (up to 3 times, 5 s apart), which creates a duplicate if it was processed anyway',
    ]);
  });

  it.each<[SenderName, readonly number[], readonly number[]]>([
    ['tradingview', [500, 599], [302, 404, 504]],
    ['github', [], [302, 404, 500]],
    ['stripe', [302, 404, 500], []],
    ['slack', [404, 500], [302]],
    ['shopify', [302, 404, 500], []],
    ['standard-webhooks', [302, 404, 429, 500], [410]],
  ])('%s: on %j, not on %j', async (sender, again, never) => {
    for (const status of again) {
      expect(await codesOf({ sender, response: aResponse({ status }) })).toContain('warning sender-resends');
    }
    for (const status of never) {
      expect(await codesOf({ sender, response: aResponse({ status }) })).not.toContain(
        'warning sender-resends',
      );
    }
  });

  it('is not reported for an expected refusal', async () => {
    expect(
      await found({ sender: 'stripe', response: aResponse({ status: 400 }), expected: REFUSAL }),
    ).toEqual([]);
  });

  it('is prevented for Slack by a header', async () => {
    const headers = { 'content-type': 'application/json', 'x-slack-no-retry': '1' };
    expect(await codesOf({ sender: 'slack', response: aResponse({ status: 500, headers }) })).toEqual([
      'error http-5xx',
    ]);
  });
});
