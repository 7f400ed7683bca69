/** Where a webhook got stuck, by the states of its stages. Expected values are written by hand. */
import { describe, expect, test } from 'vitest';
import type { StageState, StuckAt } from '../../src/lib/model/stage.ts';
import { stagesAfter, stuckAt } from '../../src/lib/stages/stuck.ts';

const STATES: Readonly<Record<string, StageState>> = {
  '+': 'ok',
  s: 'slow',
  x: 'failed',
  o: 'missing',
  '?': 'unverified',
};

/** Stages a, b, c, … in this order, each after the one before it. */
function inOrder(signs: string) {
  return [...signs].map((sign, at) => ({
    name: 'abcdefgh'[at] ?? '',
    state: STATES[sign] ?? 'unverified',
    after: at === 0 ? [] : ['abcdefgh'[at - 1] ?? ''],
  }));
}

function at(stage: string, after: string | null = null): StuckAt {
  return { stage, after };
}

describe('stages in sequence', () => {
  test.each<[string, StuckAt | null, string]>([
    ['+++', null, 'all were reached'],
    ['+s+', null, 'a slow one was reached'],
    ['', null, 'there are none'],
    ['?', null, 'nothing is known'],
    ['++?', null, 'the last could not be checked'],
    ['++o', at('c'), 'the last is missing'],
    ['++x', at('c'), 'the last failed'],
    ['+oo', at('b'), 'the first of two that are missing'],
    ['ooo', at('a'), 'the very first'],
    ['xoo', at('a'), 'the first failed, and nothing came after it'],
    ['+xo', at('b'), 'a failed one, though a later one is missing'],
    ['+x?', at('b'), 'nothing is known of what came after it'],
    ['+o+', null, 'what is missing was passed'],
    ['+os', null, 'and a slow one was reached, too'],
    ['+ox', at('c'), 'a failed one was reached: what is missing before it did not stop it'],
    ['x+o', at('c'), 'a failure that was passed did not stop it'],
    ['x++', null, 'a failure that was passed by all'],
    ['+o?+', null, 'what comes later was reached'],
    ['o+oo', at('c'), 'the first that nothing was reached after'],
    ['+?o', at('c', 'a'), 'between a and c: b could not be checked'],
    ['+??x', at('d', 'a'), 'between a and d'],
    ['s?o', at('c', 'a'), 'a slow stage was reached'],
    ['??o', at('c'), 'no stage before is known to be reached'],
    ['+o?o', at('b'), 'the range is of what comes before'],
    ['o?+?o', at('e', 'c'), 'the nearest that was reached'],
  ])('%s: %o, %s', (signs, expected) => {
    expect(stuckAt(inOrder(signs))).toEqual(expected);
  });
});

/** Engines b and c are parallel after a; d comes after both. */
function parallel(a: string, b: string, c: string, d: string) {
  const stage = (name: string, sign: string, after: readonly string[]) => ({
    ...{ name, after },
    state: STATES[sign] ?? 'unverified',
  });
  return [stage('a', a, []), stage('b', b, ['a']), stage('c', c, ['a']), stage('d', d, ['b', 'c'])];
}

describe('parallel stages', () => {
  test.each<[string, StuckAt | null, string]>([
    ['++++', null, 'all were reached'],
    ['+o++', null, 'what comes after both was reached'],
    ['+o+o', at('b'), 'the other engine does not come after it'],
    ['++oo', at('c'), 'nor does this one'],
    ['+oo+', null, 'both are missing, and were passed'],
    ['+x+o', at('b'), 'one failed, the other is ok'],
    ['+?+o', at('d'), 'one before it is known to be reached'],
    ['+??o', at('d', 'a'), 'neither before it could be checked'],
    ['o++o', at('d'), 'what is missing at the start was passed'],
  ])('%s: %o, %s', ([a = '', b = '', c = '', d = ''], expected) => {
    expect(stuckAt(parallel(a, b, c, d))).toEqual(expected);
  });
});

test('later stages follow directly or through others, in whatever order they are listed', () => {
  const stages = [
    { name: 'd', state: 'ok', after: ['c'] },
    { name: 'a', state: 'ok', after: [] },
    { name: 'c', state: 'ok', after: ['b', 'x'] },
    { name: 'b', state: 'ok', after: ['a'] },
    { name: 'x', state: 'ok', after: [] },
  ] as const;
  const later = (name: string) =>
    stagesAfter({ name, state: 'ok', after: [] }, stages).map((stage) => stage.name);
  expect(later('a')).toEqual(['d', 'c', 'b']);
  expect(later('x')).toEqual(['d', 'c']);
  expect(later('d')).toEqual([]);
});
