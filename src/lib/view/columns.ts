/** Plain aligned columns, easy to read and to grep. */
import { terminalText } from '../terminal/text.ts';
import { textWidth } from '../terminal/width.ts';

const GAP = '  ';
/** Lines are cut rather than wrapped, so that each row is one line; a narrower terminal gets lines of this width. */
const MIN_WIDTH = 10;

export function columns(options: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Width of the terminal. */
  readonly width: number;
  /** Index of a column that is dropped if the rows do not fit, because another column has the same information. */
  readonly spare?: number;
}): string {
  const rows = options.rows.map((row) => row.map((cell) => terminalText(cell)));
  const all = [options.head, ...rows];
  const used = options.head.map((_, at) => Math.max(...all.map((row) => textWidth(row[at] ?? ''))));
  // Empty columns are dropped.
  const filled = options.head.map((_, at) => at).filter((at) => rows.some((row) => (row[at] ?? '') !== ''));
  const needed = filled.reduce((sum, at) => sum + (used[at] ?? 0), GAP.length * (filled.length - 1));
  const shown = needed > options.width ? filled.filter((at) => at !== options.spare) : filled;
  const last = shown.at(-1);
  return all
    .map((row) =>
      shown
        .map((at) => (at === last ? (row[at] ?? '') : pad(row[at] ?? '', used[at] ?? 0)))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => cut(line, Math.max(options.width, MIN_WIDTH)))
    .join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

function cut(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let shown = '';
  for (const character of line) {
    if (textWidth(shown + character) > width - 3) break;
    shown += character;
  }
  return `${shown}...`;
}
