/** How many columns a text takes on a screen, and where it may be split. The only importer of string-width. */
import stringWidth from 'string-width';

/** Characters that take one column each; most texts contain no others. */
const ASCII = /^[ -~]*$/;

/**
 * ASCII, letters of western and central European languages, and the signs in our own reports: one column each. They are
 * listed here because string-width builds tables for all scripts and emoji when it is loaded, which takes longer than
 * starting Node.
 */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u024f‐-‧…→⠀-⣿─-▟✓✗◐⚠]*$/;

/** Emoji in our own headings: two columns each. */
const WIDE = /⚠\ufe0f|[✅❌]|\ud83d[\udcca\udcdd\udd0d]/g;

let segmenter: Intl.Segmenter | undefined;

/** Graphemes: a text may only be cut between them. */
export function graphemesOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.split('');
  // Creating a segmenter takes as long as some entire commands.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Columns of a line: wide characters take two, combining marks and escape sequences none (Unicode 17, UAX 11). */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  const narrow = text.replace(WIDE, '  ');
  return NARROW.test(narrow) ? narrow.length : stringWidth(text);
}

/** At most this many columns; `…` or `...` marks the cut. */
export function cutToWidth(text: string, width: number, { unicode }: { readonly unicode: boolean }): string {
  if (textWidth(text) <= width) return text;
  const mark = unicode ? '…' : '...';
  return `${startOf(graphemesOf(text), width - mark.length)}${mark}`.slice(0, Math.max(width, mark.length));
}

/** At most this many columns, cut in the middle: the beginning and the end of a URL say which one it is. */
export function cutMiddle(text: string, width: number, { unicode }: { readonly unicode: boolean }): string {
  if (textWidth(text) <= width) return text;
  const mark = unicode ? '…' : '...';
  const room = width - mark.length;
  if (room < 2) return cutToWidth(text, width, { unicode });
  const graphemes = graphemesOf(text);
  const end = startOf(graphemes.toReversed(), Math.floor(room / 2));
  return `${startOf(graphemes, Math.ceil(room / 2))}${mark}${graphemesOf(end).toReversed().join('')}`;
}

function startOf(graphemes: readonly string[], width: number): string {
  let taken = '';
  for (const grapheme of graphemes) {
    if (textWidth(taken + grapheme) > width) break;
    taken += grapheme;
  }
  return taken;
}
