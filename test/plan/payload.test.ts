import { describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { PayloadFunction } from '../../src/lib/model/scenario.ts';
import { aScenario, bodyOf, testsOf } from './support.ts';

/** What JavaScript configs return although the type says otherwise. */
const returning = (value: unknown) => (() => value) as unknown as PayloadFunction;

describe("a scenario's payload", () => {
  it("is merged over the config's, objects key by key, everything else replaced", () => {
    const payload = { symbol: '{{symbol}}', metadata: { is_test: true, run: '{{runId}}' }, tags: [1, 2] };
    const scenario = aScenario({ payload: { metadata: { run: 'x', more: [] }, tags: [3], extra: null } });
    expect(bodyOf({ payload, scenarios: [scenario] })).toEqual({
      symbol: 'SPY',
      metadata: { is_test: true, run: 'x', more: [] },
      tags: [3],
      extra: null,
    });
  });

  it('may have keys that all objects inherit', () => {
    const payload = JSON.parse('{"constructor":"a","__proto__":{"x":1},"toString":"{{index}}"}');
    const scenario = aScenario({ payload: JSON.parse('{"__proto__":{"y":2}}') });
    const [test] = testsOf({ payload, scenarios: [scenario] });
    expect(test?.request.body).toBe('{"constructor":"a","__proto__":{"x":1,"y":2},"toString":1}');
  });

  it('may be a function of the context, under or over an object', () => {
    const base: PayloadFunction = ({ testId, symbol = null }) => ({
      id: testId,
      symbol: String(symbol),
      n: { a: 1 },
    });
    const scenarios = [aScenario({ payload: ({ index }) => ({ n: { b: index } }) })];
    expect(bodyOf({ payload: base, scenarios })).toEqual({
      id: '20260801-120000-k3f9z-1',
      symbol: 'SPY',
      n: { a: 1, b: 1 },
    });
  });

  it('gets from --set only keys that it has', () => {
    const scenarios = [aScenario({ payload: () => ({ ticker: 'X' }) })];
    expect(bodyOf({ payload: {}, scenarios, pins: { symbol: 'QQQ' } })).toEqual({ ticker: 'X' });
  });

  it('from a function loses what JSON cannot represent', () => {
    const payload = returning({ at: new Date(0), gone: undefined, also: () => 1, nan: Number.NaN });
    expect(bodyOf({ payload, scenarios: [aScenario()] })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      nan: null,
    });
  });
});

describe('an unusable payload function', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const failing: PayloadFunction = () => {
    throw new Error('no market data');
  };
  const rejecting = (async () => {
    throw new Error('later');
  }) as unknown as PayloadFunction;
  it.each<[string, PayloadFunction, string]>([
    ['throws', failing, 'failed: no market data'],
    ['returns nothing', returning(undefined), 'did not return a plain object'],
    ['returns null', returning(null), 'did not return a plain object'],
    ['returns text', returning('{}'), 'did not return a plain object'],
    ['returns a list', returning([]), 'did not return a plain object'],
    ['returns a date', returning(new Date(0)), 'did not return a plain object'],
    ['returns a promise', returning(Promise.resolve({})), 'returned a promise'],
    ['is async and fails', rejecting, 'returned a promise'],
    ['returns a cycle', returning(cyclic), 'returned something that is not JSON'],
  ])('that %s is reported before anything is sent', (_, payload, message) => {
    for (const options of [{ payload }, { scenarios: [aScenario({ name: 'MINE', payload })] }]) {
      const make = () => testsOf({ ...options, count: 0 });
      expect(make).toThrow(ProdE2eError);
      expect(make).toThrow(message);
    }
    expect(() => testsOf({ scenarios: [aScenario({ name: 'MINE', payload })] })).toThrow('scenario MINE');
  });
});
