/** Where alerts go when scenarios break and work again. Plain readonly data; durations are milliseconds and end in `Ms`. */

export const NOTIFIER_TYPES = ['sentry-issue', 'slack', 'pagerduty', 'webhook'] as const;
export type NotifierType = (typeof NOTIFIER_TYPES)[number];

/** How urgent PagerDuty takes it. */
export const PAGERDUTY_SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type PagerdutySeverity = (typeof PAGERDUTY_SEVERITIES)[number];

interface Common {
  /** Unique among the notifiers of a run; what was sent is remembered by it. */
  readonly name: string;
  /** Consecutive failing runs before an outage is reported. */
  readonly after: number;
  /** Consecutive working runs before its end is. */
  readonly recoverAfter: number;
  /** What stays broken is reported again after so long; null for never. */
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

/** When a run is expected, as Sentry's monitors have it. */
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
  /** Null: the monitor has to exist already. */
  readonly schedule: MonitorSchedule | null;
  /** IANA name; null for Sentry's own default, UTC. */
  readonly timezone: string | null;
  /** Whole minutes, at least 1; null for Sentry's own default. */
  readonly checkinMarginMinutes: number | null;
  readonly maxRuntimeMinutes: number | null;
}
