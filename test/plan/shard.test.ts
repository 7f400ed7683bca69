import { describe, expect, it, test } from 'vitest';
import { detectShard } from '../../src/lib/plan/detect-shard.ts';
import { shardFor } from '../../src/lib/plan/prepare-shard.ts';
import { checkedShard, parseShard, shardOf, shardPlan } from '../../src/lib/plan/shard.ts';

function aPlan(total: number) {
  return {
    ...{
      runId: 'r',
      seed: 's',
      planned: total,
      scenarios: ['A', 'B', 'C'],
      testsPerScenario: new Map(),
      combinations: 0,
      repeated: 0,
      nextOffset: 0,
    },
    ...{ sends: total, used: [], findings: [] },
    tests: () => Array.from({ length: total }, (_, at) => ({ index: at + 1 }) as never),
  };
}

test.each([
  ['1/1', { index: 1, total: 1 }],
  [' 2 / 5 ', { index: 2, total: 5 }],
  ['5/5', { index: 5, total: 5 }],
  ['1000/1000', { index: 1_000, total: 1_000 }],
])('%j is a shard', (text, shard) => expect(parseShard(text)).toEqual(shard));

test.each(['', '0/3', '4/3', '1', '1/0', 'a/b', '1/2/3', '1/1001', '-1/2', '1.5/2'])(
  '%j is invalid',
  (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'SHARD_INVALID' }));
  },
);

test.each([
  ['a fraction as index', 1.5, 2],
  ['a fraction as total', 1, 2.5],
  ['fractions', 1.5, 2.5],
  ['no number as index', Number.NaN, 2],
  ['no number as total', 1, Number.NaN],
  ['no end as total', 1, Number.POSITIVE_INFINITY],
])('%s is refused, and the message names its source', (_, index, total) => {
  expect(() => checkedShard({ index, total }, 'CI_NODE_INDEX')).toThrow(
    expect.objectContaining({
      code: 'SHARD_INVALID',
      message: expect.stringContaining('CI_NODE_INDEX'),
    }),
  );
});

test.each([
  [1, 3, 1],
  [2, 3, 2],
  [3, 3, 3],
  [4, 3, 1],
  [7, 1, 1],
])('test %i of %i shards belongs to shard %i', (testIndex, total, shard) => {
  expect(shardOf(testIndex, total)).toBe(shard);
});

test.each([
  [5, 3],
  [7, 7],
  [1_000, 13],
])('%i tests are split into %i shards: each once, with sizes that differ by at most one', (total, shards) => {
  const parts = Array.from({ length: shards }, (_, at) => {
    const plan = shardPlan(aPlan(total), { index: at + 1, total: shards });
    const indexes = [...plan.tests()].map(({ index }) => index);
    expect(plan.planned).toBe(indexes.length);
    expect(plan.totalAcrossShards).toBe(total);
    const turns = indexes.map((index) => ['A', 'B', 'C'][(index - 1) % 3]);
    for (const [name, tests] of plan.testsPerScenario ?? [])
      expect(tests).toBe(turns.filter((each) => each === name).length);
    expect(sumOf(plan.testsPerScenario)).toBe(plan.planned);
    return indexes;
  });
  expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  const sizes = parts.map(({ length }) => length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
});

function sumOf(counts: ReadonlyMap<string, number> | null): number {
  return [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}

test('a test stays with its shard when more are planned', () => {
  const of = (total: number) =>
    [...shardPlan(aPlan(total), { index: 2, total: 3 }).tests()].map(({ index }) => index);
  expect(of(20).slice(0, of(9).length)).toEqual(of(9));
});

test('fewer tests than shards are refused, because some shard would send nothing and pass', () => {
  expect(() => shardPlan(aPlan(2), { index: 1, total: 3 })).toThrow(
    expect.objectContaining({ code: 'SHARD_EMPTY' }),
  );
});

describe('detection of CI systems', () => {
  it.each([
    [
      'GitLab, from 1',
      { GITLAB_CI: 'true', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3', CI_PIPELINE_ID: '77' },
      2,
      3,
      '77',
    ],
    ['CircleCI, from 0', { CIRCLECI: 'true', CIRCLE_NODE_INDEX: '2', CIRCLE_NODE_TOTAL: '3' }, 3, 3, null],
    [
      'Buildkite, from 0',
      {
        BUILDKITE: 'true',
        BUILDKITE_PARALLEL_JOB: '0',
        BUILDKITE_PARALLEL_JOB_COUNT: '4',
        BUILDKITE_BUILD_ID: 'b-1',
      },
      1,
      4,
      'b-1',
    ],
    [
      'Bitbucket, from 0',
      { BITBUCKET_BUILD_NUMBER: '9', BITBUCKET_PARALLEL_STEP: '1', BITBUCKET_PARALLEL_STEP_COUNT: '2' },
      2,
      2,
      '9',
    ],
    ['Kubernetes, from 0', { JOB_COMPLETION_INDEX: '4', PROD_E2E_SHARD_TOTAL: '5' }, 5, 5, null],
    [
      "GitHub, by the matrix's numbers, from 0",
      { PROD_E2E_SHARD_INDEX: '0', PROD_E2E_SHARD_TOTAL: '2', GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '1' },
      1,
      2,
      '5-1',
    ],
  ])('%s', (_, env, index, total, group) => {
    expect(detectShard(env)).toMatchObject({ index, total, group });
  });

  it.each([
    ['nothing', {}],
    ['a total of 1', { GITLAB_CI: 'true', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1' }],
    ["another system's variables", { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }],
  ])('%s is not a shard', (_, env) => expect(detectShard(env)).toBeNull());

  it.each([
    ['a total without an index', { JOB_COMPLETION_INDEX: '', PROD_E2E_SHARD_TOTAL: '3' }],
    ['a total of no known system without an index', { CI_NODE_TOTAL: '3' }],
    ['a total of GitLab without an index', { GITLAB_CI: 'true', CI_NODE_TOTAL: '3' }],
    ['an index without a total', { JOB_COMPLETION_INDEX: '0' }],
    ['an index beyond the total', { JOB_COMPLETION_INDEX: '5', PROD_E2E_SHARD_TOTAL: '5' }],
    ['no numbers', { PROD_E2E_SHARD_INDEX: 'x', PROD_E2E_SHARD_TOTAL: '5' }],
  ])('%s is refused', (_, env) => {
    expect(() => detectShard(env)).toThrow(expect.objectContaining({ code: 'SHARD_INVALID' }));
  });

  it('is overridden by an explicit shard, and provides the seed if none is set', () => {
    const env = { GITLAB_CI: 'true', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3', CI_PIPELINE_ID: '77' };
    expect(shardFor({ shard: null, seed: null }, env)).toEqual({ index: 2, total: 3, seed: '77' });
    expect(shardFor({ shard: null, seed: 'mine' }, env)).toEqual({ index: 2, total: 3, seed: 'mine' });
    expect(shardFor({ shard: '1/2', seed: 'mine' }, env)).toEqual({ index: 1, total: 2, seed: 'mine' });
    expect(shardFor({ shard: 'off', seed: null }, env)).toBeNull();
    expect(() => shardFor({ shard: '1/2', seed: null }, {})).toThrow(
      expect.objectContaining({ code: 'SHARD_SEED' }),
    );
  });
});
