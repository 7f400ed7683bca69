/** Warnings about alerts that could not be sent, or not be remembered. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Notifier } from '../model/notifier.ts';
import { countOf } from '../terminal/quantities.ts';
import type { CheckInPort, OpenNotifier } from './alert-ports.ts';
import type { AlertDelivery } from './send-alerts.ts';

export function notSent({ notifier, host }: OpenNotifier, { untold, reason }: AlertDelivery): Finding {
  return {
    severity: 'warning',
    code: 'notify-failed',
    message: `${shownName(notifier, host)} could not be told of ${countOf(untold, 'change')}: ${reason ?? 'no answer'}`,
    hint: 'The next run tries again; see that the address and the key under notify in the config are right',
  };
}

/** Whatever it is: the report of what was sent is worth more. */
export function noneSent(thrown: unknown): readonly Finding[] {
  const message = `Nobody could be told what changed: ${messageOf(thrown)}`;
  return [{ severity: 'warning', code: 'notify-failed', message, hint: null }];
}

/** `slack (hooks.slack.com)`. */
function shownName({ name }: Notifier, host: string): string {
  return `${name} (${host})`;
}

export function checkInFailed({ slug, host }: CheckInPort, reason: string): Finding {
  return {
    severity: 'warning',
    code: 'check-in-failed',
    message: `The check-in with the monitor ${slug} did not reach ${host}: ${reason}`,
    hint: 'Sentry will take this run for missed or timed out; see that the DSN is right: prod-e2e doctor',
  };
}

export function notRemembered(why: string): Finding {
  return {
    severity: 'warning',
    code: 'notify-not-kept',
    message: `What was reported could not be saved (${why}): the next run may report it again`,
    hint: null,
  };
}

/** The other run reports the same target; what it did not see, the next run does. */
export const BUSY: Finding = {
  severity: 'warning',
  code: 'notify-failed',
  message: 'No alerts were sent: another run against the same target was still sending its own',
  hint: 'The next run reports what is broken then',
};

export function heldBack({ notifier, host }: OpenNotifier): Finding {
  const { after } = notifier;
  return {
    severity: 'warning',
    code: 'notify-not-kept',
    message: `${shownName(notifier, host)} reports an outage after ${after} failing runs, and the data folder remembers no run before this one`,
    hint: 'Where each run begins with an empty data folder, mount a volume (PROD_E2E_DATA_DIR) or set after: 1: otherwise no outage is ever reported',
  };
}
