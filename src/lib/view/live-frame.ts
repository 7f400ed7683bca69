/** What a terminal shows while a run works: one line for each scenario, one for all of them, and what is awaited. */
import { layOut } from '../terminal/layout.ts';
import { numberText } from '../terminal/quantities.ts';
import { glyphsFor, styled } from '../terminal/signs.ts';
import { terminalText } from '../terminal/text.ts';
import { textWidth } from '../terminal/width.ts';
import { outcomeGlyph } from './progress-lines.ts';
import { type Counts, doneOf, type ScenarioState } from './run-state.ts';
import { cutEnd, padTo } from './trace/page.ts';
import { elapsed } from './wait-lines.ts';

export interface FrameScreen {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

export interface FrameContent {
  readonly scenarios: readonly ScenarioState[];
  readonly total: Counts;
  readonly elapsedMs: number;
  /** What the run does or waits for. */
  readonly status: readonly string[];
}

/** Wider lines are harder to follow. */
const MAX_COLUMNS = 120;
/** On narrower screens, a status takes more lines. */
const USUAL_COLUMNS = 79;
const MAX_SCENARIOS = 20;
const INDENT = '  ';
const GAP = '  ';
const BAR_COLUMNS = { min: 8, max: 30 } as const;
/** The longest usual label of the line of totals; names get at least its width. */
const LONGEST_TOTAL = 'Total, 99 min 59 s';

/** The number of lines depends only on the screen and on the number of scenarios. */
export function frameLines(content: FrameContent, screen: FrameScreen): readonly string[] {
  // The last column stays free: some terminals wrap after it.
  const columns = Math.min(screen.columns - 1, MAX_COLUMNS);
  // The cursor needs a line below the frame.
  const rows = Math.max(1, screen.rows - 1);
  const forStatus = Math.max(0, Math.min(columns >= USUAL_COLUMNS ? 4 : 5, rows - 1));
  const { shown, folded } = fold(content.scenarios, Math.min(MAX_SCENARIOS, rows - 1 - forStatus));
  const spinner = spinnerAt(content.elapsedMs, screen);
  const labels = [
    LONGEST_TOTAL,
    ...shown.map(({ name }) => name),
    ...(folded === null ? [] : [folded.label]),
  ];
  const row = createRow({ labels, tests: content.total.tests ?? 0 }, { columns, screen });
  return [
    ...shown.map((each) => row({ mark: markOf(each, { spinner, screen }), label: each.name, counts: each })),
    ...(folded === null ? [] : [row({ mark: ' ', label: folded.label, counts: folded.counts })]),
    row({ mark: spinner, label: `Total, ${elapsed(content.elapsedMs)}`, counts: content.total }),
    ...statusLines(content.status, { columns, rows: forStatus, screen }),
  ];
}

function fold(
  scenarios: readonly ScenarioState[],
  limit: number,
): {
  readonly shown: readonly ScenarioState[];
  readonly folded: { readonly label: string; readonly counts: Counts } | null;
} {
  if (scenarios.length <= limit) return { shown: scenarios, folded: null };
  if (limit < 1) return { shown: [], folded: null };
  const shown = scenarios.slice(0, limit - 1);
  const rest = scenarios.slice(limit - 1);
  const label = shown.length === 0 ? `${rest.length} scenarios` : `and ${rest.length} more scenarios`;
  return { shown, folded: { label, counts: sumOf(rest) } };
}

function sumOf(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({
    tests: a.tests === null || b.tests === null ? null : a.tests + b.tests,
    sent: a.sent + b.sent,
    passed: a.passed + b.passed,
    warned: a.warned + b.warned,
    broken: a.broken + b.broken,
  }));
}

interface Row {
  readonly mark: string;
  readonly label: string;
  readonly counts: Counts;
}

const OUTCOMES = ['passed', 'warned', 'broken'] as const;

