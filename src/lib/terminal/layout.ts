/** Wraps styled text into lines that fit the screen. All text is made safe first. */
import type { Screen } from './capabilities.ts';
import { linked, type Style, styled } from './signs.ts';
import { terminalText } from './text.ts';
import { webAddress } from './web-address.ts';
import { graphemesOf, textWidth } from './width.ts';

export interface Span {
  readonly text: string;
  readonly style?: Style;
  /** The link's target; only used if links are supported. */
  readonly link?: string;
  /** Never split, however narrow the screen: for ids, so that they can be copied. URLs are never split. */
  readonly unbroken?: boolean;
}

export interface Indent {
  /** Indentation of the first line, in columns. */
  readonly indent: number;
  /** Indentation of the following lines, in columns. */
  readonly hang: number;
}

/** Narrower screens are treated as this wide, because there would be only room for single words. */
const MIN_COLUMNS = 40;

const URL_WORD = /^https?:\/\//;

type Word = readonly Span[];

/** The lines of one paragraph, without newlines. Neighboring spans join without a space unless one of them contains it. */
export function layOut(spans: readonly Span[], at: Indent, screen: Screen): readonly string[] {
  const columns = Math.max(MIN_COLUMNS, screen.columns);
  const lines: { readonly indent: number; readonly words: Word[]; width: number }[] = [];
  for (const word of wordsOf(spans, screen).flatMap((each) => broken(each, columns - at.hang))) {
    const width = widthOf(word);
    const line = lines.at(-1);
    if (line !== undefined && line.width + 1 + width <= columns) {
      line.words.push(word);
      line.width += 1 + width;
    } else {
      const indent = line === undefined ? at.indent : at.hang;
      lines.push({ indent, words: [word], width: indent + width });
    }
  }
  return lines.map(({ indent, words }) => ' '.repeat(indent) + painted(words, screen));
}

/** A styled text for a table cell; made safe, never wrapped. */
export function cell(span: Span, screen: Screen): string {
  return paint({ ...span, text: terminalText(span.text, screen) }, screen);
}

function wordsOf(spans: readonly Span[], screen: Screen): readonly Word[] {
  const words: Span[][] = [];
  let inWord = false;
  for (const span of spans) {
    for (const part of terminalText(span.text, screen).split(/( )/)) {
      if (part === '') continue;
      if (part === ' ') {
        inWord = false;
        continue;
      }
      const piece = { ...span, text: part };
      const word = inWord ? words.at(-1) : undefined;
      if (word === undefined) words.push([piece]);
      else word.push(piece);
      inWord = true;
    }
  }
  return words;
}

/** The word in pieces of at most `columns`, unless it must not be split. */
function broken(word: Word, columns: number): readonly Word[] {
  if (
    widthOf(word) <= columns ||
    word.some((piece) => piece.unbroken === true || URL_WORD.test(piece.text))
  ) {
    return [word];
  }
  const parts: Span[][] = [[]];
  let width = 0;
  for (const piece of word) {
    for (const segment of graphemesOf(piece.text)) {
      const step = textWidth(segment);
      if (width + step > columns) {
        parts.push([]);
        width = 0;
      }
      parts.at(-1)?.push({ ...piece, text: segment });
      width += step;
    }
  }
  return parts;
}

function widthOf(word: Word): number {
  return word.reduce((sum, piece) => sum + textWidth(piece.text), 0);
}

/** Words joined by spaces; adjacent words with the same style share one escape sequence. */
function painted(words: readonly Word[], screen: Screen): string {
  const runs: Span[] = [];
  for (const [index, word] of words.entries()) {
    for (const [position, piece] of word.entries()) {
      const gap = index > 0 && position === 0 ? ' ' : '';
      const last = runs.at(-1);
      if (last !== undefined && last.style === piece.style && last.link === piece.link) {
        runs[runs.length - 1] = { ...last, text: last.text + gap + piece.text };
      } else {
        if (gap !== '') runs.push({ text: gap });
        runs.push(piece);
      }
    }
  }
  return runs.map((run) => paint(run, screen)).join('');
}

function paint(span: Span, screen: Screen): string {
  const text = screen.color && span.style !== undefined ? styled(span.text, span.style) : span.text;
  if (!screen.hyperlinks || span.link === undefined) return text;
  const url = webAddress(span.link);
  return url === null ? text : linked(text, url);
}
