/** What is wrong with a test, in one line: what broke, at which stage, and why. The first words of reports and messages about it. */
import type { TestResult } from '../../model/result.ts';
import { causeText, causeWords } from '../cause-text.ts';
import { urgencyOf } from '../digest/urgency.ts';
import { namesText } from './headline.ts';
import { problemText } from './pretty/groups.ts';
import { stuckPlace } from './pretty/page.ts';

/**
 * `CHOP is broken at data-enrichment: fetch-gex-data: the provider answered 503`, `CHOP has a warning: …`.
 * @param names of the scenarios with this problem
 * @param test the first of their tests
 */
export function problemLine(names: readonly string[], test: TestResult): string {
  const isOne = names.length === 1;
  if (urgencyOf(test) !== 'broken')
    return `${namesText(names)} ${isOne ? 'has' : 'have'} a warning: ${problemText(test) ?? ''}`;
  const place = stuckPlace(test) ?? causePlace(test);
  return `${namesText(names)} ${isOne ? 'is' : 'are'} broken${place === null ? '' : ` ${place}`}: ${reasonText(test)}`;
}

/** For a test that has a cause in a stage, but is not stuck at one. */
function causePlace({ cause }: TestResult): string | null {
  const stage = cause?.stage ?? null;
  return stage === null ? null : `at ${stage}`;
}

/** Without the stage if the place names it. */
function reasonText(test: TestResult): string {
  const { cause, stuckAt } = test;
  if (cause === null) return problemText(test) ?? 'no reason recorded';
  const isNamed = cause.stage === null || stuckAt === null || stuckAt.stage === cause.stage;
  return isNamed ? causeWords(cause) : causeText(cause);
}
