/** Checks that runs are shards of one plan, and finds missing shards. */
import { ProdE2eError } from '../../errors.ts';
import type { ReportHead, RunShard } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';

export interface ShardSource extends ReportSource {
  readonly shard: RunShard;
}

export interface ShardSet {
  /** Sorted by index. */
  readonly shards: readonly ShardSource[];
  /** Indexes without a run. */
  readonly missing: readonly number[];
  /** Webhooks of all shards, including the missing ones. */
  readonly planned: number;
}

/** A setting that must be the same in all shards. */
interface Setting {
  readonly what: string;
  readonly of: (head: ReportHead) => unknown;
  /** False if the value means nothing to a reader. */
  readonly isShown: boolean;
}

const setting = (what: string, of: Setting['of'], isShown = true): Setting => ({ what, of, isShown });

const SAME: readonly Setting[] = [
  setting('number of shards', ({ shard }) => shard?.total),
  setting('number of webhooks planned', ({ shard }) => shard?.planned),
  setting('seed', ({ seed }) => seed),
  setting('target', ({ target }) => target),
  setting('environment', ({ environment }) => environment),
  setting('profile', ({ profile }) => profile),
  setting('version of prod-e2e', ({ tool }) => tool.version),
];
/** Covers the entire plan, so it also differs if the seed or a count differs. */
const PLAN = setting(
  'configuration (scenarios, payloads, expectations, stages)',
  ({ shard }) => shard?.plan,
  false,
);

/** @throws ProdE2eError `MERGE_MISMATCH`, with the runs and how they differ */
export function checkShards(sources: readonly ReportSource[]): ShardSet {
  const shards = sources.map(asShard).toSorted((a, b) => a.shard.index - b.shard.index);
  const [first] = shards;
  if (first === undefined)
    throw mismatch('Nothing to merge.', 'Pass the shards: run ids, folders or JSON reports.');
  checkIds(shards);
  const differing = SAME.flatMap((each) => differingShards(shards, each));
  const all = differing.length > 0 ? differing : differingShards(shards, PLAN);
  if (all.length > 0)
    throw mismatch(
      `These are not shards of the same run: ${all.join('; ')}.`,
      'Use the same --seed, --count and configuration for all shards, and merge only those of one run.',
    );
  const twice = shards.findIndex((each, at) => shards[at - 1]?.shard.index === each.shard.index);
  const [one, other] = [shards[twice - 1], shards[twice]];
  if (one !== undefined && other !== undefined)
    throw mismatch(
      `Shard ${other.shard.index} of ${other.shard.total} is given twice (runs ${one.head.runId} and ${other.head.runId}).`,
      'Pass only one of them; if a shard was retried, pass the later run.',
    );
  const { total, planned } = first.shard;
  const there = new Set(shards.map(({ shard }) => shard.index));
  const missing = Array.from({ length: total }, (_, at) => at + 1).filter((index) => !there.has(index));
  return { shards, missing, planned };
}

/** Rejects a run that is named twice, and two runs with the same id, whose test ids would clash. */
function checkIds(shards: readonly ShardSource[]): void {
  const byId = new Map<string, ShardSource>();
  for (const each of shards) {
    const { runId } = each.head;
    const known = byId.get(runId);
    if (known !== undefined) {
      const isSame = known.shard.index === each.shard.index && known.head.startedAt === each.head.startedAt;
      throw isSame
        ? mismatch(`Run ${runId} is given twice.`, 'Name each shard once.')
        : mismatch(
            `Shards ${known.shard.index} and ${each.shard.index} have the same run id ${runId}, so their tests cannot be distinguished.`,
            'Run one of them again to get a new id.',
          );
    }
    byId.set(runId, each);
  }
}

/** The shards that differ from the majority, or from the first in a tie. */
function differingShards(shards: readonly ShardSource[], { what, of, isShown }: Setting): readonly string[] {
  const groups = new Map<unknown, ShardSource[]>();
  for (const each of shards) groups.set(of(each.head), [...(groups.get(of(each.head)) ?? []), each]);
  const [usual, ...others] = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (usual === undefined || others.length === 0) return [];
  const value = (given: unknown) => (isShown ? ` ${given === null ? 'none' : JSON.stringify(given)}` : '');
  const rest = namesOf(usual[1]);
  return others.map(([given, those]) =>
    isShown
      ? `${namesOf(those)} ${those.length === 1 ? 'has' : 'have'} the ${what}${value(given)}, ${rest}${value(usual[0])}`
      : `${namesOf(those)} ${those.length === 1 ? 'has' : 'have'} another ${what} than ${rest}`,
  );
}

/** `shard 2 (run 20260801-120002-aaaaa)`, `shards 1, 3 and 4`. */
function namesOf(shards: readonly ShardSource[]): string {
  const [only, ...more] = shards;
  if (only !== undefined && more.length === 0) return `shard ${only.shard.index} (run ${only.head.runId})`;
  const indexes = shards.map(({ shard }) => String(shard.index));
  return `shards ${indexes.slice(0, -1).join(', ')} and ${indexes.at(-1)}`;
}

function asShard(source: ReportSource): ShardSource {
  const { head } = source;
  if (head.shard === null)
    throw mismatch(
      `Run ${head.runId} is not a shard.`,
      'A shard is a run with --shard I/N, or with a shard detected from CI variables.',
    );
  return { ...source, shard: head.shard };
}

function mismatch(message: string, hint: string): ProdE2eError {
  return new ProdE2eError(message, { code: 'MERGE_MISMATCH', hints: [hint] });
}
