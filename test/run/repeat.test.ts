import { describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../../src/lib/model/delivery.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';

import { resend, type SentOne } from '../../src/lib/run/send-one.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anError, anExpectation, someTimings } from '../support/builders.ts';
import { aPlannedTest, atOnce } from '../support/sending.ts';
import { jsonResponse } from '../validate/support.ts';

const NOW_MS = Date.parse('2026-08-01T12:00:10.000Z');
const REPEAT = {
  ...{ times: 2, afterMs: 300, idPath: 'signal_id', secondEvent: 'error' as const },
  expect: anExpectation(),
};

interface Case {
  readonly repeat?: Partial<typeof REPEAT> | null;
  /** The ids in the responses, `aborted` for one that was cut off; the first is of the first webhook. */
  readonly ids?: readonly string[];
  readonly firstErrors?: SentOne['judgment']['errors'];
  readonly firstResponse?: Delivery['response'];
  readonly gapMs?: number;
  /** Nothing more is to leave after so many resends. */
  readonly stopAfter?: number;
}

async function again({ repeat = {}, ids = ['s1', 's1', 's1'], stopAfter = 99, gapMs = 0, ...given }: Case) {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  const sleeps: number[] = [];
  const order: string[] = [];
  const delivery = (id: string, test: PlannedTest): Delivery => ({
    startedAt: new Date(Date.now()).toISOString(),
    request: test.request,
    response: id === 'aborted' ? null : jsonResponse({ signal_id: id }),
    failure: id === 'aborted' ? { kind: 'aborted', message: 'stopped', code: null } : null,
    timings: someTimings(),
    attempts: [],
    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), headers: {} },
  });
  const test = aPlannedTest('https://hooks.example.com/webhook', {
    repeat: repeat === null ? null : { ...REPEAT, ...repeat },
  });
  const sent = delivery(ids[0] ?? '', test);
  const first: SentOne = {
    delivery: given.firstResponse === undefined ? sent : { ...sent, response: given.firstResponse },
    judgment: { errors: given.firstErrors ?? [], warnings: [], missingData: [] },
    masking: { body: (text) => text, text: (text) => text },
  };
  let resends = 0;
  const { startTest } = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });
  try {
    const result = await resend(test, first, {
      mayRetry: atOnce,
      sending: (send) => void order.push(`sending ${send}`),
      ports: {
        tracer: {
          ...{ startTest, releaseWaiters: () => {}, flush: async () => {} },
          ready: async () => void order.push('ready'),
          delivery: () => expect.fail(),
        },
        sender: {
          send: async (resent) => {
            order.push('send');
            resends++;
            return delivery(ids[resends] ?? '', resent);
          },
          abort: () => {},
          close: () => {},
        },
        judge: await createResponseValidator({ expectations: [], strict: false }),
        redact: (text) => text,
        redactPaths: [],
        // A resend is expected to get the id of the first webhook.
        duplicates: { earlierOwner: () => expect.fail() },
      },
      stopped: () => resends >= stopAfter,
      sleep: async (ms) => {
        sleeps.push(ms);
        vi.setSystemTime(Date.now() + Math.max(0, ms));
      },
      gapMs,
      minGap: { wait: async () => void order.push('minimum gap') },
    });
    return { result, sleeps, order, resends };
  } finally {
    vi.useRealTimers();
  }
}

describe('a webhook', () => {
  it('without a repeat is sent once', async () => {
    expect(await again({ repeat: null })).toEqual({ result: null, sleeps: [], order: [], resends: 0 });
  });

  it.each<[string, Case]>([
    ['has an error', { firstErrors: [anError('http-5xx', 'HTTP 500')] }],
    ['has no response', { firstResponse: null }],
  ])('that %s is not resent', async (_, given) => {
    const { result, resends } = await again(given);
    expect(result).toMatchObject({ treatedAs: 'unknown', sends: [] });
    expect(resends).toBe(0);
  });

  it.each<[string, readonly string[], string]>([
    ['one event where each response has its id', ['s1', 's1', 's1'], 'one-event'],
    ['a second event where one has another', ['s1', 's1', 's2'], 'second-event'],
    ['unknown where one has none', ['s1', 's1', ''], 'unknown'],
  ])('that was resent is %s', async (_, ids, treatedAs) => {
    const { result, resends } = await again({ ids });
    expect(result).toMatchObject({ treatedAs });
    expect(result?.sends).toHaveLength(2);
    expect(resends).toBe(2);
  });

  it.each([1, 3])('is resent %i times', async (times) => {
    expect((await again({ repeat: { times }, ids: ['s1', 's1', 's1', 's1'] })).resends).toBe(times);
  });

  it('is judged by the expectation of its repeat', async () => {
    const { result } = await again({ repeat: { expect: anExpectation({ status: [409] }) } });
    expect(result?.sends.map(({ judgment }) => judgment.errors.map(({ code }) => code))).toEqual([
      ['http-2xx'],
      ['http-2xx'],
    ]);
  });

  it.each([
    // The first one left now, so its place of the rate lies as far ahead as the gap.
    ['its own pause where that is longer', 300, 100, [300, 300]],
    ['its place of the rate where that is later', 300, 1_000, [1_000, 1_000]],
    ['its own pause where there is no rate', 300, 0, [300, 300]],
    ['nothing where neither is set', 0, 0, [0, 0]],
  ])('waits for %s', async (_, afterMs, gapMs, sleeps) => {
    expect((await again({ repeat: { afterMs }, gapMs })).sleeps).toEqual(sleeps);
  });

  it('keeps the minimum gap to other webhooks, and waits for Sentry, before each resend', async () => {
    expect((await again({})).order).toEqual([
      ...['minimum gap', 'ready', 'sending 1', 'send'],
      ...['minimum gap', 'ready', 'sending 2', 'send'],
    ]);
  });

  it.each<[string, Case, number, number]>([
    ['before the first resend', { stopAfter: 0 }, 0, 0],
    ['between two', { stopAfter: 1 }, 1, 1],
    ['while the second was in flight', { ids: ['s1', 's2', 'aborted'] }, 2, 1],
  ])('whose run ends %s shows nothing about duplicates', async (_, given, resends, saved) => {
    const ran = await again(given);
    expect(ran.resends).toBe(resends);
    expect(ran.result?.treatedAs).toBe('unknown');
    expect(ran.result?.sends).toHaveLength(saved);
  });
});
