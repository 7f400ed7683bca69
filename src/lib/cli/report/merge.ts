/** Implements `prod-e2e report merge`. */
import { randomInt } from 'node:crypto';
import { ProdE2eError } from '../../errors.ts';
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { newRunId } from '../../model/run-id.ts';
import { findBaseline, isReportFile } from '../../report/compare/baseline.ts';
import { factsOf } from '../../report/digest/run-facts.ts';
import { loadFormatter } from '../../report/formatters/table.ts';
import { findRun } from '../../report/history/history.ts';
import { checkShards } from '../../report/merge/check-shards.ts';
import { mergeShards } from '../../report/merge/merge.ts';
import { prepareOutputs } from '../../report/output/outputs.ts';
import { copyOpenWebhooks, openCleanupLog } from '../../report/store/cleanup/log.ts';
import { droppedText, pruneRuns } from '../../report/store/prune.ts';
import { startRun } from '../../report/store/store.ts';
import { unsaved } from '../../report/store/unsaved.ts';
import type { Terminal } from '../../terminal/capabilities.ts';
import { exitAfter, writeGithubFiles, writeReports } from '../ending.ts';
import { writeStderr } from '../stderr-text.ts';

export interface MergeInput {
  readonly dataDir: string;
  readonly keep: number;
  readonly references: readonly string[];
  readonly reporters: Parameters<typeof prepareOutputs>[0];
  readonly json: boolean;
  readonly screen: Terminal;
  readonly print: (pieces: AsyncIterable<string>) => Promise<void>;
}

/** @returns the exit code @throws ProdE2eError `MERGE_MISMATCH`, and the errors of finding a run */
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
  const folders = await foldersOf(dataDir, input.references);
  const { head, failures: saveFailures } = await save(merged, { dataDir, folders });
  const saved = { ...merged, head };
  const isSaved = saveFailures.length === 0 && input.keep > 0;
  const source = isSaved ? { ...saved, savedAs: head.runId } : unsaved(saved);
  const unwritten = await writeReports({ outputs, source, print, screen });
  const unadded = await writeGithubFiles(reporters, source);
  const unpruned = await prune(dataDir, { keep: input.keep, own: head.runId });
  return exitAfter({
    head,
    failure: null,
    unwritten: [...saveFailures, ...unwritten, ...unadded, ...unpruned],
  });
}

/** @returns why old runs could not be removed; empty if they were */
async function prune(
  dataDir: string,
  which: { readonly keep: number; readonly own: string },
): Promise<readonly unknown[]> {
  try {
    const dropped = droppedText(await pruneRuns(dataDir, which));
    if (dropped !== null) writeStderr(`Warning: ${dropped}.\n`);
    return [];
  } catch (thrown) {
    return [thrown];
  }
}

async function sourceOf(dataDir: string, reference: string): Promise<ReportSource> {
  const source = await findBaseline({ dataDir, reference, like: null, before: null });
  if (source !== null) return source;
  throw new ProdE2eError(`"${reference}" is not a shard.`, {
    code: 'UNKNOWN_RUN',
    hints: ['To list the saved runs: prod-e2e report list'],
  });
}

/** Folders of the shards that are saved runs; a JSON report has no folder. */
async function foldersOf(dataDir: string, references: readonly string[]): Promise<readonly string[]> {
  const runs = references.filter((reference) => !isReportFile(reference));
  return Promise.all(runs.map((reference) => findRun(dataDir, reference)));
}

/** A report that cannot be saved is still written. @returns the head as saved, and why saving failed; empty if it did not */
async function save(
  merged: ReportSource,
  { dataDir, folders }: { readonly dataDir: string; readonly folders: readonly string[] },
): Promise<{ readonly head: ReportHead; readonly failures: readonly unknown[] }> {
  const { head } = merged;
  try {
    const { nextOffset } = head;
    const writer = startRun({ dataDir, started: { ...factsOf(head), endedAt: null, nextOffset } });
    for await (const result of merged.results()) writer.append(result);
    const log = openCleanupLog(writer.folder, { open: 0, removeEmpty: true });
    for (const folder of folders) await copyOpenWebhooks(folder, log);
    log.end();
    const open = log.open();
    const saved =
      head.cleanup === null || open === 0 ? head : { ...head, cleanup: { ...head.cleanup, open } };
    writer.finish(saved);
    const problem = log.problem();
    return { head: saved, failures: problem === null ? [] : [problem] };
  } catch (thrown) {
    return { head, failures: [thrown] };
  }
}
