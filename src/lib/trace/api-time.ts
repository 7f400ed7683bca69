/** Points in time as Sentry's API spells them: Unix seconds with fractions, or ISO 8601. */

/** The last moment a Date can hold, in milliseconds since the epoch. */
const LAST_MOMENT_MS = 8.64e15;

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:(Z)|([+-]\d\d):?(\d\d))?$/i;

/** Milliseconds since the epoch, with fractions; null for what is no point in time. */
export function timeMs(value: unknown): number | null {
  const ms =
    typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? isoMs(value) : Number.NaN;
  return ms >= 0 && ms <= LAST_MOMENT_MS ? ms : null;
}

function isoMs(text: string): number {
  const [, date, time, fraction = '', , hours, minutes] = ISO.exec(text) ?? [];
  // Sentry's times are UTC also where the zone is left out, which Date.parse would read as local time.
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  // Date.parse drops what is finer than a millisecond; spans are often shorter than that.
  return Date.parse(`${date}T${time}${zone}`) + (fraction === '' ? 0 : Number(`0${fraction}`) * 1_000);
}
