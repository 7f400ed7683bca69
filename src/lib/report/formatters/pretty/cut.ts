/** Cuts and pads text to a number of columns, and paragraphs to a number of lines. */
import { type Indent, layOut, type Span } from '../../../terminal/layout.ts';
import { glyphsFor } from '../../../terminal/signs.ts';
import { terminalText } from '../../../terminal/text.ts';
import { graphemesOf, textWidth } from '../../../terminal/width.ts';
import type { RenderOptions } from '../formatter.ts';

/** The text on one line of at most `columns`, made safe; the end of a longer one is replaced. */
export function cutTo(text: string, columns: number, screen: RenderOptions): string {
  const safe = terminalText(text, screen);
  if (textWidth(safe) <= columns) return safe;
  const { more } = glyphsFor(screen);
  let shown = '';
  let width = textWidth(more);
  for (const grapheme of graphemesOf(safe)) {
    width += textWidth(grapheme);
    if (width > columns) break;
    shown += grapheme;
  }
  return `${shown.trimEnd()}${more}`;
}

/** The safe text, followed by spaces up to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** Characters of a word that is cut. */
const MIN_PART = 12;

/** A paragraph of at most `most` lines; if it is longer, its last span is cut, at a word if possible. */
export function layOutWithin(
  spans: readonly Span[],
  { at, most, screen }: { readonly at: Indent; readonly most: number; readonly screen: RenderOptions },
): readonly string[] {
  const lines = layOut(spans, at, screen);
  const last = spans.at(-1);
  if (lines.length <= most || last === undefined) return lines;
  const { more } = glyphsFor(screen);
  const cut = (text: string) =>
    layOut([...spans.slice(0, -1), { ...last, text: `${text}${more}` }], at, screen);
  const words = terminalText(last.text, screen).split(' ');
  const joined = (count: number) => words.slice(0, count).join(' ');
  const count = longest(words.length - 1, (each) => cut(joined(each)).length <= most);
  const start = count === 0 ? '' : `${joined(count)} `;
  const graphemes = graphemesOf(words[count] ?? '');
  const begun = (length: number) => start + graphemes.slice(0, length).join('');
  const part = longest(graphemes.length, (each) => cut(begun(each)).length <= most);
  // A few letters of the next word say less than none.
  return cut(count > 0 && part < MIN_PART ? joined(count) : begun(part));
}

/** The largest number up to `most` that fits; 0 if none does. */
function longest(most: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
