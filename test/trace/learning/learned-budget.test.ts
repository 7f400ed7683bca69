import { describe, expect, it } from 'vitest';
import { learnedBudgetMs, medianOf } from '../../../src/lib/trace/learning/learned-budget.ts';

describe('a learned budget', () => {
  it.each<[string, readonly number[], number | null]>([
    ['is the margin for what takes no time', [0, 0, 0], 200],
    ['is the margin for a clock that went back', [-50], 200],
    ['ignores a span without a duration', [1_000, Number.NaN], 3_000],
    ['is rounded up to two digits', [111, 111, 111], 340],
    ['is kept where it has two digits', [100, 100, 100], 300],
    ['is an hour at most', [1_200_000], 3_600_000],
    ['is none beyond an hour', [1_200_001], null],
    ['is none without durations', [], null],
  ])('%s: %j', (_, durations, expected) => {
    expect(learnedBudgetMs(durations)).toBe(expected);
  });
});

describe('a median', () => {
  it.each<[readonly number[], number | null]>([
    [[], null],
    [[Number.NaN, Number.POSITIVE_INFINITY], null],
    [[7], 7],
    [[9, 1], 1],
    [[9, 1, 5], 5],
    [[10, 9, 2, 1], 2],
    [[100, 20, 3], 20],
  ])('of %j is %j', (durations, expected) => {
    expect(medianOf(durations)).toBe(expected);
  });
});
