import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countIn,
  holm,
  leastP,
  quantile,
  rankTestP,
  type Sample,
  stratifiedRankTestP,
} from '../../../src/lib/report/compare/rank-test.ts';

function sample(values: readonly number[]): Sample {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const pair = (base: readonly number[], head: readonly number[]) => ({
  base: sample(base),
  head: sample(head),
});
const times = (count: number, values: readonly number[]) =>
  Array.from({ length: count }, () => values).flat();
const from = (start: number, end: number) => Array.from({ length: end - start }, (_, at) => start + at);

describe('Mann-Whitney U', () => {
  // scipy 1.x: scipy.stats.mannwhitneyu(head, base, alternative='two-sided', method=…, use_continuity=True).pvalue
  it.each([
    ['exact', [1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.007936507936507936],
    ['exact', [1, 2, 3], [4, 5, 6], 0.1],
    ['exact', [12, 15, 18, 24, 30, 41], [13, 16, 27, 33, 45, 50, 61], 0.23426573426573427],
    ['asymptotic, with ties', times(6, [1, 1, 2, 2, 3]), times(6, [2, 3, 3, 4, 5]), 1.8094955220578669e-7],
    ['asymptotic', from(100, 130), from(110, 150), 2.1159514316598635e-6],
  ])('agrees with scipy (%s)', (_, base, head, p) => {
    const ours = rankTestP(pair(base, head));
    expect(Math.abs(ours - p) / p).toBeLessThan(1e-6);
  });

  it('counts every way there is, ties included', () => {
    // 6 ways to choose two of 1, 2, 2, 3; the rank sums 3.5, 3.5, 5, 5, 6.5, 6.5 lie around 5.
    expect(rankTestP(pair([1, 2], [2, 3]))).toBeCloseTo(4 / 6, 12);
    expect(rankTestP(pair([7, 7, 7], [7, 7]))).toBe(1);
    expect(rankTestP(pair([], [1, 2]))).toBe(1);
  });

  it('does not care which sample is which, nor about the scale, and is a probability', () => {
    const values = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, values, (base, head) => {
        const p = rankTestP(pair(base, head));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(rankTestP(pair(head, base))).toBeCloseTo(p, 10);
        const log = (all: readonly number[]) => all.map((value) => Math.log(value));
        expect(rankTestP(pair(log(base), log(head)))).toBeCloseTo(p, 10);
      }),
    );
  });

  it('takes samples of a million', () => {
    const base = new Map(from(100, 1_000).map((value) => [value, 1_111]));
    const head = new Map(from(110, 1_010).map((value) => [value, 1_111]));
    expect(rankTestP({ base, head })).toBeLessThan(1e-9);
    expect(rankTestP({ base, head: base })).toBe(1);
  });
});

describe('on samples that do not differ', () => {
  /** A small generator with a fixed seed: the same numbers on every machine. */
  function numbers(seed: number): () => number {
    let state = seed;
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  }

  it.each([
    ['exact', 12, 15, 500],
    ['normal', 40, 60, 2_000],
  ])('a difference is found about as often as the limit says (%s)', (_, n, m, rounds) => {
    const next = numbers(42);
    const draw = (count: number) =>
      Array.from({ length: count }, () => Math.round(-200 * Math.log(1 - next())));
    let found = 0;
    for (let round = 0; round < rounds; round++) if (rankTestP(pair(draw(n), draw(m))) < 0.05) found++;
    expect(found / rounds).toBeGreaterThan(0.03);
    expect(found / rounds).toBeLessThan(0.065);
  });

  it('scenarios of very different speed, mixed in another way, make no difference when stratified', () => {
    const next = numbers(7);
    const draw = (count: number, scale: number) =>
      Array.from({ length: count }, () => Math.round(scale * (1 + next())));
    const pairs = [pair(draw(40, 100), draw(5, 100)), pair(draw(5, 5_000), draw(40, 5_000))];
    const pooled = pair([...draw(40, 100), ...draw(5, 5_000)], [...draw(5, 100), ...draw(40, 5_000)]);
    expect(rankTestP(pooled)).toBeLessThan(0.001);
    expect(stratifiedRankTestP(pairs)).toBeGreaterThan(0.05);
  });
});

it('small changes of several scenarios add up', () => {
  const one = pair([10, 11, 12, 13], [13, 14, 15, 16]);
  expect(rankTestP(one)).toBeGreaterThan(0.01);
  expect(stratifiedRankTestP([one, one, one, one])).toBeLessThan(0.001);
});

it.each([
  [[[4, 4]], 2 / 70],
  [[[5, 5]], 2 / 252],
  [[[1, 1000]], 2 / 1001],
] as const)('samples of %j can give no less than %d', (sizes, least) => {
  expect(Math.abs(leastP(sizes) - least) / least).toBeLessThan(sizes[0][1] > 20 ? 100 : 1e-9);
});

it("Holm's adjustment, as R's p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') has it", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

it.each([
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 10], 0.5, 2.5],
  [[7], 0.95, 7],
  [[], 0.5, null],
] as const)('of %j the part %d is %s', (values, at, expected) => {
  expect(quantile(sample(values), at)).toBe(expected);
  expect(countIn(sample(values))).toBe(values.length);
});
