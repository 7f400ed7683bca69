/** Plain aligned columns, easy to read and to grep. */
import { terminalText } from '../terminal/text.ts';
import { cutMiddle, cutToWidth, textWidth } from '../terminal/width.ts';

const GAP = '  ';
/** A narrower terminal gets lines of this width. */
const MIN_WIDTH = 10;

/** A column that gets narrower if the rows do not fit. */
export interface Shrinking {
  /** Its index. */
  readonly at: number;
  /** Its minimum width. */
  readonly min: number;
  /** A cut in the middle keeps both ends, which together identify a URL or a path. */
  readonly cut: 'end' | 'middle';
}

export interface ColumnsOptions {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Width of the terminal. */
  readonly width: number;
  readonly unicode: boolean;
  /** Indexes of columns that are dropped, in this order, if the rows do not fit, because their values can be seen elsewhere. */
  readonly spare?: readonly number[];
  /** Columns that shrink, in this order, if the rows still do not fit. */
  readonly shrinking?: readonly Shrinking[];
  /** Indexes of columns with numbers. */
  readonly right?: readonly number[];
}

/** One line per row: long cells are cut rather than wrapped. */
export function columns({ unicode, right = [], ...options }: ColumnsOptions): string {
  const { head, spare = [], shrinking = [] } = options;
  const width = Math.max(options.width, MIN_WIDTH);
  const rows = options.rows.map((row) => row.map((cell) => terminalText(cell)));
  const all = [head, ...rows];
  const used = head.map((_, at) => Math.max(...all.map((row) => textWidth(row[at] ?? ''))));
  // Empty columns are dropped.
  let shown = head.map((_, at) => at).filter((at) => rows.some((row) => (row[at] ?? '') !== ''));
  const excess = () =>
    shown.reduce((sum, at) => sum + (used[at] ?? 0), GAP.length * (shown.length - 1)) - width;
  for (const dropped of spare) if (excess() > 0) shown = shown.filter((at) => at !== dropped);
  const cutInMiddle = new Set(shrinking.flatMap(({ at, cut }) => (cut === 'middle' ? [at] : [])));
  for (const { at, min } of shrinking) {
    const before = used[at] ?? 0;
    if (shown.includes(at)) used[at] = Math.max(Math.min(before, min), before - Math.max(0, excess()));
  }
  const cell = (row: readonly string[], at: number) => {
    const cut = cutInMiddle.has(at) ? cutMiddle : cutToWidth;
    const text = cut(row[at] ?? '', used[at] ?? 0, { unicode });
    const padding = ' '.repeat(Math.max(0, (used[at] ?? 0) - textWidth(text)));
    return right.includes(at) ? padding + text : text + padding;
  };
  return all
    .map((row) =>
      shown
        .map((at) => cell(row, at))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => cutToWidth(line, width, { unicode }))
    .join('\n');
}
