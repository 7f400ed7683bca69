/** Whether this run is one of several shards, and what they have to have in common. */
import { createHash } from 'node:crypto';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts } from '../model/report.ts';
import { detectShard } from './detect-shard.ts';
import { parseShard, type Shard } from './shard.ts';

export interface PreparedShard extends Shard {
  /** All shards deal out the same plan by it. */
  readonly seed: string;
}

/**
 * Null where everything is this run's.
 * @throws ProdE2eError `SHARD_INVALID`; `SHARD_SEED` where the shards could not know that they have the same plan
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
  throw new ProdE2eError('Shards need a plan that is the same for all of them.', {
    code: 'SHARD_SEED',
    hints: ['Give all of them the same --seed, such as the id of the build: --seed "$BUILD_ID"'],
  });
}

/** What a merge compares: whether shards were dealt out of the same plan, with the same expectations. */
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
    whole: totalAcrossShards,
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
