/** Run ids: `20261123-125253-3k7qz`: sortable by time to the millisecond, short, safe in a file name. */

// Crockford's base 32 without the letters that look like digits, lower case.
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

export const RUN_ID_SOURCE = '\\d{8}-\\d{6}-[0-9a-hjkmnp-tv-z]{5}';
/** The form of a run id; nothing else is ever used as part of a path. */
export const RUN_ID = new RegExp(`^${RUN_ID_SOURCE}$`);
/** `<run id>-<test number>` */
export const TEST_ID = new RegExp(`^(${RUN_ID_SOURCE})-(\\d+)$`);

/**
 * @param now start of the run
 * @param random returns an integer from 0 to `below - 1`
 */
export function newRunId(now: Date, random: (below: number) => number): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const seconds = time.slice(0, 8).replaceAll(':', '');
  const ms = now.getUTCMilliseconds();
  const suffix = [ms >> 5, ms & 31, random(32), random(32), random(32)]
    .map((digit) => DIGITS[digit])
    .join('');
  return `${date.replaceAll('-', '')}-${seconds}-${suffix}`;
}
