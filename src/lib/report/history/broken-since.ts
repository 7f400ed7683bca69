/** Finds since when scenarios have been broken, by reading earlier saved runs from the newest back. */
import path from 'node:path';
import type { BrokenSince, ReportHead, RunFacts } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import type { Redact } from '../../secrets/redact.ts';
import type { BrokenScenario } from '../digest/broken-fold.ts';
import { regularSize } from '../store/regular-file.ts';
import { readRunResults } from '../store/results-file.ts';
import { isStarted } from '../store/saved-head.ts';
import { RESULTS_FILE, type StartedRun } from '../store/store.ts';
import type { ChangesPort } from './changes.ts';
import { readSavedRuns } from './history.ts';
import { isSameKind } from './same-kind.ts';

/** For the scenarios that are broken in a finished run: since when. Never throws. */
export type HistoryPort = (
  broken: ReadonlyMap<string, BrokenScenario>,
  stop: AbortSignal,
) => Promise<readonly BrokenSince[]>;

/** Saved runs examined, of any kind. */
const RUNS_EXAMINED = 200;
/** Of the same kind: runs whose results are read, and runs with a verdict on one of the scenarios. */
const RUNS_READ = 50;
const RUNS_WITH_VERDICT = 10;
/** Largest results file that is read, in bytes (about 0.1 s); the search stops at a larger one. */
const MAX_RESULTS_BYTES = 8 * 1_048_576;

/** A scenario whose last working run has not been found yet. */
interface Open extends BrokenScenario {
  readonly sinceRun: string | null;
  readonly runs: number;
  /** What an earlier run recorded without finding the beginning either; the runs it counted may have been removed since. */
  readonly known: BrokenSince | null;
}

type Search = { readonly open: Map<string, Open>; readonly settled: Map<string, BrokenSince> };

export function historyOf(dataDir: string, facts: RunFacts): HistoryPort {
  return async (broken, stop) => {
    const begun = { sinceRun: facts.runId, runs: 1, known: null };
    const open = new Map([...broken].map(([scenario, first]) => [scenario, { ...first, ...begun }] as const));
    const settled = new Map<string, BrokenSince>();
    try {
      await searchBack({ dataDir, facts, stop }, { open, settled });
    } catch {
      // If reading fails, the verdicts found so far are used.
    }
    return [...broken.keys()].flatMap((scenario) => settled.get(scenario) ?? atLeast(scenario, open) ?? []);
  };
}

function atLeast(scenario: string, open: ReadonlyMap<string, Open>): BrokenSince | null {
  const found = open.get(scenario);
  if (found === undefined) return null;
  const { since, sinceRun, runs, known } = found;
  return known !== null && known.runs > runs ? known : { scenario, since, sinceRun, runs, lastWorked: null };
}

async function searchBack(
  {
    dataDir,
    facts,
    stop,
  }: { readonly dataDir: string; readonly facts: RunFacts; readonly stop: AbortSignal },
  search: Search,
): Promise<void> {
  const { open } = search;
  let [examined, read, withVerdict] = [0, 0, 0];
  for await (const { folder, head } of readSavedRuns(dataDir, { before: facts.runId })) {
    if (open.size === 0 || stop.aborted || ++examined > RUNS_EXAMINED) return;
    if (!isSameKind(head, facts)) continue;
    useEarlierSearch(head, search);
    if (!head.scenarios.some((scenario) => open.has(scenario))) continue;
    if (++read > RUNS_READ || withVerdict === RUNS_WITH_VERDICT) return;
    const size = regularSize(path.join(folder, RESULTS_FILE));
    if (typeof size === 'number' && size > MAX_RESULTS_BYTES) return;
    const verdicts = await verdictsOf({ folder, head, scenarios: open });
    if (verdicts.size > 0) withVerdict++;
    for (const [scenario, verdict] of verdicts) addVerdict({ scenario, verdict, head }, search);
  }
}

/** Uses what an earlier run recorded. An interrupted run read only a few runs, so its missing beginning means nothing. */
function useEarlierSearch(head: ReportHead | StartedRun, { open, settled }: Search): void {
  if (isStarted(head)) return;
  for (const earlier of head.brokenSince) {
    const { scenario, lastWorked } = earlier;
    const now = open.get(scenario);
    if (now === undefined) continue;
    const together = { ...earlier, runs: earlier.runs + now.runs };
    if (lastWorked !== null) {
      settled.set(scenario, together);
      open.delete(scenario);
    } else if (head.status !== 'interrupted' && now.known === null)
      open.set(scenario, { ...now, known: together });
  }
}

