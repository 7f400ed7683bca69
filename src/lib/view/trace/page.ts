/** Divides the screen for a drawn trace into branches, names, durations and bars. */

import type { Screen } from '../../terminal/capabilities.ts';
import { durationText } from '../../terminal/quantities.ts';
import { type Glyphs, glyphsFor, type Style, styled } from '../../terminal/signs.ts';
import { graphemesOf, textWidth } from '../../terminal/width.ts';
import type { Entry, NodeNote } from './drawn-forest.ts';
import { type Branches, numbered } from './rows.ts';
import { barColumns } from './time-axis.ts';

export interface TracePage {
  readonly screen: Screen;
  readonly glyphs: Glyphs;
  readonly branches: Branches;
  /** Deeper spans are not indented further; they show their depth as a number. */
  readonly depthLimit: number;
  /** Width of branches and name. */
  readonly nameColumns: number;
  readonly durationColumns: number;
  /** 0 if there is no room for bars. */
  readonly barColumns: number;
}

/** Between name, duration and bar. */
export const GAP = '  ';

/** Same as in the layout of other reports: narrower screens are treated as this wide. */
const MIN_COLUMNS = 40;
/** Minimum width of names on a wide screen, so that short traces do not look squeezed. */
const MIN_NAME = 30;
/** Width of `1440 min 0 s`, a day. */
const MAX_DURATION = 12;
/** Three columns per level, so that branches take at most three eighths of a line. */
const COLUMNS_PER_LEVEL = 8;

const UNICODE: Branches = { fork: '├─ ', end: '└─ ', trunk: '│  ', none: '   ' };
const ASCII: Branches = { fork: '|- ', end: '`- ', trunk: '|  ', none: '   ' };

const NOTES: Readonly<Record<NodeNote, string>> = {
  orphan: 'parent missing',
  followed: 'followed',
  cycle: 'its parents form a loop',
};

/**
 * The layout for these entries: names take the width they need, up to what is available.
 * @param deeper levels that missing spans add above others
 */
export function tracePage(asked: Screen, entries: readonly Entry[], deeper = 0): TracePage {
  const screen = { ...asked, columns: Math.max(MIN_COLUMNS, asked.columns) };
  const frame = {
    screen,
    glyphs: glyphsFor(screen),
    branches: screen.unicode ? UNICODE : ASCII,
    depthLimit: Math.floor(screen.columns / COLUMNS_PER_LEVEL),
    barColumns: barColumns(screen.columns),
  };
  let durations = 0;
  let names = MIN_NAME;
  for (const entry of entries) {
    durations = Math.max(durations, durationCell(entry.span.durationMs).length);
    names = Math.max(names, nameWidth(entry, frame, deeper));
  }
  const forBars = frame.barColumns === 0 ? 0 : GAP.length + frame.barColumns;
  const room = screen.columns - forBars - GAP.length - durations;
  return { ...frame, nameColumns: Math.min(names, room), durationColumns: durations };
}

export function durationCell(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  return cutEnd(durationText(Math.max(0, ms)), { columns: MAX_DURATION, more: '...' });
}

/** `✗ `, before the name; empty for a span that did not fail. */
export function markText({ mark }: Entry, glyphs: Glyphs): string {
  return mark === null ? '' : `${mark === 'fail' ? glyphs.fail : glyphs.warn} `;
}

/** ` (followed, parent missing)`, after the name. */
export function noteText({ notes }: Entry): string {
  return notes.length === 0 ? '' : ` (${notes.map((note) => NOTES[note]).join(', ')})`;
}

/** What may follow the name if there is room, in order of preference. */
export function asides({ op, service }: Entry, screen: Screen): readonly string[] {
  const both = [op, service].filter((text) => text !== null);
  const joined = both.join(screen.unicode ? ' · ' : ' - ');
  return [joined, ...both.toReversed()].filter((text) => text !== '').map((text) => GAP + text);
}

/** Styles the text, which must be safe already. */
export function paint(text: string, style: Style | null, screen: Screen): string {
  return style === null || text === '' || !screen.color ? text : styled(text, style);
}

function nameWidth(
  entry: Entry,
  page: Pick<TracePage, 'glyphs' | 'depthLimit' | 'branches' | 'screen'>,
  deeper: number,
): number {
  const levels = Math.min(entry.depth + deeper, page.depthLimit);
  const number = entry.depth > page.depthLimit ? numbered(entry.depth) : '';
  const text = number + markText(entry, page.glyphs) + entry.name + noteText(entry);
  return levels * page.branches.none.length + textWidth(text + (asides(entry, page.screen)[0] ?? ''));
}

interface CutOptions {
  readonly columns: number;
  /** Marks the place of the cut. */
  readonly more: string;
}

export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/** The beginning of the text, cut to this width. */
export function cutEnd(text: string, { columns, more }: CutOptions): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(more);
  return room < 0 ? more.slice(0, Math.max(0, columns)) : taken(graphemesOf(text), room) + more;
}

/** Beginning and end of the text, cut to this width, because names and URLs often differ only at their ends. */
export function cutMiddle(text: string, { columns, more }: CutOptions): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(more);
  if (room < 2) return cutEnd(text, { columns, more });
  const graphemes = graphemesOf(text);
  const head = taken(graphemes, Math.ceil(room / 2));
  const tail = taken(graphemes.toReversed(), room - textWidth(head));
  return head + more + graphemesOf(tail).toReversed().join('');
}

/** As many parts as fit, starting with the first. */
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
