/** Reads the head of a saved run: as written, rebuilt from the results if the run never ended, or recovered. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EXIT, ProdE2eError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { ReportHead } from '../../model/report.ts';
import { NO_DELIVERY } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { CLEANUP_FILE } from './cleanup/records.ts';
import { regularText } from './regular-file.ts';
import { isReportHead, RUN_FACTS_FIELDS } from './report-shapes.ts';
import { readRunResults } from './results-file.ts';
import { isRunOwner } from './run-owner.ts';
import { isRecord, parsed } from './saved-json.ts';
import { fields, isNumber, oneOf, orAbsent } from './saved-shape.ts';
import { HEAD_FILE, RESULTS_FILE, type StartedRun } from './store.ts';

/** The format that this version reads; a newer one may use the same names differently. */
const SCHEMA_VERSION = 1;

/** Replaces a fact that was lost with its file. */
const UNKNOWN = 'unknown';

/** @throws ProdE2eError `RUN_UNREADABLE`, `RUN_TOO_NEW` */
export async function readHead(folder: string): Promise<ReportHead> {
  const file = path.join(folder, HEAD_FILE);
  const head = await savedHead(file);
  if (head !== null) {
    const ended = isStarted(head)
      ? await interruptedHead(withoutOwner(head), { folder, findings: [] })
      : head;
    return withSavedCleanup(ended, folder);
  }
  const recovered = await recoveredStart(folder);
  if (recovered !== null)
    return withSavedCleanup(await interruptedHead(recovered, { folder, findings: [HEAD_LOST] }), folder);
  throw new ProdE2eError(`${file} is not a run of prod-e2e.`, {
    code: 'RUN_UNREADABLE',
    hints: ['To list the saved runs: prod-e2e report list'],
  });
}

/** With the clean-up state of now. Few runs have left-overs, so the code for it is loaded on demand. */
async function withSavedCleanup(head: ReportHead, folder: string): Promise<ReportHead> {
  if (!existsSync(path.join(folder, CLEANUP_FILE))) return head;
  return (await import('./cleanup/saved-summary.ts')).withSavedCleanup(head, folder);
}

/** The content of `run.json`; null if it is missing or damaged. @throws ProdE2eError `RUN_TOO_NEW` */
export async function savedHead(file: string): Promise<ReportHead | StartedRun | null> {
  const text = await regularText(file);
  const head = text === null ? null : parsed(text);
  if (isNewer(head)) {
    throw new ProdE2eError(
      `${file} has format ${head.schemaVersion}; this version reads ${SCHEMA_VERSION}.`,
      {
        code: 'RUN_TOO_NEW',
        hints: ['Update prod-e2e: npm install -g prod-e2e'],
      },
    );
  }
  if (!isRecord(head)) return null;
  const complete = withLaterFields(head);
  return isStartedRun(complete) || isReportHead(complete) ? complete : null;
}

const isStartedRun = fields<StartedRun>({
  ...RUN_FACTS_FIELDS,
  endedAt: oneOf(null),
  nextOffset: isNumber,
  owner: orAbsent(isRunOwner),
});

/** Adds the fields that earlier versions did not write: clean-up, history and its first run. */
export function withLaterFields(head: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { brokenSince = [] } = head;
  return {
    cleanup: null,
    ...head,
    brokenSince: Array.isArray(brokenSince)
      ? brokenSince.map((entry: unknown) => (isRecord(entry) ? { sinceRun: null, ...entry } : entry))
      : brokenSince,
  };
}

function isNewer(head: unknown): head is { readonly schemaVersion: number } {
  return isRecord(head) && typeof head.schemaVersion === 'number' && head.schemaVersion > SCHEMA_VERSION;
}

export function isStarted(head: ReportHead | StartedRun): head is StartedRun {
  return !('status' in head);
}

/** Without the owner, which no report shows. */
export function withoutOwner({ owner, ...run }: StartedRun): Omit<StartedRun, 'owner'> {
  return run;
}

/** The head of a run that did not write its own. */
async function interruptedHead(
  started: Omit<StartedRun, 'owner'>,
  { folder, findings }: { readonly folder: string; readonly findings: readonly Finding[] },
): Promise<ReportHead> {
  // Few runs are cut off, and the histogram package is slow to load.
  const { createFold } = await import('../digest/fold.ts');
  const fold = createFold();
  let total = 0;
  let damaged = 0;
  const results = readRunResults(folder, () => {
    damaged++;
  });
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
    brokenSince: [],
    stages: [],
    cleanup: null,
    thresholds: [],
    skippedBecause: summary.skipped > 0 ? 'The run was cut off or is still in progress.' : null,
    findings: [...findings, ...(damaged === 0 ? [] : [resultsLost(damaged)])],
  };
}

const HEAD_LOST: Finding = {
  severity: 'warning',
  code: 'head-damaged',
  message: `${HEAD_FILE} of this run is damaged: seed, environment and number of planned webhooks are not known any more`,
  hint: null,
};

export function resultsLost(count: number): Finding {
  const results = count === 1 ? '1 result of this run is' : `${count} results of this run are`;
  return {
    severity: 'warning',
    code: 'results-damaged',
    message: `${results} damaged in ${RESULTS_FILE} and cannot be shown`,
    hint: null,
  };
}

/** What the results show about the start of their run; null without results. */
async function recoveredStart(folder: string): Promise<StartedRun | null> {
  let first: TestResult | null = null;
  let planned = 0;
  const scenarios = new Set<string>();
  for await (const result of readRunResults(folder)) {
    first ??= result;
    planned = Math.max(planned, result.index);
    scenarios.add(result.scenario);
  }
  if (first === null) return null;
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'prod-e2e', version: UNKNOWN },
    runId: first.testId.replace(/-\d+$/, ''),
    target: String(first.request.url),
    seed: UNKNOWN,
    profile: null,
    environment: UNKNOWN,
    startedAt: first.startedAt,
    planned,
    scenarios: [...scenarios],
    shard: null,
    endedAt: null,
    nextOffset: planned,
  };
}