/** Every row has the same columns, however far the run is. */
function createRow(
  { labels, tests }: { readonly labels: readonly string[]; readonly tests: number },
  { columns, screen }: { readonly columns: number; readonly screen: FrameScreen },
): (row: Row) => string {
  const { more } = glyphsFor(screen);
  const widthOf = (outcome: (typeof OUTCOMES)[number]) =>
    textWidth(outcomeGlyph(outcome, { ...screen, color: false }));
  const markColumns = Math.max(...OUTCOMES.map(widthOf));
  const digits = numberText(tests).length;
  const countColumns = 2 * digits + 1;
  const room = columns - INDENT.length - markColumns - 1 - GAP.length - countColumns;
  const roomBeside = (outcomes: readonly (typeof OUTCOMES)[number][]) =>
    room - outcomes.reduce((sum, each) => sum + GAP.length + widthOf(each) + 1 + digits, 0);
  // A narrow screen leaves out results that need no attention first.
  const shown = [0, 1, 2]
    .map((from) => OUTCOMES.slice(from))
    .find((outcomes) => roomBeside(outcomes) >= LONGEST_TOTAL.length);
  const outcomes = shown ?? [];
  const wanted = Math.max(...labels.map((label) => textWidth(terminalText(label, screen))));
  const nameColumns = Math.max(1, Math.min(wanted, roomBeside(outcomes)));
  const barRoom = roomBeside(outcomes) - nameColumns - GAP.length;
  const barColumns = barRoom < BAR_COLUMNS.min ? 0 : Math.min(barRoom, BAR_COLUMNS.max);
  return ({ mark, label, counts }) => {
    const name = cutEnd(terminalText(label, screen), { columns: nameColumns, more });
    return [
      `${INDENT}${padTo(mark, markColumns)} ${padTo(name, nameColumns)}`,
      ...(barColumns === 0 ? [] : [barOf(counts, { columns: barColumns, screen })]),
      countText(counts).padStart(countColumns),
      ...outcomes.map((outcome) =>
        counts[outcome] === 0
          ? ' '.repeat(widthOf(outcome) + 1 + digits)
          : `${outcomeGlyph(outcome, screen)} ${numberText(counts[outcome]).padStart(digits)}`,
      ),
    ].join(GAP);
  };
}

function countText(counts: Counts): string {
  const done = numberText(doneOf(counts));
  return counts.tests === null ? done : `${done}/${numberText(counts.tests)}`;
}

function barOf(
  counts: Counts,
  { columns, screen }: { readonly columns: number; readonly screen: FrameScreen },
): string {
  const [full, empty] = screen.unicode ? ['█', '░'] : ['#', '.'];
  const { tests } = counts;
  if (tests === null || tests === 0) return ' '.repeat(columns);
  const filled = Math.min(columns, Math.floor((doneOf(counts) / tests) * columns));
  const rest = empty.repeat(columns - filled);
  return full.repeat(filled) + (screen.color && rest !== '' ? styled(rest, 'dim') : rest);
}

function markOf(
  counts: Counts,
  { spinner, screen }: { readonly spinner: string; readonly screen: FrameScreen },
): string {
  if (counts.sent === 0) return screen.unicode ? '·' : '.';
  if (counts.tests === null || doneOf(counts) < counts.tests) return spinner;
  if (counts.broken > 0) return outcomeGlyph('broken', screen);
  return outcomeGlyph(counts.warned > 0 ? 'warned' : 'passed', screen);
}

const SPINNER_MS = 100;

function spinnerAt(elapsedMs: number, { unicode }: FrameScreen): string {
  const frames = unicode ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '-\\|/';
  return frames.charAt(Math.floor(elapsedMs / SPINNER_MS) % frames.length);
}

interface StatusPlace {
  readonly columns: number;
  readonly rows: number;
  readonly screen: FrameScreen;
}

/** Exactly as many lines as `rows`. If the texts need more, the end of the longest is cut. */
function statusLines(texts: readonly string[], { rows, ...place }: StatusPlace): readonly string[] {
  let wanted = texts.map((text) => statusRows(text, { rows, ...place }));
  const needed = () => wanted.reduce((sum, lines) => sum + lines.length, 0);
  while (needed() > rows) {
    const longest = wanted.reduce(
      (at, lines, other) => (lines.length > (wanted[at]?.length ?? 0) ? other : at),
      0,
    );
    const most = (wanted[longest]?.length ?? 0) - 1;
    wanted = wanted.map((lines, at) => (at === longest ? cutRows(lines, { rows: most, ...place }) : lines));
  }
  const lines = wanted.flat();
  return [...lines, ...Array.from({ length: rows - lines.length }, () => '')];
}

function statusRows(text: string, { columns, rows, screen }: StatusPlace): readonly string[] {
  const page = { columns, color: false, unicode: screen.unicode, hyperlinks: false };
  const { more } = glyphsFor(screen);
  const lines = layOut([{ text }], { indent: INDENT.length, hang: 2 * INDENT.length }, page);
  // A URL is never wrapped, and screens may be narrower than the layout supports.
  return cutRows(
    lines.map((line) => cutEnd(line, { columns, more })),
    { columns, rows, screen },
  );
}

function cutRows(lines: readonly string[], { columns, rows, screen }: StatusPlace): readonly string[] {
  if (lines.length <= rows) return lines;
  const { more } = glyphsFor(screen);
  return lines
    .slice(0, rows)
    .map((line, at) =>
      at < rows - 1 ? line : `${cutEnd(line, { columns: columns - 1 - textWidth(more), more: '' })} ${more}`,
    );
}
