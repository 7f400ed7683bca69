/** What the formats for test views share: how a test, its place and what was not sent are shown there. */
import type { ReportHead, ScenarioSource } from '../../model/report.ts';
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

export interface Place {
  readonly file: string;
  /** Null where it is not known. */
  readonly line: number | null;
}

/** Null for a scenario that stands in no file: a built-in one, or one that a replayed payload named. */
export function placeOf(source: ScenarioSource | undefined, scenario: string): Place | null {
  if (source === undefined || !Object.hasOwn(source.lines, scenario)) return null;
  return { file: source.file, line: source.lines[scenario] ?? null };
}
