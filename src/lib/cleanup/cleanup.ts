/**
 * Removes what the tests of a run left at the target: makes the calls of `cleanup` in the order of the tests, a few at a time,
 * within a limited time. Lists what could not be removed and what may be left. What the calls need is saved before each webhook
 * is sent, so that `prod-e2e cleanup` can finish even after a run was killed.
 */

import { forEachLimited } from '../limit-concurrency.ts';
import type { Delivery } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { Finding, Judgment } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { CleanupCall } from '../model/probe.ts';
import type { CleanupSummary, Leftover } from '../model/report.ts';
import { MAX_LISTED_LEFTOVERS } from '../model/report-source.ts';
import { cleanupFindings, notSavedFinding } from '../report/store/cleanup/findings.ts';
import type { EntryKey } from '../report/store/cleanup/records.ts';
import { comesWithResponse, pathsOf, toSaved } from '../report/store/cleanup/saved-values.ts';
import type { Redact } from '../secrets/redact.ts';
import { fillCall } from '../stages/probes/call.ts';
import { countOf, durationText, numberText } from '../terminal/quantities.ts';
import {
  aboutWebhook,
  CALLS_AT_ONCE,
  type CleanupPort,
  callValues,
  type FailedCall,
  failedLeftover,
  makeCall,
  STOPPED_LIMIT_MS,
  templateText,
  unknownLeftover,
} from './call.ts';

/** Maximum webhooks of a run with clean-up, since their calls are held in memory until its end. */
export const MAX_CLEANED = 20_000;

/** A test that was sent. */
export interface SentWebhook {
  readonly test: PlannedTest;
  /** 0 for the webhook itself, 1 for the first resend. */
  readonly send: number;
  readonly delivery: Delivery;
  readonly judgment: Judgment;
  /** Masks secrets in text about this webhook. */
  readonly mask: Redact;
}

export interface Cleanup {
  /** Saves what is known of a webhook before it is sent. @param mask masks its secrets */
  readonly sending: (test: PlannedTest, send: number, mask: Redact) => void;
  /** Adds the calls for a webhook. */
  readonly add: (sent: SentWebhook) => void;
  /** Records that the webhook created no data. */
  readonly nothingLeft: (test: PlannedTest, send: number) => void;
  /** Number of calls to make. */
  readonly waiting: () => number;
  /**
   * Makes the calls; never rejects. May be called again for calls added since.
   * @param onProgress `3 of 10 calls made`, after each
   */
  readonly cleanUp: (onProgress?: (progress: string) => void) => Promise<void>;
  /** Null if no test had anything to remove. */
  readonly summary: () => CleanupSummary | null;
  readonly findings: () => readonly Finding[];
  /** Everything is on disk when it returns. */
  readonly end: () => void;
}

/** A webhook with calls that are not made yet. */
interface Entry extends EntryKey {
  remaining: number;
}

interface Waiting extends FailedCall {
  readonly entry: Entry;
  /** Its place in the list of calls. */
  readonly at: number;
}

export function createCleanup(options: {
  readonly port: CleanupPort;
  /** A clock that only goes forward. */
  readonly monotonicMs: () => number;
  readonly stop: AbortSignal;
}): Cleanup {
  const { port, monotonicMs, stop } = options;
  const { log } = port;
  let waiting: Waiting[] = [];
  const known = new Set<string>();
  const limit = createTimeLimit({ monotonicMs, stop });
  const left: { readonly index: number; readonly leftOver: Leftover }[] = [];
  const counts = { done: 0, failed: 0, unknown: 0 };
  const leave = ({ index, send }: EntryKey, at: number, leftOver: Leftover) => {
    counts[leftOver.certain ? 'failed' : 'unknown'] += 1;
    if (left.length >= MAX_LISTED_LEFTOVERS) return;
    left.push({ index, leftOver });
    log?.write({ type: 'left', index, send, at, leftOver });
  };
  const removed = ({ entry, at }: Pick<Waiting, 'entry' | 'at'>, called: boolean) => {
    const { index, send } = entry;
    entry.remaining -= 1;
    log?.write(
      { type: 'removed', index, send, at, called, later: false },
      ...(entry.remaining === 0 ? [{ type: 'closed', index, send } as const] : []),
    );
  };
  const remains = (each: Waiting, reason: string) =>
    leave(each.entry, each.at, failedLeftover(each, { reason, certain: true, port }));
  const clean = async (each: Waiting): Promise<void> => {
    const result = await limit.within((signal) => makeCall(each, { port, signal }));
    if (result?.ok !== true) return remains(each, result?.reason ?? limit.why());
    counts.done += 1;
    removed(each, true);
  };
  const wait = (each: Waiting, mayBeKnown: boolean) => {
    const { method, url, body } = each.request;
    const key = JSON.stringify([each.entry.index, method, url, body]);
    // A resend may have been treated as a duplicate.
    if (known.has(key)) return removed(each, false);
    if (mayBeKnown) known.add(key);
    waiting.push(each);
  };
  return {
    sending: (test, send, mask) => {
      if (log === null || test.cleanup.length === 0) return;
      const { index, testId, name, scenario, from, cleanup } = test;
      const paths = pathsOf(cleanup).filter((path) => !comesWithResponse(path));
      const values = callValues(test, { response: null, startedAt: '' });
      log.write({
        ...{ type: 'sent', index, send, testId, name, scenario, replayed: from !== null },
        calls: cleanup.map((call) => templateText(call, port.redact)),
        ...toSaved(paths, values, { mask, redactPaths: port.redactPaths }),
      });
    },
    add: (sent) => {
      const { test, send, delivery, mask } = sent;
      if (test.cleanup.length === 0) return;
      const key = { index: test.index, send };
      const todos = test.cleanup.map((call) => whatToDo(call, sent, port));
      if (todos.every((todo) => todo === null)) return log?.write({ type: 'closed', ...key });
      if (delivery.response !== null) {
        const paths = pathsOf(test.cleanup).filter(comesWithResponse);
        log?.write({
          type: 'responded',
          ...key,
          ...toSaved(paths, callValues(test, delivery), { mask, redactPaths: port.redactPaths }),
        });
      }
      const entry: Entry = { ...key, remaining: todos.length };
      for (const [at, todo] of todos.entries()) {
        if (todo === null) removed({ entry, at }, false);
        else if ('leftOver' in todo) leave(key, at, todo.leftOver);
        else wait({ ...todo, entry, at }, test.repeat !== null);
      }
    },
    nothingLeft: ({ index, cleanup }, send) => {
      if (cleanup.length > 0) log?.write({ type: 'closed', index, send });
    },
    waiting: () => waiting.length,
    cleanUp: async (onProgress) => {
      limit.begin();
      const now = waiting.sort((a, b) => a.entry.index - b.entry.index);
      waiting = [];
      let made = 0;
      const work = async (each: Waiting): Promise<void> => {
        await clean(each);
        made += 1;
        onProgress?.(`${numberText(made)} of ${countOf(now.length, 'call')} made`);
      };
      await forEachLimited(now, { limit: CALLS_AT_ONCE, goOn: () => true, work });
    },
    summary: () => {
      const { done, failed, unknown } = counts;
      const open = log?.open() ?? 0;
      if (done + failed + unknown + open === 0) return null;
      const leftOvers = left.toSorted((a, b) => a.index - b.index).map(({ leftOver }) => leftOver);
      return { done, failed, unknown, leftOvers, ...(open === 0 ? {} : { open }) };
    },
    findings: () => {
      const problem = log?.problem() ?? null;
      const leftOvers = left.map(({ leftOver }) => leftOver);
      return [
        ...cleanupFindings({ ...counts, leftOvers }),
        ...(problem === null ? [] : [notSavedFinding(problem)]),
      ];
    },
    end: () => log?.end(),
  };
}