function addVerdict(
  {
    scenario,
    verdict,
    head: { runId, startedAt },
  }: {
    readonly scenario: string;
    readonly verdict: ScenarioVerdict;
    readonly head: RunFacts;
  },
  { open, settled }: Search,
): void {
  const now = open.get(scenario);
  if (now === undefined) return;
  if (verdict !== 'working')
    open.set(scenario, { ...now, since: verdict.brokenSince, sinceRun: runId, runs: now.runs + 1 });
  else {
    const { since, sinceRun, runs } = now;
    settled.set(scenario, { scenario, since, sinceRun, runs, lastWorked: { runId, at: startedAt } });
    open.delete(scenario);
  }
}

export type ScenarioVerdict = { readonly brokenSince: string } | 'working';

/**
 * One broken test makes a scenario broken. A scenario counts as working only in a run that finished and has all its results;
 * scenarios that it did not send, or whose tests were duplicates, have no verdict.
 * @param scenarios the scenarios to judge, with where their failures show: one that only traces and probes show counts as
 *   working only in runs that read them
 */
export async function verdictsOf({
  folder,
  head,
  scenarios,
}: {
  readonly folder: string;
  readonly head: ReportHead | StartedRun;
  readonly scenarios: ReadonlyMap<string, Pick<BrokenScenario, 'inResponse'>>;
}): Promise<ReadonlyMap<string, ScenarioVerdict>> {
  const broken = new Map<string, string>();
  const working = new Set<string>();
  let total = 0;
  for await (const result of readRunResults(folder)) {
    total++;
    const { scenario, verdict, startedAt } = result;
    const now = scenarios.get(scenario);
    if (now === undefined) continue;
    if (verdict === 'working') {
      if (showsThatItWorks(result, now)) working.add(scenario);
    } else if (startedAt < (broken.get(scenario) ?? '~')) broken.set(scenario, startedAt);
  }
  const isComplete = !isStarted(head) && head.status !== 'interrupted' && total >= head.summary.total;
  const named = new Set(isComplete ? head.brokenSince.map(({ scenario }) => scenario) : []);
  return new Map<string, ScenarioVerdict>([
    ...[...working].flatMap((scenario) =>
      isComplete && !named.has(scenario) ? [[scenario, 'working'] as const] : [],
    ),
    ...[...broken].map(([scenario, brokenSince]) => [scenario, { brokenSince }] as const),
  ]);
}

function showsThatItWorks(
  { expectsAcceptance, warnings, trace, stages }: TestResult,
  { inResponse }: Pick<BrokenScenario, 'inResponse'>,
): boolean {
  if (expectsAcceptance && warnings.some(({ code }) => code === 'duplicate')) return false;
  if (inResponse) return true;
  const isSearchAt = trace.state === 'verified' || (trace.state === 'skipped' && stages.length > 0);
  return isSearchAt && stages.every(({ required, state }) => !required || state === 'ok' || state === 'slow');
}

interface BrokenParts {
  readonly broken: ReadonlyMap<string, BrokenScenario>;
  /** Results whose traces were read. */
  readonly verified: readonly TestResult[];
  readonly changes: ChangesPort;
  readonly recorder: { readonly results: () => AsyncIterable<TestResult> };
  readonly traces: { readonly api: Parameters<ChangesPort>[0]['deploys'] } | null;
  readonly redact: Redact;
  readonly stop: AbortSignal;
}

/** Each broken scenario with its cause and what changed; what an earlier run found out is replaced. */
export async function withChanges(
  entries: readonly BrokenSince[],
  { broken, verified, changes, recorder, traces, redact, stop }: BrokenParts,
): Promise<readonly BrokenSince[]> {
  const tests = verified.filter(({ verdict }) => verdict === 'broken');
  const found =
    tests.length === 0 || stop.aborted
      ? new Map<string, string>()
      : await changes({ broken: tests, results: recorder.results, deploys: traces?.api ?? null });
  return entries.map(({ scenario, since, sinceRun, runs, lastWorked }) => {
    const { cause = null, traceId } = broken.get(scenario) ?? {};
    const changed = found.get(scenario);
    return {
      ...{ scenario, since, sinceRun, runs, lastWorked },
      ...(cause === null ? {} : { cause: redact(cause, 'sentence') }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(changed === undefined ? {} : { changed: redact(changed, 'sentence') }),
    };
  });
}
