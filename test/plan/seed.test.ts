import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetOfSeed, seedWithOffset } from '../../src/lib/plan/random.ts';
import { aPlan, aScenario, testsOf } from './support.ts';

const RANDOM_PAYLOAD = {
  a: '{{int 1 1000000000}}',
  b: '{{float 0 1 9}}',
  c: '{{pick x y z}}',
  symbol: '{{symbol}}',
};

/** What is sent, without ids and times. */
function bytes(options: Parameters<typeof testsOf>[0]): string {
  return testsOf(options)
    .map(({ name, request }) => `${name} ${request.method} ${request.url} ${request.body}`)
    .join('\n');
}

describe('a seed', () => {
  it('gives the same payloads byte for byte, whatever the run id, the time and the ids', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (seed, count) => {
        const options = { seed, count, payload: RANDOM_PAYLOAD };
        const later = {
          ...options,
          runId: '20261224-180000-zzzzz',
          now: () => new Date('2026-12-24T18:00:00Z'),
          uuid: () => 'another',
        };
        expect(bytes(options)).toBe(bytes(later));
      }),
    );
  });

  it('gives different payloads than another seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        expect(bytes({ seed: a, payload: RANDOM_PAYLOAD })).not.toBe(
          bytes({ seed: b, payload: RANDOM_PAYLOAD }),
        );
      }),
    );
  });

  it('draws new values for each test, whether or not other tests were rendered', () => {
    const options = { payload: RANDOM_PAYLOAD, scenarios: [aScenario()] };
    const few = testsOf({ ...options, count: 3 }).map(({ request }) => request.body);
    const many = testsOf({ ...options, count: 30 }).map(({ request }) => request.body);
    expect(new Set(many).size).toBe(30);
    expect(many.slice(0, 3)).toEqual(few);
  });

  it('can render its tests more than once', () => {
    const plan = aPlan({ count: 25, payload: RANDOM_PAYLOAD });
    expect([...plan.tests()]).toEqual([...plan.tests()]);
  });

  it('that a run printed reproduces only that run, wherever the run started', () => {
    for (const offset of [0, 7, 17]) {
      const plan = aPlan({ seed: seedWithOffset('3fa1b2c4', offset), count: 6 });
      expect(plan.seed).toBe(`3fa1b2c4+${offset}`);
      expect(bytes({ seed: plan.seed, count: 6 })).toBe(bytes({ seed: `3fa1b2c4+${offset}`, count: 6 }));
    }
  });

  it.each([
    ['abc+5', 18, 5],
    ['abc+23', 18, 5],
    ['+7', 18, 7],
    ['abc+5', 1, 0],
    ['abc+5', 0, 0],
  ])('%s starts, with %i combinations, at %i', (seed, combinations, expected) => {
    expect(offsetOfSeed(seed, combinations)).toBe(expected);
  });

  it.each(['', 'abc', 'abc+', 'abc+x', 'abc+-1', 'abc+1234567', '42'])('%j has its own offset', (seed) => {
    const offset = offsetOfSeed(seed, 18);
    expect(offset).toBe(offsetOfSeed(seed, 18));
    expect(Number.isInteger(offset) && offset >= 0 && offset < 18).toBe(true);
  });
});
