import v8 from 'node:v8';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scalar } from '../../src/lib/model/json.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';
import { walk, walkLength } from '../../src/lib/plan/combinations.ts';
import { aPlan, aScenario, DIMENSIONS, FIVE } from './support.ts';

const keyOf = ({ dimensions }: PlannedTest) => JSON.stringify(Object.values(dimensions));
const offsets = fc.integer({ min: 0, max: 40 });
const counts = fc.integer({ min: 1, max: 60 });

/** A scenario's own fixed values: for each dimension one of its values, one outside of it, or none. */
const pins = fc.record(
  {
    symbol: fc.constantFrom('SPY', 'QQQ', 'IWM', 'TSLA'),
    direction: fc.constantFrom('long', 'short'),
    timeframe: fc.constantFrom('1m', '5m', '15m'),
  },
  { requiredKeys: [] },
);
const pinnedScenarios = fc
  .array(fc.record({ payload: pins, weight: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 5 })
  .map((list) => list.map((overrides, at) => aScenario({ name: `S${at}`, ...overrides })));

function choicesOf(test: PlannedTest, fixed: Readonly<Record<string, Scalar>>): readonly string[] {
  const axes = Object.entries(DIMENSIONS).map(([name, values]) => (name in fixed ? [fixed[name]] : values));
  const all = axes.reduce<readonly (readonly unknown[])[]>(
    (combinations, values) => combinations.flatMap((start) => values.map((value) => [...start, value])),
    [[]],
  );
  const keys = all.map((combination) => JSON.stringify(combination));
  expect(keys, 'the test has one of the combinations it may have').toContain(keyOf(test));
  return keys;
}

describe('dimensions of a run', () => {
  it('differ in every stretch of 18 tests', () => {
    fc.assert(
      fc.property(counts, offsets, (count, offset) => {
        const keys = [...aPlan({ count, seed: `s+${offset}` }).tests()].map(keyOf);
        for (let from = 0; from + 18 <= count; from++)
          expect(new Set(keys.slice(from, from + 18)).size).toBe(18);
        expect(new Set(keys).size).toBe(Math.min(count, 18));
      }),
    );
  });

  it('repeat a combination only when the test can have no unused one, and the plan counts them', () => {
    fc.assert(
      fc.property(counts, offsets, pinnedScenarios, pins, (count, offset, scenarios, set) => {
        const plan = aPlan({ count, seed: `s+${offset}`, scenarios, pins: set });
        const tests = [...plan.tests()];
        const fixed = new Map(scenarios.map(({ name, payload }) => [name, { ...payload, ...set }]));
        const used = new Set<string>();
        for (const test of tests) {
          const choices = choicesOf(test, fixed.get(test.scenario) ?? {});
          if (used.has(keyOf(test))) expect(choices.filter((key) => !used.has(key))).toEqual([]);
          used.add(keyOf(test));
        }
        expect(plan.repeated).toBe(count - used.size);
      }),
    );
  });

  it('take no more memory in a large run, and tests differ at its end as they do at its beginning', () => {
    const pinned = aScenario({ name: 'PINNED', payload: { symbol: 'SPY' } });
    const scenarios = [pinned, aScenario({ name: 'ANY', weight: 3 })];
    v8.setFlagsFromString('--expose-gc');
    const collect: () => void = vm.runInNewContext('gc');
    collect();
    const before = process.memoryUsage().heapUsed;
    const plan = aPlan({ count: 1_000_000, seed: 's+0', scenarios });
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1_048_576);
    expect(plan.repeated).toBe(1_000_000 - 18);
    const keys = [...aPlan({ count: 25_000, seed: 's+0', scenarios }).tests()].map(keyOf);
    for (const from of [0, 5_000, 9_995, 20_000])
      expect(new Set(keys.slice(from, from + 18)).size).toBeGreaterThan(10);
  });

  it('use every combination once before one comes again, also where scenarios are pinned crosswise', () => {
    const scenarios = [
      aScenario({ name: 'ANY', weight: 3 }),
      aScenario({ name: 'SPY', payload: { symbol: 'SPY' } }),
      aScenario({ name: 'LONG', payload: { direction: 'long' } }),
    ];
    for (let offset = 0; offset < 18; offset++) {
      const tests = [...aPlan({ count: 36, scenarios, seed: `s+${offset}` }).tests()];
      expect(new Set(tests.slice(0, 18).map(keyOf)).size).toBe(18);
    }
  });

  it('leave a pinned scenario its only combination', () => {
    const fixed = { symbol: 'SPY', direction: 'long', timeframe: '1m' };
    const plan = aPlan({
      count: 2,
      scenarios: [aScenario({ name: 'FREE' }), aScenario({ name: 'FIXED', payload: fixed })],
    });
    const [free, pinned] = [...plan.tests()];
    expect(pinned?.dimensions).toEqual(fixed);
    expect(free?.dimensions).toEqual({ ...fixed, symbol: 'QQQ' });
    expect(plan.repeated).toBe(0);
  });

  it('are those that are sent', () => {
    const scenarios = [
      aScenario({ payload: { symbol: 'TSLA' } }),
      aScenario({ name: 'FUNCTION', payload: ({ symbol = '' }) => ({ symbol }) }),
    ];
    for (const pins of [{}, { symbol: 'QQQ' }]) {
      for (const { dimensions, request } of aPlan({ count: 8, scenarios, pins }).tests()) {
        expect(JSON.parse(request.body)).toEqual(dimensions);
      }
    }
  });

  it("count a fixed value of the config's own payload as pinned", () => {
    const payload = { symbol: 'SPY', direction: '{{direction}}', timeframe: '{{timeframe}}' };
    const plan = aPlan({ count: 7, payload });
    expect([...plan.tests()].map(({ dimensions }) => dimensions.symbol)).toEqual(Array(7).fill('SPY'));
    expect(plan).toMatchObject({ combinations: 6, repeated: 1 });
  });

  it('let --set override what a scenario fixes', () => {
    const scenarios = [aScenario({ payload: { symbol: 'TSLA' } })];
    const [test] = aPlan({ scenarios, pins: { symbol: 'QQQ' } }).tests();
    expect(test?.dimensions.symbol).toBe('QQQ');
    expect(JSON.parse(test?.request.body ?? '')).toMatchObject({ symbol: 'QQQ' });
  });

  it('may have names that objects already know', () => {
    const dimensions = { constructor: ['a', 'b'], toString: ['c'] };
    const tests = [...aPlan({ count: 2, dimensions, payload: { constructor: '{{constructor}}' } }).tests()];
    expect(tests.map(({ request }) => JSON.parse(request.body).constructor)).toEqual(['a', 'b']);
  });

  it.each([
    ['18 of three dimensions', DIMENSIONS, 18],
    ['1 without dimensions', {}, 1],
    ['a value that is listed twice counts once', { symbol: ['SPY', 'SPY', 'QQQ'] }, 2],
    [
      'at most 100,000',
      { a: Array.from({ length: 1000 }, (_, n) => n), b: Array.from({ length: 1000 }, (_, n) => n) },
      100_000,
    ],
  ])('are %s', (_, dimensions, expected) => {
    expect(walkLength(dimensions)).toBe(expected);
    expect(new Set(walk(dimensions, 7).map((values) => JSON.stringify(values))).size).toBe(expected);
  });

  it('are none without dimensions', () => {
    expect(aPlan({ dimensions: {}, payload: {}, count: 3 })).toMatchObject({
      combinations: 0,
      repeated: 0,
      nextOffset: 0,
    });
  });
});

