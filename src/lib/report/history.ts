/** Reads kept runs: by id, unique prefix, path, or `latest`. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, EXIT, messageOf, ProdE2eError, unknownName } from '../errors.ts';
import { NO_DELIVERY, type ReportHead, type ReportSource } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';
import { createFold } from './fold.ts';
import { isRecord, parsed } from './kept-json.ts';
import { readRunResults } from './results-file.ts';
import { HEAD_FILE, RESULTS_FILE, runsFolder, type StartedRun } from './store.ts';

/** The format this version reads; a newer one may mean something else by the same names. */
const SCHEMA_VERSION = 1;
/** How the folder of a run is called. Other folders beside them are none of ours, least of all to be removed. */
const RUN_FOLDER = /^\d{8}-\d{6}-[0-9a-z]{5}$/;
/** Ids named by an error about an ambiguous or unknown run. */
const IDS_SHOWN = 5;

/** Ids of kept runs, newest first. */
export async function keptRuns(dataDir: string): Promise<readonly string[]> {
  const folders = await runFolders(dataDir);
  // Without a head it is a run that was killed before it began.
  return folders.filter((id) => existsSync(path.join(runsFolder(dataDir), id, HEAD_FILE)));
}

async function runFolders(dataDir: string): Promise<readonly string[]> {
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
  if (existsSync(resolved) && existsSync(path.join(folder, HEAD_FILE))) return folder;
  throw new ProdE2eError(`There is no kept run at ${reference}.`, {
    code: 'UNKNOWN_RUN',
    hints: [`A kept run is a folder with ${HEAD_FILE} and ${RESULTS_FILE}.`],
  });
}

/** @throws ProdE2eError `RUN_UNREADABLE`, `RUN_TOO_NEW` */
export async function readRun(folder: string): Promise<ReportSource> {
  const file = path.join(folder, HEAD_FILE);
  const head = await readHead(file);
  const results = () => readRunResults(folder);
  return { head: head.endedAt === null ? await interruptedHead(head, results()) : head, results };
}

async function readHead(file: string): Promise<ReportHead | StartedRun> {
  const head = await readFile(file, 'utf8').then(parsed, () => null);
  if (isNewer(head)) {
    throw new ProdE2eError(
      `${file} has format ${head.schemaVersion}; this version reads ${SCHEMA_VERSION}.`,
      {
        code: 'RUN_TOO_NEW',
        hints: ['Update prod-e2e: npm install -g prod-e2e'],
      },
    );
  }
  if (isHead(head)) return head;
  throw new ProdE2eError(`${file} is not a run of this tool.`, {
    code: 'RUN_UNREADABLE',
    hints: ['prod-e2e report list shows the runs that are kept.'],
  });
}

function isNewer(head: unknown): head is { readonly schemaVersion: number } {
  return isRecord(head) && typeof head.schemaVersion === 'number' && head.schemaVersion > SCHEMA_VERSION;
}

/** What only this tool writes is not checked field by field: the parts that are read first tell it from other files. */
function isHead(head: unknown): head is ReportHead | StartedRun {
  if (!isRecord(head) || head.schemaVersion !== SCHEMA_VERSION) return false;
  if (typeof head.runId !== 'string' || typeof head.planned !== 'number') return false;
  if (head.endedAt === null) return true;
  const parts = [head.summary, head.latency, head.sentry].every(isRecord);
  const lists = [head.missingData, head.thresholds, head.findings, head.stages].every(Array.isArray);
  return typeof head.endedAt === 'string' && parts && lists;
}

/** The head of a run that never wrote its own. */
async function interruptedHead(
  started: ReportHead | StartedRun,
  results: AsyncIterable<TestResult>,
): Promise<ReportHead> {
  const fold = createFold();
  let total = 0;
  for await (const result of results) {
    fold.add(result);
    total++;
  }
  const { summary, latency, missingData } = fold.totals(Math.max(0, started.planned - total));
  return {
    ...started,
    status: 'interrupted',
    exitCode: EXIT.interrupted,
    endedAt: null,
    durationMs: null,
    sentry: NO_DELIVERY,
    summary,
    latency,
    missingData,
    stages: [],
    thresholds: [],
    skippedBecause: summary.skipped > 0 ? 'The run was cut off, or is still going on.' : null,
    findings: [],
  };
}

/** Kept runs, newest first; those that cannot be read are left out. */
export async function* readRuns(dataDir: string): AsyncIterable<ReportSource> {
  for (const id of await keptRuns(dataDir)) {
    const source = await readRun(path.join(runsFolder(dataDir), id)).catch(() => null);
    if (source !== null) yield source;
  }
}

export async function* readHeads(dataDir: string): AsyncIterable<ReportHead> {
  for await (const { head } of readRuns(dataDir)) yield head;
}

/**
 * Removes the oldest runs beyond `keep`.
 * @throws ProdE2eError `STORE_UNAVAILABLE`
 */
export async function pruneRuns(dataDir: string, keep: number): Promise<void> {
  for (const id of (await runFolders(dataDir)).slice(keep)) {
    const folder = path.join(runsFolder(dataDir), id);
    await rm(folder, { recursive: true, force: true }).catch((thrown: unknown) => {
      throw new ProdE2eError(`The old run ${folder} cannot be removed (${messageOf(thrown)}).`, {
        code: 'STORE_UNAVAILABLE',
        hints: ['Remove it by hand, or keep more runs: keep in the config.'],
        cause: thrown,
      });
    });
  }
}
