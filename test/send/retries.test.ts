/** What is retried, when, and in which trace. How often it arrives: deliveries.test.ts. */
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src/lib/http/retry-after.ts';
import type { FailureKind } from '../../src/lib/model/failure-kinds.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import { isRetryable, type RetryGate, retryDelayMs, tooLongToWaitMs } from '../../src/lib/send/retries.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { afterRequest, closedPort, withFaultyServer } from '../support/faulty-server.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { withTarget } from '../support/target.ts';
import { aResponse } from '../validate/support.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
/** Wed, 21 Oct 2026 07:28:00 GMT */
const NOW_MS = Date.UTC(2026, 9, 21, 7, 28, 0);
const { startTest } = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });

const ended = (status: number, headers: Readonly<Record<string, string>> = {}) => ({
  response: aResponse({ status, headers }),
  failure: null,
});

it.each<[FailureKind, boolean]>([
  ['dns', true],
  ['refused', true],
  ['unreachable', true],
  ['connect-timeout', true],
  ['tls', true],
  ['proxy', true],
  ['reset', true],
  ['response-timeout', true],
  ['body-timeout', true],
  ['truncated', true],
  ['too-large', false],
  ['protocol', false],
  ['aborted', false],
])('a failure of the kind %s is retried: %s', (kind, retried) => {
  const failure: Failure = { kind, message: 'x', code: null };
  expect(isRetryable({ response: null, failure }, ['2xx'])).toBe(retried);
});

it.each([
  [408, ['2xx'], true],
  [429, ['2xx'], true],
  [500, ['2xx'], true],
  [503, [200], true],
  [599, [200], true],
  [200, [201], false],
  [302, ['2xx'], false],
  [400, ['2xx'], false],
  [404, ['2xx'], false],
  [429, ['4xx'], false],
  [503, [200, 503], false],
  [503, [], false],
] as const)('HTTP %i where %j is expected is retried: %s', (status, expected, retried) => {
  expect(isRetryable(ended(status), expected)).toBe(retried);
});

