/** What a saved run says about scenarios: broken, working, or nothing, since it did not test them. */
import type { ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import type { BrokenScenario } from '../digest/broken-fold.ts';
import { readRunResults } from '../store/results-file.ts';
import { isStarted } from '../store/saved-head.ts';
import type { StartedRun } from '../store/store.ts';

export type ScenarioVerdict = { readonly brokenSince: string } | 'working';

/**
 * A broken test is one in any run. That all tests of a scenario work is said only by a run that came to its end and has all of
 * its results; what it did not send, or what was a duplicate, is not tested.
 * @param scenarios those that are asked for, with where they are broken now: what shows only in traces and probes works only
 *   where those were looked at
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
  const isWhole = !isStarted(head) && head.status !== 'interrupted' && total >= head.summary.total;
  const named = new Set(isWhole ? head.brokenSince.map(({ scenario }) => scenario) : []);
  return new Map<string, ScenarioVerdict>([
    ...[...working].flatMap((scenario) =>
      isWhole && !named.has(scenario) ? [[scenario, 'working'] as const] : [],
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
  const isLookedAt = trace.state === 'verified' || (trace.state === 'skipped' && stages.length > 0);
  return isLookedAt && stages.every(({ required, state }) => !required || state === 'ok' || state === 'slow');
}
