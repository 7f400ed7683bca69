/** Expected spans that refer to others: one that is expected inside of none would be expected anywhere. */
import { type Fault, nearest } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { BUILT_IN_STAGES } from '../stages/built-in.ts';
import { spansOfStages } from '../stages/stage-spans.ts';

export function spanFaults({ settings, broken, fault }: Checked): readonly Fault[] {
  if (broken.some(([key]) => key === 'stages' || key === 'trace')) return [];
  const spans = settings.trace.expect;
  const ofStages = spansOfStages(settings.stages ?? BUILT_IN_STAGES).map(({ label }) => label);
  return spans.flatMap(({ inside, after, minCount, maxCount }, at) => {
    const others = [...spans.filter((_, other) => other !== at).map(({ label }) => label), ...ofStages];
    const lost = Object.entries({ inside, after }).flatMap(([key, label]) => {
      if (label === null || others.includes(label)) return [];
      const meant = nearest(label, others);
      const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
      const problem = `found ${JSON.stringify(label)}${suggestion}; allowed: ${others.join(', ')}`;
      return [fault(['trace', 'expect', at, key], problem)];
    });
    if (maxCount === null || maxCount >= minCount) return lost;
    const problem = `found ${maxCount}, less than minCount (${minCount}); allowed: at least as many`;
    return [...lost, fault(['trace', 'expect', at, 'maxCount'], problem)];
  });
}
