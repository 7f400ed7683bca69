/** Reads saved runs: by id, unique prefix, path, or `latest`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { codeOf, messageOf, ProdE2eError, unknownName } from '../../errors.ts';
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { isRegular, regularSize } from '../store/regular-file.ts';
import { readRunResults } from '../store/results-file.ts';
import { newestFirst, runIdsIn } from '../store/run-order.ts';
import { isStarted, readHead, resultsLost, savedHead, withoutOwner } from '../store/saved-head.ts';
import { HEAD_FILE, RESULTS_FILE, runsFolder, type StartedRun } from '../store/store.ts';

/** Largest results file that is read for a list of runs, in bytes (about 4,000 results, 0.1 s), if the run was cut off. */
const LISTED_RESULTS_BYTES = 8 * 1_048_576;
/** Ids named in an error about an ambiguous or unknown run. */
const IDS_SHOWN = 5;

/** Ids of saved runs, the newest first. */
export async function savedRuns(dataDir: string): Promise<readonly string[]> {
  const folders = await runFolders(dataDir);
  return folders.filter((id) => isSavedRun(path.join(runsFolder(dataDir), id)));
}

/**
 * Saved runs stored before this run, the newest first, regardless of clocks.
 * @param runId if it is not a saved run, all saved runs count as earlier
 */
export async function runsBefore(dataDir: string, runId: string): Promise<readonly string[]> {
  const folders = await runFolders(dataDir);
  const before = folders.slice(folders.indexOf(runId) + 1);
  return before.filter((id) => isSavedRun(path.join(runsFolder(dataDir), id)));
}

/** Without a head and results, the run was killed before it began. */
function isSavedRun(folder: string): boolean {
  return isRegular(path.join(folder, HEAD_FILE)) || resultsBytes(folder) > 0;
}

