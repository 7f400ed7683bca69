/** Hours in which a target is left alone. Plain readonly data. */

/** In the order of JavaScript's `getUTCDay`. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

export interface QuietWindow {
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** Minutes after midnight, 1440 for 24:00; one that is not later than `fromMinute` is of the next day. */
  readonly toMinute: number;
  /** A name that `Intl` knows; null for the time zone of this machine. */
  readonly timeZone: string | null;
  /** On which days it begins. */
  readonly days: readonly Day[];
}
