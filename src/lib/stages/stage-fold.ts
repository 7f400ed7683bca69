/** Folds the stages of tests, one test after another, into what a report says about each stage. */
import type { StageResult, StageSummary } from '../model/stage.ts';
import { stuckAt } from './evidence.ts';

export interface StageFold {
  readonly add: (stages: readonly StageResult[]) => void;
  /** In the order in which stages were first met. */
  readonly summaries: () => readonly StageSummary[];
}

export function createStageFold(): StageFold {
  const byName = new Map<string, StageSummary>();
  const count = (name: string, key: StageResult['state'] | 'stuck') => {
    const known = byName.get(name) ?? {
      name,
      ok: 0,
      slow: 0,
      failed: 0,
      missing: 0,
      unverified: 0,
      stuck: 0,
    };
    byName.set(name, { ...known, [key]: known[key] + 1 });
  };
  return {
    add: (stages) => {
      for (const { name, state } of stages) count(name, state);
      const stuck = stuckAt(stages);
      if (stuck !== null) count(stuck, 'stuck');
    },
    summaries: () => [...byName.values()],
  };
}
