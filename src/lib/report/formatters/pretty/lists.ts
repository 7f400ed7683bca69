/** WORKING, BROKEN and MISSING DATA of the terminal report: one line each, in the guide's form. */
import type { MissingDataEntry } from '../../../model/report.ts';
import type { TestResult } from '../../../model/result.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { causeBehind, mainMessage } from '../../cause-text.ts';
import { brokenSinceTexts, extentText, retryText } from '../words.ts';
import { NAMES_SHOWN } from './digest.ts';
import { groupedBrokenLines, scenarioLines } from './grouped.ts';
import { heading, LEVEL, message, moreLine, type Page, stuckPlace, testTitle } from './page.ts';

export function workingLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.working;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => [
    { text: `${page.glyphs.ok} `, style: 'green' },
    { text: testTitle(page, test, 'first') },
    ...retrySpans(test),
  ];
  return [
    heading(page, 'working', 'WORKING'),
    ...(count > NAMES_SHOWN
      ? scenarioLines(page)
      : tests.flatMap((test) => layOut(line(test), LEVEL[1], page.screen))),
  ];
}

function retrySpans(test: TestResult): readonly Span[] {
  const text = retryText(test);
  if (text === null) return [];
  return [{ text: ` ${test.flaky ? 'flaky' : 'retried'}: ${text}`, style: 'yellow' }];
}

export function brokenLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.broken;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => {
    const { errors } = test;
    const stuck = stuckPlace(test);
    const others = errors.length > 1 ? ` (+${errors.length - 1} more)` : '';
    return [
      { text: `${page.glyphs.fail} ${testTitle(page, test, 'first')}:`, style: 'red' },
      { text: ` ${message(mainMessage(test) ?? 'no reason recorded')}` },
      ...(stuck === null ? [] : [{ text: `, stuck ${stuck}` }]),
      { text: others, style: 'dim' },
    ];
  };
  return [
    heading(page, 'broken', 'BROKEN'),
    ...(count > NAMES_SHOWN
      ? groupedBrokenLines(page)
      : tests.flatMap((test) => [...layOut(line(test), LEVEL[1], page.screen), ...symptomLines(page, test)])),
    ...sinceLines(page),
  ];
}

/** What the response said, where something else is the cause. */
function symptomLines(page: Page, test: TestResult): readonly string[] {
  const [first] = test.errors;
  if (first === undefined || causeBehind(test) === null) return [];
  return layOut([{ text: message(first.message), style: 'dim' }], LEVEL[2], page.screen);
}

function sinceLines(page: Page): readonly string[] {
  const told = brokenSinceTexts(page.head);
  const shown = told.slice(0, NAMES_SHOWN);
  return [
    ...shown.flatMap((text) => layOut([{ text: '- ', style: 'dim' }, { text }], LEVEL[1], page.screen)),
    ...moreLine(page, told.length - shown.length),
  ];
}

export function missingLines(page: Page): readonly string[] {
  const entries = page.head.missingData;
  if (entries.length === 0) return [];
  const line = (entry: MissingDataEntry): readonly Span[] => [
    { text: `- ${entry.field}`, style: entry.level === 'required' ? 'red' : 'yellow' },
    { text: ` (${extentText(entry, page.head.summary.total)})`, style: 'dim' },
  ];
  const shown = entries.slice(0, NAMES_SHOWN);
  return [
    heading(page, 'missing', 'MISSING DATA'),
    ...shown.flatMap((entry) => layOut(line(entry), LEVEL[1], page.screen)),
    ...moreLine(page, entries.length - shown.length),
  ];
}
