/** Checks the alerts without sending any: a false alarm costs more than a missing one. */
import type { Monitor, Notifier } from '../model/notifier.ts';
import { type Check, ok, warn } from './check.ts';

/** @param hasDsn a usable DSN is given */
export function alertChecks(
  { monitor, notifiers }: { readonly monitor: Monitor | null; readonly notifiers: readonly Notifier[] },
  hasDsn: boolean,
): readonly Check[] {
  return [
    ...(monitor === null ? [] : [monitorCheck(monitor, hasDsn)]),
    ...notifiers.map((notifier) => notifierCheck(notifier, hasDsn)),
  ];
}

const SET_DSN = 'Set SENTRY_DSN to a client key of a project (Sentry: Project Settings > Client Keys).';

function monitorCheck({ slug, schedule }: Monitor, hasDsn: boolean): Check {
  if (!hasDsn) return warn('monitor', `${slug} needs a usable DSN, and there is none`, [SET_DSN]);
  if (schedule === null) {
    const message = `Runs check in with ${slug}, which has to exist in Sentry: the config gives it no schedule`;
    return warn('monitor', message, [
      'Give it one, and Sentry makes the monitor by itself: monitor: { schedule: "*/15 * * * *" }',
    ]);
  }
  const when = schedule.type === 'crontab' ? schedule.value : `every ${schedule.value} ${schedule.unit}(s)`;
  return ok('monitor', `Runs check in with ${slug} (${when}); doctor does not`);
}

function notifierCheck(notifier: Notifier, hasDsn: boolean): Check {
  const { name } = notifier;
  if (notifier.type === 'sentry-issue') {
    return hasDsn
      ? ok('notify', `${name} makes an issue by the DSN when something breaks; none was made now`)
      : warn('notify', `${name} needs a usable DSN, and there is none`, [SET_DSN]);
  }
  const { host } = new URL(notifier.url);
  return ok('notify', `${name} tells ${host} when something breaks; nothing was sent to it now`);
}
