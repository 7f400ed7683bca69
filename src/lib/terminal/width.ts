/** How many columns a text takes on a screen, and what of it stays together. The only importer of string-width. */
import stringWidth from 'string-width';

/** Of these each takes one column; most texts are made of nothing else. */
const ASCII = /^[ -~]*$/;

/**
 * ASCII, the letters of western and central Europe, and the signs that our own reports are made of: one column each.
 * They are known here because string-width makes its tables of all scripts and emoji as soon as it is loaded, which
 * takes longer than Node does to start.
 */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u024f‐-‧…→─-▟✓✗◐⚠]*$/;

/** The emoji of our own headings: two columns each. */
const WIDE = /⚠\ufe0f|[✅❌]|\ud83d[\udcca\udcdd\udd0d]/g;

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one character: the places where a text may be cut. */
export function graphemesOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.split('');
  // Making one takes as long as some commands in all.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of a line: wide characters take two, marks and escape sequences none (Unicode 17, UAX 11). */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  const narrow = text.replace(WIDE, '  ');
  return NARROW.test(narrow) ? narrow.length : stringWidth(text);
}
