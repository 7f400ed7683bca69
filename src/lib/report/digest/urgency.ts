/** Which tests come first when not all can be shown, kept or inspected. */
import type { TestResult } from '../../model/result.ts';

export const URGENCIES = ['broken', 'warning', 'passed'] as const;

export type Urgency = (typeof URGENCIES)[number];

export function urgencyOf(result: TestResult): Urgency {
  if (result.verdict === 'broken') return 'broken';
  return hasWarnings(result) ? 'warning' : 'passed';
}

/** Has a warning, missing data or a retry; a broken test may have these as well. */
export function hasWarnings({ warnings, missingData, flaky, attempts }: TestResult): boolean {
  return warnings.length > 0 || missingData.length > 0 || flaky || attempts.length > 1;
}
