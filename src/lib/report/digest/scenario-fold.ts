/** Folds results into a summary per scenario, one at a time. */
import type { TestResult } from '../../model/result.ts';
import { type LatencyRecorder, type LatencyStats, recordLatency } from './latency.ts';
import { hasWarnings } from './urgency.ts';

/** Scenarios that are summarized; further ones are not. Each takes a histogram of up to 90 KB. */
const SCENARIOS_HELD = 200;

export interface ScenarioSummary {
  readonly name: string;
  readonly tests: number;
  readonly working: number;
  readonly broken: number;
  /** Working, but with a warning, missing data or a retry. */
  readonly withWarnings: number;
  readonly latency: LatencyStats;
}

export interface ScenarioFold {
  readonly add: (result: TestResult) => void;
  /** In the order of their first results. */
  readonly scenarios: () => readonly ScenarioSummary[];
}

export function createScenarioFold(): ScenarioFold {
  const held = new Map<
    string,
    { working: number; broken: number; withWarnings: number; latency: LatencyRecorder }
  >();
  return {
    add: (result) => {
      let counts = held.get(result.scenario);
      if (counts === undefined) {
        if (held.size === SCENARIOS_HELD) return;
        counts = { working: 0, broken: 0, withWarnings: 0, latency: recordLatency({ oneOfMany: true }) };
        held.set(result.scenario, counts);
      }
      counts[result.verdict] += 1;
      if (result.verdict === 'working' && hasWarnings(result)) counts.withWarnings += 1;
      counts.latency.add(result);
    },
    scenarios: () =>
      [...held].map(([name, { working, broken, withWarnings, latency }]) => ({
        ...{ name, working, broken, withWarnings },
        tests: working + broken,
        latency: latency.stats(),
      })),
  };
}
