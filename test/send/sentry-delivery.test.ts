/** How Sentry's responses are counted, with real responses to real envelopes; and that no wait lasts forever. */
import { describe, expect, it } from 'vitest';
import type { SentryDelivery } from '../../src/lib/model/report.ts';
import { deliveryCount } from '../../src/lib/send/sentry-delivery.ts';
import type { Tracer } from '../../src/lib/send/trace.ts';
import { eventually } from '../support/eventually.ts';
import { closedPort, withFaultyServer } from '../support/faulty-server.ts';
import { withProxy, withProxyVariables } from '../support/proxy.ts';
import { aPlannedTest, NEVER_MS } from '../support/sending.ts';
import { type SentryReceiver, withSentryReceiver } from '../support/sentry-receiver.ts';
import { hasSettled, withStillClock } from '../support/still-clock.ts';
import { FLUSH_MS, tracerTo } from '../support/tracing.ts';

function endTests(tracer: Tracer, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => endTest(tracer, at + 1));
}

function endTest(tracer: Tracer, index: number): string {
  const test = aPlannedTest('http://127.0.0.1:1/webhook', { index });
  const trace = tracer.startTest(test);
  trace.startAttempt(test.request).end({ status: 200, failure: null });
  trace.finish({ verdict: 'working', status: 200, problem: null });
  return trace.traceId;
}

/** As many connections to Sentry as there are at once. */
const CONNECTIONS = 30;

/** Waits until Sentry has so many envelopes that have no response yet. */
function heldBy(receiver: SentryReceiver, count: number): Promise<true> {
  return eventually(async () => (receiver.pending() >= count ? true : null));
}

/** Every trace is counted exactly once. */
function sumOf({ accepted, refused, dropped, failed, pending }: SentryDelivery): number {
  return accepted + dropped + failed + pending + refused.reduce((sum, { count }) => sum + count, 0);
}

