import { describe, expect, it } from 'vitest';
import { oneTurn, selectScenarios } from '../../src/lib/plan/selection.ts';
import { aScenario } from './support.ts';

const SCENARIOS = [
  aScenario({ name: 'OPEN', tags: ['smoke'] }),
  aScenario({ name: 'CLOSE', tags: ['smoke', 'slow'] }),
  aScenario({ name: 'BAD', tags: ['negative'] }),
];

const select = (selection: { scenario?: string[]; tag?: string[]; exclude?: string[] }) =>
  selectScenarios(SCENARIOS, { scenario: [], tag: [], exclude: [], ...selection }).map(({ name }) => name);

describe('a selection', () => {
  it.each([
    [{}, ['OPEN', 'CLOSE']],
    [{ scenario: ['CLOSE'] }, ['CLOSE']],
    [{ scenario: ['CLOSE', 'OPEN'] }, ['OPEN', 'CLOSE']],
    [{ scenario: ['BAD'] }, ['BAD']],
    [{ tag: ['negative'] }, ['BAD']],
    [{ tag: ['slow'], scenario: ['BAD'] }, ['CLOSE', 'BAD']],
    [{ tag: ['smoke'], exclude: ['slow'] }, ['OPEN']],
    [{ exclude: ['OPEN'] }, ['CLOSE']],
    [{ scenario: ['OPEN', 'OPEN'] }, ['OPEN']],
  ])('of %j is %j', (selection, expected) => {
    expect(select(selection)).toEqual(expected);
  });

  it.each([
    [{ scenario: ['OPN'] }, 'UNKNOWN_SCENARIO', 'Did you mean "OPEN"?'],
    [{ tag: ['smok'] }, 'UNKNOWN_TAG', 'Did you mean "smoke"?'],
    [{ exclude: ['CLOSED'] }, 'UNKNOWN_SCENARIO', 'Did you mean "CLOSE"?'],
    [{ exclude: ['slw'] }, 'UNKNOWN_SCENARIO', 'Did you mean "slow"?'],
  ])('of %j is refused with the nearest name', (selection, code, hint) => {
    expect(() => select(selection)).toThrow(
      expect.objectContaining({ code, suggestions: expect.arrayContaining([hint]) }),
    );
  });

  it('that matches nothing is refused', () => {
    expect(() => select({ scenario: ['OPEN'], exclude: ['smoke'] })).toThrow(
      expect.objectContaining({ code: 'NOTHING_SELECTED' }),
    );
  });
});

it('one cycle has every scenario once before any repeats', () => {
  const turn = oneTurn([
    aScenario({ name: 'A', weight: 2 }),
    aScenario({ name: 'B' }),
    aScenario({ name: 'C', weight: 3 }),
  ]);
  expect(turn.map(({ name }) => name).join('')).toBe('ABCACC');
});
