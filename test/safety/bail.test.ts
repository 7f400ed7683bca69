import { describe, expect, it } from 'vitest';
import { DAYS } from '../../src/lib/model/quiet-window.ts';
import { createBail } from '../../src/lib/safety/bail.ts';
import { nextQuiet } from '../../src/lib/safety/quiet-hours.ts';
import { anError, aTest, someTimings } from '../support/builders.ts';

const REFUSED = aTest({ errors: [anError('refused', 'Request failed: Connection refused')] });
const BROKEN = aTest({ errors: [anError('http-5xx', 'HTTP 500: oops')] });
const WORKING = aTest();

function reasonAfter(
  results: readonly (typeof WORKING)[],
  { enabled = true, maxFailures = null }: { enabled?: boolean; maxFailures?: number | null } = {},
): string | null {
  const bail = createBail({ enabled, maxFailures, quiet: null, nowMs: () => 0 });
  for (const result of results) bail.judged(result);
  return bail.reason();
}

describe('sending stops', () => {
  it.each(['dns', 'refused', 'unreachable', 'connect-timeout', 'proxy', 'tls'])(
    'after three tests without a connection (%s)',
    (code) => {
      const failed = aTest({ errors: [anError(code, 'Request failed')] });
      expect(reasonAfter([failed, failed])).toBeNull();
      expect(reasonAfter([failed, failed, failed])).toBe(
        '3 tests in a row could not connect (use --no-bail to continue).',
      );
    },
  );

  it('permanently: a late response of a test in flight does not restart it', () => {
    expect(reasonAfter([REFUSED, REFUSED, REFUSED, WORKING])).toContain('in a row');
  });

  it.each([
    [1, '1 test is broken (--max-failures 1).'],
    [2, '2 tests are broken (--max-failures 2).'],
  ])('after %i broken tests if configured', (maxFailures, reason) => {
    const broken = Array.from({ length: maxFailures }, () => BROKEN);
    expect(reasonAfter([WORKING, ...broken.slice(1)], { maxFailures })).toBeNull();
    expect(reasonAfter([...broken, WORKING], { maxFailures })).toBe(reason);
  });
});

describe('sending continues', () => {
  it.each([
    ['when a test in between had a response', [REFUSED, REFUSED, BROKEN, REFUSED, REFUSED]],
    ['with any number of wrong responses', Array.from({ length: 20 }, () => BROKEN)],
    [
      'with time-outs after the connection',
      Array.from({ length: 5 }, () => aTest({ errors: [anError('response-timeout', 'x')] })),
    ],
  ])('%s', (_, results) => {
    expect(reasonAfter(results)).toBeNull();
  });

  it('with --no-bail', () => {
    expect(
      reasonAfter(
        Array.from({ length: 10 }, () => REFUSED),
        { enabled: false },
      ),
    ).toBeNull();
  });
});

describe('when quiet hours begin', () => {
  const BEGIN_MS = Date.parse('2026-01-05T09:30:00Z');
  const window = { fromMinute: 570, toMinute: 960, timeZone: 'UTC', days: DAYS };
  const quiet = nextQuiet(BEGIN_MS - 1, [window]);

  function bailAt(times: readonly number[], maxFailures: number | null = null) {
    const left = [...times];
    return createBail({ enabled: true, maxFailures, quiet, nowMs: () => left.shift() ?? BEGIN_MS });
  }

  it('sending stops, and stays stopped', () => {
    const bail = bailAt([BEGIN_MS - 1, BEGIN_MS, BEGIN_MS - 1]);
    expect(bail.reason()).toBeNull();
    expect(bail.finding(3)).toBeNull();
    const because = 'The run stopped for quiet hours 09:30–16:00 UTC, until 16:00 (use --yes to continue).';
    expect(bail.reason()).toBe(because);
    expect(bail.reason()).toBe(because);
    expect(bail.finding(3)).toEqual({
      severity: 'warning',
      code: 'quiet-hours',
      message: 'Quiet hours began before everything was sent: 3 webhooks were not sent',
      hint: 'Start earlier, or send fewer webhooks: --count, --rate',
    });
  });

  it('a stop for another reason keeps its reason', () => {
    const bail = bailAt([BEGIN_MS], 1);
    bail.judged(BROKEN);
    expect(bail.reason()).toBe('1 test is broken (--max-failures 1).');
    expect(bail.finding(3)).toBeNull();
  });
});

