/** Reads good tests out of saved runs: one with a specimen per scenario, and what varies among all of them. */
import { canonicalJson, tryParseJson } from '../json/text.ts';
import { isJsonObject } from '../model/json.ts';
import type { ReportHead } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';
import { findRun, readRun, readSavedRuns } from '../report/history/history.ts';
import { isSameKind } from '../report/history/same-kind.ts';
import { readRunResults } from '../report/store/results-file.ts';
import { type GoodTest, goodTest } from './scene.ts';

/** Runs read, with the named one: earlier ones only while scenarios or measurements are missing. */
const MAX_RUNS = 5;
/** Good tests that show what varies, and how long stages take. */
const MIN_TESTS = 5;
/** Results read per run. */
const MAX_RESULTS = 1_000;

export interface GoodTests {
  readonly head: ReportHead;
  readonly runIds: readonly string[];
  readonly tests: readonly GoodTest[];
  /** Scenarios without a good test. */
  readonly unmeasured: readonly string[];
  readonly varying: ReadonlySet<string>;
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

/** @throws ProdE2eError if there is no such run */
export async function readGoodTests({
  dataDir,
  reference,
  scenarios,
}: {
  readonly dataDir: string;
  readonly reference: string;
  readonly scenarios: ReadonlySet<string>;
}): Promise<GoodTests> {
  const run = await readRun(await findRun(dataDir, reference));
  const tests = new Map<string, GoodTest>();
  const values = new Map<string, Set<string>>();
  const durations = new Map<string, number[]>();
  let taken = 0;
  const take = async (results: AsyncIterable<TestResult>) => {
    let read = 0;
    for await (const result of results) {
      if (++read > MAX_RESULTS) break;
      if (result.verdict !== 'working' || result.warnings.length > 0) continue;
      taken += 1;
      noteValues(result, values);
      for (const { name, durationMs } of result.stages)
        if (durationMs !== null) durations.set(name, [...(durations.get(name) ?? []), durationMs]);
      const good = goodTest(result);
      if (good !== null && scenarios.has(result.scenario) && !tests.has(result.scenario))
        tests.set(result.scenario, good);
    }
  };
  await take(run.results());
  const runIds = [run.head.runId];
  for await (const { head, folder } of readSavedRuns(dataDir, { before: run.head.runId })) {
    if (runIds.length === MAX_RUNS || (tests.size === scenarios.size && taken >= MIN_TESTS)) break;
    if (head.endedAt === null || !isSameKind(head, run.head)) continue;
    runIds.push(head.runId);
    await take(readRunResults(folder));
  }
  const varying = new Set([...values].filter(([, seen]) => seen.size > 1).map(([field]) => field));
  const unmeasured = [...scenarios].filter((name) => !tests.has(name));
  return { head: run.head, runIds, tests: [...tests.values()], unmeasured, varying, durations };
}

function noteValues({ response, expectsAcceptance }: TestResult, values: Map<string, Set<string>>): void {
  const body = response === null || !expectsAcceptance ? undefined : tryParseJson(response.body);
  if (body === undefined || !isJsonObject(body)) return;
  for (const [field, value] of Object.entries(body)) {
    const seen = values.get(field) ?? new Set();
    // Two values are enough to see that it varies.
    if (seen.size < 2) seen.add(canonicalJson(value));
    values.set(field, seen);
  }
}
