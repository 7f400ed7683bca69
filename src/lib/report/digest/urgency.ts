/** Which tests to show first, where not all can be shown, held or inspected. */
import type { TestResult } from '../../model/result.ts';

export const URGENCIES = ['broken', 'doubtful', 'fine'] as const;

export type Urgency = (typeof URGENCIES)[number];

export function urgencyOf(result: TestResult): Urgency {
  if (result.verdict === 'broken') return 'broken';
  return hasWarnings(result) ? 'doubtful' : 'fine';
}

/** With a warning, missing data, or a pass only after a retry; a broken test may be that as well. */
export function hasWarnings({ warnings, missingData, flaky, attempts }: TestResult): boolean {
  return warnings.length > 0 || missingData.length > 0 || flaky || attempts.length > 1;
}
