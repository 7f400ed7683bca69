/** Detects webhooks that the target treated as duplicates: the id in a response belongs to one event. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isNumber, sameNumber } from '../json/decimal.ts';
import { valueAt } from '../json/path.ts';
import { tryParseJson } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import { ExactNumber, type Json } from '../model/json.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { RunFacts, Summary } from '../model/report.ts';
import { hintFor } from '../report/advice/advice.ts';
import { allDuplicates } from '../report/digest/outcome.ts';
import { readSavedRuns } from '../report/history/history.ts';
import { isSameKind } from '../report/history/same-kind.ts';
import { readRunResults } from '../report/store/results-file.ts';
import { RESULTS_FILE } from '../report/store/store.ts';
import { countOf, durationText } from '../terminal/quantities.ts';
import { isMissing } from '../validate/missing.ts';

/** The field that identifies an event unless `repeat.id` is set. */
const ID_PATH = 'signal_id';
/** Ids of this run that are remembered: targets recognize duplicates for a minute or so, not for all of a large run. */
const IDS_REMEMBERED = 10_000;
/** Limits for saved runs: how many are read, results of each, and the largest results file that is read, in bytes. */
const RUNS_READ = 5;
const RESULTS_READ = 200;
const LARGEST_RESULTS = 4 * 1_048_576;
/** Saved runs of other kinds that are skipped on the way. */
const RUNS_PASSED = 50;

export interface EarlierRun {
  readonly runId: string;
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
}

export interface EarlierIds {
  /** The newest saved run against the same target, or null. */
  readonly latest: EarlierRun | null;
  /** Id in a response → the run whose test received it. */
  readonly ids: ReadonlyMap<string, EarlierRun>;
}

export const NO_EARLIER_IDS: EarlierIds = { latest: null, ids: new Map() };

/** From the newest saved runs of the same kind. Runs that cannot be read are skipped. */
export async function readEarlierIds(dataDir: string, facts: RunFacts): Promise<EarlierIds> {
  const ids = new Map<string, EarlierRun>();
  let latest: EarlierRun | null = null;
  let [passed, read] = [0, 0];
  try {
    for await (const { folder, head } of readSavedRuns(dataDir)) {
      if (++passed > RUNS_PASSED || read === RUNS_READ) break;
      if (!isSameKind(head, facts)) continue;
      const run = { runId: head.runId, seed: head.seed, startedAtMs: Date.parse(head.startedAt) };
      latest ??= run;
      read += 1;
      if ((await stat(path.join(folder, RESULTS_FILE))).size > LARGEST_RESULTS) continue;
      let results = 0;
      for await (const { response } of readRunResults(folder)) {
        if (++results > RESULTS_READ) break;
        const id =
          response === null || response.bodyCut ? null : idIn(tryParseJson(response.body) ?? null, ID_PATH);
        if (id !== null && !ids.has(id)) ids.set(id, run);
      }
    }
  } catch {
    // The ids of a damaged saved run are skipped.
  }
  return { latest, ids };
}

export interface Duplicates {
  /** Which webhook received the id of this response before, as a phrase, or null. Remembers the id. */
  readonly earlierOwner: (test: PlannedTest, response: HttpResponse) => string | null;
}

export function createDuplicates({ ids }: EarlierIds, nowMs: () => number): Duplicates {
  const received = new Map<string, number>();
  return {
    earlierOwner: ({ index, repeat }, { json, status }) => {
      if (!json.ok || status < 200 || status >= 300) return null;
      const idPath = repeat?.idPath ?? ID_PATH;
      const id = idIn(json.value, idPath);
      if (id === null) return null;
      const before = received.get(id);
      if (before === undefined) {
        received.set(id, index);
        const [oldest] = received.keys();
        if (received.size > IDS_REMEMBERED && oldest !== undefined) received.delete(oldest);
      }
      const run = ids.get(id);
      if (before !== undefined) return `test ${before} received the same ${idPath}`;
      if (run === undefined) return null;
      return `a test of run ${run.runId} received the same ${idPath} (${agoText(run, nowMs())})`;
    },
  };
}

/** A finding if every test that expects to be accepted was a duplicate, else null. */
export function allDuplicatesFinding(
  summary: Summary,
  {
    latest,
    seed,
    nowMs,
  }: { readonly latest: EarlierRun | null; readonly seed: string; readonly nowMs: number },
): Finding | null {
  if (!allDuplicates(summary)) return null;
  const { acceptance } = summary;
  // The same seed sends the same webhooks again.
  const of = latest?.seed === seed ? ` (of run ${latest.runId}, ${agoText(latest, nowMs)})` : '';
  const were = `${acceptance} of ${countOf(acceptance, 'webhook was', 'webhooks were')}`;
  const as = acceptance === 1 ? 'a duplicate' : 'duplicates';
  return {
    severity: 'warning',
    code: 'all-duplicates',
    message: `${were} treated as ${as}${of}: nothing new was tested`,
    hint: hintFor('all-duplicates'),
  };
}

function agoText({ startedAtMs }: EarlierRun, nowMs: number): string {
  return `${durationText(Math.max(0, nowMs - startedAtMs))} ago`;
}

function idIn(body: Json, idPath: string): string | null {
  const id = valueAt(body, idPath);
  if (isMissing(id) || !(typeof id === 'string' || isNumber(id))) return null;
  // The same as a number and as text, and as `7` and `7.0`.
  return id instanceof ExactNumber && sameNumber(id, Number(id)) ? String(Number(id)) : String(id);
}
