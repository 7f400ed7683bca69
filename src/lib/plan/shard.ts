/** Splits the webhooks of one plan across several runs: of N shards, each sends every Nth webhook. */
import { ProdE2eError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { countOf } from '../terminal/quantities.ts';
import { countByScenario } from './scenario-counts.ts';

export interface Shard {
  /** 1 for the first. */
  readonly index: number;
  readonly total: number;
}

/** More than any CI system runs in parallel. */
export const MAX_SHARDS = 1_000;

/** `2/5`, as Playwright, Jest and Vitest write it. @throws ProdE2eError `SHARD_INVALID` */
export function parseShard(text: string): Shard {
  const [, index = '', total = ''] = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text) ?? [];
  return checkedShard({ index: Number(index), total: Number(total) }, `--shard ${text}`);
}

/** @param setting where the shard comes from, for the message */
export function checkedShard({ index, total }: Shard, setting: string): Shard {
  const isNumber = Number.isInteger(index) && Number.isInteger(total);
  if (isNumber && index >= 1 && index <= total && total <= MAX_SHARDS) return { index, total };
  const hasTotal = isNumber && total >= 1 && total <= MAX_SHARDS;
  const problem = hasTotal
    ? `the index must be between 1 and ${total}`
    : `expected INDEX/TOTAL with a total between 1 and ${MAX_SHARDS}`;
  throw new ProdE2eError(`Invalid shard (${setting}): ${problem}.`, {
    code: 'SHARD_INVALID',
    hints: ['Example: --shard 2/5', 'Or disable sharding: --shard off'],
  });
}

/** Test 1 belongs to the first shard, test 2 to the second: only its number in the plan decides. */
export function shardOf(testIndex: number, total: number): number {
  return ((testIndex - 1) % total) + 1;
}

/** Null if every shard gets a webhook. */
export function shardPlanError(webhooks: number, total: number): ProdE2eError | null {
  if (webhooks >= total) return null;
  return new ProdE2eError(`${countOf(webhooks, 'webhook')} cannot be split into ${total} shards.`, {
    code: 'SHARD_EMPTY',
    hints: [`Send at least ${total} webhooks (--count ${total}), or use fewer shards.`],
  });
}

/** The part of the plan that this shard sends. @throws ProdE2eError `SHARD_EMPTY` if some shard would get no webhook */
export function shardPlan(plan: Plan, { index, total }: Shard): Plan {
  const problem = shardPlanError(plan.planned, total);
  if (problem !== null) throw problem;
  const planned = Math.floor((plan.planned - index) / total) + 1;
  return {
    ...plan,
    planned,
    totalAcrossShards: plan.planned,
    testsPerScenario: countByScenario(plan.scenarios, { first: index, step: total, tests: planned }),
    tests: function* () {
      for (const test of plan.tests()) if (shardOf(test.index, total) === index) yield test;
    },
  };
}
