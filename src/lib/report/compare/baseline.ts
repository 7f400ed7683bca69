/** Finds the run to compare with (a saved run, the last green one, or a report file) and the green runs before it. */
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

/** Finding code of a run that could not be compared with anything. */
export const NOTHING_COMPARED = 'nothing-compared';

/** Green runs whose latencies define the usual one, including the baseline. */
const SAVED_RUNS = 50;

/** The facts that must match for two runs to be comparable. */
export type Comparable = Pick<
  RunFacts,
  'target' | 'sandbox' | 'profile' | 'environment' | 'shard' | 'scenarios'
>;

/**
 * @param options.like the run to compare, for `last-green`: the last green run with the same target, profile, environment and shard
 * is used, preferably one that shares a scenario; null for any green run
 * @param options.before id of that run, for `last-green`: only runs stored before it count; null for all saved runs
 * @returns null if no saved run is green
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

/** `run.json` in a run's folder stands for that run; any other JSON file is a report. */
export function isReportFile(reference: string): boolean {
  const name = path.basename(reference);
  return name.endsWith('.json') && name !== HEAD_FILE && name !== RESULTS_FILE && existsSync(reference);
}

/** @param target the target of the runs that were searched; null for any */
export function noGreenRun(target: string | null): ProdE2eError {
  const where = target === null ? '' : ` against ${target}`;
  return new ProdE2eError(`No saved run${where} is green (${LAST_GREEN}).`, {
    code: 'NO_GREEN_RUN',
    hints: ['A green run is one with exit code 0: prod-e2e report list', 'Pass another run to compare with.'],
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
 * The green runs of the same kind stored before the baseline, the newest first. Together with the baseline they define the
 * usual latency. Empty if the baseline is not a saved run.
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

/** The exit code is 0, or the only problem was that there was nothing to compare with. */
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
