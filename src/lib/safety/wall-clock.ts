/**
 * The wall clock of a time zone, with daylight saving time. Its readings are "wall milliseconds": the milliseconds since the
 * epoch that the same date and time would be in UTC. `Intl` knows every change of every zone.
 */

export interface WallClock {
  /** The reading at an instant, to the second. */
  readonly shownAt: (atMs: number) => number;
  /** The first instant at which it shows this time or a later one; for a skipped time, the instant of the skip. */
  readonly reaches: (wallMs: number) => number;
  /** The instant from which on it never shows an earlier time; for a time that occurs twice, the second. */
  readonly passes: (wallMs: number) => number;
}

/** A stretch between two changes of a clock. */
interface Stretch {
  readonly beginMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

const SECOND_MS = 1_000;
/** Between two readings of a clock: none ever changed twice within this time. */
const STEP_MS = 4 * 3_600_000;
/** Maximum distance from UTC, including local mean times before standard time. */
const FARTHEST_OFFSET_MS = 4 * STEP_MS;

/** @param timeZone null for that of this machine @throws RangeError for a name that `Intl` does not know */
export function wallClock(timeZone: string | null): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(timeZone === null ? {} : { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const shownAt = (atMs: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const around = (wallMs: number) => stretchesAround(wallMs, shownAt);
  return {
    shownAt,
    reaches: (wallMs) => {
      for (const { beginMs, endMs, offsetMs } of around(wallMs)) {
        const atMs = Math.max(beginMs, wallMs - offsetMs);
        if (atMs < endMs) return atMs;
      }
      throw new Error('a clock that never shows a time');
    },
    passes: (wallMs) => {
      for (const { beginMs, endMs, offsetMs } of around(wallMs).reverse()) {
        if (beginMs + offsetMs < wallMs) return Math.min(endMs, wallMs - offsetMs);
      }
      throw new Error('a clock that never showed a time');
    },
  };
}

/** Every stretch in which the clock can show this time. */
function stretchesAround(wallMs: number, shownAt: WallClock['shownAt']): Stretch[] {
  const aroundMs = Math.floor(wallMs / SECOND_MS) * SECOND_MS;
  const lastMs = aroundMs + FARTHEST_OFFSET_MS;
  const offsetAt = (atMs: number) => shownAt(atMs) - atMs;
  const stretches: Stretch[] = [];
  let beginMs = aroundMs - FARTHEST_OFFSET_MS;
  let offsetMs = offsetAt(beginMs);
  for (let atMs = beginMs; atMs < lastMs; atMs += STEP_MS) {
    const nextMs = atMs + STEP_MS;
    const nextOffsetMs = offsetAt(nextMs);
    if (nextOffsetMs === offsetMs) continue;
    const changeMs = changeBetween(atMs, nextMs, (ms) => offsetAt(ms) === offsetMs);
    stretches.push({ beginMs, endMs: changeMs, offsetMs });
    beginMs = changeMs;
    offsetMs = nextOffsetMs;
  }
  return [...stretches, { beginMs, endMs: lastMs, offsetMs }];
}

/** The first second at which `before` is false: it is true at the first instant and false at the last. */
function changeBetween(fromMs: number, toMs: number, before: (atMs: number) => boolean): number {
  let low = fromMs;
  let high = toMs;
  while (high - low > SECOND_MS) {
    const middle = low + Math.floor((high - low) / 2 / SECOND_MS) * SECOND_MS;
    if (before(middle)) low = middle;
    else high = middle;
  }
  return high;
}
