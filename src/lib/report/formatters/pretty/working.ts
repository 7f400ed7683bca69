/** WORKING in the terminal report: a line per test, those with warnings last, or per scenario in a large run. */
import type { TestResult } from '../../../model/result.ts';
import { cell, layOut, type Span } from '../../../terminal/layout.ts';
import { countOf, numberText } from '../../../terminal/quantities.ts';
import { textWidth } from '../../../terminal/width.ts';
import { mainMessage } from '../../cause-text.ts';
import { hasWarnings } from '../../digest/urgency.ts';
import { retryText } from '../words.ts';
import { cutTo, layOutWithin, padTo } from './cut.ts';
import { findingsOf, NAMES_SHOWN } from './digest.ts';
import { byKind, missingText } from './groups.ts';
import { legendLines, type Matrix, matrixOf, rowsHeading, stageTextLines, testRow } from './matrix.ts';
import { heading, LEVEL, message, type Page } from './page.ts';
import { stepsFor } from './steps.ts';

/** For the mark and the counts beside the name of a scenario. */
const COUNT_COLUMNS = 30;
/** Warnings shown of one test. */
const WARNINGS_OF_TEST = 2;
/** Scenarios and kinds of warnings listed of a run whose tests are grouped. */
const SCENARIOS_SHOWN = 6;
const WARNINGS_SHOWN = 2;

export function workingLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.working;
  if (count === 0) return [];
  if (count > NAMES_SHOWN) {
    return [heading(page, 'working', 'WORKING'), ...scenarioLines(page), ...warningGroupLines(page)];
  }
  const matrix = matrixOf(page);
  const warned = byKind(tests.filter(hasWarnings));
  return [
    rowsHeading(page, { section: 'working', title: 'WORKING', matrix }),
    ...tests.filter((test) => !hasWarnings(test)).flatMap((test) => rowLines(page, matrix, test)),
    ...warned.flatMap((alike) => [
      ...alike.flatMap((test) => rowLines(page, matrix, test)),
      ...warningLines(page, alike),
    ]),
    // BROKEN follows and ends with it.
    ...(page.digest.broken.count > 0 ? [] : legendLines(page, matrix, tests)),
  ];
}

function rowLines(page: Page, matrix: Matrix, test: TestResult): readonly string[] {
  return [testRow(page, matrix, test), ...stageTextLines(page, matrix, test)];
}

/** What these tests are warned of, and what to do, once. */
function warningLines(page: Page, alike: readonly TestResult[]): readonly string[] {
  const [first] = alike;
  if (first === undefined) return [];
  // If tests are broken, they come first; the full report has all warnings and advice.
  const isBrief = page.digest.broken.count > 0;
  const { cause } = first;
  // The finding of a stage and its cause are about the same.
  const findings = findingsOf(first).filter(({ stage }) => stage === undefined || stage !== cause?.stage);
  const main = mainMessage(first);
  const all = [...new Set([...(main === null ? [] : [main]), ...findings.map((each) => each.message)])];
  const shown = all.slice(0, isBrief ? 1 : WARNINGS_OF_TEST);
  const hidden = all.length - shown.length;
  const missing = all.length === 0 && first.missingData.length > 0 ? [missingText(first.missingData)] : [];
  const retried = retryText(first);
  const retry = retried === null ? [] : [`${first.flaky ? 'flaky' : 'retried'}: ${retried}`];
  const count = alike.length > 1 ? `${alike.length} tests: ` : '';
  const texts = [...shown, ...missing, ...retry];
  const [step] = isBrief ? [] : stepsFor(page, first);
  return [
    ...texts.flatMap((text, at) => {
      const more = hidden > 0 && at === shown.length - 1 ? ` (+${hidden} more)` : '';
      const spans: readonly Span[] = [
        { text: `${at === 0 ? count : ''}${message(text)}` },
        { text: more, style: 'dim' },
      ];
      return layOut(spans, LEVEL[2], page.screen);
    }),
    ...(step === undefined
      ? []
      : layOut([{ text: `${page.glyphs.hint} ${step}`, style: 'dim' }], LEVEL[2], page.screen)),
  ];
}

/** `✓ ORB_BREAKOUT  19,800 of 20,000` for each scenario with a working test. */
function scenarioLines(page: Page): readonly string[] {
  const { screen, glyphs } = page;
  const works = [...page.digest.scenarios].filter(([, { working }]) => working > 0);
  const shown = works.slice(0, page.full ? NAMES_SHOWN : SCENARIOS_SHOWN);
  const names = shown.map(([scenario]) => cutTo(scenario, screen.columns - COUNT_COLUMNS, screen));
  const columns = Math.max(0, ...names.map(textWidth));
  return [
    ...shown.map(([, { working, tests }], at) => {
      const counts = `${numberText(working)} of ${numberText(tests)}`;
      return `  ${cell({ text: glyphs.ok, style: 'green' }, screen)} ${padTo(names[at] ?? '', columns)}  ${counts}`;
    }),
    ...andMore(page, works.length - shown.length, 'more scenario'),
  ];
}

/** The commonest warnings of a run whose tests are grouped. */
function warningGroupLines(page: Page): readonly string[] {
  const { glyphs, screen } = page;
  const warned = page.digest.groups.filter(({ urgency }) => urgency === 'warning');
  const shown = warned.slice(0, page.full ? NAMES_SHOWN : WARNINGS_SHOWN);
  return [
    ...shown.flatMap(({ count, message: text, varied }) => {
      const times = `${numberText(count)} ${screen.unicode ? '×' : 'x'}`;
      const spans = [
        { text: glyphs.warn, style: 'yellow' } as const,
        { text: ` ${times} ${text}${varied ? ' (and similar)' : ''}` },
      ];
      return layOutWithin(spans, { at: LEVEL[1], most: 2, screen });
    }),
    ...andMore(page, warned.length - shown.length, 'more kind of warning', 'more kinds of warnings'),
  ];
}

function andMore(
  { glyphs, screen }: Page,
  ...[count, one, many]: Parameters<typeof countOf>
): readonly string[] {
  if (count <= 0) return [];
  return layOut(
    [{ text: `${glyphs.more} and ${countOf(count, one, many)}`, style: 'dim' }],
    LEVEL[1],
    screen,
  );
}
