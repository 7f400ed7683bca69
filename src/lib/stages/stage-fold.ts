/** Folds the stages of tests, one test after another, into the report's summary of each stage. */

import { countKey, type StageCount } from '../model/report-source.ts';
import type { StageResult, StageSummary, StuckAt } from '../model/stage.ts';

export interface StageFold {
  readonly add: (test: { readonly stages: readonly StageResult[]; readonly stuckAt: StuckAt | null }) => void;
  /** In the order in which stages were first met. */
  readonly summaries: () => readonly StageSummary[];
}

export function createStageFold(): StageFold {
  const byName = new Map<string, StageSummary>();
  const count = (name: string, key: StageCount) => {
    const known = byName.get(name) ?? {
      ...{ name, ok: 0, slow: 0, failed: 0, missing: 0 },
      ...{ unverified: 0, notReached: 0, stuck: 0 },
    };
    byName.set(name, { ...known, [key]: known[key] + 1 });
  };
  return {
    add: ({ stages, stuckAt }) => {
      for (const { name, state } of stages) count(name, countKey(state));
      if (stuckAt !== null) count(stuckAt.stage, 'stuck');
    },
    summaries: () => [...byName.values()],
  };
}
