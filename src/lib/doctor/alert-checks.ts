/** Checks the alerts without sending any: a false alarm costs more than a missing one. */
import type { Monitor, Notifier } from '../model/notifier.ts';
import { type Check, ok, warn } from './check.ts';

/** @param hasDsn a valid DSN is set */
export function alertChecks(
  { monitor, notifiers }: { readonly monitor: Monitor | null; readonly notifiers: readonly Notifier[] },
  hasDsn: boolean,
): readonly Check[] {
  return [
    ...(monitor === null ? [] : [monitorCheck(monitor, hasDsn)]),
    ...notifiers.map((notifier) => notifierCheck(notifier, hasDsn)),
  ];
}

const SET_DSN = 'Set SENTRY_DSN to a client key of a project (Sentry: Project Settings > Client Keys)';

function monitorCheck({ slug, schedule }: Monitor, hasDsn: boolean): Check {
  if (!hasDsn) return warn('monitor', `${slug} needs a valid DSN`, [SET_DSN]);
  if (schedule === null) {
    const message = `Runs check in with ${slug}, which must exist in Sentry: the config has no schedule for it`;
    return warn('monitor', message, [
      'Set a schedule, and Sentry creates the monitor: monitor: { schedule: "*/15 * * * *" }',
    ]);
  }
  const when = schedule.type === 'crontab' ? schedule.value : `every ${schedule.value} ${schedule.unit}(s)`;
  return ok('monitor', `Runs check in with ${slug} (${when}); doctor does not`);
}

function notifierCheck(notifier: Notifier, hasDsn: boolean): Check {
  const { name } = notifier;
  if (notifier.type === 'sentry-issue') {
    return hasDsn
      ? ok('notify', `${name} will create an issue through the DSN (none created now)`)
      : warn('notify', `${name} needs a valid DSN`, [SET_DSN]);
  }
  const { host } = new URL(notifier.url);
  return ok('notify', `${name} will alert ${host} (nothing was sent to it now)`);
}
