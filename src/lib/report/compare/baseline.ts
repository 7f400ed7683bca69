/** What a run is compared with: a saved run, the last one that was green, or a report in a file; and the green runs before it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EXIT, ProdE2eError } from '../../errors.ts';
import { kindKey } from '../../http/same-target.ts';
import type { ReportHead, RunFacts } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { findRun, readRun, readSavedRuns, savedRuns } from '../history/history.ts';
import { readReportFile } from '../store/report-file.ts';
import { HEAD_FILE, RESULTS_FILE, type StartedRun } from '../store/store.ts';

export const LAST_GREEN = 'last-green';

/** Code of the finding of a run that nothing could be compared with. */
export const NOTHING_COMPARED = 'nothing-compared';

/** Green runs whose latencies show what is usual, the baseline among them. */
const SAVED_RUNS = 50;

/** What makes runs comparable. */
export type Comparable = Pick<
  RunFacts,
  'target' | 'sandbox' | 'profile' | 'environment' | 'shard' | 'scenarios'
>;

/**
 * @param options.like the run that is to be compared, for `last-green`: of the same target, profile, environment and shard,
 * the last one with one of its scenarios, else the last one; null for any
 * @param options.before id of that run, for `last-green`: only runs that were stored before it count; null for all that are saved
 * @returns null where no saved run is green
 * @throws ProdE2eError `UNKNOWN_RUN`, `AMBIGUOUS_RUN`, `NO_RUNS`, `RUN_UNREADABLE`, `RUN_TOO_NEW`, `REPORT_UNREADABLE`
 */
export async function findBaseline(options: {
  readonly dataDir: string;
  readonly reference: string;
  readonly like: Comparable | null;
  readonly before: string | null;
}): Promise<ReportSource | null> {
  const { dataDir, reference } = options;
  if (reference === LAST_GREEN) return lastGreen(options);
  if (isReportFile(reference)) return readReportFile(reference);
  return readRun(await findRun(dataDir, reference));
}

/** `run.json` in the folder of a run is a part of that run; any other JSON file is a report. */
export function isReportFile(reference: string): boolean {
  const name = path.basename(reference);
  return name.endsWith('.json') && name !== HEAD_FILE && name !== RESULTS_FILE && existsSync(reference);
}

/** @param target of the runs that were searched; null for any */
export function noGreenRun(target: string | null): ProdE2eError {
  const where = target === null ? '' : ` against ${target}`;
  return new ProdE2eError(`No kept run${where} was green (${LAST_GREEN}).`, {
    code: 'NO_GREEN_RUN',
    hints: ['A green run is one with exit code 0: prod-e2e report list', 'Name another run to compare with.'],
  });
}

async function lastGreen(options: Parameters<typeof findBaseline>[0]): Promise<ReportSource | null> {
  const { like } = options;
  let other: string | null = null;
  for await (const { head, folder } of readSavedRuns(options.dataDir, options)) {
    if (!isGreen(head) || (like !== null && kindKey(head) !== kindKey(like))) continue;
    if (like === null || sharesScenario(head, like)) return readRun(folder);
    other ??= folder;
  }
  return other === null ? null : readRun(other);
}

/**
 * The green runs of the same kind that were stored before the baseline, the last one first: with it they show which latency
 * is usual. None where the baseline is not a saved run.
 */
export async function greenBefore(
  dataDir: string,
  { head: base }: ReportSource,
): Promise<readonly ReportSource[]> {
  const isSaved = (await savedRuns(dataDir).catch((): readonly string[] => [])).includes(base.runId);
  if (!isSaved) return [];
  const found: ReportSource[] = [];
  for await (const { head, folder } of readSavedRuns(dataDir, { before: base.runId })) {
    if (!isGreen(head) || kindKey(head) !== kindKey(base) || !sharesScenario(head, base)) continue;
    const run = await readRun(folder).catch(() => null);
    if (run !== null) found.push(run);
    if (found.length === SAVED_RUNS - 1) break;
  }
  return found;
}

/** Exit code 0, or nothing else than that there was nothing to compare with. */
function isGreen(head: ReportHead | StartedRun): head is ReportHead {
  if (head.endedAt === null || !('exitCode' in head)) return false;
  if (head.exitCode === EXIT.ok) return true;
  const onlyThat = ({ code, severity }: ReportHead['findings'][number]) =>
    code === NOTHING_COMPARED && severity === 'error';
  return head.exitCode === EXIT.unverified && head.findings.some(onlyThat);
}

function sharesScenario(one: Comparable, other: Comparable): boolean {
  return one.scenarios.some((scenario) => other.scenarios.includes(scenario));
}
