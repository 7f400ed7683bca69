/** What the formats for test views share: how a test and what was not sent are told there. */
import type { ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { countOf } from '../../terminal/quantities.ts';

/** What everything is filed under. */
export const SUITE = 'prod-e2e';

/** The same from run to run: viewers keep history by it. Never with an id or a time in it. */
export function className({ scenario }: Pick<TestResult, 'scenario'>): string {
  return `${SUITE}.${scenario}`;
}

/** `7 planned webhooks were not sent: …`; null when all were. */
export function notSentText({ summary, skippedBecause }: ReportHead): string | null {
  if (summary.skipped === 0) return null;
  const because = skippedBecause === null ? '' : `: ${skippedBecause}`;
  const were = summary.skipped === 1 ? 'was' : 'were';
  return `${countOf(summary.skipped, 'planned webhook')} ${were} not sent${because}`;
}

export function missingTexts({ missingData }: TestResult): readonly string[] {
  return missingData.map(({ field, level }) => `Missing data: ${field} (${level})`);
}
