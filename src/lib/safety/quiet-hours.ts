/**
 * Which quiet hours an instant is in, when they end, and when the next ones begin. A window begins when the clock of its time
 * zone first shows or skips `from`, and ends when the clock shows `to` for the last time or skips it: a repeated hour makes it
 * longer, never shorter.
 */
import { DAYS, type QuietWindow } from '../model/quiet-window.ts';
import { type WallClock, wallClock } from './wall-clock.ts';

export interface QuietSpell {
  /** The current window; of several, the one that ends last. */
  readonly window: QuietWindow;
  readonly startsAtMs: number;
  /** The end of all windows that follow without a gap; null if they last longer than a week. */
  readonly endsAtMs: number | null;
}

interface Occurrence {
  readonly window: QuietWindow;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** A window that began two days ago may still last if the clock repeated part of a day. */
const NEAR = { first: -2, last: 1 };
/** The next one begins within a week, or a day later if its day was skipped. */
const COMING = { first: -1, last: WEEK_DAYS + 1 };

/** Null outside of all windows. */
export function quietAt(atMs: number, windows: readonly QuietWindow[]): QuietSpell | null {
  const found = longestAt(atMs, windows);
  if (found === null) return null;
  let { endsAtMs } = found;
  for (;;) {
    if (endsAtMs - atMs > WEEK_DAYS * DAY_MS) return { ...found, endsAtMs: null };
    const next = longestAt(endsAtMs, windows);
    if (next === null) return { ...found, endsAtMs };
    endsAtMs = next.endsAtMs;
  }
}

/** The next window that begins after this instant, or null. */
export function nextQuiet(atMs: number, windows: readonly QuietWindow[]): QuietSpell | null {
  const starts = occurrences(atMs, windows, COMING)
    .map(({ startsAtMs }) => startsAtMs)
    .filter((startsAtMs) => startsAtMs > atMs);
  return starts.length === 0 ? null : quietAt(Math.min(...starts), windows);
}

/** `quiet hours 09:30–16:00 America/New_York, until 16:00 (20:00 UTC)` */
export function quietText({ window, endsAtMs }: QuietSpell, atMs: number): string {
  const { fromMinute, toMinute, timeZone } = window;
  const hours = `${clockText(fromMinute)}–${clockText(toMinute)} ${timeZone ?? 'local time'}`;
  const until = endsAtMs === null ? 'for more than a week' : `until ${untilText(window, { atMs, endsAtMs })}`;
  return `quiet hours ${hours}, ${until}`;
}

/** Days are named if the end is on another day than now, or on another day in UTC. */
function untilText(
  { timeZone }: QuietWindow,
  { atMs, endsAtMs }: { readonly atMs: number; readonly endsAtMs: number },
): string {
  const { shownAt } = wallClock(timeZone);
  const [end, utc] = [shownAt(endsAtMs), endsAtMs];
  const dayOf = (wallMs: number) => Math.floor(wallMs / DAY_MS);
  const withDay = dayOf(end) !== dayOf(shownAt(atMs)) || dayOf(end) !== dayOf(utc);
  const text = (wallMs: number) => {
    const time = clockText(Math.floor(wallMs / MINUTE_MS) - dayOf(wallMs) * (DAY_MS / MINUTE_MS));
    return withDay ? `${dayName(wallMs)} ${time}` : time;
  };
  return end === utc ? text(end) : `${text(end)} (${text(utc)} UTC)`;
}

function longestAt(atMs: number, windows: readonly QuietWindow[]): Occurrence | null {
  return occurrences(atMs, windows, NEAR)
    .filter(({ startsAtMs, endsAtMs }) => startsAtMs <= atMs && atMs < endsAtMs)
    .reduce<Occurrence | null>((a, b) => (a !== null && a.endsAtMs >= b.endsAtMs ? a : b), null);
}

/** The windows of the days around an instant, in their time zone, without those that fall into a skipped hour. */
function occurrences(
  atMs: number,
  windows: readonly QuietWindow[],
  days: { readonly first: number; readonly last: number },
): readonly Occurrence[] {
  return windows.flatMap((window) => {
    const clock = wallClock(window.timeZone);
    const today = Math.floor(clock.shownAt(atMs) / DAY_MS) * DAY_MS;
    return Array.from({ length: days.last - days.first + 1 }, (_, at) => today + (days.first + at) * DAY_MS)
      .filter((midnight) => window.days.includes(dayOfWeek(midnight)))
      .map((midnight) => occurrence(window, { clock, midnight }))
      .filter(({ startsAtMs, endsAtMs }) => startsAtMs < endsAtMs);
  });
}

function occurrence(
  window: QuietWindow,
  { clock, midnight }: { readonly clock: WallClock; readonly midnight: number },
): Occurrence {
  const { fromMinute, toMinute } = window;
  const ends = toMinute > fromMinute ? midnight : midnight + DAY_MS;
  return {
    window,
    startsAtMs: clock.reaches(midnight + fromMinute * MINUTE_MS),
    endsAtMs: clock.passes(ends + toMinute * MINUTE_MS),
  };
}

function dayOfWeek(wallMs: number): QuietWindow['days'][number] {
  return DAYS[new Date(wallMs).getUTCDay()] ?? 'sun';
}

function dayName(wallMs: number): string {
  const day = dayOfWeek(wallMs);
  return `${day.charAt(0).toUpperCase()}${day.slice(1)}`;
}

/** `09:30` of minutes after midnight. */
function clockText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
