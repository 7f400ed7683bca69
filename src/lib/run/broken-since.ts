/** Since when the scenarios that are broken have been so: the kept runs before this one, newest first, say it. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BrokenSince, RunFacts } from '../model/report.ts';
import { readKeptRuns } from '../report/history.ts';
import { readRunResults } from '../report/results-file.ts';
import { RESULTS_FILE } from '../report/store.ts';
import type { HistoryPort } from './ports.ts';
import { isSameKind } from './same-kind.ts';

/** Kept runs looked at, of any kind; those of the same kind whose results are read, which one run usually settles. */
const RUNS_LOOKED_THROUGH = 200;
const RUNS_READ = 10;
/** Of results that are read of one run, in bytes: a tenth of a second. Beyond a larger one nothing is known. */
const LARGEST_RESULTS = 8 * 1_048_576;

type Open = Map<string, Pick<BrokenSince, 'since' | 'runs'>>;

export function historyOf(dataDir: string, facts: RunFacts): HistoryPort {
  return async (broken, stop) => {
    const open: Open = new Map([...broken].map(([scenario, since]) => [scenario, { since, runs: 1 }]));
    const settled = new Map<string, BrokenSince>();
    try {
      if (open.size > 0) await lookBack({ dataDir, facts, open, settled, stop });
    } catch {
      // What cannot be read is not known: the rest stands as it is.
    }
    return [...broken.keys()].flatMap((scenario) => {
      const beyond = open.get(scenario);
      const known = settled.get(scenario);
      if (known !== undefined) return [known];
      return beyond === undefined ? [] : [{ scenario, ...beyond, lastWorked: null }];
    });
  };
}

async function lookBack(options: {
  readonly dataDir: string;
  readonly facts: RunFacts;
  readonly open: Open;
  readonly settled: Map<string, BrokenSince>;
  readonly stop: AbortSignal;
}): Promise<void> {
  const { dataDir, facts, open, settled, stop } = options;
  let [looked, read] = [0, 0];
  for await (const { folder, head } of readKeptRuns(dataDir)) {
    if (stop.aborted || ++looked > RUNS_LOOKED_THROUGH) return;
    if (head.runId >= facts.runId || !isSameKind(head, facts)) continue;
    for (const earlier of 'brokenSince' in head ? head.brokenSince : []) {
      const now = open.get(earlier.scenario);
      if (now === undefined) continue;
      settled.set(earlier.scenario, { ...earlier, runs: earlier.runs + now.runs });
      open.delete(earlier.scenario);
    }
    if (open.size === 0 || ++read > RUNS_READ) return;
    if ((await stat(path.join(folder, RESULTS_FILE))).size > LARGEST_RESULTS) return;
    const { broken, worked } = await verdictsOf(folder);
    for (const [scenario, { since, runs }] of open) {
      const earlier = broken.get(scenario);
      if (earlier !== undefined) open.set(scenario, { since: earlier, runs: runs + 1 });
      else if (worked.has(scenario)) {
        const lastWorked = { runId: head.runId, at: head.startedAt };
        settled.set(scenario, { scenario, since, runs, lastWorked });
        open.delete(scenario);
      }
    }
    if (open.size === 0) return;
  }
}

/** A scenario that was not sent is neither. */
async function verdictsOf(folder: string) {
  const broken = new Map<string, string>();
  const worked = new Set<string>();
  for await (const { scenario, verdict, startedAt } of readRunResults(folder)) {
    if (verdict === 'working') worked.add(scenario);
    else if (!broken.has(scenario) || startedAt < (broken.get(scenario) ?? ''))
      broken.set(scenario, startedAt);
  }
  return { broken, worked };
}