describe.each(['stream', 'static'] as const)('counts, %s', (traceLifecycle) => {
  it.each([
    [200, { accepted: 3, refused: [] }],
    [202, { accepted: 3, refused: [] }],
    [400, { accepted: 0, refused: [{ status: 400, count: 3 }] }],
    [401, { accepted: 0, refused: [{ status: 401, count: 3 }] }],
    [403, { accepted: 0, refused: [{ status: 403, count: 3 }] }],
    [413, { accepted: 0, refused: [{ status: 413, count: 3 }] }],
    [500, { accepted: 0, refused: [{ status: 500, count: 3 }] }],
  ])('%i', (status, expected) =>
    withSentryReceiver({ status }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn, { traceLifecycle });
      endTests(tracer, 3);
      await tracer.flush(FLUSH_MS);
      expect(tracer.delivery()).toEqual({
        enabled: true,
        host: receiver.host,
        dropped: 0,
        failed: 0,
        pending: 0,
        retryAfterSeconds: null,
        ...expected,
      });
    }),
  );

  it.each<[string, Readonly<Record<string, string>>, number | null]>([
    [
      'X-Sentry-Rate-Limits',
      { 'x-sentry-rate-limits': '120:span;transaction:key, 2700:error:organization' },
      120,
    ],
    ['X-Sentry-Rate-Limits for everything', { 'x-sentry-rate-limits': '30::organization' }, 30],
    ['Retry-After', { 'retry-after': '45' }, 45],
    ['no word how long', {}, null],
  ])('429 with %s: the rest is dropped, and counted', (_name, headers, seconds) =>
    withSentryReceiver(
      (number) => (number === 3 ? { status: 429, headers } : { status: 200 }),
      async (receiver) => {
        const tracer = tracerTo(receiver.dsn, { traceLifecycle });
        for (let index = 1; index <= 3; index++) {
          endTest(tracer, index);
          await tracer.flush(FLUSH_MS);
        }
        endTests(tracer, 7);
        await tracer.flush(FLUSH_MS);
        const delivery = tracer.delivery();
        expect(delivery).toMatchObject({
          accepted: 2,
          refused: [{ status: 429, count: 1 }],
          dropped: 7,
          failed: 0,
          pending: 0,
          retryAfterSeconds: seconds,
        });
        expect(sumOf(delivery)).toBe(10);
        expect(receiver.envelopes).toHaveLength(3);
      },
    ),
  );

  it('a limit on other data does not affect traces', () =>
    withSentryReceiver(
      { status: 200, headers: { 'x-sentry-rate-limits': '2700:error;attachment:organization' } },
      async (receiver) => {
        const tracer = tracerTo(receiver.dsn, { traceLifecycle });
        endTests(tracer, 1);
        await tracer.flush(FLUSH_MS);
        endTests(tracer, 1);
        await tracer.flush(FLUSH_MS);
        expect(tracer.delivery()).toMatchObject({ accepted: 2, dropped: 0, retryAfterSeconds: null });
      },
    ));

  it('no connection', async () => {
    const port = await closedPort();
    const tracer = tracerTo(`http://abcdef0123456789@127.0.0.1:${port}/1`, { traceLifecycle });
    endTests(tracer, 3);
    await tracer.flush(FLUSH_MS);
    const delivery = tracer.delivery();
    expect(delivery).toMatchObject({ host: `127.0.0.1:${port}`, accepted: 0, failed: 3, pending: 0 });
  });

  it('a connection that is reset', () =>
    withFaultyServer(
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      async ({ port }) => {
        const tracer = tracerTo(`http://abcdef0123456789@127.0.0.1:${port}/1`, { traceLifecycle });
        endTests(tracer, 3);
        await tracer.flush(FLUSH_MS);
        expect(tracer.delivery()).toMatchObject({ failed: 3, pending: 0 });
      },
    ));

  it('responses of every kind add up', () =>
    withSentryReceiver(
      (number) => ({ status: [200, 200, 401, 500, 200, 413][number % 6] ?? 200 }),
      async (receiver) => {
        const tracer = tracerTo(receiver.dsn, { traceLifecycle });
        endTests(tracer, 60);
        await tracer.flush(FLUSH_MS);
        const delivery = tracer.delivery();
        expect(delivery).toMatchObject({ accepted: 30, pending: 0 });
        expect(new Map(delivery.refused.map(({ status, count }) => [status, count]))).toEqual(
          new Map([
            [401, 10],
            [500, 10],
            [413, 10],
          ]),
        );
        expect(sumOf(delivery)).toBe(60);
      },
    ));
});

