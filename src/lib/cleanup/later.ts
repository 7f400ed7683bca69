/** Makes the clean-up calls of a saved run that are still open, a few at a time, and saves what they removed. */
import type { Leftover } from '../model/report.ts';
import { MAX_LISTED_LEFTOVERS } from '../model/report-source.ts';
import type { EntryKey } from '../report/store/cleanup/records.ts';
import { type CleanupState, readSavedWebhooks, type SavedWebhook } from '../report/store/cleanup/state.ts';
import { graceAfter } from '../sleep.ts';
import { CALLS_AT_ONCE, type CleanupPort, failedLeftover, makeCall, STOPPED_LIMIT_MS } from './call.ts';
import { type CallSources, savedCalls } from './saved-calls.ts';

/** Number of calls in a row without a response after which the rest are skipped. */
export const GIVE_UP_AFTER = 10;
/** Statuses that mean that nothing is there, or nothing any more. */
const NOT_FOUND: ReadonlySet<number> = new Set([404, 410]);

/** Counts are calls. */
export interface CleanedUp {
  /** Calls that removed something, or found nothing to remove. */
  readonly done: number;
  /** Of those, how many found nothing (404, 410). */
  readonly notFound: number;
  readonly failed: number;
  /** Calls that could not be made, since a value is missing. */
  readonly unknown: number;
  /** Calls that could not be made, since the configuration has changed since the run. */
  readonly changed: number;
  /** The first {@link MAX_LISTED_LEFTOVERS} of what is left or may be left. */
  readonly leftOvers: readonly Leftover[];
  /** The target stopped responding, so the rest were skipped. */
  readonly gaveUp: boolean;
}

export async function cleanUpLater(options: {
  readonly folder: string;
  readonly state: CleanupState;
  readonly sources: CallSources;
  readonly port: CleanupPort;
  /** Once aborted, no further calls are made; calls in flight get a short time to finish. */
  readonly stop: AbortSignal;
  /** Called after each call with how many were made. */
  readonly onCall: (made: number) => void;
}): Promise<CleanedUp> {
  const { folder, state, sources, port, stop, onCall } = options;
  const counts = { done: 0, notFound: 0, failed: 0, unknown: 0, changed: 0 };
  const leftOvers: Leftover[] = [];
  let [made, withoutResponse] = [0, 0];
  const gaveUp = () => withoutResponse >= GIVE_UP_AFTER;
  const ended = () => stop.aborted || gaveUp();
  const grace = graceAfter(stop, { graceMs: STOPPED_LIMIT_MS });
  const remains = ({ index, send }: EntryKey, at: number | null, leftOver: Leftover) => {
    if (leftOvers.length === MAX_LISTED_LEFTOVERS) return;
    leftOvers.push(leftOver);
    if (at !== null) port.log?.write({ type: 'left', index, send, at, leftOver });
  };
  const clean = async (saved: SavedWebhook): Promise<void> => {
    const { index, send } = saved.sent;
    const key = { index, send };
    let open = 0;
    for (const each of savedCalls(saved, sources)) {
      open += 1;
      if (each.kind !== 'ready') {
        counts[each.kind] += 1;
        remains(key, each.at, each.leftOver);
        continue;
      }
      if (ended()) continue;
      const result = await makeCall(each, { port, signal: grace.signal });
      onCall(++made);
      withoutResponse = result.ok || result.status !== null ? 0 : withoutResponse + 1;
      if (result.ok) {
        open -= 1;
        counts.done += 1;
        if (NOT_FOUND.has(result.status)) counts.notFound += 1;
        if (each.at !== null)
          port.log?.write({ type: 'removed', ...key, at: each.at, called: true, later: true });
      } else if (result.reason !== null) {
        counts.failed += 1;
        const { reason } = result;
        remains(key, each.at, failedLeftover(each, { reason, certain: saved.response !== null, port }));
      }
    }
    if (open === 0) port.log?.write({ type: 'closed', ...key });
  };

  const webhooks = readSavedWebhooks(folder, state)[Symbol.asyncIterator]();
  const worker = async (): Promise<void> => {
    while (!ended()) {
      const next = await webhooks.next();
      if (next.done === true) return;
      await clean(next.value);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  await webhooks.return?.();
  grace.end();
  return { ...counts, leftOvers, gaveUp: gaveUp() };
}
