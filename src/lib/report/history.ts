/** Reads kept runs: by id, unique prefix, path, or `latest`. */
import { existsSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf, ProdE2eError, unknownName } from '../errors.ts';
import type { ReportHead, ReportSource } from '../model/report.ts';
import { keptHead, readHead, resultsLost } from './kept-head.ts';
import { readRunResults } from './results-file.ts';
import { HEAD_FILE, RESULTS_FILE, runsFolder, type StartedRun } from './store.ts';

/** How the folder of a run is called. Other folders beside them are none of ours, least of all to be removed. */
const RUN_FOLDER = /^\d{8}-\d{6}-[0-9a-z]{5}$/;
/** What is read of a run that was cut off for a list of runs, in bytes: some 4,000 results, a tenth of a second. */
const LISTED_RESULTS_BYTES = 8 * 1_048_576;
/** Ids named by an error about an ambiguous or unknown run. */
const IDS_SHOWN = 5;

/** Ids of kept runs, newest first. */
export async function keptRuns(dataDir: string): Promise<readonly string[]> {
  const folders = await runFolders(dataDir);
  return folders.filter((id) => isKept(path.join(runsFolder(dataDir), id)));
}

/** Without a head and results it is a run that was killed before it began. */
function isKept(folder: string): boolean {
  return existsSync(path.join(folder, HEAD_FILE)) || sizeOf(path.join(folder, RESULTS_FILE)) > 0;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Folders of runs, whether or not anything is in them, newest first. @throws ProdE2eError `STORE_UNAVAILABLE` */
export async function runFolders(dataDir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(runsFolder(dataDir), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && RUN_FOLDER.test(entry.name))
      .map((entry) => entry.name)
      .sort()
      .reverse();
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw new ProdE2eError(`Kept runs cannot be read from ${runsFolder(dataDir)} (${messageOf(thrown)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: ['Make it a readable folder, or give another one: dataDir in the config, PROD_E2E_DATA_DIR.'],
      cause: thrown,
    });
  }
}

/**
 * The folder of a run.
 * @param reference id, unique prefix of one, path of a run folder, or `latest`
 * @throws ProdE2eError `NO_RUNS`, `UNKNOWN_RUN`, `AMBIGUOUS_RUN`
 */
export async function findRun(dataDir: string, reference: string): Promise<string> {
  // A reference that looks like a path is one; anything else never becomes part of a path unless it is a kept id.
  if (reference.includes('/') || reference.includes('\\')) return runAtPath(reference);
  const ids = await keptRuns(dataDir);
  const folderOf = (id: string) => path.join(runsFolder(dataDir), id);
  const [latest] = ids;
  if (latest === undefined) {
    throw new ProdE2eError('No run has been kept yet.', {
      code: 'NO_RUNS',
      hints: ['Send one: prod-e2e run --sandbox', `Runs are looked for in ${runsFolder(dataDir)}.`],
    });
  }
  if (reference === 'latest') return folderOf(latest);
  const matching = ids.filter((id) => id === reference || (reference !== '' && id.startsWith(reference)));
  const [only] = matching;
  if (only === undefined) {
    throw unknownName({
      what: 'kept run',
      typed: reference,
      known: ids.slice(0, IDS_SHOWN),
      code: 'UNKNOWN_RUN',
      list: 'prod-e2e report list',
    });
  }
  if (matching.length > 1 && only !== reference) {
    throw new ProdE2eError(`"${reference}" is the beginning of ${matching.length} kept runs.`, {
      code: 'AMBIGUOUS_RUN',
      hints: [
        `Give more of the id: ${matching.slice(0, IDS_SHOWN).join(', ')}${matching.length > IDS_SHOWN ? ', …' : '.'}`,
      ],
    });
  }
  return folderOf(only);
}

async function runAtPath(reference: string): Promise<string> {
  const resolved = path.resolve(reference);
  const isFile = [HEAD_FILE, RESULTS_FILE].includes(path.basename(resolved));
  const folder = isFile ? path.dirname(resolved) : resolved;
  if (existsSync(resolved) && isKept(folder)) return folder;
  throw new ProdE2eError(`There is no kept run at ${reference}.`, {
    code: 'UNKNOWN_RUN',
    hints: [
      `A kept run is a folder with ${HEAD_FILE} and ${RESULTS_FILE}.`,
      'Those of this machine: prod-e2e report list',
    ],
  });
}

/** @throws ProdE2eError `RUN_UNREADABLE`, `RUN_TOO_NEW` */
export async function readRun(folder: string): Promise<ReportSource> {
  return { head: await readHead(folder), results: () => readRunResults(folder) };
}

/** As {@link readRun}, with a look at every result: what was damaged since the run ended is told, too. */
export async function readWholeRun(folder: string): Promise<ReportSource> {
  const source = await readRun(folder);
  const { head, results } = source;
  if (head.endedAt === null) return source;
  let readable = 0;
  for await (const _ of results()) readable++;
  // A run on a full disk says itself how much of it was kept.
  const isTold = head.findings.some(({ code }) => code === 'not-kept');
  const lost = head.summary.total - readable;
  if (lost <= 0 || isTold) return source;
  return { head: { ...head, findings: [...head.findings, resultsLost(lost)] }, results };
}

export interface UnreadableRun {
  readonly runId: string;
  /** Code `RUN_TOO_NEW`, `RUN_UNREADABLE`, or the system's own. */
  readonly reason: unknown;
}

/** A run that was cut off with so many results that a list does not count them. */
export interface UncountedRun extends StartedRun {
  readonly status: 'interrupted';
  readonly summary: null;
  readonly latency: null;
}

/**
 * What a list of kept runs says, newest first. Results are read only where a run was cut off, and only a few.
 * @param onUnreadable told of each run that is left out because it cannot be read
 * @throws ProdE2eError `STORE_UNAVAILABLE`
 */
export async function* readHeads(
  dataDir: string,
  onUnreadable: (run: UnreadableRun) => void,
): AsyncIterable<ReportHead | UncountedRun> {
  for (const runId of await keptRuns(dataDir)) {
    const folder = path.join(runsFolder(dataDir), runId);
    const head = await listedHead(folder).catch((reason: unknown) => {
      onUnreadable({ runId, reason });
      return null;
    });
    if (head !== null) yield head;
  }
}

async function listedHead(folder: string): Promise<ReportHead | UncountedRun> {
  const kept = await keptHead(path.join(folder, HEAD_FILE));
  if (kept !== null && kept.endedAt === null && (await resultsBytes(folder)) > LISTED_RESULTS_BYTES)
    return { ...kept, endedAt: null, status: 'interrupted', summary: null, latency: null };
  return readHead(folder);
}

async function resultsBytes(folder: string): Promise<number> {
  return stat(path.join(folder, RESULTS_FILE)).then(
    ({ size }) => size,
    () => 0,
  );
}

interface KeptRun {
  readonly folder: string;
  /** As it is kept: that of a run that was cut off tells nothing of its results. */
  readonly head: ReportHead | StartedRun;
}

/**
 * Kept runs without their results, newest first, for what a history is of use to but not needed: without those whose head
 * cannot be read, or any.
 */
export async function* readKeptRuns(dataDir: string): AsyncIterable<KeptRun> {
  for (const id of await keptRuns(dataDir).catch(() => [])) {
    const folder = path.join(runsFolder(dataDir), id);
    const head = await keptHead(path.join(folder, HEAD_FILE)).catch(() => null);
    if (head !== null) yield { folder, head };
  }
}
