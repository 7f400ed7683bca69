/** Whether runs are shards of one plan, and which are missing. */
import { ProdE2eError } from '../../errors.ts';
import type { ReportHead, ReportSource, RunShard } from '../../model/report.ts';

export interface ShardSource extends ReportSource {
  readonly shard: RunShard;
}

export interface ShardSet {
  /** By their index. */
  readonly shards: readonly ShardSource[];
  /** Indexes that nothing was given for. */
  readonly missing: readonly number[];
  /** Webhooks of all shards, the missing ones included. */
  readonly planned: number;
}

/** What has to be the same, in words. */
const SAME: readonly (readonly [what: string, of: (head: ReportHead) => unknown])[] = [
  ['the number of shards', ({ shard }) => shard?.total],
  ['the number of webhooks planned', ({ shard }) => shard?.planned],
  ['the seed', ({ seed }) => seed],
  ['the target', ({ target }) => target],
  ['the environment', ({ environment }) => environment],
  ['the profile', ({ profile }) => profile],
  ['the version of prod-e2e', ({ tool }) => tool.version],
  ['the configuration (scenarios, payloads, expectations, stages)', ({ shard }) => shard?.plan],
];

/** @throws ProdE2eError `MERGE_MISMATCH`, naming the runs and what they differ in */
export function checkShards(sources: readonly ReportSource[]): ShardSet {
  const shards = sources.map(asShard).toSorted((a, b) => a.shard.index - b.shard.index);
  const [first] = shards;
  if (first === undefined)
    throw mismatch('There is nothing to merge.', 'Name the shards: run ids, folders or JSON reports.');
  for (const other of shards.slice(1)) {
    const differing = SAME.filter(([, of]) => of(first.head) !== of(other.head)).map(([what]) => what);
    if (differing.length > 0)
      throw mismatch(
        `${first.head.runId} and ${other.head.runId} are no shards of the same run: they differ in ${differing.join(', ')}.`,
        'Give all shards the same --seed, --count and configuration, and merge only those of one run.',
      );
  }
  const twice = shards.find((each, at) => shards[at - 1]?.shard.index === each.shard.index);
  if (twice !== undefined)
    throw mismatch(
      `Shard ${twice.shard.index} of ${twice.shard.total} comes twice (once as ${twice.head.runId}).`,
      'Leave one of them out: of a shard that was tried again, the later one.',
    );
  const { total, planned } = first.shard;
  const there = new Set(shards.map(({ shard }) => shard.index));
  const missing = Array.from({ length: total }, (_, at) => at + 1).filter((index) => !there.has(index));
  return { shards, missing, planned };
}

function asShard(source: ReportSource): ShardSource {
  const { head } = source;
  if (head.shard === null)
    throw mismatch(
      `Run ${head.runId} is no shard.`,
      'A shard is a run with --shard I/N, or on a CI system that tells its part.',
    );
  return { ...source, shard: head.shard };
}

function mismatch(message: string, hint: string): ProdE2eError {
  return new ProdE2eError(message, { code: 'MERGE_MISMATCH', hints: [hint] });
}
