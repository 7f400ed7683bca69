/** Tells others of a run: checks in at its start and its end, and tells notifiers what changed. Never throws. */
import { messageOf } from '../errors.ts';
import type { AlertFacts } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import type { Notifier } from '../model/notifier.ts';
import type { ReportHead } from '../model/report.ts';
import { createCauseFold } from '../notify/causes.ts';
import { changesOf, openAfter } from '../notify/changes.ts';
import { groupingOf } from '../notify/grouping.ts';
import type { PostOutcome } from '../notify/post.ts';
import type { Posting } from '../notify/posting.ts';
import type { AlertState } from '../notify/state.ts';
import { type Telling, tell } from '../notify/tell.ts';
import type { Fold } from '../report/fold.ts';
import { countOf } from '../terminal/quantities.ts';

export interface Alerts {
  /** The run begins; nothing waits for what is sent. */
  readonly begun: () => void;
  /** The same fold; what is added to it is looked at. */
  readonly watched: (fold: Fold) => Fold;
  /** The run is over, and its head is as it will be but for what is returned: what could not be told, as warnings. */
  readonly ended: (head: ReportHead) => Promise<readonly Finding[]>;
}

/** A notifier that can be told in this run. */
export interface OpenNotifier {
  readonly notifier: Notifier;
  /** `hooks.slack.com`; nothing else of an address may be told. */
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
  /** Null where no monitor is checked in with. */
  readonly checkIn: CheckInPort | null;
  readonly notifiers: readonly OpenNotifier[];
  /** What is open of the last run. */
  readonly lastState: () => Promise<AlertState>;
  /** @throws Node's own error where it cannot be written */
  readonly keepState: (state: AlertState) => Promise<void>;
  readonly postingsOf: (
    notifier: Notifier,
    told: { readonly changes: ReturnType<typeof changesOf>; readonly facts: AlertFacts },
  ) => readonly Posting[];
  readonly post: Parameters<typeof tell>[1]['post'];
  /** Aborted when the run is to stop. */
  readonly stop: AbortSignal;
}

/** All that is told at the end of a run takes at most so many milliseconds together. */
export const ALERTS_WITHIN_MS = 5_000;
/** The same for a run that somebody wants to end. */
const STOPPED_WITHIN_MS = 2_000;

export function createAlerts(ports: AlertPorts): Alerts {
  const causes = createCauseFold();
  let begun: Promise<PostOutcome> | null = null;

  const checkOut = async (head: ReportHead, stop: AbortSignal): Promise<readonly Finding[]> => {
    const { checkIn } = ports;
    if (checkIn === null) return [];
    // Sentry takes the last one it gets for the end.
    const first = await Promise.race([begun ?? SENT, aborted(stop)]);
    const status = head.exitCode === 0 ? 'ok' : 'error';
    const last = await checkIn.send({ status, durationMs: head.durationMs }, stop);
    const failed = [last, first].find(({ ok }) => !ok);
    return failed === undefined || failed.ok ? [] : [checkInFailed(checkIn, failed.reason)];
  };

  const tellAll = async (head: ReportHead, stop: AbortSignal): Promise<readonly Finding[]> => {
    // What a run that was cut off did not see is neither broken nor working.
    if (ports.notifiers.length === 0 || head.status === 'interrupted') return [];
    const state = new Map(await ports.lastState());
    const judged = causes.judged();
    const at = head.startedAt;
    const tellings = ports.notifiers.map(async ({ notifier, host }): Promise<readonly Finding[]> => {
      const grouping = groupingOf(notifier.type);
      const open = state.get(notifier.name) ?? [];
      const { repeatAfterMs } = notifier;
      const changes = changesOf({
        open,
        causes: causes.causes(grouping),
        judged,
        at,
        repeatAfterMs,
        grouping,
      });
      const postings = ports.postingsOf(notifier, { changes, facts: head });
      const telling = await tell(postings, { type: notifier.type, post: ports.post, stop });
      state.set(notifier.name, openAfter(open, { told: telling.told, at }));
      return telling.untold === 0 ? [] : [notTold({ notifier, host }, telling)];
    });
    const findings = (await Promise.all(tellings)).flat();
    return [...findings, ...(await keep(state))];
  };

  const keep = (state: AlertState): Promise<readonly Finding[]> =>
    ports.keepState(state).then(
      () => [],
      (thrown: unknown) => [notRemembered(messageOf(thrown))],
    );

  return {
    begun: () => {
      const { checkIn } = ports;
      if (checkIn === null) return;
      const budget = startBudget(ports.stop);
      begun = checkIn.send({ status: 'in_progress', durationMs: null }, budget.signal).finally(budget.end);
    },
    watched: (fold) => ({
      ...fold,
      add: (result) => {
        causes.add(result);
        fold.add(result);
      },
      replace: (added, verified) => {
        causes.replace(added, verified);
        fold.replace(added, verified);
      },
    }),
    ended: async (head) => {
      const budget = startBudget(ports.stop);
      try {
        const both = [checkOut(head, budget.signal), tellAll(head, budget.signal).catch(notToldAtAll)];
        return (await Promise.all(both)).flat();
      } finally {
        budget.end();
      }
    },
  };
}

const SENT: PostOutcome = { ok: true };

function aborted(signal: AbortSignal): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const late = () => resolve({ ok: false, reason: 'no answer in time' });
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
}

/** A signal that is aborted when there is no more time: sooner, once the run is to stop. */
function startBudget(stop: AbortSignal): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const over = () => controller.abort();
  const timers: NodeJS.Timeout[] = [setTimeout(over, ALERTS_WITHIN_MS)];
  const hurry = () => {
    timers.push(setTimeout(over, STOPPED_WITHIN_MS));
  };
  if (stop.aborted) hurry();
  else stop.addEventListener('abort', hurry, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      stop.removeEventListener('abort', hurry);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function notTold({ notifier, host }: OpenNotifier, { untold, reason }: Telling): Finding {
  return {
    severity: 'warning',
    code: 'notify-failed',
    message: `${shownName(notifier, host)} could not be told of ${countOf(untold, 'change')}: ${reason ?? 'no answer'}`,
    hint: 'The next run tries again; see that the address and the key under notify in the config are right',
  };
}

/** Whatever it is: the report of what was sent is worth more. */
function notToldAtAll(thrown: unknown): readonly Finding[] {
  const message = `Nobody could be told what changed: ${messageOf(thrown)}`;
  return [{ severity: 'warning', code: 'notify-failed', message, hint: null }];
}

/** `slack (hooks.slack.com)`. */
function shownName({ name }: Notifier, host: string): string {
  return `${name} (${host})`;
}

function checkInFailed({ slug, host }: CheckInPort, reason: string): Finding {
  return {
    severity: 'warning',
    code: 'check-in-failed',
    message: `The check-in with the monitor ${slug} did not reach ${host}: ${reason}`,
    hint: 'Sentry will take this run for missed or timed out; see that the DSN is right: prod-e2e doctor',
  };
}

function notRemembered(why: string): Finding {
  return {
    severity: 'warning',
    code: 'notify-not-kept',
    message: `What was told could not be kept (${why}): the next run may tell it again`,
    hint: null,
  };
}
