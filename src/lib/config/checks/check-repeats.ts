/** What the schema cannot say about sending again: `expectRepeat` says nothing where nothing is sent again. */

import type { LayerConfig } from '../schema/schema.ts';
import { normalizeScenario } from '../settings/scenarios.ts';
import type { PlacedProblem } from './check-tree.ts';

const PROBLEM = 'has no effect without repeat; allowed: together with repeat';

/** Checks the merged configuration: the two may come from different places. */
export function checkRepeats({
  repeat,
  expectRepeat,
  scenarios = [],
}: LayerConfig): readonly PlacedProblem[] {
  const full = scenarios.map(normalizeScenario);
  const anywhere = repeat !== undefined || full.some((scenario) => scenario.repeat !== undefined);
  return [
    ...(expectRepeat !== undefined && !anywhere ? [{ path: ['expectRepeat'], problem: PROBLEM }] : []),
    ...full.flatMap((scenario, at) =>
      scenario.expectRepeat !== undefined && (scenario.repeat ?? repeat) === undefined
        ? [{ path: ['scenarios', at, 'expectRepeat'], problem: PROBLEM }]
        : [],
    ),
  ];
}
