/** The schedule of a Sentry cron monitor: a crontab line, or an interval such as `15 minutes`. */
import { INTERVAL_UNITS, type MonitorSchedule } from '../../model/notifier.ts';

/** Nicknames that Sentry's crontab supports; `@reboot` is not a time. */
const NICKNAME = /^@(yearly|annually|monthly|weekly|daily|hourly)$/;
const INTERVAL = new RegExp(`^([1-9]\\d{0,5}) (${INTERVAL_UNITS.join('|')})s?$`);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** For each field of a crontab line: its first and last number, and names for the numbers from the first on. */
const FIELDS: readonly Field[] = [
  { from: 0, to: 59, names: [], also: /^$/ },
  { from: 0, to: 23, names: [], also: /^$/ },
  // `L` is the last day of a month.
  { from: 1, to: 31, names: [], also: /^L$/ },
  { from: 1, to: 12, names: MONTHS, also: /^$/ },
  // 7 is Sunday as well; `5#3` is the third Friday, and `5L` the last one.
  { from: 0, to: 7, names: DAYS, also: /^[0-7](#[1-5]|L)$/ },
];

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
  readonly also: RegExp;
}

/** Null where the text is neither; Sentry silently drops a schedule it does not understand. */
export function parseSchedule(text: string): MonitorSchedule | null {
  const [, value, unit] = INTERVAL.exec(text) ?? [];
  const known = INTERVAL_UNITS.find((each) => each === unit);
  if (value !== undefined && known !== undefined)
    return { type: 'interval', value: Number(value), unit: known };
  return NICKNAME.test(text) || isCrontab(text) ? { type: 'crontab', value: text } : null;
}

function isCrontab(text: string): boolean {
  const fields = text.split(/ +/);
  return fields.length === FIELDS.length && FIELDS.every((field, at) => isField(fields[at] ?? '', field));
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    if (field.also.test(part)) return true;
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (step !== undefined && Number(step) === 0) return false;
    if (range === '*') return true;
    const ends = range.split('-').map((end) => numberOf(end, field));
    const [first, last = first] = ends;
    return ends.length <= 2 && first != null && last != null && first <= last;
  });
}

function numberOf(text: string, { from, to, names }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return from + named;
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= from && value <= to ? value : null;
}
