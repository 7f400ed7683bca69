/** What a change is about, in words. */
import type { Change } from './comparison.ts';

/** What a finding about a regression begins with. */
export function worseThan(runId: string): string {
  return `Worse than run ${runId}`;
}

/** `CHOP`, `CHOP at ab-routing`, `ab-routing`, `all scenarios` */
export function placeOf({ scenario, stage }: Pick<Change, 'scenario' | 'stage'>): string {
  if (stage === null) return scenario ?? 'all scenarios';
  return scenario === null ? stage : `${scenario} at ${stage}`;
}
