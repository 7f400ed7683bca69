/** Folds results into the scenarios that are broken, since which test, and whether responses show it. Pure. */
import type { TestResult } from '../../model/result.ts';
import { mainMessage } from '../cause-text.ts';

/** Scenarios that are tracked; further ones get no "broken since". */
const SCENARIOS_HELD = 1_000;

export interface BrokenScenario {
  /** When its first broken test was sent. */
  readonly since: string;
  /** Every broken test shows it in its response, so that it would be broken even without traces and probes. */
  readonly inResponse: boolean;
  /** Of its first broken test; null if no reason was recorded. */
  readonly cause: string | null;
  readonly traceId: string;
}

export function createBrokenFold() {
  const scenarios = new Map<
    string,
    Omit<BrokenScenario, 'inResponse'> & { readonly tests: number; readonly inResponse: number }
  >();
  return {
    /** @param by -1 for a result that is being replaced */
    count: (result: TestResult, by: 1 | -1): void => {
      const { scenario, verdict, startedAt } = result;
      if (verdict !== 'broken') return;
      const known = scenarios.get(scenario);
      if (known === undefined && scenarios.size === SCENARIOS_HELD) return;
      const tests = (known?.tests ?? 0) + by;
      const inResponse = (known?.inResponse ?? 0) + (isInResponse(result) ? by : 0);
      const first =
        known === undefined || startedAt <= known.since
          ? { since: startedAt, cause: mainMessage(result), traceId: result.trace.traceId }
          : known;
      if (tests <= 0) scenarios.delete(scenario);
      else scenarios.set(scenario, { ...first, tests, inResponse });
    },
    broken: (): ReadonlyMap<string, BrokenScenario> =>
      new Map(
        [...scenarios].map(([scenario, { tests, inResponse, ...first }]) => [
          scenario,
          { ...first, inResponse: inResponse === tests },
        ]),
      ),
  };
}

/** At least one error comes neither from the trace nor from a stage. */
function isInResponse({ errors, trace }: TestResult): boolean {
  return errors.some(
    ({ stage, code, message }) =>
      stage === undefined && !trace.findings.some((of) => of.code === code && of.message === message),
  );
}
