/**
 * Points in time as Sentry's API spells them: Unix seconds with fractions, as a number or as text, or ISO 8601. Texts
 * carry nanoseconds; a number of seconds carries microseconds.
 */

/** The last moment a Date can hold, in milliseconds since the epoch. */
const LAST_MOMENT_MS = 8.64e15;

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:(Z)|([+-]\d\d):?(\d\d))?$/i;
const SECONDS = /^(\d{1,13})(\.\d+)?$/;

/** Whole seconds apart from their fraction: a double of milliseconds since the epoch keeps a quarter of a microsecond only. */
interface Moment {
  readonly secondsMs: number;
  readonly fractionMs: number;
}

/** Milliseconds since the epoch, with fractions; null for what is no point in time. */
export function timeMs(value: unknown): number | null {
  if (typeof value === 'number') return inRange(value * 1_000);
  const moment = momentOf(value);
  return moment === null ? null : inRange(moment.secondsMs + moment.fractionMs);
}

/** From one point in time to a later one, in milliseconds, as exact as they were sent; null where one is none. */
export function elapsedMs(start: unknown, end: unknown): number | null {
  const from = momentOf(start);
  const to = momentOf(end);
  if (from === null || to === null) return null;
  const elapsed = to.secondsMs - from.secondsMs + (to.fractionMs - from.fractionMs);
  // What a number of seconds says beyond microseconds is the error of its own representation.
  const isRough = typeof start === 'number' || typeof end === 'number';
  return isRough ? Math.round(elapsed * 1e3) / 1e3 : Math.round(elapsed * 1e9) / 1e9;
}

function inRange(ms: number): number | null {
  return ms >= 0 && ms <= LAST_MOMENT_MS ? ms : null;
}

function momentOf(value: unknown): Moment | null {
  if (typeof value === 'number') {
    if (inRange(value * 1_000) === null) return null;
    const seconds = Math.floor(value);
    return { secondsMs: seconds * 1_000, fractionMs: (value - seconds) * 1_000 };
  }
  if (typeof value !== 'string') return null;
  const [, seconds, fraction] = SECONDS.exec(value) ?? [];
  const secondsMs = seconds === undefined ? isoSecondsMs(value) : Number(seconds) * 1_000;
  if (inRange(secondsMs) === null) return null;
  return { secondsMs, fractionMs: fractionMs(fraction ?? ISO.exec(value)?.[3]) };
}

function isoSecondsMs(text: string): number {
  const [, date, time, , , hours, minutes] = ISO.exec(text) ?? [];
  // Sentry's times are UTC also without a zone, which Date.parse would read as local time.
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  return Date.parse(`${date}T${time}${zone}`);
}

/** Date.parse drops what is finer than a millisecond; spans are often shorter than that. */
function fractionMs(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(`0${fraction}`) * 1_000;
}
