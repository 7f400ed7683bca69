/** One line per test: its mark, name and time, and a column per stage where the screen is wide enough. */
import type { TestResult } from '../../../model/result.ts';
import type { StageState } from '../../../model/stage.ts';
import { cell, layOut, type Span } from '../../../terminal/layout.ts';
import { durationText } from '../../../terminal/quantities.ts';
import { glyphsFor, type Style } from '../../../terminal/signs.ts';
import { terminalText } from '../../../terminal/text.ts';
import { graphemesOf, textWidth } from '../../../terminal/width.ts';
import { hasWarnings } from '../../digest/urgency.ts';
import { stateText } from '../words.ts';
import { cutTo, padTo } from './cut.ts';
import { findingsOf, NAMES_SHOWN } from './digest.ts';
import { heading, LEVEL, type Page, type Section, testTitle } from './page.ts';

/** Longer names of tests are cut in a row; they are whole under DETAILED RESULTS. */
const MAX_NAME_COLUMNS = 40;
/** Between the columns of stages. */
const GAP = 2;
/** The shortest beginning of a stage's name that still reminds of it. */
const MIN_LABEL = 4;
const MAX_LABEL = 12;

export interface Matrix {
  readonly markColumns: number;
  readonly nameColumns: number;
  readonly timeColumns: number;
  /** Empty where there are no stages, or where their columns do not fit. */
  readonly stages: readonly { readonly name: string; readonly label: string }[];
}

/** The same for WORKING and BROKEN, so that their columns align. */
export function matrixOf(page: Page): Matrix {
  const { screen, head, digest } = page;
  const tests = [digest.working, digest.broken].flatMap((shown) =>
    shown.count > NAMES_SHOWN ? [] : shown.tests,
  );
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(textWidth));
  const markColumns = widest(Object.values(glyphsFor(screen)).slice(0, 3));
  const timeColumns = widest(tests.map(timeOf));
  const other = 2 + markColumns + 1 + 1 + timeColumns;
  const names = tests.map((test) => terminalText(testTitle(page, test, 'first'), screen));
  const nameColumns = Math.min(MAX_NAME_COLUMNS, screen.columns - other, widest(names));
  const stages = head.stages.map(({ name }) => name);
  const labels = labelsOf(
    stages.map((name) => terminalText(name, screen)),
    screen.columns - other - nameColumns,
  );
  return {
    ...{ markColumns, nameColumns, timeColumns },
    stages: labels.map((label, at) => ({ name: stages[at] ?? '', label })),
  };
}

/** Full names, else first words, last words or beginnings, as long as they differ and fit; empty if none do. */
export function labelsOf(names: readonly string[], columns: number): readonly string[] {
  const words = names.map((name) => name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''));
  const lengths = Array.from({ length: MAX_LABEL - MIN_LABEL + 1 }, (_, at) => MAX_LABEL - at);
  const candidates = [
    names,
    words.map((each, at) => each[0] ?? names[at] ?? ''),
    words.map((each, at) => each.at(-1) ?? names[at] ?? ''),
    ...lengths.map((length) => names.map((name) => graphemesOf(name).slice(0, length).join(''))),
  ];
  const fitting = candidates.find(
    (labels) =>
      new Set(labels).size === names.length &&
      labels.reduce((sum, label) => sum + GAP + textWidth(label), 0) <= columns,
  );
  return fitting ?? [];
}

/** A heading with the names of the stages above their columns. */
export function rowsHeading(
  page: Page,
  { section, title, matrix }: { readonly section: Section; readonly title: string; readonly matrix: Matrix },
): string {
  const { screen } = page;
  const text = heading(page, section, title);
  if (matrix.stages.length === 0) return text;
  const { markColumns, nameColumns, timeColumns } = matrix;
  const start = 2 + markColumns + 1 + nameColumns + 1 + timeColumns;
  const plain = heading({ ...page, screen: { ...screen, color: false } }, section, title);
  const labels = matrix.stages.map(
    ({ label }) => ' '.repeat(GAP) + cell({ text: label, style: 'dim' }, screen),
  );
  return text + ' '.repeat(Math.max(0, start - textWidth(plain))) + labels.join('');
}

