/** Wraps running text at words. The text must already be safe to print. */
import { textWidth } from './width.ts';

/**
 * Every line wrapped at words to this width. Further rows are indented by two more columns than their line.
 * Words that are longer than a row, such as URLs and paths, stay whole, so that they can be copied.
 * @param columns null for output that is not a terminal: there, one line stays one line, for `grep`
 */
export function wrapped(text: string, columns: number | null): string {
  if (columns === null) return text;
  return text
    .split('\n')
    .flatMap((line) => rowsOf(line, columns))
    .join('\n');
}

const HANG = 2;

function rowsOf(line: string, columns: number): readonly string[] {
  if (textWidth(line) <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const hang = ' '.repeat(Math.min(indent.length + HANG, Math.floor(columns / 2)));
  const rows: string[] = [];
  let row = indent;
  let isEmpty = true;
  for (const word of line.slice(indent.length).split(' ')) {
    if (!isEmpty && textWidth(`${row} ${word}`) > columns) {
      rows.push(row.trimEnd());
      row = hang + word;
    } else row += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...rows, row.trimEnd()];
}