describe('the run that follows', () => {
  const follow = (first: Parameters<typeof aPlan>[0]) => {
    const plan = aPlan(first);
    const next = aPlan({ ...first, seed: `other+${plan.nextOffset}` });
    const used = new Set([...plan.tests()].map(keyOf));
    return [...next.tests()].filter((test) => used.has(keyOf(test))).length;
  };

  it('shares no combination while there are enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), offsets, (count, offset) => {
        expect(follow({ count, seed: `s+${offset}` })).toBe(0);
      }),
    );
  });

  it.each([
    ['--set symbol=SPY', { pins: { symbol: 'SPY' }, count: 3 }],
    [
      'one pinned scenario among free ones',
      { count: 5, scenarios: [aScenario({ name: 'SPY', payload: { symbol: 'SPY' } }), ...FIVE.slice(1)] },
    ],
    [
      'half long, half short, with as many tests as one half has combinations',
      {
        count: 8,
        scenarios: ['long', 'short'].map((direction) =>
          aScenario({ name: direction, payload: { direction } }),
        ),
      },
    ],
  ])('shares none with %s', (_, options) => {
    for (let offset = 0; offset < 18; offset++) expect(follow({ ...options, seed: `s+${offset}` })).toBe(0);
  });

  it('shares only as many as it must', () => {
    const fixed = aScenario({
      name: 'FIXED',
      payload: { symbol: 'IWM', direction: 'short', timeframe: '15m' },
    });
    for (let offset = 0; offset < 18; offset++) {
      expect(follow({ count: 10, scenarios: [fixed, ...FIVE.slice(1)], seed: `s+${offset}` })).toBe(2);
    }
  });
});
