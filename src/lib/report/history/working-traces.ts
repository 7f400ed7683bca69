/** The last working tests of scenarios among saved runs, whose traces were read. */
import path from 'node:path';
import type { RunFacts } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { regularSize } from '../store/regular-file.ts';
import { readRunResults } from '../store/results-file.ts';
import { RESULTS_FILE } from '../store/store.ts';
import { readSavedRuns } from './history.ts';
import { isSameKind } from './same-kind.ts';

/** Per scenario: enough to see what varies among working traces. */
const MAX_TESTS = 5;
/** With fewer tests without warnings than this, those with warnings are used, too. */
const MIN_CLEAN_TESTS = 3;
/** Saved runs examined, of any kind, and runs whose results are read. */
const RUNS_EXAMINED = 200;
const RUNS_READ = 20;
/** Largest results file that is read, in bytes (about 0.1 s). */
const MAX_RESULTS_BYTES = 8 * 1_048_576;

/**
 * Scenario → its last working tests in this run and the runs before it, the oldest first, at most 5 of each scenario. Tests
 * without warnings are preferred.
 * @param run.results the results of the run itself
 */
export async function workingTests({
  dataDir,
  run,
  scenarios,
}: {
  readonly dataDir: string;
  readonly run: { readonly head: RunFacts; readonly results: () => AsyncIterable<TestResult> };
  readonly scenarios: ReadonlySet<string>;
}): Promise<ReadonlyMap<string, readonly TestResult[]>> {
  const clean = createNewest(scenarios);
  const all = createNewest(scenarios);
  const take = async (results: AsyncIterable<TestResult>) => {
    for await (const result of results) {
      if (!isWorkingTrace(result)) continue;
      all.add(result);
      if (result.warnings.length === 0) clean.add(result);
    }
    all.endRun();
    clean.endRun();
  };
  await take(run.results());
  let [examined, read] = [0, 0];
  for await (const { folder, head } of readSavedRuns(dataDir, { before: run.head.runId })) {
    if (clean.isFull() || ++examined > RUNS_EXAMINED || read === RUNS_READ) break;
    if (!isSameKind(head, run.head) || !head.scenarios.some((scenario) => scenarios.has(scenario))) continue;
    const size = regularSize(path.join(folder, RESULTS_FILE));
    if (typeof size === 'number' && size > MAX_RESULTS_BYTES) continue;
    read += 1;
    await take(readRunResults(folder));
  }
  return new Map(
    [...scenarios].map((scenario) => {
      const best = clean.tests(scenario);
      return [scenario, best.length >= MIN_CLEAN_TESTS ? best : all.tests(scenario)] as const;
    }),
  );
}

/** Holds the newest tests of each scenario; runs come newest first, the tests of a run oldest first. */
function createNewest(scenarios: ReadonlySet<string>) {
  const held = new Map([...scenarios].map((scenario) => [scenario, [] as TestResult[]] as const));
  const inRun = new Map<string, TestResult[]>();
  const room = (scenario: string) => MAX_TESTS - (held.get(scenario)?.length ?? MAX_TESTS);
  return {
    add: (result: TestResult) => {
      const free = room(result.scenario);
      if (free <= 0) return;
      inRun.set(result.scenario, [...(inRun.get(result.scenario) ?? []), result].slice(-free));
    },
    endRun: () => {
      for (const [scenario, tests] of inRun) held.get(scenario)?.unshift(...tests);
      inRun.clear();
    },
    isFull: () => [...held.keys()].every((scenario) => room(scenario) === 0),
    tests: (scenario: string): readonly TestResult[] => held.get(scenario) ?? [],
  };
}

function isWorkingTrace({ verdict, trace, warnings }: TestResult): boolean {
  return (
    verdict === 'working' && trace.state === 'verified' && !warnings.some(({ code }) => code === 'duplicate')
  );
}
