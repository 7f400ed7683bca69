/** How many tests of a plan belong to each scenario. */
import type { PlannedScenario } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';

/**
 * @param turn scenario names in the order of one turn
 * @param which every `step`th test from number `first` on, `tests` in all
 */
export function countByScenario(
  turn: readonly string[],
  which: { readonly first: number; readonly step: number; readonly tests: number },
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < which.tests; at++) {
    const name = turn[(which.first - 1 + at * which.step) % turn.length];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

export function plannedScenarios({ scenarios, testsPerScenario }: Plan): readonly PlannedScenario[] {
  const planned = [...new Set(scenarios)].map((name) => ({
    name,
    tests: testsPerScenario === null ? null : (testsPerScenario.get(name) ?? 0),
  }));
  // A shard may have no test of a scenario.
  return planned.filter(({ tests }) => tests !== 0);
}