describe('flush', () => {
  it('ends in time even if Sentry does not respond, and counts what is open as pending', () =>
    withSentryReceiver(
      (number) => ({ status: 200, never: number > 2 }),
      async (receiver) => {
        const tracer = tracerTo(receiver.dsn);
        endTests(tracer, 50);
        await eventually(async () => (tracer.delivery().accepted === 2 ? true : null));
        const begun = performance.now();
        // Nothing else would end it: the rest get their responses below.
        await tracer.flush(400);
        expect(performance.now() - begun).toBeGreaterThan(390);
        const delivery = tracer.delivery();
        expect(delivery).toMatchObject({ accepted: 2, pending: 48, failed: 0, dropped: 0 });
        // Whatever happens to them now, the report has been made.
        receiver.release({ status: 200 });
        await tracer.flush(FLUSH_MS);
        expect(tracer.delivery()).toEqual(delivery);
      },
    ));

  it('closes the connections it abandons, and opens none for what was waiting', () =>
    withSentryReceiver({ status: 200, never: true }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      endTests(tracer, CONNECTIONS + 70);
      await heldBy(receiver, CONNECTIONS);
      await tracer.flush(200);
      await eventually(async () => (receiver.connections() === 0 ? true : null));
      await tracer.flush(200);
      expect(receiver.connections()).toBe(0);
      expect(receiver.opened()).toBe(CONNECTIONS);
      expect(receiver.envelopes).toHaveLength(CONNECTIONS);
    }));

  it('returns as soon as the last response is there', () =>
    withSentryReceiver({ status: 200, never: true }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      endTests(tracer, 5);
      const flushed = tracer.flush(NEVER_MS);
      await heldBy(receiver, 5);
      expect(await hasSettled(flushed)).toBe(false);
      receiver.release({ status: 200 });
      await flushed;
      expect(tracer.delivery()).toMatchObject({ accepted: 5, pending: 0 });
    }));

  it('with no time left does not wait forever', () =>
    withSentryReceiver({ status: 200, never: true }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      endTests(tracer, 2);
      await tracer.flush(0);
      expect(sumOf(tracer.delivery())).toBe(2);
      expect(tracer.delivery().accepted).toBe(0);
    }));

  it('with nothing to send returns at once', async () => {
    const tracer = tracerTo(`http://abcdef0123456789@127.0.0.1:${await closedPort()}/1`);
    await tracer.flush(FLUSH_MS);
    expect(tracer.delivery()).toMatchObject({ accepted: 0, failed: 0, pending: 0 });
  });

  it('sends what is still held back', () =>
    withSentryReceiver({ status: 200 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      const ids = endTests(tracer, 1);
      await tracer.flush(FLUSH_MS);
      expect(receiver.spans().map(({ traceId }) => traceId)).toEqual([ids[0], ids[0]]);
    }));
});

describe('many', () => {
  it.each(['stream', 'static'] as const)(
    '2,000 tests, 20 at once, %s: every trace arrives exactly once',
    (traceLifecycle) =>
      withSentryReceiver({ status: 200 }, async (receiver) => {
        const tracer = tracerTo(receiver.dsn, { traceLifecycle });
        const ids: string[] = [];
        let next = 0;
        const worker = async () => {
          while (next < 2_000) {
            const index = ++next;
            await tracer.ready();
            ids.push(endTest(tracer, index));
            // Lets the responses in, as waiting for a webhook does.
            await new Promise((resolve) => setImmediate(resolve));
          }
        };
        await Promise.all(Array.from({ length: 20 }, worker));
        await tracer.flush(FLUSH_MS);
        expect(tracer.delivery()).toMatchObject({ accepted: 2_000, dropped: 0, failed: 0, pending: 0 });
        const roots = receiver.spans().filter((span) => span.root);
        expect(roots).toHaveLength(2_000);
        expect(new Set(roots.map(({ traceId }) => traceId))).toEqual(new Set(ids));
        expect(receiver.spans()).toHaveLength(4_000);
      }),
  );

  it('a slow Sentry makes sending wait and bounds what is in flight; nothing is lost', () =>
    withSentryReceiver({ status: 200, delayMs: 40 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      let ended = 0;
      let maxInFlight = 0;
      const worker = async () => {
        for (let each = 0; each < 50; each++) {
          await tracer.ready();
          endTest(tracer, ++ended);
          maxInFlight = Math.max(maxInFlight, tracer.delivery().pending);
        }
      };
      await Promise.all(Array.from({ length: 20 }, worker));
      await tracer.flush(FLUSH_MS);
      // The limit, and those of the tests in flight that were let in together.
      expect(maxInFlight).toBeGreaterThanOrEqual(500);
      expect(maxInFlight).toBeLessThanOrEqual(520);
      expect(tracer.delivery()).toMatchObject({ accepted: 1_000, dropped: 0, failed: 0, pending: 0 });
      expect(receiver.mostPending()).toBeLessThanOrEqual(CONNECTIONS);
    }));
});

