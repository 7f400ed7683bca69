/** Maps a time range to screen columns, draws bars on it, and finds when a trace began and ended. */
import type { Entry } from './drawn-forest.ts';

export interface TimeAxis {
  /** Milliseconds since the epoch. */
  readonly originMs: number;
  readonly lengthMs: number;
  readonly columns: number;
}

/** Milliseconds since the epoch. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** On narrower screens, names need the columns. */
const MIN_SCREEN = 70;
/** 16 columns at 70, 20 at 80, 60 at 200. */
const BAR = { atEighty: 20, screenPerColumn: 3, max: 60 } as const;

/** The left part of a cell in eighths; the last one is a full cell. */
const EIGHTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/** Columns for bars; 0 for none. */
export function barColumns(screenColumns: number): number {
  if (screenColumns < MIN_SCREEN) return 0;
  return Math.min(BAR.max, BAR.atEighty + Math.floor((screenColumns - 80) / BAR.screenPerColumn));
}

/** A bar from start to end, with leading spaces; clamped to the axis. */
export function bar(axis: TimeAxis, stretch: Stretch, unicode: boolean): string {
  const from = position(axis, stretch.startMs);
  // A bar that begins at the right edge must still be visible.
  const first = Math.min(Math.floor(from), axis.columns - 1);
  const to = Math.max(position(axis, stretch.endMs), from);
  if (axis.columns < 1 || Number.isNaN(from) || Number.isNaN(to)) return '';
  const before = ' '.repeat(first);
  if (!unicode) return before + '#'.repeat(Math.max(1, Math.round(to - first)));
  const eighths = Math.max(1, Math.round((to - first) * EIGHTHS.length));
  const rest = eighths % EIGHTHS.length;
  return (
    before + '█'.repeat(Math.floor(eighths / EIGHTHS.length)) + (rest === 0 ? '' : (EIGHTHS[rest - 1] ?? ''))
  );
}

/** Dots where any of the stretches is. */
export function dots(axis: TimeAxis, stretches: readonly Stretch[], unicode: boolean): string {
  const cells = new Array<string>(axis.columns).fill(' ');
  for (const { startMs, endMs } of stretches) {
    const first = Math.floor(position(axis, startMs));
    const last = Math.max(first + 1, Math.round(position(axis, endMs)));
    cells.fill(unicode ? '·' : '.', first, last);
  }
  return cells.join('').trimEnd();
}

/** Column within the axis, from the left. */
function position({ originMs, lengthMs, columns }: TimeAxis, atMs: number): number {
  const share = lengthMs > 0 ? (atMs - originMs) / lengthMs : 0;
  return Math.min(Math.max(share, 0), 1) * columns;
}

/** Smaller differences are normal between synchronized machines, and older SDKs round this much. */
const SKEW_NOTED_MS = 2;

/**
 * From the first span to the last end. Our own spans caused all others, so a span that seems to begin earlier shows clock
 * skew. Null without entries.
 */
export function extentOf(entries: readonly Entry[], ourSpanIds: ReadonlySet<string>): Stretch | null {
  let [first, ours, endMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { span, parent } of entries) {
    if (!Number.isFinite(span.startMs)) continue;
    if (parent === null) first = Math.min(first, span.startMs);
    if (ourSpanIds.has(span.spanId)) ours = Math.min(ours, span.startMs);
    endMs = Math.max(endMs, endOf(span));
  }
  const startMs = Number.isFinite(ours) ? ours : first;
  return Number.isFinite(startMs) && Number.isFinite(endMs)
    ? { startMs, endMs: Math.max(startMs, endMs) }
    : null;
}

/** The minimum clock skew, from spans that began before their parent or the trace. Null if there is no sign of it. */
export function clockSkewMs(entries: readonly Entry[], originMs: number): number | null {
  let skew = 0;
  for (const { span, parent } of entries) {
    const cause = parent === null ? originMs : parent.span.startMs;
    if (cause - span.startMs > skew) skew = cause - span.startMs;
  }
  return skew > SKEW_NOTED_MS ? skew : null;
}

function endOf({ startMs, durationMs }: Entry['span']): number {
  return startMs + (durationMs > 0 ? durationMs : 0);
}
