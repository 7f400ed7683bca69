/** What `prod-e2e report merge` does. */
import { randomInt } from 'node:crypto';
import { ProdE2eError } from '../errors.ts';
import type { ReportSource } from '../model/report.ts';
import { newRunId } from '../plan/ids.ts';
import { findBaseline } from '../report/compare/baseline.ts';
import { loadFormatter } from '../report/formatters/table.ts';
import { checkShards } from '../report/merge/check-shards.ts';
import { mergeShards } from '../report/merge/merge.ts';
import { prepareOutputs } from '../report/outputs.ts';
import { pruneRuns } from '../report/prune.ts';
import { factsOf } from '../report/run-facts.ts';
import { startRun } from '../report/store.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { exitAfter, writeGithubFiles, writeReports } from './run-ending.ts';

export interface MergeInput {
  readonly dataDir: string;
  readonly keep: number;
  readonly references: readonly string[];
  readonly reporters: Parameters<typeof prepareOutputs>[0];
  readonly json: boolean;
  readonly screen: Terminal;
  readonly print: (pieces: AsyncIterable<string>) => Promise<void>;
}

/** @returns the exit code @throws ProdE2eError `MERGE_MISMATCH`, and those of finding a run */
export async function mergeRuns(input: MergeInput): Promise<number> {
  const { dataDir, print, screen, reporters } = input;
  const asked = await prepareOutputs(reporters);
  const outputs = input.json
    ? [...asked.filter(({ file }) => file !== null), { formatter: await loadFormatter('json'), file: null }]
    : asked;
  const sources = await Promise.all(input.references.map((reference) => sourceOf(dataDir, reference)));
  const set = checkShards(sources);
  const first = set.shards.map(({ head }) => head.startedAt).toSorted()[0] ?? '';
  const merged = mergeShards(
    set,
    newRunId(new Date(first), (below) => randomInt(below)),
  );
  const kept = await keep(merged, dataDir);
  const unwritten = await writeReports({ outputs, source: merged, print, screen });
  const unadded = await writeGithubFiles(reporters, merged);
  const unpruned = await pruneRuns(dataDir, { keep: input.keep, own: merged.head.runId }).then(
    () => [],
    (thrown: unknown) => [thrown],
  );
  return exitAfter({
    head: merged.head,
    failure: null,
    unwritten: [...kept, ...unwritten, ...unadded, ...unpruned],
  });
}

async function sourceOf(dataDir: string, reference: string): Promise<ReportSource> {
  const source = await findBaseline({ dataDir, reference, like: null, before: null });
  if (source !== null) return source;
  throw new ProdE2eError(`"${reference}" names no shard.`, {
    code: 'UNKNOWN_RUN',
    hints: ['Name the runs: prod-e2e report list'],
  });
}

/** A report that cannot be kept is still written. @returns why it could not; none if it was */
async function keep(merged: ReportSource, dataDir: string): Promise<readonly unknown[]> {
  const { head } = merged;
  try {
    const { nextOffset } = head;
    const writer = startRun({ dataDir, started: { ...factsOf(head), endedAt: null, nextOffset } });
    for await (const result of merged.results()) writer.append(result);
    writer.finish(head);
    return [];
  } catch (thrown) {
    return [thrown];
  }
}
