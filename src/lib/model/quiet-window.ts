/** Hours in which nothing is sent to a target. Plain readonly data. */

/** In the order of JavaScript's `getUTCDay`. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

export interface QuietWindow {
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** Minutes after midnight, 1440 for 24:00; if not later than `fromMinute`, it is on the next day. */
  readonly toMinute: number;
  /** A time zone that `Intl` supports; null for this machine's time zone. */
  readonly timeZone: string | null;
  /** The days on which it begins. */
  readonly days: readonly Day[];
}
