/** Folds results, one by one, into which scenarios are broken, since which test, and where that shows. Pure. */
import type { TestResult } from '../../model/result.ts';

/** Scenarios that are held; further ones do not get the time since when they are broken. */
const SCENARIOS_HELD = 1_000;

export interface BrokenScenario {
  /** When its first broken test was sent. */
  readonly since: string;
  /** Each of its broken tests shows it in the response; without a look into traces and probes it would be broken as well. */
  readonly inResponse: boolean;
}

export function createBrokenFold() {
  const scenarios = new Map<
    string,
    { readonly since: string; readonly tests: number; readonly inResponse: number }
  >();
  return {
    /** @param by -1 for a result that is replaced */
    count: (result: TestResult, by: 1 | -1): void => {
      const { scenario, verdict, startedAt } = result;
      if (verdict !== 'broken') return;
      const known = scenarios.get(scenario);
      if (known === undefined && scenarios.size === SCENARIOS_HELD) return;
      const tests = (known?.tests ?? 0) + by;
      const inResponse = (known?.inResponse ?? 0) + (isInResponse(result) ? by : 0);
      const since = known === undefined || startedAt < known.since ? startedAt : known.since;
      if (tests <= 0) scenarios.delete(scenario);
      else scenarios.set(scenario, { since, tests, inResponse });
    },
    broken: (): ReadonlyMap<string, BrokenScenario> =>
      new Map(
        [...scenarios].map(([scenario, { since, tests, inResponse }]) => [
          scenario,
          { since, inResponse: inResponse === tests },
        ]),
      ),
  };
}

/** One of the errors is neither of its trace nor of a stage. */
function isInResponse({ errors, trace }: TestResult): boolean {
  return errors.some(
    ({ stage, code, message }) =>
      stage === undefined && !trace.findings.some((of) => of.code === code && of.message === message),
  );
}