describe('Retry-After', () => {
  it.each<[string | undefined, number | null]>([
    ['0', 0],
    ['2', 2_000],
    [' 120 ', 120_000],
    ['1.5', 1_500],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wednesday, 21-Oct-26 07:28:30 GMT', 30_000],
    ['Wed Oct 21 07:28:30 2026', 30_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    [undefined, null],
    ['', null],
    ['  ', null],
    ['-5', null],
    ['soon', null],
    ['12 s', null],
    ['2026-10-21', null],
    ['Wed, 99 Foo 2026', null],
  ])('%j means %j ms', (value, ms) => {
    expect(retryAfterMs(value === undefined ? {} : { 'retry-after': value }, NOW_MS)).toBe(ms);
  });

  it('as a date is relative to the clock of the server, if that is known', () => {
    const headers = {
      'retry-after': 'Wed, 21 Oct 2026 08:00:10 GMT',
      date: 'Wed, 21 Oct 2026 08:00:00 GMT',
    };
    expect(retryAfterMs(headers, NOW_MS)).toBe(10_000);
  });

  it.each([
    [{}, null],
    [{ 'retry-after': '' }, null],
    [{ 'retry-after': '60' }, null],
    [{ 'retry-after': '61' }, 61_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 08:28:00 GMT' }, 3_600_000],
  ])('%j is longer than the limit of 60 s: %j', (headers, ms) => {
    expect(tooLongToWaitMs(ended(503, headers), NOW_MS)).toBe(ms);
  });
});

it.each([
  [0, 0, {}, 125],
  [0, 1, {}, 250],
  [1, 0, {}, 250],
  [1, 1, {}, 500],
  [2, 1, {}, 1_000],
  [9, 0, {}, 2_500],
  [9, 1, {}, 5_000],
  [0, 0.5, {}, 187.5],
  [0, 0, { 'retry-after': '' }, 125],
  // Never before the time that was asked for.
  [0, 0, { 'retry-after': '3' }, 3_125],
  [0, 1, { 'retry-after': 'Wed, 21 Oct 2026 07:28:03 GMT' }, 3_250],
])('retry %i with %f of the jitter, after %j, waits %f ms', (retry, random, headers, waitMs) => {
  expect(retryDelayMs(ended(503, headers), { retry, random, nowMs: NOW_MS })).toBe(waitMs);
});

it('a failure without a response waits for the backoff alone', () => {
  const failure: Failure = { kind: 'reset', message: 'x', code: null };
  expect(retryDelayMs({ response: null, failure }, { retry: 0, random: 1, nowMs: NOW_MS })).toBe(250);
});

/** Lets retries leave without a wait, and notes what the waits would have been. */
function noting(): { readonly waits: number[]; readonly mayRetry: RetryGate } {
  const waits: number[] = [];
  return { waits, mayRetry: async (waitMs) => waits.push(waitMs) > 0 };
}

describe('retries', () => {
  it('send the same webhook in the same trace, below a new span', () => {
    const seen: string[] = [];
    const server = afterRequest((socket, request) => {
      seen.push(request);
      if (seen.length < 3) socket.resetAndDestroy();
      else socket.write(OK);
    });
    return withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries: 2 }, async (sender) => {
        const test = aPlannedTest(url);
        const delivery = await sendOne(sender, test);
        expect(delivery.response?.status).toBe(200);
        expect(delivery.failure).toBeNull();
        expect(delivery.attempts.map(({ failure }) => failure?.kind ?? null)).toEqual([
          'reset',
          'reset',
          null,
        ]);
        const header = (name: string) =>
          seen.map((request) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(request)?.[1] ?? '');
        expect(new Set(header('idempotency-key'))).toEqual(new Set([test.testId]));
        expect(new Set(header('x-prod-e2e-test'))).toEqual(new Set([test.testId]));
        expect(new Set(header('baggage')).size).toBe(1);
        const ids = header('sentry-trace').map((value) => value.split('-'));
        expect(new Set(ids.map(([trace]) => trace))).toEqual(new Set([delivery.trace.traceId]));
        expect(new Set(ids.map(([, span]) => span)).size).toBe(3);
        expect(ids.at(-1)?.[1]).toBe(delivery.trace.spanId);
        // The timings are those of the request that got the response.
        expect(delivery.timings.totalMs).toBe(delivery.attempts[2]?.durationMs);
      });
    });
  });

  it('end when none is left, each after a longer wait, with jitter', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/webhook`;
    const { waits, mayRetry } = noting();
    await withSender({ url, retries: 3 }, async (sender) => {
      const test = aPlannedTest(url);
      const { failure, attempts } = await sender.send(test, startTest(test), { lateMs: 0, mayRetry });
      expect(failure?.kind).toBe('refused');
      expect(attempts).toHaveLength(4);
    });
    expect(waits.map((ms, at) => ms >= 125 * 2 ** at && ms <= 250 * 2 ** at)).toEqual([true, true, true]);
  });

  it('wait for the time in Retry-After', () =>
    withTarget(
      (_request, response) => {
        if (requestsNow() === 1) response.writeHead(429, { 'retry-after': '7' }).end('{}');
        else response.end('{}');
      },
      async ({ url, requests }) => {
        requestsNow = () => requests.length;
        const { waits, mayRetry } = noting();
        await withSender({ url, retries: 1 }, async (sender) => {
          const test = aPlannedTest(url);
          const { response } = await sender.send(test, startTest(test), { lateMs: 0, mayRetry });
          expect(response?.status).toBe(200);
        });
        expect(requests).toHaveLength(2);
        expect(waits).toHaveLength(1);
        expect(waits[0]).toBeGreaterThanOrEqual(7_125);
        expect(waits[0]).toBeLessThanOrEqual(7_250);
      },
    ));
  let requestsNow = () => 0;

  it('do not follow a Retry-After of more than 60 s, which the delivery records', () =>
    withTarget(
      (_request, response) => void response.writeHead(503, { 'retry-after': '61' }).end('{}'),
      ({ url, requests }) =>
        withSender({ url, retries: 2 }, async (sender) => {
          const { attempts, notRetriedForMs } = await sendOne(sender, aPlannedTest(url));
          expect(notRetriedForMs).toBe(61_000);
          expect(attempts).toHaveLength(1);
          expect(requests).toHaveLength(1);
        }),
    ));

  it('that are disabled ignore Retry-After', () =>
    withTarget(
      (_request, response) => void response.writeHead(503, { 'retry-after': '61' }).end('{}'),
      ({ url }) =>
        withSender({ url }, async (sender) => {
          expect(await sendOne(sender, aPlannedTest(url))).not.toHaveProperty('notRetriedForMs');
        }),
    ));

  it.each([
    ['the gate says no', () => Promise.resolve(false), false],
    ['the sender was told to end', () => Promise.resolve(true), true],
  ])('are not sent once %s', async (_, gate, aborts) => {
    const server = afterRequest((socket) => socket.resetAndDestroy());
    await withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url, retries: 10 }, async (sender) => {
        const test = aPlannedTest(url);
        const mayRetry: RetryGate = () => {
          if (aborts) sender.abort();
          return gate();
        };
        const { failure, attempts } = await sender.send(test, startTest(test), { lateMs: 0, mayRetry });
        expect(failure?.kind).toBe('reset');
        expect(attempts).toHaveLength(1);
        expect(connections()).toBe(1);
      });
    });
  });
});
