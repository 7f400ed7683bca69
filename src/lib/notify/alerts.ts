/** Sends check-ins at the start and the end of a run, and sends the notifiers what changed. Never throws. */
import { once } from 'node:events';
import { messageOf } from '../errors.ts';
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportHead } from '../model/report.ts';
import type { Fold } from '../report/digest/fold.ts';
import { graceAfter } from '../sleep.ts';
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
  /** Reports that the run has started. Does not wait for the request. */
  readonly start: () => void;
  /** Wraps a fold so that alerts see every result that is added to it. */
  readonly watch: (fold: Fold) => Fold;
  /** Sends the alerts once the run is over. Returns warnings about what could not be sent; the caller adds them to the head. */
  readonly finish: (head: AlertHead) => Promise<readonly Finding[]>;
}

type AlertHead = ReportHead & Pick<AlertFacts, 'unsaved'>;

/** Limit for all alerts at the end of a run together, in milliseconds. */
export const ALERTS_WITHIN_MS = 5_000;
/** The same limit after the run was stopped, in milliseconds. */
const STOPPED_WITHIN_MS = 2_000;
const BUDGET = { limitMs: ALERTS_WITHIN_MS, graceMs: STOPPED_WITHIN_MS };

export function createAlerts(ports: AlertPorts): Alerts {
  const causes = createCauseFold(ports.required);
  let begun: Promise<PostOutcome> | null = null;

  const checkOut = async (head: ReportHead, stop: AbortSignal): Promise<readonly Finding[]> => {
    const { checkIn } = ports;
    if (checkIn === null) return [];
    // Wait for the first check-in: Sentry treats the last one it receives as the end.
    const first = await Promise.race([begun ?? SENT, aborted(stop)]);
    const status = head.exitCode === 0 ? 'ok' : 'error';
    const last = await checkIn.send({ status, durationMs: head.durationMs }, stop);
    const failed = [last, first].find(({ ok }) => !ok);
    return failed === undefined || failed.ok ? [] : [checkInFailed(checkIn, failed.reason)];
  };

  const sendChanges = async (head: AlertHead, stop: AbortSignal): Promise<readonly Finding[]> => {
    // An interrupted run has not seen enough to say what is broken or working.
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
    const { outages: before, sent } = opened.state ?? NOTHING_OPEN;
    const outages = advance(before, { ...causes.observed(), runId, startedAt: at });
    const changesFor = ({ notifier }: OpenNotifier, after: number) => {
      const situation = { outages, sent: sent.get(notifier.name) ?? [], runId, startedAt: at };
      return changesOf(situation, { ...notifier, after });
    };
    const stateWith = (delivered: ReadonlySet<Change>, due: Due): AlertState => {
      const after = new Map(sent);
      for (const [{ notifier }, changes] of due) {
        const reported = sentAfter(sent.get(notifier.name) ?? [], { changes, delivered, at });
        after.set(notifier.name, reported);
      }
      return { outages: stillOpen(outages, after), sent: after };
    };
    const counted: Due = ports.notifiers.map((open) => [open, changesFor(open, open.notifier.after)]);
    // Save before sending: if the run is killed meanwhile, some alerts may already be out.
    const saveProblem = await saveState(opened, stateWith(NONE, counted));
    // `after` counts failing runs across runs, which works only if the state is saved.
    const isCounted = ports.remembers && saveProblem === null;
    const due: Due = isCounted ? counted : ports.notifiers.map((open) => [open, changesFor(open, 1)]);
    const deliveries = await Promise.all(
      due.map(async ([open, changes]) => {
        const postings = ports.postingsOf(open.notifier, { changes, facts: head });
        return {
          open,
          delivery: await sendAlerts(postings, { type: open.notifier.type, post: ports.post, stop }),
        };
      }),
    );
    const delivered = new Set(deliveries.flatMap(({ delivery }) => delivery.delivered));
    const unsaved = delivered.size === 0 ? saveProblem : await saveState(opened, stateWith(delivered, due));
    const failed = deliveries.filter(({ delivery }) => delivery.undelivered > 0);
    const isFirst = opened.state === null && outages.length > 0 && isCounted;
    return [
      ...failed.map(({ open, delivery }) => notSent(open, delivery)),
      ...(unsaved === null ? [] : [unsaved]),
      ...(isFirst ? due.filter(([, changes]) => changes.length === 0).map(([open]) => heldBack(open)) : []),
    ];
  };

  const saveState = ({ save: write }: OpenAlertState, state: AlertState): Promise<Finding | null> =>
    write(state).then(
      () => null,
      (thrown: unknown) => notRemembered(messageOf(thrown)),
    );

  return {
    start: () => {
      const { checkIn } = ports;
      if (checkIn === null) return;
      const budget = graceAfter(ports.stop, BUDGET);
      begun = checkIn.send({ status: 'in_progress', durationMs: null }, budget.signal).finally(budget.end);
    },
    watch: (fold) => ({
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
    finish: async (head) => {
      const budget = graceAfter(ports.stop, BUDGET);
      try {
        const both = [checkOut(head, budget.signal), sendChanges(head, budget.signal).catch(noneSent)];
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

async function aborted(signal: AbortSignal): Promise<PostOutcome> {
  if (!signal.aborted) await once(signal, 'abort');
  return { ok: false, reason: 'no response in time' };
}
