import { describe, expect, it } from 'vitest';
import { DEFAULT_DIMENSIONS, DEFAULT_PAYLOAD } from '../../src/lib/config/settings/defaults.ts';
import { toScenarios } from '../../src/lib/config/settings/scenarios.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { createPlan } from '../../src/lib/plan/payload-factory.ts';
import type { ReceivedItems } from '../../src/sandbox/sentry-server/received-items.ts';
import { createTraceScenarios } from '../../src/sandbox/sentry-server/trace-scenarios.ts';
import { createDuplicateMemory, DUPLICATE_WINDOW_MS } from '../../src/sandbox/target/duplicate-memory.ts';
import { type Signal, validateSignal } from '../../src/sandbox/target/signal.ts';
import { createSignalStore } from '../../src/sandbox/target/signal-store.ts';
import { createTaskGroup } from '../../src/sandbox/target/target.ts';

const NOTHING_SHARED: Parameters<typeof toScenarios>[1] = {
  ...{ expect: undefined, expectRepeat: undefined, repeat: undefined, payloadSchema: undefined },
  ...{
    fileNameAt: (_key, name) => name,
    method: 'POST',
    sender: undefined,
    signing: undefined,
    cleanup: undefined,
  },
};

const signal = (symbol: string): Signal => ({
  symbol,
  direction: 'long',
  timeframe: '5m',
  scenario: null,
  testId: null,
  session: 's',
});

describe('createDuplicateMemory', () => {
  it('remembers for the window and no longer', () => {
    const memory = createDuplicateMemory();
    expect(memory.claim(signal('SPY'), 1_000)).toBeNull();
    expect(memory.claim(signal('SPY'), 1_000 + DUPLICATE_WINDOW_MS - 1)).toBe(DUPLICATE_WINDOW_MS - 1);
    expect(memory.claim(signal('SPY'), 1_000 + DUPLICATE_WINDOW_MS)).toBeNull();
    expect(memory.size()).toBe(1);
  });

  it('is bounded: the oldest is forgotten', () => {
    const memory = createDuplicateMemory(2);
    for (const symbol of ['A', 'B', 'C']) memory.claim(signal(symbol), 0);
    expect(memory.size()).toBe(2);
    expect(memory.claim(signal('C'), 1)).toBe(1);
    expect(memory.claim(signal('A'), 1)).toBeNull();
  });

  it('accepts a released signal again', () => {
    const memory = createDuplicateMemory();
    memory.claim(signal('SPY'), 0);
    memory.release(signal('SPY'));
    expect(memory.claim(signal('SPY'), 1)).toBeNull();
  });

  it('distinguishes fields whose concatenation is equal', () => {
    const memory = createDuplicateMemory();
    memory.claim({ ...signal('A'), session: 'x' }, 0);
    expect(memory.claim({ ...signal('A'), session: null }, 0)).toBeNull();
  });
});

describe('a run on the defaults', () => {
  it('sends 90 webhooks before two of them are equal', () => {
    const memory = createDuplicateMemory();
    const plan = createPlan({
      ...{ runId: 'r', seed: 's', url: 'http://127.0.0.1/', userAgent: 'x', pins: {}, headers: {} },
      ...{ count: 91, now: () => new Date(0), uuid: () => 'u' },
      scenarios: toScenarios([], NOTHING_SHARED),
      dimensions: DEFAULT_DIMENSIONS,
      payload: DEFAULT_PAYLOAD,
    });
    const claimed = [...plan.tests()].map(({ request }) => {
      const validated = validateSignal(request.body);
      return validated.ok ? memory.claim(validated.signal, 0) : 'refused';
    });
    expect(claimed.slice(0, 90).every((age) => age === null)).toBe(true);
    expect(claimed[90]).toBe(0);
  });
});

describe('createSignalStore', () => {
  it('keeps the newest', async () => {
    const store = createSignalStore(2);
    for (const id of ['a', 'b', 'c']) await store.save(id, { id });
    expect(await Promise.all(['a', 'b', 'c'].map(store.find))).toEqual([null, { id: 'b' }, { id: 'c' }]);
  });
});

describe('createTaskGroup', () => {
  /** The longest that a timer takes. */
  const NEVER_MS = 2 ** 31 - 1;

  it('waits for tasks that start others, and for failed ones', async () => {
    const tasks = createTaskGroup();
    const seen: string[] = [];
    const second = async () => void seen.push('second');
    void tasks.run(Promise.resolve().then(() => void tasks.run(Promise.resolve().then(second))));
    tasks.run(Promise.reject(new Error('boom'))).catch(() => seen.push('failed'));
    await tasks.settled(NEVER_MS);
    expect(seen.sort()).toEqual(['failed', 'second']);
  });

  it('stops after the limit', async () => {
    const tasks = createTaskGroup();
    void tasks.run(new Promise(() => undefined));
    await tasks.settled(10);
  });
});

describe('createTraceScenarios', () => {
  const errorOf = (traceId: string | null, attributes: JsonObject): ReceivedItems => ({
    spans: [],
    checkIns: [],
    clientReports: [],
    outcomes: [],
    errors: [
      {
        eventId: 'e',
        traceId,
        spanId: null,
        level: 'error',
        title: 'boom',
        transaction: null,
        timestamp: 1,
        projectId: 2,
        attributes,
        release: null,
        environment: null,
        platform: 'node',
        payload: '{}',
      },
    ],
  });

  it("reads the sender's and the target's attribute, once", () => {
    const scenarios = createTraceScenarios();
    expect([...scenarios.learn(errorOf('a', { scenario: 'CHOP' }))]).toEqual(['a']);
    scenarios.learn(errorOf('b', { 'prod_e2e.scenario': 'ORB', scenario: 'CHOP' }));
    scenarios.learn(errorOf('a', { scenario: 'OTHER' }));
    expect([...scenarios.learn(errorOf(null, { scenario: 'X' }))]).toEqual([]);
    expect(scenarios.learn(errorOf('c', { scenario: 7 })).has('c')).toBe(true);
    expect(['a', 'b', 'c'].map(scenarios.of)).toEqual(['CHOP', 'ORB', null]);
  });

  it('is bounded: the oldest trace is forgotten', () => {
    const scenarios = createTraceScenarios(2);
    for (const id of ['a', 'b', 'c']) scenarios.learn(errorOf(id, { scenario: id }));
    expect(['a', 'b', 'c'].map(scenarios.of)).toEqual([null, 'b', 'c']);
  });
});
