/** What the states of its stages mean for a test. Expected values are written by hand. */
import { describe, expect, test } from 'vitest';
import type { StageState } from '../../src/lib/model/stage.ts';
import { type StageToJudge, verdictOf } from '../../src/lib/stages/verdict.ts';

function aStage(state: StageState, overrides: Partial<StageToJudge> = {}): StageToJudge {
  return {
    name: 'save',
    state,
    required: false,
    hasProbe: false,
    checkable: true,
    check: null,
    ...overrides,
  };
}

const REQUIRED = { required: true };
const PROBED = { hasProbe: true };

describe('a test without other errors', () => {
  test.each<[StageState, Partial<StageToJudge>, 'working' | 'broken', 'error' | 'warning' | null]>([
    ['ok', REQUIRED, 'working', null],
    ['slow', REQUIRED, 'working', null],
    ['not-reached', REQUIRED, 'working', null],
    ['failed', REQUIRED, 'broken', 'error'],
    ['missing', REQUIRED, 'broken', 'error'],
    ['failed', {}, 'working', 'warning'],
    ['missing', {}, 'working', 'warning'],
    ['failed', PROBED, 'working', 'warning'],
    ['missing', PROBED, 'working', 'warning'],
    // Where the trace alone decided, its check counts.
    ['failed', { check: 'error' }, 'broken', 'error'],
    ['missing', { check: 'error' }, 'broken', 'error'],
    ['failed', { check: 'warn' }, 'working', 'warning'],
    ['missing', { check: 'off' }, 'working', null],
    ['failed', { check: 'off' }, 'working', null],
    ['missing', { check: 'off', required: true }, 'broken', 'error'],
    ['missing', { check: 'warn', required: true }, 'broken', 'error'],
    // What could not be checked never breaks a test.
    ['unverified', {}, 'working', null],
    ['unverified', REQUIRED, 'working', 'warning'],
    ['unverified', PROBED, 'working', 'warning'],
    ['unverified', { required: true, checkable: false }, 'working', null],
    ['unverified', { hasProbe: true, checkable: false }, 'working', null],
    ['unverified', { check: 'error' }, 'working', null],
    ['ok', { check: 'error' }, 'working', null],
  ])('with a stage that is %s %o is %s, the stage: %s', (state, overrides, verdict, severity) => {
    const judged = verdictOf([aStage(state, overrides)], false);
    expect(judged.verdict).toBe(verdict);
    expect(judged.stages.get('save') ?? null).toBe(severity);
  });
});

test('a test with other errors is broken, and what could not be checked adds nothing', () => {
  const stages = [
    aStage('unverified', { name: 'a', required: true }),
    aStage('missing', { name: 'b' }),
    aStage('ok', { name: 'c' }),
  ];
  expect(verdictOf(stages, true)).toEqual({ verdict: 'broken', stages: new Map([['b', 'warning']]) });
  expect(verdictOf([], true)).toEqual({ verdict: 'broken', stages: new Map() });
  expect(verdictOf([], false)).toEqual({ verdict: 'working', stages: new Map() });
});

test('a required stage that failed hides those that could not be checked', () => {
  const stages = [
    aStage('unverified', { name: 'a', required: true }),
    aStage('failed', { name: 'b', required: true }),
  ];
  expect(verdictOf(stages, false)).toEqual({ verdict: 'broken', stages: new Map([['b', 'error']]) });
  const optional = [stages[0], aStage('failed', { name: 'b' })].filter((stage) => stage !== undefined);
  expect(verdictOf(optional, false)).toEqual({
    verdict: 'working',
    stages: new Map([
      ['a', 'warning'],
      ['b', 'warning'],
    ]),
  });
});
