/** What the schema cannot say about keys beside each other: those that would be ignored without a word. */

import type { LayerConfig } from '../schema/schema.ts';
import type { PlacedProblem } from './check-tree.ts';

/** Checks the merged configuration. */
export function checkEffects(config: LayerConfig): readonly PlacedProblem[] {
  return [...checkStageNames(config), ...checkCertificate(config)];
}

function checkStageNames({ stages = [] }: LayerConfig): readonly PlacedProblem[] {
  const names = stages.map(({ name }) => name);
  return names.flatMap((name, at) => {
    const first = names.indexOf(name);
    if (first === at) return [];
    const problem = `found ${JSON.stringify(name)}, the name of stages[${first}] too; allowed: a name of its own`;
    return [{ path: ['stages', at, 'name'], problem }];
  });
}

/** One without the other is not shown to the target. */
function checkCertificate({ tls }: LayerConfig): readonly PlacedProblem[] {
  if ((tls?.cert === undefined) === (tls?.key === undefined)) return [];
  const [given, lacks] = tls?.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
  return [{ path: ['tls', given], problem: `has no effect without tls.${lacks}; allowed: both together` }];
}
