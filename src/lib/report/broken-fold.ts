/** Folds results, one by one, into which scenarios are broken, and since which test. Pure. */
import type { TestResult } from '../model/result.ts';

/** Scenarios told apart; of further ones it is not said since when they are broken. */
const SCENARIOS_HELD = 1_000;

export function createBrokenFold() {
  const scenarios = new Map<string, { readonly since: string; readonly tests: number }>();
  return {
    /** @param by -1 for a result that is replaced */
    count: ({ scenario, verdict, startedAt }: TestResult, by: 1 | -1): void => {
      if (verdict !== 'broken') return;
      const known = scenarios.get(scenario);
      if (known === undefined && scenarios.size === SCENARIOS_HELD) return;
      const tests = (known?.tests ?? 0) + by;
      const since = known === undefined || startedAt < known.since ? startedAt : known.since;
      if (tests <= 0) scenarios.delete(scenario);
      else scenarios.set(scenario, { since, tests });
    },
    /** Scenario → when its first broken test was sent. */
    broken: (): ReadonlyMap<string, string> =>
      new Map([...scenarios].map(([scenario, { since }]) => [scenario, since])),
  };
}
