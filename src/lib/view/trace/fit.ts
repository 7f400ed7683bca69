/** Cuts and pads text by the columns it takes on a screen. The text must be free of control characters. */
import { graphemesOf, textWidth } from '../../terminal/width.ts';

interface CutOptions {
  readonly columns: number;
  /** Stands where something was cut out. */
  readonly more: string;
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** The beginning of the text, at most that wide. */
export function cutEnd(text: string, { columns, more }: CutOptions): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(more);
  return room < 0 ? more.slice(0, Math.max(0, columns)) : taken(graphemesOf(text), room) + more;
}

/** Beginning and end of the text, at most that wide: names and URLs often differ at their ends only. */
export function cutMiddle(text: string, { columns, more }: CutOptions): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(more);
  if (room < 2) return cutEnd(text, { columns, more });
  const graphemes = graphemesOf(text);
  const head = taken(graphemes, Math.ceil(room / 2));
  const tail = taken(graphemes.toReversed(), room - textWidth(head));
  return head + more + graphemesOf(tail).toReversed().join('');
}

/** As many as fit, from the first on. */
function taken(graphemes: readonly string[], columns: number): string {
  let text = '';
  let used = 0;
  for (const grapheme of graphemes) {
    used += textWidth(grapheme);
    if (used > columns) break;
    text += grapheme;
  }
  return text;
}
