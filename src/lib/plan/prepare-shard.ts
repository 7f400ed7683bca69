/** Whether this run is one of several shards, and what all of them must share. */
import { createHash } from 'node:crypto';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts } from '../model/report.ts';
import { detectShard } from './detect-shard.ts';
import { parseShard, type Shard } from './shard.ts';

export interface PreparedShard extends Shard {
  /** All shards make the same plan from it. */
  readonly seed: string;
}

/**
 * Null if this run sends everything.
 * @throws ProdE2eError `SHARD_INVALID`; `SHARD_SEED` if the shards share no seed
 */
export function shardFor(
  settings: Pick<Settings, 'shard' | 'seed'>,
  env: Readonly<Record<string, string | undefined>>,
): PreparedShard | null {
  if (settings.shard === 'off') return null;
  const detected = settings.shard === null ? detectShard(env) : null;
  const shard = settings.shard === null ? detected : parseShard(settings.shard);
  if (shard === null) return null;
  const seed = settings.seed ?? detected?.group ?? null;
  if (seed !== null) return { index: shard.index, total: shard.total, seed };
  throw new ProdE2eError('All shards must have the same plan.', {
    code: 'SHARD_SEED',
    hints: ['Pass the same --seed to all of them, such as the build id: --seed "$BUILD_ID"'],
  });
}

/** A merge compares these to see whether shards have the same plan and the same expectations. */
export function shardFacts(
  { index, total }: Shard,
  plan: Pick<Plan, 'planned' | 'totalAcrossShards' | 'seed'>,
  settings: Settings,
): NonNullable<RunFacts['shard']> {
  const { scenario, tag, exclude, set, dimensions, payload, scenarios, stages, strict } = settings;
  // No headers and no signatures: they hold secrets, and may well differ between machines.
  const same = scenarios.map(({ signing: _, headers: __, ...rest }) => rest);
  const totalAcrossShards = plan.totalAcrossShards ?? plan.planned;
  const of = {
    seed: plan.seed,
    totalAcrossShards,
    total,
    scenario,
    tag,
    exclude,
    set,
    dimensions,
    payload,
    same,
    stages,
    strict,
  };
  const text = JSON.stringify(of, (_, value) => (typeof value === 'function' ? String(value) : value));
  return {
    index,
    total,
    planned: totalAcrossShards,
    plan: createHash('sha256').update(text).digest('hex').slice(0, 16),
  };
}
