/** Implements `prod-e2e report list`: the newest saved runs, and what broke each of them. */
import type { ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import {
  findRun,
  readHeads,
  readRun,
  type UncountedRun,
  type UnreadableRun,
} from '../../report/history/history.ts';
import type { RunRow } from '../../view/run-list.ts';

/** Results searched for the first broken one: a large run names its causes in its report. */
const RESULTS_READ = 1_000;

export interface ListedRuns {
  /** Newest first. */
  readonly heads: readonly (ReportHead | UncountedRun)[];
  readonly rows: readonly RunRow[];
  readonly unreadable: readonly UnreadableRun[];
}

export async function listRuns({
  dataDir,
  limit,
}: {
  readonly dataDir: string;
  readonly limit: number;
}): Promise<ListedRuns> {
  const { heads, unreadable } = await headsOf(dataDir, limit);
  const rows: RunRow[] = [];
  for (const head of heads) {
    const isBroken = (head.summary?.failed ?? 0) > 0;
    rows.push({ ...head, cause: isBroken ? await causeOf(head.runId, dataDir) : null });
  }
  return { heads, rows, unreadable };
}

async function headsOf(dataDir: string, limit: number) {
  const unreadable: UnreadableRun[] = [];
  const heads = [];
  for await (const head of readHeads(dataDir, (run) => unreadable.push(run))) {
    heads.push(head);
    if (heads.length === limit) break;
  }
  return { heads, unreadable };
}

async function causeOf(runId: string, dataDir: string): Promise<string | null> {
  const first = await findRun(dataDir, runId)
    .then(readRun)
    .then(({ results }) => firstBroken(results()))
    // The list is useful without the cause of a damaged run.
    .catch(() => null);
  if (first === null) return null;
  // Most lists are of working runs and start faster without it.
  const { problemLine } = await import('../../report/formatters/problem-line.ts');
  return problemLine([first.scenario], first);
}

async function firstBroken(results: AsyncIterable<TestResult>): Promise<TestResult | null> {
  let read = 0;
  for await (const result of results) {
    if (result.verdict === 'broken') return result;
    read += 1;
    if (read === RESULTS_READ) return null;
  }
  return null;
}
