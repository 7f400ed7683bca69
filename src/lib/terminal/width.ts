/** How many columns a text takes on a screen, and what of it stays together. The only importer of string-width. */
import stringWidth from 'string-width';

/** Of these each takes one column; most texts are made of nothing else. */
const PLAIN = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one character: the places where a text may be cut. */
export function graphemesOf(text: string): readonly string[] {
  if (PLAIN.test(text)) return text.split('');
  // Making one takes as long as many a whole command.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of a line: wide characters take two, marks and escape sequences none (Unicode 17, UAX 11). */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}
