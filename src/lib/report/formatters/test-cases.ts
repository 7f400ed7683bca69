/** Shared by the formats for test viewers: how they show the run, a test, its location and webhooks that were not sent. */
import type { ReportHead, ScenarioSource } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { countOf } from '../../terminal/quantities.ts';
import { factLine, factsOf, furtherMessages } from './facts.ts';
import { headlineText } from './headline.ts';
import { digest } from './pretty/digest.ts';
import { problemLine } from './problem-line.ts';

/** The suite of all tests. */
export const SUITE = 'prod-e2e';

/** Stable across runs, because viewers keep history by it: no id or time in it. */
export function className({ scenario }: Pick<TestResult, 'scenario'>): string {
  return `${SUITE}.${scenario}`;
}

/** `7 planned webhooks were not sent: …`; null if all were sent. */
export function notSentText({ summary, skippedBecause }: ReportHead): string | null {
  if (summary.skipped === 0) return null;
  const because = skippedBecause === null ? '' : `: ${skippedBecause}`;
  const were = summary.skipped === 1 ? 'was' : 'were';
  return `${countOf(summary.skipped, 'planned webhook')} ${were} not sent${because}`;
}

export function missingTexts({ missingData }: TestResult): readonly string[] {
  return missingData.map(({ field, level }) => `Missing data: ${field} (${level})`);
}

/** What is known about a broken test, one line each: the cause first, then since, changed, issue, trace and the command to open it. */
export function failureLines(
  result: TestResult,
  { head, savedAs }: Pick<ReportSource, 'head' | 'savedAs'>,
): readonly string[] {
  const scenarios = [result.scenario];
  return [
    problemLine(scenarios, result),
    ...factsOf(result, { head, savedAs, scenarios }).map(factLine),
    ...furtherMessages(result, result.errors),
    ...missingTexts(result),
  ];
}

/** `CHOP is broken at data-enrichment; 4 of 5 webhooks work`. @param add sees every result */
export async function headlineOf(
  source: ReportSource,
  add: (result: TestResult) => void = () => {},
): Promise<string> {
  const seen = await digest({
    ...source,
    results: async function* () {
      for await (const result of source.results()) {
        add(result);
        yield result;
      }
    },
  });
  return headlineText({ head: source.head, digest: seen });
}

export interface Place {
  readonly file: string;
  /** Null if unknown. */
  readonly line: number | null;
}

/** Null for a scenario that is in no file: built in, or named by a replayed payload. */
export function placeOf(source: ScenarioSource | undefined, scenario: string): Place | null {
  if (source === undefined || !Object.hasOwn(source.lines, scenario)) return null;
  return { file: source.file, line: source.lines[scenario] ?? null };
}
