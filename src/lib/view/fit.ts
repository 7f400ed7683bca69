/** Cuts and pads text by the columns it takes on a screen. The text must be free of control characters. */
import stringWidth from 'string-width';

const PRINTABLE_ASCII = /^[ -~]*$/;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

interface CutOptions {
  readonly columns: number;
  /** Stands where something was cut out. */
  readonly more: string;
}

export function columnsOf(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** The beginning of the text, at most that wide. */
export function cutEnd(text: string, { columns, more }: CutOptions): string {
  if (columnsOf(text) <= columns) return text;
  const room = columns - columnsOf(more);
  return room < 0 ? more.slice(0, Math.max(0, columns)) : taken(graphemesOf(text), room) + more;
}

/** Beginning and end of the text, at most that wide: names and URLs often differ at their ends only. */
export function cutMiddle(text: string, { columns, more }: CutOptions): string {
  if (columnsOf(text) <= columns) return text;
  const room = columns - columnsOf(more);
  if (room < 2) return cutEnd(text, { columns, more });
  const graphemes = graphemesOf(text);
  const head = taken(graphemes, Math.ceil(room / 2));
  const tail = taken(graphemes.toReversed(), room - columnsOf(head));
  return head + more + graphemesOf(tail).toReversed().join('');
}

/** As many as fit, from the first on. */
function taken(graphemes: readonly string[], columns: number): string {
  let text = '';
  let used = 0;
  for (const grapheme of graphemes) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    text += grapheme;
  }
  return text;
}

function graphemesOf(text: string): readonly string[] {
  return PRINTABLE_ASCII.test(text)
    ? text.split('')
    : Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}
