/** What alerts need from outside, how one notifier gets its requests, and the warnings about what was not sent. */

import { messageOf } from '../errors.ts';
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import type { Notifier, NotifierType } from '../model/notifier.ts';
import { countOf } from '../terminal/quantities.ts';
import type { Required } from './causes.ts';
import type { Post, PostOutcome } from './post.ts';
import type { Posting } from './posting.ts';
import type { OpenAlertState } from './state-file.ts';

/** A notifier that can be used in this run. */
export interface OpenNotifier {
  readonly notifier: Notifier;
  /** `hooks.slack.com`; the rest of the address may be secret and must not be shown. */
  readonly host: string;
}

export interface CheckInPort {
  readonly slug: string;
  readonly host: string;
  readonly send: (
    checkIn: { readonly status: 'in_progress' | 'ok' | 'error'; readonly durationMs: number | null },
    stop: AbortSignal,
  ) => Promise<PostOutcome>;
}

export interface AlertPorts {
  /** Null without a monitor. */
  readonly checkIn: CheckInPort | null;
  readonly notifiers: readonly OpenNotifier[];
  /** What a test has to show to count as working. */
  readonly required: Required;
  /** The state that earlier runs saved; null where another run holds the lock for too long. */
  readonly openState: (stop: AbortSignal) => Promise<OpenAlertState | null>;
  /** False where the next run cannot read this run's state. */
  readonly remembers: boolean;
  readonly postingsOf: (
    notifier: Notifier,
    alert: { readonly changes: readonly Change[]; readonly facts: AlertFacts },
  ) => readonly Posting[];
  readonly post: Post;
  /** Aborted when the run is stopped. */
  readonly stop: AbortSignal;
}

export interface AlertDelivery {
  /** Changes that were delivered. */
  readonly delivered: readonly Change[];
  /** Number of changes that were not. */
  readonly undelivered: number;
  /** The first reason; null where everything was delivered. */
  readonly reason: string | null;
}

/** Limit of requests per notifier and run; the next run reports the rest. */
const MAX_REQUESTS = 50;
/** Requests in flight at once: messages in a channel must arrive in order, the others need not. */
const AT_ONCE: Readonly<Record<NotifierType, number>> = {
  slack: 1,
  'sentry-issue': 4,
  pagerduty: 4,
  webhook: 4,
};

export async function sendAlerts(
  postings: readonly Posting[],
  { type, post, stop }: { readonly type: NotifierType; readonly post: Post; readonly stop: AbortSignal },
): Promise<AlertDelivery> {
  const delivered: Change[] = postings.flatMap(({ request, covers }) => (request === null ? covers : []));
  const all = postings.filter(({ request }) => request !== null);
  const waiting = all.slice(0, MAX_REQUESTS);
  const reasons: string[] = [];
  const inTurn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.request === null) continue;
      const outcome = await post(next.request, stop);
      if (outcome.ok) delivered.push(...next.covers);
      else reasons.push(outcome.reason);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[type] }, inTurn));
  const undelivered = postings.reduce((sum, { covers }) => sum + covers.length, 0) - delivered.length;
  const beyond = all.length > MAX_REQUESTS ? `more than ${MAX_REQUESTS} changes at once` : null;
  return { delivered, undelivered, reason: reasons[0] ?? beyond };
}

export function notSent({ notifier, host }: OpenNotifier, { undelivered, reason }: AlertDelivery): Finding {
  return {
    severity: 'warning',
    code: 'notify-failed',
    message: `${countOf(undelivered, 'change')} could not be reported to ${shownName(notifier, host)}: ${reason ?? 'no response'}`,
    hint: 'The next run tries again; check the URL and the key under notify in the config',
  };
}

/** No error here may cost the user the report of the run. */
export function noneSent(thrown: unknown): readonly Finding[] {
  const message = `Changes could not be reported: ${messageOf(thrown)}`;
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
    hint: 'Sentry will treat this run as missed or timed out; check the DSN: prod-e2e doctor',
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

/** The other run reports the same target; the next run reports what that one missed. */
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
    message: `${shownName(notifier, host)} reports an outage after ${after} failing runs, but the data folder contains no earlier run`,
    hint: 'If every run starts with an empty data folder, mount a volume (PROD_E2E_DATA_DIR) or set after: 1; otherwise no outage is ever reported',
  };
}
