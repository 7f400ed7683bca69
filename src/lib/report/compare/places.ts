/** What a change is about, in words. */
import { countOf } from '../../terminal/quantities.ts';
import type { Change, Comparison } from './comparison.ts';

/** What a finding about a regression begins with. */
export function worseThan(runId: string): string {
  return `Worse than run ${runId}`;
}

/** `CHOP`, `CHOP at ab-routing`, `ab-routing`, `all scenarios` */
export function placeOf({ scenario, stage }: Pick<Change, 'scenario' | 'stage'>): string {
  if (stage === null) return scenario ?? 'all scenarios';
  return scenario === null ? stage : `${scenario} at ${stage}`;
}

/** `base`, `12 saved runs` */
export function savedText({ saved }: Comparison): string {
  return saved.length < 2 ? 'base' : countOf(saved.length, 'saved run');
}

export function nothingText({ base }: Comparison): string {
  return `nothing was compared: run ${base.runId} has no working test of any scenario of the head`;
}