/** Run folders, including empty ones, the newest first. @throws ProdE2eError `STORE_UNAVAILABLE` */
export async function runFolders(dataDir: string): Promise<readonly string[]> {
  try {
    return newestFirst(dataDir, runIdsIn(runsFolder(dataDir)));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw new ProdE2eError(`Saved runs cannot be read from ${runsFolder(dataDir)} (${messageOf(thrown)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: ['Make it a readable folder, or set another one: dataDir in the config, PROD_E2E_DATA_DIR.'],
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
  // A reference that looks like a path is used as one; anything else becomes part of a path only if it is the id of a saved run.
  if (reference.includes('/') || reference.includes('\\')) return runAtPath(reference);
  const ids = await savedRuns(dataDir);
  const folderOf = (id: string) => path.join(runsFolder(dataDir), id);
  const [latest] = ids;
  if (latest === undefined) {
    throw new ProdE2eError('No runs are saved yet.', {
      code: 'NO_RUNS',
      hints: ['Send one: prod-e2e run --sandbox', `Saved runs are searched for in ${runsFolder(dataDir)}.`],
    });
  }
  if (reference === 'latest') return folderOf(latest);
  const matching = ids.filter((id) => id === reference || (reference !== '' && id.startsWith(reference)));
  const [only] = matching;
  if (only === undefined) {
    throw unknownName({
      what: 'saved run',
      typed: reference,
      known: ids.slice(0, IDS_SHOWN),
      code: 'UNKNOWN_RUN',
      list: 'prod-e2e report list',
    });
  }
  if (matching.length > 1 && only !== reference) {
    throw new ProdE2eError(`"${reference}" matches ${matching.length} saved runs.`, {
      code: 'AMBIGUOUS_RUN',
      hints: [
        `Use more characters of the id: ${matching.slice(0, IDS_SHOWN).join(', ')}${matching.length > IDS_SHOWN ? ', …' : '.'}`,
      ],
    });
  }
  return folderOf(only);
}

async function runAtPath(reference: string): Promise<string> {
  const resolved = path.resolve(reference);
  const isFile = [HEAD_FILE, RESULTS_FILE].includes(path.basename(resolved));
  const folder = isFile ? path.dirname(resolved) : resolved;
  if (existsSync(resolved) && isSavedRun(folder)) return folder;
  throw new ProdE2eError(`There is no saved run at ${reference}.`, {
    code: 'UNKNOWN_RUN',
    hints: [
      `A saved run is a folder with ${HEAD_FILE} and ${RESULTS_FILE}.`,
      'To list the runs of this machine: prod-e2e report list',
    ],
  });
}

/** @throws ProdE2eError `RUN_UNREADABLE`, `RUN_TOO_NEW` */
export async function readRun(folder: string): Promise<ReportSource> {
  const head = await readHead(folder);
  return { savedAs: head.runId, head, results: () => readRunResults(folder) };
}

/** The name by which commands find the run: its id, or its path if the folder is outside `dataDir`. */
export function nameOf(folder: string, dataDir: string): string {
  const isThere = path.resolve(path.dirname(folder)) === path.resolve(runsFolder(dataDir));
  return isThere ? path.basename(folder) : path.relative('', folder) || folder;
}

/**
 * Like {@link readRun}, but reads every result so that damaged ones are reported as well.
 * @param dataDir where commands look for runs by id
 */
export async function readSavedRun(folder: string, dataDir: string): Promise<ReportSource> {
  const source = { ...(await readRun(folder)), savedAs: nameOf(folder, dataDir) };
  const { head, results } = source;
  if (head.endedAt === null) return source;
  let readable = 0;
  for await (const _ of results()) readable++;
  // A run on a full disk already reports how much of it was saved.
  const isReported = head.findings.some(({ code }) => code === 'not-kept');
  const lost = head.summary.total - readable;
  if (lost <= 0 || isReported) return source;
  return { ...source, head: { ...head, findings: [...head.findings, resultsLost(lost)] } };
}

export interface UnreadableRun {
  readonly runId: string;
  /** An error with code `RUN_TOO_NEW`, `RUN_UNREADABLE`, or the system's own. */
  readonly reason: unknown;
}

/** A run that was cut off, with too many results to count them for a list. */
export interface UncountedRun extends StartedRun {
  readonly status: 'interrupted';
  readonly summary: null;
  readonly latency: null;
}

/**
 * The heads for a list of saved runs, the newest first. Results are read only for runs that were cut off, and only small files.
 * @param onUnreadable called for each run that is skipped because it cannot be read
 * @throws ProdE2eError `STORE_UNAVAILABLE`
 */
export async function* readHeads(
  dataDir: string,
  onUnreadable: (run: UnreadableRun) => void,
): AsyncIterable<ReportHead | UncountedRun> {
  for (const runId of await savedRuns(dataDir)) {
    const folder = path.join(runsFolder(dataDir), runId);
    const head = await listedHead(folder).catch((reason: unknown) => {
      onUnreadable({ runId, reason });
      return null;
    });
    if (head !== null) yield head;
  }
}

async function listedHead(folder: string): Promise<ReportHead | UncountedRun> {
  const head = await savedHead(path.join(folder, HEAD_FILE));
  if (head !== null && isStarted(head) && resultsBytes(folder) > LISTED_RESULTS_BYTES)
    return { ...withoutOwner(head), endedAt: null, status: 'interrupted', summary: null, latency: null };
  return readHead(folder);
}

/** 0 if there is no readable results file. */
function resultsBytes(folder: string): number {
  const size = regularSize(path.join(folder, RESULTS_FILE));
  return typeof size === 'number' ? size : 0;
}

interface SavedRun {
  readonly folder: string;
  /** As written: for a run that was cut off, it contains nothing from the results. */
  readonly head: ReportHead | StartedRun;
}

/**
 * Saved runs without their results, the newest first, for callers that can do without them: runs with an unreadable head
 * are skipped, and an unreadable store counts as empty.
 * @param options.before only runs stored before this one
 */
export async function* readSavedRuns(
  dataDir: string,
  { before = null }: { readonly before?: string | null } = {},
): AsyncIterable<SavedRun> {
  const ids = before === null ? savedRuns(dataDir) : runsBefore(dataDir, before);
  for (const id of await ids.catch(() => [])) {
    const folder = path.join(runsFolder(dataDir), id);
    const head = await savedHead(path.join(folder, HEAD_FILE)).catch(() => null);
    if (head !== null) yield { folder, head };
  }
}
