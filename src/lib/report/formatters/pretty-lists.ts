/** WORKING, BROKEN and MISSING DATA of the terminal report: one line each, in the guide's form. */
import type { MissingDataEntry } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { NAMES_SHOWN } from './pretty-digest.ts';
import { groupedBrokenLines, scenarioLines } from './pretty-grouped.ts';
import { heading, LEVEL, message, moreLine, type Page, stuckAt, testTitle } from './pretty-page.ts';
import { brokenSinceTexts, extentText } from './words.ts';

export function workingLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.working;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => [
    { text: `${page.glyphs.ok} `, style: 'green' },
    { text: testTitle(page, test, 'first') },
    ...(test.flaky ? [{ text: ' flaky: passed after a retry', style: 'yellow' } as const] : []),
  ];
  return [
    heading(page, 'working', 'WORKING'),
    ...(count > NAMES_SHOWN
      ? scenarioLines(page)
      : tests.flatMap((test) => layOut(line(test), LEVEL[1], page.screen))),
  ];
}

export function brokenLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.broken;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => {
    const { errors } = test;
    const stuck = stuckAt(test);
    const others = errors.length > 1 ? ` (+${errors.length - 1} more)` : '';
    return [
      { text: `${page.glyphs.fail} ${testTitle(page, test, 'first')}:`, style: 'red' },
      { text: ` ${message(errors[0]?.message ?? 'no reason recorded')}` },
      ...(stuck === null ? [] : [{ text: `, stuck at ${stuck.name}` }]),
      { text: others, style: 'dim' },
    ];
  };
  return [
    heading(page, 'broken', 'BROKEN'),
    ...(count > NAMES_SHOWN
      ? groupedBrokenLines(page)
      : tests.flatMap((test) => layOut(line(test), LEVEL[1], page.screen))),
    ...sinceLines(page),
  ];
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
