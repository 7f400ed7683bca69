/** What the traces of broken scenarios show that those of their last working tests do not. */
import type { RunFacts } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { changedText } from '../../trace/diff/diff-text.ts';
import { diffTraces } from '../../trace/diff/diff-traces.ts';
import { diffTraceOf } from '../../trace/diff/saved-trace.ts';
import { mainMessage } from '../cause-text.ts';
import { workingTests } from './working-traces.ts';

/** For the broken tests of a run whose traces were read: scenario → what changed, in one line. Never throws. */
export type ChangesPort = (
  broken: readonly TestResult[],
  results: () => AsyncIterable<TestResult>,
) => Promise<ReadonlyMap<string, string>>;

/** Further scenarios are broken by what broke these. */
const MAX_SCENARIOS = 20;
/** Broken tests compared per scenario; more would not change the line. */
const MAX_TESTS = 5;

export function changesOf(dataDir: string, facts: RunFacts): ChangesPort {
  return async (broken, results) => {
    const scenarios = [...new Set(broken.map(({ scenario }) => scenario))].slice(0, MAX_SCENARIOS);
    if (scenarios.length === 0) return new Map();
    try {
      const working = await workingTests({
        dataDir,
        run: { head: facts, results },
        scenarios: new Set(scenarios),
      });
      return new Map(
        scenarios.flatMap((scenario) => {
          const text = changeOf(
            broken.filter((test) => test.scenario === scenario),
            working.get(scenario) ?? [],
          );
          return text === null ? [] : [[scenario, text] as const];
        }),
      );
    } catch {
      // The line is a help; a saved run that cannot be read must not end this one.
      return new Map();
    }
  };
}

/** Of the tests that are broken for the same reason as the first. */
function changeOf(broken: readonly TestResult[], working: readonly TestResult[]): string | null {
  const [first] = broken;
  if (first === undefined) return null;
  const alike = broken.filter((test) => mainMessage(test) === mainMessage(first)).slice(0, MAX_TESTS);
  return changedText(diffTraces(working.map(diffTraceOf), alike.map(diffTraceOf)));
}