describe('a Sentry with slow responses', () => {
  it('makes sending wait; what is in flight stays bounded, and each trace is counted', () =>
    withSentryReceiver({ status: 200, never: true }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      const count = 560;
      let ended = 0;
      let maxInFlight = 0;
      const worker = async () => {
        while (ended < count) {
          const index = ++ended;
          await tracer.ready();
          endTest(tracer, index);
          maxInFlight = Math.max(maxInFlight, tracer.delivery().pending);
        }
      };
      const sending = Promise.all(Array.from({ length: 10 }, worker));
      // 500 need not wait; for each one more another one must get its response first.
      await heldBy(receiver, CONNECTIONS);
      expect(await hasSettled(sending)).toBe(false);
      expect(tracer.delivery()).toMatchObject({ accepted: 0, pending: maxInFlight });
      receiver.respondToHeld();
      await heldBy(receiver, CONNECTIONS);
      expect(await hasSettled(sending)).toBe(false);
      expect(tracer.delivery()).toMatchObject({ accepted: CONNECTIONS, dropped: 0 });
      receiver.respondToHeld();
      await sending;
      expect(maxInFlight).toBeGreaterThanOrEqual(500);
      expect(maxInFlight).toBeLessThanOrEqual(510);
      await tracer.flush(100);
      const { accepted, dropped, pending } = tracer.delivery();
      expect(dropped).toBe(0);
      expect(accepted).toBeGreaterThanOrEqual(50);
      expect(accepted + pending).toBe(count);
    }));
});

describe('a Sentry that never responds', () => {
  it('is waited for up to the stall limit; then what exceeds the bound is dropped', async () => {
    const count = deliveryCount({ host: 'sentry.acme.test', limit: 3, hardLimit: 5, stallMs: 50 });
    const responses: (() => void)[] = [];
    const transport = count.counted({
      send: () => new Promise((resolve) => responses.push(() => resolve({ statusCode: 200 }))),
      flush: () => Promise.resolve(true),
    });
    const sendNine = async () => {
      for (let each = 0; each < 9; each++) {
        await count.ready();
        count.traceEnded();
        void transport.send([
          { event_id: String(each), sent_at: '2026-08-01T12:00:00.000Z' },
          [[{ type: 'transaction' }, { type: 'transaction' }]],
        ]);
      }
    };
    await withStillClock(async (clock) => {
      const sending = sendNine();
      await clock.pass(49);
      expect(await hasSettled(sending)).toBe(false);
      expect(responses).toHaveLength(3);
      // One limit for all of them, not one for each.
      await clock.pass(1);
      await sending;
    });
    expect(responses).toHaveLength(5);
    expect(count.delivery()).toMatchObject({ accepted: 0, dropped: 4, pending: 5 });
    for (const response of responses) response();
    await count.idle();
    expect(count.delivery()).toMatchObject({ accepted: 5, dropped: 4, pending: 0 });
  });
});

describe('proxies', () => {
  it('carry envelopes like webhooks, in either case of the variables', () =>
    withSentryReceiver({ status: 200 }, (receiver) =>
      withProxy((proxy) =>
        withProxyVariables({ HTTP_PROXY: proxy.url }, async () => {
          const tracer = tracerTo(receiver.dsn);
          endTests(tracer, 2);
          await tracer.flush(FLUSH_MS);
          expect(tracer.delivery().accepted).toBe(2);
          expect(new Set(proxy.tunnels.map(({ to }) => to))).toEqual(new Set([receiver.host]));
        }),
      ),
    ));

  it.each(['no_proxy', 'NO_PROXY'])('are not used if %s excludes the host', (variable) =>
    withSentryReceiver({ status: 200 }, (receiver) =>
      withProxy((proxy) =>
        withProxyVariables({ http_proxy: proxy.url, [variable]: '*' }, async () => {
          const tracer = tracerTo(receiver.dsn);
          endTests(tracer, 1);
          await tracer.flush(FLUSH_MS);
          expect(tracer.delivery().accepted).toBe(1);
          expect(proxy.tunnels).toEqual([]);
        }),
      ),
    ),
  );
});
