/** Plain aligned columns, easy to read and to grep. */
import { terminalText } from '../terminal/text.ts';
import { textWidth } from '../terminal/width.ts';

const GAP = '  ';
/** The last column is cut to the width rather than wrapped: one row, one line. Not below this many columns. */
const LEAST_LAST = 10;

export function columns(options: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of the terminal. */
  readonly width: number;
}): string {
  const rows = options.rows.map((row) => row.map((cell) => terminalText(cell)));
  const all = [options.head, ...rows];
  const used = options.head.map((_, at) => Math.max(...all.map((row) => textWidth(row[at] ?? ''))));
  // A column in which no row has anything says nothing.
  const shown = options.head.map((_, at) => at).filter((at) => rows.some((row) => (row[at] ?? '') !== ''));
  const last = shown.at(-1);
  return all
    .map((row) =>
      shown
        .map((at) => (at === last ? (row[at] ?? '') : pad(row[at] ?? '', used[at] ?? 0)))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => cut(line, Math.max(options.width, LEAST_LAST)))
    .join('\n');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

function cut(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (textWidth(kept + character) > width - 3) break;
    kept += character;
  }
  return `${kept}...`;
}