it('an unreachable target is a finding about the run', () => {
  const bail = createBail({ enabled: true, maxFailures: null, quiet: null, nowMs: () => 0 });
  for (const result of [REFUSED, REFUSED, REFUSED]) bail.judged(result);
  expect(bail.finding(1)).toMatchObject({
    severity: 'error',
    code: 'no-connection',
    message: 'The target cannot be reached: 1 webhook was not sent',
  });
});

describe('a connection that was lost during a run', () => {
  const at = (second: number) => `2026-08-01T00:56:${String(second).padStart(2, '0')}.000Z`;
  const responded = (second: number, overrides: Parameters<typeof aTest>[0] = {}) =>
    aTest({ startedAt: at(second), timings: someTimings({ totalMs: 500 }), ...overrides });
  const failed = (code: string, second = 30) =>
    aTest({ startedAt: at(second), response: null, errors: [anError(code, 'Request failed')] });
  const outage = (
    results: readonly (typeof WORKING)[],
    options: { readonly enabled?: boolean; readonly maxFailures?: number; readonly notSent?: number } = {},
  ) => {
    const { enabled = true, maxFailures = null, notSent = 0 } = options;
    const bail = createBail({ enabled, maxFailures, quiet: null, nowMs: () => 0 });
    for (const result of results) bail.judged(result);
    return bail.finding(notSent);
  };

  it('is reported with its time and the number of responses', () => {
    const found = outage([
      ...[responded(1), responded(4), responded(5), responded(8)],
      ...Array.from({ length: 5 }, () => failed('refused')),
    ]);
    expect(found).toEqual({
      severity: 'error',
      code: 'connection-lost',
      message:
        'The target responded until 00:56:08 UTC, connection refused since (4 responses of 9 webhooks)',
      hint: expect.any(String),
    });
  });

  it.each([
    ['dns', 'host name not found'],
    ['refused', 'connection refused'],
    ['unreachable', 'host unreachable'],
    ['connect-timeout', 'connection timeout'],
    ['tls', 'TLS failed'],
    ['proxy', 'proxy failed'],
    ['reset', 'connection reset'],
  ])('names what has failed since: %s', (code, words) => {
    expect(outage([responded(1), failed(code), failed(code)])?.message).toBe(
      `The target responded until 00:56:01 UTC, ${words} since (1 response of 3 webhooks)`,
    );
  });

  it('is reported instead of an unreachable target', () => {
    const results = [responded(1), failed('reset'), failed('refused'), failed('refused'), failed('refused')];
    expect(outage(results, { notSent: 4 })).toMatchObject({
      code: 'connection-lost',
      message: expect.stringMatching(/connection refused since \(1 response of 5 webhooks\)$/),
    });
    expect(outage(results.slice(1), { notSent: 4 })?.code).toBe('no-connection');
  });

  it('is reported with --no-bail as well, and counts responses of any status', () => {
    const broken = responded(1, { errors: [anError('http-5xx', 'HTTP 500')] });
    expect(outage([broken, failed('refused'), failed('refused')], { enabled: false })?.code).toBe(
      'connection-lost',
    );
  });

  it.each<[string, readonly (typeof WORKING)[], Parameters<typeof outage>[1]?]>([
    ['only one test failed', [responded(1), failed('refused')]],
    ['nothing responded before', [failed('refused'), failed('refused')]],
    [
      'a response came after the failures',
      [responded(1), failed('refused'), failed('refused'), responded(9)],
    ],
    ['responses came too late', [responded(1), failed('response-timeout'), failed('response-timeout')]],
    ['nothing failed', [responded(1), responded(2)]],
    [
      'the run stopped for another reason',
      [responded(1), failed('refused'), failed('refused')],
      { maxFailures: 2, notSent: 3 },
    ],
  ])('is not reported if %s', (_, results, options) => {
    expect(outage(results, options)).toBeNull();
  });
});
