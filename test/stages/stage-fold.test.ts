import { describe, expect, it } from 'vitest';
import type { StageResult, StageState, StuckAt } from '../../src/lib/model/stage.ts';
import { areBuiltIn, BUILT_IN_STAGES, SANDBOX_STAGES } from '../../src/lib/stages/built-in.ts';
import { groupedStageFindings, stagesNeverFound } from '../../src/lib/stages/grouped-findings.ts';
import { createStageFold } from '../../src/lib/stages/stage-fold.ts';
import { stuckAt } from '../../src/lib/stages/stuck.ts';
import { aStageResult, aStageSummary } from '../support/builders.ts';

const NAMES = BUILT_IN_STAGES.map(({ name }) => name);

const test = (...states: readonly StageState[]) =>
  states.map((state, index) => aStageResult(NAMES[index] ?? '', { state }));

/** Where a test got stuck, by the rule of stuck.ts for stages one after another. */
function stuckOf(stages: readonly StageResult[]): StuckAt | null {
  const placed = stages.map(({ name, state }, at) => ({
    name,
    state,
    after: stages.slice(Math.max(0, at - 1), at).map((before) => before.name),
  }));
  return stuckAt(placed);
}

function fold(...tests: readonly (readonly StageResult[])[]) {
  const folded = createStageFold();
  for (const stages of tests) folded.add({ stages, stuckAt: stuckOf(stages) });
  return folded.summaries();
}

const grouped = (total: number, ...tests: readonly (readonly StageResult[])[]) =>
  groupedStageFindings({ summaries: fold(...tests), stages: BUILT_IN_STAGES, total, follows: false });

describe('totals of the stages', () => {
  it('counts tests by state, and where each got stuck', () => {
    const summaries = fold(
      test('ok', 'slow', 'ok'),
      test('ok', 'failed', 'not-reached'),
      test('ok', 'missing', 'ok'),
      test('slow', 'ok', 'unverified'),
    );
    expect(summaries).toEqual([
      aStageSummary('webhook-ingestion', { ok: 3, slow: 1 }),
      aStageSummary('data-enrichment', { ok: 1, slow: 1, failed: 1, missing: 1, stuck: 1 }),
      aStageSummary('ab-routing', { ok: 2, unverified: 1, notReached: 1 }),
    ]);
  });

  it('handle stages that only some tests have, or none', () => {
    expect(fold([], [aStageResult('a')], [aStageResult('b')]).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(fold()).toEqual([]);
  });
});

it.each([
  ['the built-in ones', BUILT_IN_STAGES, true],
  ['those of the sandbox', SANDBOX_STAGES, true],
  ['the same, named in the configuration', [...BUILT_IN_STAGES], false],
  ['none', [], false],
])('stages are built in or not: %s', (_, stages, expected) => {
  expect(areBuiltIn(stages)).toBe(expected);
});

describe('stages that no test has', () => {
  const none = test('missing', 'missing', 'missing', 'missing', 'missing');
  const front = test('ok', 'ok', 'ok', 'missing', 'missing');

  it('are one warning for a target that has none of them', () => {
    expect(grouped(5, none, none, none, none, none)).toEqual([
      {
        severity: 'warning',
        code: 'stages-missing',
        message:
          '5 stages have no span in any of the 5 tests: webhook-ingestion, data-enrichment, ab-routing, engine-execution, database-save',
        hint: 'Name the stages of your own system under "stages" in the config, or give its spans these names',
      },
    ]);
  });

  it('are one warning that names trace.follow if others were seen', () => {
    const [finding, ...more] = grouped(2, front, front);
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      '2 stages have no span in any of the 2 tests: engine-execution, database-save',
    );
    expect(finding?.hint).toContain('trace.follow');
  });

  it('do not suggest trace.follow if it is set', () => {
    const options = { summaries: fold(front, front), stages: BUILT_IN_STAGES, total: 2 };
    const [finding] = groupedStageFindings({ ...options, follows: true });
    expect(finding?.hint).toBe(
      'Check whether the work that trace.follow searches for was done, and where the tests are stuck',
    );
  });

  it('are none if one test has them', () => {
    expect(grouped(2, front, test('ok', 'ok', 'ok', 'ok', 'slow'))).toEqual([]);
    expect(grouped(2, test('missing'), test('failed'))).toEqual([]);
    expect(grouped(0)).toEqual([]);
  });

  it('are reported for the tests in which they could be judged', () => {
    const unverified = test('unverified', 'unverified');
    expect(grouped(2, test('ok', 'missing'), unverified)[0]?.message).toBe(
      '1 stage has no span in the only test that could be judged: data-enrichment',
    );
    expect(grouped(2, unverified, unverified)).toEqual([]);
  });

  it('are not grouped if they are required', () => {
    const stages = BUILT_IN_STAGES.map((stage) => ({ ...stage, required: stage.name === 'database-save' }));
    expect(stagesNeverFound(fold(front), stages)).toEqual(['engine-execution']);
  });
});
