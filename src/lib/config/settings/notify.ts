/** Turns the configured alerts into settings. */
import { canParseUrl } from '../../http/url.ts';
import type { Monitor, Notifier } from '../../model/notifier.ts';
import { secretsInUrl } from '../../secrets/urls.ts';
import type { NotifierConfig } from '../schema/notify.ts';
import type { MonitorConfig } from '../schema/schema.ts';
import { parseSchedule } from './monitor-schedule.ts';
import { formsOfSecret } from './signing.ts';
import { spelledZone } from './time-zones.ts';
import { parseDuration } from './units.ts';

/** https://developer.pagerduty.com/docs/send-alert-event; the European service region has its own host. */
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

const MINUTE_MS = 60_000;
/** Shorter parts of a path are words, and masking those would make texts unreadable. */
const SHORTEST_KEY = 12;

/** The configured name, else the type; further ones of a type are numbered. */
export function notifierNames(notifiers: readonly NotifierConfig[]): readonly string[] {
  const counts = new Map<string, number>();
  return notifiers.map(({ name, type }) => {
    if (name !== undefined) return name;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return count === 1 ? type : `${type}-${count}`;
  });
}

/** check-notify has refused notifiers without a required key. */
export function toNotifiers(config: readonly NotifierConfig[] = []): readonly Notifier[] {
  const names = notifierNames(config);
  return config.map((each, at): Notifier => {
    const { type, url = '', routingKey = '', secret = '', severity = 'error' } = each;
    const common = {
      name: names[at] ?? type,
      after: each.after ?? 1,
      recoverAfter: each.recoverAfter ?? 1,
      repeatAfterMs: each.repeatAfter === undefined ? null : parseDuration(each.repeatAfter),
    };
    if (type === 'sentry-issue') return { ...common, type };
    if (type === 'slack') return { ...common, type, url };
    if (type === 'webhook') return { ...common, type, url, secrets: [secret] };
    return { ...common, type, url: each.url ?? PAGERDUTY_URL, routingKey, severity };
  });
}

/** Null without a slug: then no check-ins are sent. */
export function toMonitor(config: MonitorConfig = {}): Monitor | null {
  const { slug, schedule, timezone, checkinMargin, maxRuntime } = config;
  if (slug === undefined) return null;
  return {
    slug,
    schedule: schedule === undefined ? null : parseSchedule(schedule),
    // Sentry accepts time zone names only in their exact spelling.
    timezone: timezone === undefined ? null : spelledZone(timezone),
    checkinMarginMinutes: wholeMinutes(checkinMargin),
    maxRuntimeMinutes: wholeMinutes(maxRuntime),
  };
}

/** Rounded up: Sentry has no seconds, and rounding down would cause false alarms. */
function wholeMinutes(duration: string | undefined): number | null {
  const ms = duration === undefined ? null : parseDuration(duration);
  return ms === null ? null : Math.ceil(ms / MINUTE_MS);
}

/** The URL of an incoming webhook and a routing key are secrets: with one, anyone can send alerts. */
export function notifierSecrets(notifiers: readonly NotifierConfig[] = []): readonly string[] {
  return notifiers.flatMap(({ url, routingKey, secret }) => [
    ...(url === undefined ? [] : [url, ...secretsInUrl(url), ...keysInPath(url)]),
    ...(routingKey === undefined ? [] : [routingKey]),
    ...(secret === undefined ? [] : formsOfSecret(secret)),
  ]);
}

/** Parts of a path with a digit that are too long for a word, and the whole path if there is one. */
function keysInPath(url: string): readonly string[] {
  if (!canParseUrl(url)) return [];
  const { pathname } = new URL(url);
  const keys = pathname
    .split('/')
    .filter((part) => part.length >= SHORTEST_KEY && /\d|[a-z][A-Z]/.test(part));
  return keys.length === 0 ? [] : [pathname, ...keys];
}
