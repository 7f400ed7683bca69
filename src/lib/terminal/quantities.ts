/** Durations, times and counts as people read them. */

/** Units in which durations are written. Not every place takes all of them. */
export const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;

/** `0.042 ms`, `0.42 ms`, `182 ms`, `1.82 s`, `2 min 3 s`: two or three significant digits below a minute. */
export function durationText(ms: number): string {
  // Round before choosing the unit, so that 999.6 ms is not shown as 1000 ms.
  if (Number(ms.toPrecision(3)) < MS_PER_SECOND) return `${threeDigits(ms)} ms`;
  if (Number(ms.toPrecision(3)) < MS_PER_MINUTE) return `${threeDigits(ms / MS_PER_SECOND)} s`;
  const seconds = Math.round(ms / MS_PER_SECOND);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `2026-08-01 12:00:00 UTC` for an ISO 8601 time in UTC; anything else unchanged. */
export function timeText(iso: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso) ?? [];
  return date === undefined ? iso : `${date} ${time} UTC`;
}

/** `99,980`, for integers. Not `toLocaleString`, whose first call takes half as long as starting Node. */
export function numberText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 test`, `99,980 tests`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** At most three significant digits and two decimals: 1.82, 18.2, 182, 0.42; values below 0.1 have two, down to a millionth. */
function threeDigits(value: number): string {
  if (Math.abs(value) < 0.1) return Math.abs(value) < 1e-6 ? '0' : String(Number(value.toPrecision(2)));
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(decimals)));
}

/** `took 10.1 s (limit 1 s)`, `took 413 ms (usually 6 ms)`: what is over a limit never looks like the limit itself. */
export function tookWords(
  durationMs: number,
  { limitMs, usualMs }: { readonly limitMs: number | null; readonly usualMs: number | null },
): string {
  const isClose = limitMs !== null && durationText(durationMs) === durationText(limitMs);
  const took = isClose ? measuredMs(durationMs) : durationText(durationMs);
  const limits = [
    ...(limitMs === null ? [] : [`limit ${isClose ? allowedMs(limitMs) : durationText(limitMs)}`]),
    ...(usualMs === null ? [] : [`usually ${durationText(usualMs < 1 ? usualMs : Math.round(usualMs))}`]),
  ];
  return `took ${took} (${limits.join(', ')})`;
}

/** `2,104 ms`, rounded up: what is over a limit never looks like the limit itself. */
export function measuredMs(milliseconds: number): string {
  return `${numberText(Math.ceil(milliseconds))} ms`;
}

/** `500 ms`, rounded down, see {@link measuredMs}. */
export function allowedMs(milliseconds: number): string {
  return `${numberText(Math.floor(milliseconds))} ms`;
}

/** From this value on, a column of durations is in seconds. */
const SECONDS_FROM_MS = 10_000;

/** Durations of one column, all in the same unit and with the same number of decimals; `-` for an unknown one. */
export function durationColumn(values: readonly (number | null)[]): readonly string[] {
  const known = values.filter((ms) => ms !== null);
  const inSeconds = known.some((ms) => ms >= SECONDS_FROM_MS);
  const decimals = inSeconds ? 1 : known.some((ms) => ms > 0 && ms < 10) ? 1 : 0;
  return values.map((ms) => {
    if (ms === null) return '-';
    return inSeconds
      ? `${(ms / MS_PER_SECOND).toFixed(decimals)} s`
      : `${groupedThousands(ms.toFixed(decimals))} ms`;
  });
}

function groupedThousands(number: string): string {
  const [integer = '', ...decimals] = number.split('.');
  return [numberText(Number(integer)), ...decimals].join('.');
}
