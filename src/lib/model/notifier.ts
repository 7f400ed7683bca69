/** Where alerts go when scenarios break and recover. Plain readonly data; durations are milliseconds and end in `Ms`. */

export const NOTIFIER_TYPES = ['sentry-issue', 'slack', 'pagerduty', 'webhook'] as const;
export type NotifierType = (typeof NOTIFIER_TYPES)[number];

/** PagerDuty's severity. */
export const PAGERDUTY_SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type PagerdutySeverity = (typeof PAGERDUTY_SEVERITIES)[number];

interface Common {
  /** Unique among the notifiers of a run; what was sent is remembered under this name. */
  readonly name: string;
  /** Consecutive failing runs before an outage is reported. */
  readonly after: number;
  /** Consecutive working runs before the end of an outage is reported. */
  readonly recoverAfter: number;
  /** Interval of reminders while it stays broken; null for none. */
  readonly repeatAfterMs: number | null;
}

export type Notifier = Common &
  (
    | { readonly type: 'sentry-issue' }
    | { readonly type: 'slack'; readonly url: string }
    | {
        readonly type: 'pagerduty';
        readonly url: string;
        readonly routingKey: string;
        readonly severity: PagerdutySeverity;
      }
    | { readonly type: 'webhook'; readonly url: string; readonly secrets: readonly string[] }
  );

export const INTERVAL_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;

/** When runs are expected, as in Sentry's monitors. */
export type MonitorSchedule =
  | { readonly type: 'crontab'; readonly value: string }
  | {
      readonly type: 'interval';
      readonly value: number;
      readonly unit: (typeof INTERVAL_UNITS)[number];
    };

/** A Sentry cron monitor that every run checks in with. */
export interface Monitor {
  readonly slug: string;
  /** Null if the monitor must already exist. */
  readonly schedule: MonitorSchedule | null;
  /** IANA name; null for Sentry's default, UTC. */
  readonly timezone: string | null;
  /** In minutes, at least 1; null for Sentry's default. */
  readonly checkinMarginMinutes: number | null;
  readonly maxRuntimeMinutes: number | null;
}
