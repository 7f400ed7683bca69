/** What `quietHours` of the config means. */
import { DAYS, type QuietWindow } from '../../model/quiet-window.ts';
import type { QuietHoursConfig } from '../schema/quiet-hours.ts';
import { minutesOf } from './time-of-day.ts';
import { LOCAL } from './time-zones.ts';

export function toQuietWindows(config: QuietHoursConfig | undefined): readonly QuietWindow[] {
  const windows = config === undefined || Array.isArray(config) ? config : [config];
  return (windows ?? []).map(({ from, to, timezone, days }) => ({
    fromMinute: minutesOf(from),
    toMinute: minutesOf(to),
    timeZone: timezone === LOCAL ? null : timezone,
    days: typeof days === 'string' ? [days] : (days ?? DAYS),
  }));
}
