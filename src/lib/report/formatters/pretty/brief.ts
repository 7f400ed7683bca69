/** DETAILED RESULTS in the terminal report: status, test id and trace id of a test in two lines. */
import type { TestResult } from '../../../model/result.ts';
import { cell, layOut, type Span } from '../../../terminal/layout.ts';
import { numberText } from '../../../terminal/quantities.ts';
import { textWidth } from '../../../terminal/width.ts';
import { cutTo, padTo } from './cut.ts';
import { LARGE_RUN } from './digest.ts';
import { testMark } from './matrix.ts';
import { heading, moreLine, type Page, testTitle } from './page.ts';

/** Tests shown of a large run: the first of each of the commonest failures and warnings. */
const SHOWN_OF_MANY = 3;
const MAX_NAME_COLUMNS = 40;
/** For the indent, the mark and the gaps. */
const OTHER_COLUMNS = 9;
/** Below the number of the test. */
const DETAIL = { indent: 7, hang: 9 } as const;

export function briefLines(page: Page): readonly string[] {
  const { detailed, count } = page.digest;
  if (count === 0) return [];
  const shown = count > LARGE_RUN ? detailed.slice(0, SHOWN_OF_MANY) : detailed;
  const statusColumns = Math.max(...shown.map((test) => statusOf(test).length));
  const room = page.screen.columns - statusColumns - OTHER_COLUMNS;
  const names = shown.map((test) => nameOf(page, test, Math.min(MAX_NAME_COLUMNS, room)));
  const nameColumns = Math.max(...names.map(textWidth));
  return [
    heading(page, 'details', 'DETAILED RESULTS'),
    ...shown.flatMap((test, at) =>
      testLines(page, test, [padTo(names[at] ?? '', nameColumns), statusOf(test).padEnd(statusColumns)]),
    ),
    ...moreLine(page, count - shown.length),
  ];
}

function nameOf(page: Page, test: TestResult, columns: number): string {
  return cutTo(`${test.index}. ${testTitle(page, test, 'none')}`, columns, page.screen);
}

function statusOf({ response }: TestResult): string {
  return response === null ? 'no response' : `HTTP ${response.status}`;
}

function testLines(page: Page, test: TestResult, columns: readonly string[]): readonly string[] {
  const { screen } = page;
  const { glyph, style } = testMark(page, test);
  const id = cell({ text: `test ${test.testId}` }, screen);
  const plain = ['', glyph, ...columns].join('  ');
  const start = `  ${cell({ text: glyph, style }, screen)} ${columns.join('  ')}`;
  // An id is not wrapped, so that it can be copied.
  const fits = textWidth(plain) + 2 + textWidth(id) <= screen.columns;
  return [
    fits ? `${start}  ${id}` : start.trimEnd(),
    ...layOut(traceSpans(page, test), DETAIL, screen),
    ...(fits ? [] : layOut([{ text: 'Test ID: ' }, { text: test.testId, unbroken: true }], DETAIL, screen)),
  ];
}

function traceSpans({ digest }: Page, test: TestResult): readonly Span[] {
  const { traceId, url, state } = test.trace;
  const alike = digest.groups.find(({ first }) => first === test)?.count ?? 1;
  const notes = [
    ...(test.from === undefined ? [] : [test.from]),
    ...(state === 'unverified' ? ['unverified'] : []),
    ...(digest.count > LARGE_RUN && alike > 1 ? [`one of ${numberText(alike)} like it`] : []),
  ];
  return [
    { text: 'Sentry Trace: ' },
    { text: traceId, unbroken: true, ...(url === null ? {} : { link: url }) },
    ...(notes.length === 0 ? [] : [{ text: ` (${notes.join('; ')})`, style: 'dim' } as const]),
  ];
}
