/** Runs as they are kept: started, appended to, finished or not. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReportHead } from '../../src/lib/model/report.ts';
import type { ReportSource } from '../../src/lib/model/report-source.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { factsOf } from '../../src/lib/report/digest/run-facts.ts';
import { HEAD_FILE, RESULTS_FILE, type StartedRun, startRun } from '../../src/lib/report/store/store.ts';
import { aReport, aTest } from '../support/builders.ts';

export const headFile = (folder: string) => path.join(folder, HEAD_FILE);
export const resultsFile = (folder: string) => path.join(folder, RESULTS_FILE);

export function aHead(overrides: Partial<ReportHead> = {}): ReportHead {
  const { results, ...head } = aReport({ results: [], planned: 3 });
  return { ...head, ...overrides };
}

export function aStartedRun(overrides: Partial<StartedRun> = {}): StartedRun {
  return { ...factsOf(aHead()), endedAt: null, nextOffset: 3, ...overrides };
}

export function threeTests(): readonly TestResult[] {
  return [1, 2, 3].map((index) => aTest({ index, name: `CHOP #${index}` }));
}

/** Keeps a finished run, or with `head: null` one that was cut off, and gives its folder. */
export function keepRun(
  dataDir: string,
  options: {
    readonly runId?: string;
    readonly results?: readonly TestResult[];
    readonly head?: Partial<ReportHead> | null;
    /** What it says while it goes on. */
    readonly started?: Partial<StartedRun>;
  } = {},
): string {
  const { runId = '20260801-120000-k3f9z', results = threeTests(), head = {}, started = {} } = options;
  const writer = startRun({ dataDir, started: aStartedRun({ ...started, runId }) });
  for (const result of results) writer.append(result);
  if (head !== null) writer.finish(aHead({ runId, ...head }));
  return writer.folder;
}

/** A number that no process has: that of one that has ended. */
export function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

/** As if another process had begun the run that is not over. */
export function begunBy(folder: string, pid: number): void {
  edit(headFile(folder), (text) => text.replace(/"pid": \d+/, `"pid": ${pid}`));
}

export async function resultsOf(source: ReportSource): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for await (const result of source.results()) results.push(result);
  return results;
}

/** Reads a file, changes its text, writes it back. */
export function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