/** Null if nothing can be left: the webhook never arrived, or was refused. */
function whatToDo(
  call: CleanupCall,
  { test, delivery, judgment, mask }: SentWebhook,
  port: CleanupPort,
): FailedCall | { readonly leftOver: Leftover } | null {
  const { response, failure, attempts } = delivery;
  const failures = [failure, ...attempts.map((attempt) => attempt.failure)];
  // An earlier attempt may have arrived.
  if (failure !== null && failures.every((each) => each === null || !FAILURE_KINDS[each.kind].connected))
    return null;
  const values = callValues(test, delivery);
  const about = aboutWebhook(test, { call, values, mask, port });
  const unknown = (reason: string) => ({ leftOver: unknownLeftover(about, { call, reason, mask }) });
  // Without a response it is unknown whether there is anything to remove, or whether it exists yet.
  if (response === null) return unknown(failure?.message ?? 'no response');
  const filled = fillCall(call, { values, userAgent: port.userAgent });
  if (filled.ok) return { request: filled.value, call, about, mask };
  const isDuplicate = judgment.warnings.some(({ code }) => code === 'duplicate');
  const refused = response.status >= 400 && response.status < 500;
  return isDuplicate || refused ? null : unknown(filled.problem);
}

/** For all calls of a run together, in milliseconds. */
export const CLEANUP_LIMIT_MS = 120_000;

const OUT_OF_TIME = `Not finished: ${durationText(CLEANUP_LIMIT_MS)} were over`;
const STOPPED = 'Not finished: the run was stopped';

/** The time for all calls together. A stop shortens it, also for calls in flight. */
export function createTimeLimit({
  monotonicMs,
  stop,
}: {
  readonly monotonicMs: () => number;
  readonly stop: AbortSignal;
}) {
  let begunMs: number | null = null;
  let stoppedMs: number | null = null;
  const stopped = () => {
    stoppedMs ??= monotonicMs();
  };
  if (stop.aborted) stopped();
  else stop.addEventListener('abort', stopped, { once: true });
  const leftMs = () => {
    const now = monotonicMs();
    const untilEnd = CLEANUP_LIMIT_MS - (now - (begunMs ?? now));
    return stoppedMs === null ? untilEnd : Math.min(untilEnd, STOPPED_LIMIT_MS - (now - stoppedMs));
  };
  return {
    begin: () => {
      begunMs ??= monotonicMs();
    },
    why: () => (stoppedMs === null ? OUT_OF_TIME : STOPPED),
    /** Null if no time is left. */
    within: async <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result | null> => {
      if (leftMs() <= 0) return null;
      const cut = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const shorten = () => {
        clearTimeout(timer);
        timer = setTimeout(() => cut.abort(), Math.max(0, leftMs()));
      };
      shorten();
      // The listener `stopped` was added first and runs first.
      stop.addEventListener('abort', shorten, { once: true });
      try {
        return await work(cut.signal);
      } finally {
        clearTimeout(timer);
        stop.removeEventListener('abort', shorten);
      }
    },
  };
}
