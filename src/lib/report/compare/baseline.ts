/** What a run is compared with: a kept run, the last one that was green, or a report in a file. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report.ts';
import { isSameTarget, type Target } from '../../same-target.ts';
import { findRun, readKeptRuns, readRun } from '../history.ts';
import { readReportFile } from '../report-file.ts';
import { HEAD_FILE, RESULTS_FILE } from '../store.ts';

export const LAST_GREEN = 'last-green';

/**
 * @param options.target of the run that is to be compared, for `last-green`; null for any
 * @param options.before id of that run, for `last-green`: only runs that were stored before it count; null for all that are kept
 * @returns null where no kept run is green
 * @throws ProdE2eError `UNKNOWN_RUN`, `AMBIGUOUS_RUN`, `NO_RUNS`, `RUN_UNREADABLE`, `RUN_TOO_NEW`, `REPORT_UNREADABLE`
 */
export async function findBaseline(options: {
  readonly dataDir: string;
  readonly reference: string;
  readonly target: Target | null;
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

/** @param target that it was looked for; null for any */
export function noGreenRun(target: string | null): ProdE2eError {
  const where = target === null ? '' : ` against ${target}`;
  return new ProdE2eError(`No kept run${where} was green (${LAST_GREEN}).`, {
    code: 'NO_GREEN_RUN',
    hints: ['A green run is one with exit code 0: prod-e2e report list', 'Name another run to compare with.'],
  });
}

async function lastGreen(options: Parameters<typeof findBaseline>[0]): Promise<ReportSource | null> {
  for await (const { head, folder } of readKeptRuns(options.dataDir, options)) {
    if (head.endedAt === null || !('exitCode' in head) || head.exitCode !== 0) continue;
    if (options.target !== null && !isSameTarget(head, options.target)) continue;
    return readRun(folder);
  }
  return null;
}