/** `✓ ORB_BREAKOUT (SPY)  122 ms  ✓  ✓  ○  ✓  ✓` */
export function testRow(page: Page, matrix: Matrix, test: TestResult): string {
  const { screen } = page;
  const { glyph, style } = testMark(page, test);
  const mark = cell({ text: glyph, style }, screen) + ' '.repeat(matrix.markColumns - textWidth(glyph));
  const name = cutTo(testTitle(page, test, 'first'), matrix.nameColumns, screen);
  const cells = matrix.stages.map(({ name: stage, label }) => {
    const found = stageMark(page, test, stage);
    const left = Math.floor((textWidth(label) - 1) / 2);
    const sign = found === null ? ' ' : cell({ text: found.glyph, style: found.style }, screen);
    return ' '.repeat(GAP + left) + sign + ' '.repeat(textWidth(label) - 1 - left);
  });
  const time = timeOf(test).padStart(matrix.timeColumns);
  return `  ${mark} ${padTo(name, matrix.nameColumns)} ${time}${cells.join('')}`.trimEnd();
}

interface Mark {
  readonly glyph: string;
  readonly style: Style;
}

export function testMark({ glyphs }: Page, test: TestResult): Mark {
  if (test.verdict === 'broken') return { glyph: glyphs.fail, style: 'red' };
  return hasWarnings(test) ? { glyph: glyphs.warn, style: 'yellow' } : { glyph: glyphs.ok, style: 'green' };
}

/** Each takes one column. */
export function stageMarks({
  screen,
  glyphs,
}: Pick<Page, 'screen' | 'glyphs'>): Readonly<Record<StageState, Mark>> {
  const { unicode } = screen;
  return {
    ok: { glyph: unicode ? glyphs.ok : '+', style: 'green' },
    slow: { glyph: glyphs.warn, style: 'yellow' },
    failed: { glyph: glyphs.fail, style: 'red' },
    missing: { glyph: unicode ? '○' : 'o', style: 'red' },
    unverified: { glyph: '?', style: 'yellow' },
    'not-reached': { glyph: unicode ? '·' : '.', style: 'dim' },
  };
}

/** Null for a stage that does not apply to the test. A stage with a warning is not under a plain mark of ok. */
function stageMark(page: Page, test: TestResult, name: string): Mark | null {
  const stage = test.stages.find((each) => each.name === name);
  if (stage === undefined) return null;
  const isNoted = stage.state === 'ok' && findingsOf(test).some((finding) => finding.stage === name);
  return stageMarks(page)[isNoted ? 'slow' : stage.state];
}

function timeOf({ timings }: TestResult): string {
  return durationText(timings.totalMs);
}

const PROBLEMS: readonly StageState[] = ['failed', 'missing', 'slow', 'unverified', 'not-reached'];

/** Where the columns do not fit: `data-enrichment failed; ab-routing, database-save not reached`; no lines if all are ok. */
export function stageTextLines(page: Page, matrix: Matrix, test: TestResult): readonly string[] {
  if (matrix.stages.length > 0) return [];
  const texts = PROBLEMS.flatMap((state) => {
    const names = test.stages.filter((stage) => stage.state === state).map(({ name }) => name);
    return names.length === 0 ? [] : [`${names.join(', ')} ${stateText(state)}`];
  });
  return texts.length === 0 ? [] : layOut([{ text: texts.join('; ') }], LEVEL[2], page.screen);
}

/** Explains the marks of stages that are not obvious and occur in these rows. */
export function legendLines(page: Page, matrix: Matrix, tests: readonly TestResult[]): readonly string[] {
  if (matrix.stages.length === 0) return [];
  const marks = stageMarks(page);
  const states = new Set(tests.flatMap(({ stages }) => stages.map(({ state }) => state)));
  // The text below a test says which stage is missing, and those after the one that failed were not reached.
  const unclear: readonly StageState[] = page.screen.unicode
    ? ['unverified']
    : ['ok', 'failed', 'missing', 'unverified', 'not-reached'];
  const explained = unclear.filter((state) => states.has(state));
  // With ASCII, the mark of ok needs an explanation only beside others.
  if (explained.every((state) => state === 'ok')) return [];
  const spans = explained.flatMap((state): readonly Span[] => [
    { text: marks[state].glyph, style: marks[state].style },
    { text: ` ${stateText(state)}${state === explained.at(-1) ? '' : ', '}`, style: 'dim' },
  ]);
  return layOut(spans, LEVEL[1], page.screen);
}
