/** Reads kept runs: by id, unique prefix, path, or `latest`. */
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { codeOf, EXIT, ProdE2eError, unknownName } from '../errors.ts';
import type { ReportHead, ReportSource, TestResult } from '../model.ts';
import { createFold } from './fold.ts';
import { HEAD_FILE, RESULTS_FILE, runsFolder, type StartedRun } from './store.ts';

/** The format this version reads; a newer one may mean something else by the same names. */
const SCHEMA_VERSION = 1;
/** Ids named by an error about an ambiguous or unknown run. */
const IDS_SHOWN = 5;

/** Ids of kept runs, newest first. */
export async function keptRuns(dataDir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(runsFolder(dataDir), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .reverse();
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw thrown;
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
  const folder = (await isFolder(resolved)) ? resolved : path.dirname(resolved);
  if (existsSync(path.join(folder, HEAD_FILE))) return folder;
  throw new ProdE2eError(`There is no kept run at ${reference}.`, {
    code: 'UNKNOWN_RUN',
    hints: [`A kept run is a folder with ${HEAD_FILE} and ${RESULTS_FILE}.`],
  });
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isDirectory() ?? false;
}

/** @throws ProdE2eError `RUN_UNREADABLE`, `RUN_TOO_NEW` */
export async function readRun(folder: string): Promise<ReportSource> {
  const file = path.join(folder, HEAD_FILE);
  const head = parseHead(await readFile(file, 'utf8').catch(() => ''), file);
  const results = () => readResults(path.join(folder, RESULTS_FILE));
  return { head: head.endedAt === null ? await interruptedHead(head, results()) : head, results };
}

function parseHead(text: string, file: string): ReportHead | StartedRun {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    head = null;
  }
  if (typeof head !== 'object' || head === null || !('schemaVersion' in head)) {
    throw new ProdE2eError(`${file} is not a run of this tool.`, {
      code: 'RUN_UNREADABLE',
      hints: ['prod-e2e report list shows the runs that are kept.'],
    });
  }
  if (head.schemaVersion !== SCHEMA_VERSION) {
    throw new ProdE2eError(
      `${file} has format ${String(head.schemaVersion)}; this version reads ${SCHEMA_VERSION}.`,
      {
        code: 'RUN_TOO_NEW',
        hints: ['Update prod-e2e: npm install -g prod-e2e'],
      },
    );
  }
  return head as ReportHead | StartedRun;
}

/** Every complete line; one that was cut off or damaged is passed over, those after it are not. */
async function* readResults(file: string): AsyncIterable<TestResult> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      const result = parseLine(line);
      if (result !== null) yield result;
    }
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  } finally {
    lines.close();
  }
}

function parseLine(line: string): TestResult | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'testId' in value ? (value as TestResult) : null;
  } catch {
    return null;
  }
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
    sentry: UNKNOWN_DELIVERY,
    summary,
    latency,
    missingData,
    stages: [],
    thresholds: [],
    skippedBecause: summary.skipped > 0 ? 'The run was cut off, or is still going on.' : null,
    findings: [],
  };
}

const UNKNOWN_DELIVERY = {
  enabled: false,
  host: null,
  accepted: 0,
  refused: [],
  dropped: 0,
  failed: 0,
  pending: 0,
  retryAfterSeconds: null,
} as const;

/** Heads of kept runs, newest first; runs that cannot be read are left out. */
export async function* readHeads(dataDir: string): AsyncIterable<ReportHead> {
  for (const id of await keptRuns(dataDir)) {
    const source = await readRun(path.join(runsFolder(dataDir), id)).catch(() => null);
    if (source !== null) yield source.head;
  }
}

/** Removes the oldest runs beyond `keep`. */
export async function pruneRuns(dataDir: string, keep: number): Promise<void> {
  const old = (await keptRuns(dataDir)).slice(keep);
  await Promise.all(
    old.map((id) => rm(path.join(runsFolder(dataDir), id), { recursive: true, force: true })),
  );
}
