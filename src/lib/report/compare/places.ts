/** What a change is about, in words. */
import type { Change } from './comparison.ts';

/** `CHOP`, `CHOP at ab-routing`, `ab-routing`, `all scenarios` */
export function placeOf({ scenario, stage }: Pick<Change, 'scenario' | 'stage'>): string {
  if (stage === null) return scenario ?? 'all scenarios';
  return scenario === null ? stage : `${scenario} at ${stage}`;
}
