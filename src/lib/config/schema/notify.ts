/** The schema of `notify` and `monitor`. check-notify checks which keys belong to which notifier. */
import * as z from 'zod';
import { NOTIFIER_TYPES, PAGERDUTY_SEVERITIES } from '../../model/notifier.ts';
import { MAX_NOTIFIERS } from '../limits.ts';
import { parseSchedule } from '../settings/monitor-schedule.ts';
import { isTimeZone, LOCAL } from '../settings/time-zones.ts';
import { DURATION_PATTERN, parseDuration } from '../settings/units.ts';
import { httpUrl, integer, object, safeName, text } from './parts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Limit of the reminder interval: a month. */
const MAX_REPEAT_HOURS = 720;
/** A run every 15 minutes for a day stays below this. */
const MAX_RUNS = 100;
/** Sentry's own limit for a check-in margin and a runtime: four weeks, in minutes. */
const MAX_MONITOR_MINUTES = 40_320;

function span({ from, to, error }: { readonly from: number; readonly to: number; readonly error: string }) {
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error })
    .refine(
      (value) => {
        const ms = parseDuration(value);
        return ms !== null && ms >= from && ms <= to;
      },
      { error },
    );
}

const LIST = `a list of up to ${MAX_NOTIFIERS} notifiers`;

const repeatAfter = span({
  from: MINUTE_MS,
  to: MAX_REPEAT_HOURS * HOUR_MS,
  error: `a duration such as 30m or 24h, from 1m to ${MAX_REPEAT_HOURS}h`,
});

const runs = integer({ min: 1, max: MAX_RUNS });

const ROUTING_KEY = 'the integration key of an Events API v2 integration: 32 letters and digits';

export const notifierSchema = object({
  type: z
    .enum(NOTIFIER_TYPES, { error: NOTIFIER_TYPES.join(', ') })
    .meta({ description: 'Where alerts are sent.' }),
  name: safeName()
    .meta({ description: 'Name in reports and in the alert state; the default is the type.' })
    .optional(),
  url: httpUrl()
    .meta({
      description:
        'slack: the incoming webhook, preferably as ${env:SLACK_WEBHOOK_URL}. webhook: the endpoint. pagerduty: a region other than https://events.pagerduty.com/v2/enqueue.',
    })
    .optional(),
  routingKey: z
    .string({ error: ROUTING_KEY })
    .regex(/^[A-Za-z0-9]{32}$/, { error: ROUTING_KEY })
    .meta({ description: 'pagerduty: the integration key, preferably as ${env:PAGERDUTY_ROUTING_KEY}.' })
    .optional(),
  severity: z
    .enum(PAGERDUTY_SEVERITIES, { error: PAGERDUTY_SEVERITIES.join(', ') })
    .meta({ description: 'pagerduty: severity of the event.', default: 'error' })
    .optional(),
  secret: text('a secret')
    .meta({ description: 'webhook: secret of the Standard Webhooks signature, whsec_ and base64.' })
    .optional(),
  after: runs
    .meta({ description: 'Consecutive failing runs before an outage is reported.', default: 1 })
    .optional(),
  recoverAfter: runs
    .meta({ description: 'Consecutive working runs before its end is reported.', default: 1 })
    .optional(),
  repeatAfter: repeatAfter
    .meta({ description: 'When to repeat the message about an ongoing outage; by default, it is sent once.' })
    .optional(),
});

export const notifySchema = z.array(notifierSchema, { error: LIST }).max(MAX_NOTIFIERS, { error: LIST });

export type NotifierConfig = z.output<typeof notifierSchema>;

const SCHEDULE = 'a crontab line such as "*/15 * * * *", or an interval such as "15 minutes"';
const ZONE = 'an IANA time zone such as Europe/Berlin, or UTC';
export const monitorMinutes = span({
  from: MINUTE_MS,
  to: MAX_MONITOR_MINUTES * MINUTE_MS,
  error: `a duration such as 5m or 1h, from 1m to ${MAX_MONITOR_MINUTES / 60}h`,
});

export const monitorSchedule = z
  .string({ error: SCHEDULE })
  .refine((value) => parseSchedule(value) !== null, { error: SCHEDULE });

export const monitorTimeZone = z
  .string({ error: ZONE })
  .refine((value) => value !== LOCAL && isTimeZone(value), { error: ZONE });
