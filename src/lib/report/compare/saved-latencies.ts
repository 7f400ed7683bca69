/** Latencies of the tests in saved runs: their usual value and how much it varies. Memory is bounded for runs of any size. */
import type { ReportSource } from '../../model/report-source.ts';

/** Results read per run; the first ones are as good as any. */
const RESULTS_READ = 200;
const SCENARIOS_HELD = 200;
const STAGES_HELD = 50;

export interface SavedScenario {
  /** In milliseconds, of working tests. */
  readonly latencies: readonly number[];
  /** In milliseconds, of the stages that were reached. */
  readonly stages: ReadonlyMap<string, readonly number[]>;
}

export type SavedLatencies = ReadonlyMap<string, SavedScenario>;

type Held = { readonly latencies: number[]; readonly stages: Map<string, number[]> };

export async function savedLatencies(
  runs: readonly Pick<ReportSource, 'results'>[],
): Promise<SavedLatencies> {
  const scenarios = new Map<string, Held>();
  for (const { results } of runs) {
    let read = 0;
    for await (const { scenario, verdict, timings, stages } of results()) {
      if (++read > RESULTS_READ) break;
      const held = heldOf(scenarios, scenario);
      if (held === null) continue;
      if (verdict === 'working') held.latencies.push(timings.totalMs);
      for (const { name, state, durationMs } of stages)
        if ((state === 'ok' || state === 'slow') && durationMs !== null) add(held.stages, name, durationMs);
    }
  }
  return scenarios;
}

function heldOf(scenarios: Map<string, Held>, scenario: string): Held | null {
  const known = scenarios.get(scenario);
  if (known !== undefined) return known;
  if (scenarios.size === SCENARIOS_HELD) return null;
  const held: Held = { latencies: [], stages: new Map() };
  scenarios.set(scenario, held);
  return held;
}

function add(stages: Map<string, number[]>, name: string, ms: number): void {
  const known = stages.get(name);
  if (known !== undefined) known.push(ms);
  else if (stages.size < STAGES_HELD) stages.set(name, [ms]);
}
