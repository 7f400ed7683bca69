/** Tells others of a run: checks in at its start and its end, and tells notifiers what changed. Never throws. */
import { messageOf } from '../errors.ts';
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportHead } from '../model/report.ts';
import type { Fold } from '../report/digest/fold.ts';
import { createCauseFold } from './causes.ts';
import { changesOf, sentAfter, stillOpen } from './changes.ts';
import { advance } from './outages.ts';
import type { PostOutcome } from './post.ts';
import {
  type AlertPorts,
  BUSY,
  checkInFailed,
  heldBack,
  noneSent,
  notRemembered,
  notSent,
  type OpenNotifier,
  sendAlerts,
} from './send-alerts.ts';
import { type AlertState, NOTHING_OPEN } from './state.ts';
import type { OpenAlertState } from './state-file.ts';

export interface Alerts {
  /** The run begins; nothing waits for what is sent. */
  readonly begun: () => void;
  /** The same fold; what is added to it is looked at. */
  readonly watched: (fold: Fold) => Fold;
  /** The run is over, and its head is as it will be but for what is returned: what could not be told, as warnings. */
  readonly ended: (head: AlertHead) => Promise<readonly Finding[]>;
}

type AlertHead = ReportHead & Pick<AlertFacts, 'unsaved'>;

/** All that is told at the end of a run takes at most so many milliseconds together. */
export const ALERTS_WITHIN_MS = 5_000;
/** The same for a run that somebody wants to end. */
const STOPPED_WITHIN_MS = 2_000;

export function createAlerts(ports: AlertPorts): Alerts {
  const causes = createCauseFold(ports.required);
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

  const tellAll = async (head: AlertHead, stop: AbortSignal): Promise<readonly Finding[]> => {
    // What a run that was cut off did not see is neither broken nor working.
    if (ports.notifiers.length === 0 || head.status === 'interrupted') return [];
    const opened = await ports.openState(stop);
    if (opened === null) return [BUSY];
    try {
      return await report({ head, opened, stop });
    } finally {
      await opened.close();
    }
  };

  const report = async (options: {
    readonly head: AlertHead;
    readonly opened: OpenAlertState;
    readonly stop: AbortSignal;
  }): Promise<readonly Finding[]> => {
    const { head, opened, stop } = options;
    const { runId, startedAt: at } = head;
    const { outages: before, told } = opened.state ?? NOTHING_OPEN;
    const outages = advance(before, { ...causes.observed(), runId, startedAt: at });
    const changesFor = ({ notifier }: OpenNotifier, after: number) => {
      const situation = { outages, told: told.get(notifier.name) ?? [], runId, startedAt: at };
      return changesOf(situation, { ...notifier, after });
    };
    const stateWith = (delivered: ReadonlySet<Change>, due: Due): AlertState => {
      const after = new Map(told);
      for (const [{ notifier }, changes] of due) {
        const reported = sentAfter(told.get(notifier.name) ?? [], { changes, delivered, at });
        after.set(notifier.name, reported);
      }
      return { outages: stillOpen(outages, after), told: after };
    };
    const counted: Due = ports.notifiers.map((open) => [open, changesFor(open, open.notifier.after)]);
    // Before anything is sent: a run that is killed meanwhile may have sent it.
    const unkept = await keep(opened, stateWith(NONE, counted));
    // What cannot be remembered cannot be counted either.
    const isCounted = ports.remembers && unkept === null;
    const due: Due = isCounted ? counted : ports.notifiers.map((open) => [open, changesFor(open, 1)]);
    const tellings = await Promise.all(
      due.map(async ([open, changes]) => {
        const postings = ports.postingsOf(open.notifier, { changes, facts: head });
        return {
          open,
          telling: await sendAlerts(postings, { type: open.notifier.type, post: ports.post, stop }),
        };
      }),
    );
    const delivered = new Set(tellings.flatMap(({ telling }) => telling.told));
    const keptNow = delivered.size === 0 ? unkept : await keep(opened, stateWith(delivered, due));
    const failed = tellings.filter(({ telling }) => telling.untold > 0);
    const isFirst = opened.state === null && outages.length > 0 && isCounted;
    return [
      ...failed.map(({ open, telling }) => notSent(open, telling)),
      ...(keptNow === null ? [] : [keptNow]),
      ...(isFirst ? due.filter(([, changes]) => changes.length === 0).map(([open]) => heldBack(open)) : []),
    ];
  };

  const keep = ({ keep: write }: OpenAlertState, state: AlertState): Promise<Finding | null> =>
    write(state).then(
      () => null,
      (thrown: unknown) => notRemembered(messageOf(thrown)),
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
        const both = [checkOut(head, budget.signal), tellAll(head, budget.signal).catch(noneSent)];
        return (await Promise.all(both)).flat();
      } finally {
        budget.end();
      }
    },
  };
}

type Due = readonly (readonly [OpenNotifier, readonly Change[]])[];

const NONE: ReadonlySet<Change> = new Set();

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
