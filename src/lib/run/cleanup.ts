/**
 * Removes what the tests of a run left at the target: the calls of `cleanup`, in the order of the tests, a few at a time,
 * within bounded time. What could not be removed, and what may have been left, is listed.
 */
import { type Delivery, failureWords, NO_CONNECTION } from '../model/delivery.ts';
import type { Finding, Judgement } from '../model/finding.ts';
import type { PlannedTest, WebhookRequest } from '../model/plan.ts';
import { type CleanupCall, type CleanupSummary, LEFT_OVERS_KEPT, type LeftOver } from '../model/probe.ts';
import { statusFits } from '../model/status-pattern.ts';
import { valuesNamed } from '../placeholders.ts';
import { hintFor } from '../report/advice.ts';
import { maskUrl, type Redact } from '../report/redact.ts';
import { fillCall } from '../stages/probes/call.ts';
import type { ProbePorts } from '../stages/probes/look.ts';
import { countOf, durationText, numberText } from '../terminal/quantities.ts';
import { forEachAtMost } from '../trace/at-most.ts';
import { callValues } from './call-values.ts';

/** Webhooks of a run that has clean-up: their calls are held until its end. */
export const MAX_CLEANED = 20_000;
/** Calls under way at once: removing is to be no load. */
export const CALLS_AT_ONCE = 5;
/** For one call, in milliseconds. */
const CALL_LIMIT_MS = 10_000;
/** For all of them together, in milliseconds. */
export const CLEANUP_LIMIT_MS = 120_000;
/** A stop leaves 2 s in all; a little of it is for the report. */
export const STOPPED_LIMIT_MS = 1_800;
/** Of the reasons that a finding names. */
const REASONS_TOLD = 3;

export interface CleanupPort {
  readonly call: ProbePorts['call'];
  readonly userAgent: string;
  /** A line for a shell, with secrets as variables or masked. */
  readonly commandFor: (request: WebhookRequest, redact: Redact) => string;
}

/** A test that was sent. */
export interface Sent {
  readonly test: PlannedTest;
  readonly delivery: Delivery;
  readonly judgement: Judgement;
  /** Masks what is secret in what there is to tell of it. */
  readonly mask: Redact;
}

export interface Cleanup {
  /** Notes what there is to do for it. */
  readonly add: (sent: Sent) => void;
  /** How many calls wait. */
  readonly waiting: () => number;
  /**
   * Makes the calls that wait; never rejects. May be called again for what has come since.
   * @param onProgress `3 of 10 calls made`, after each
   */
  readonly cleanUp: (onProgress?: (progress: string) => void) => Promise<void>;
  /** Null where no test had anything to remove. */
  readonly summary: () => CleanupSummary | null;
  readonly findings: () => readonly Finding[];
}

interface Waiting {
  readonly index: number;
  readonly request: WebhookRequest;
  readonly call: CleanupCall;
  readonly about: Pick<LeftOver, 'testId' | 'name' | 'ids'>;
  readonly mask: Redact;
}

export function createCleanup(options: {
  readonly port: CleanupPort;
  /** A clock that only goes forward. */
  readonly monotonicMs: () => number;
  readonly stop: AbortSignal;
}): Cleanup {
  const { port, monotonicMs, stop } = options;
  let waiting: Waiting[] = [];
  const known = new Set<string>();
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
  const left: { readonly index: number; readonly leftOver: LeftOver }[] = [];
  const counts = { done: 0, failed: 0, unknown: 0 };
  const leave = (index: number, leftOver: LeftOver) => {
    counts[leftOver.certain ? 'failed' : 'unknown'] += 1;
    if (left.length < LEFT_OVERS_KEPT) left.push({ index, leftOver });
  };
  const remains = ({ index, request, call, about, mask }: Waiting, reason: string) =>
    leave(index, {
      ...about,
      call: mask(`${request.method} ${maskUrl(request.url)}`),
      certain: true,
      reason: mask(reason),
      command: port.commandFor({ ...request, headers: ownHeaders(request, call) }, mask),
    });
  const clean = async (each: Waiting): Promise<void> => {
    if (leftMs() <= 0) return remains(each, stoppedMs === null ? OUT_OF_TIME : STOPPED);
    const cut = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const limit = () => {
      clearTimeout(timer);
      timer = setTimeout(() => cut.abort(), Math.max(0, leftMs()));
    };
    limit();
    // A stop shortens the time of what is under way as well; `stopped` has heard of it before.
    stop.addEventListener('abort', limit, { once: true });
    const { answer, failure } = await port
      .call(each.request, { withinMs: CALL_LIMIT_MS, signal: cut.signal })
      .catch(() => ({ answer: null, failure: null }))
      .finally(() => {
        clearTimeout(timer);
        stop.removeEventListener('abort', limit);
      });
    if (answer !== null && statusFits(answer.status, each.call.status)) {
      counts.done += 1;
      return;
    }
    if (answer !== null) return remains(each, `HTTP ${answer.status}`);
    const cutOff = stoppedMs === null ? OUT_OF_TIME : STOPPED;
    const why = failure?.kind === 'aborted' ? cutOff : (failure?.message ?? 'The call could not be made');
    remains(each, failureWords(why));
  };
  return {
    add: (sent) => {
      for (const call of sent.test.cleanup) {
        const todo = whatToDo(call, sent, port.userAgent);
        if (todo === null) continue;
        if ('leftOver' in todo) {
          leave(sent.test.index, todo.leftOver);
          continue;
        }
        // A webhook that was sent again may have been taken for the same event.
        const { method, url, body } = todo.request;
        const key = JSON.stringify([todo.index, method, url, body]);
        if (!known.has(key)) waiting.push(todo);
        known.add(key);
      }
    },
    waiting: () => waiting.length,
    cleanUp: async (onProgress) => {
      begunMs ??= monotonicMs();
      const now = waiting.sort((a, b) => a.index - b.index);
      waiting = [];
      let made = 0;
      const work = async (each: Waiting): Promise<void> => {
        await clean(each);
        made += 1;
        onProgress?.(`${numberText(made)} of ${countOf(now.length, 'call')} made`);
      };
      await forEachAtMost(now, { limit: CALLS_AT_ONCE, goOn: () => true, work });
    },
    summary: () => {
      const { done, failed, unknown } = counts;
      if (done + failed + unknown === 0) return null;
      const leftOvers = left.toSorted((a, b) => a.index - b.index).map(({ leftOver }) => leftOver);
      return { done, failed, unknown, leftOvers };
    },
    findings: () =>
      findingsOf(
        counts,
        left.map(({ leftOver }) => leftOver),
      ),
  };
}

const OUT_OF_TIME = `Not finished: ${durationText(CLEANUP_LIMIT_MS)} were over`;
const STOPPED = 'Not finished: the run was stopped';

/** Those that the configuration names, and what says what the body is. */
function ownHeaders({ headers }: WebhookRequest, call: CleanupCall): WebhookRequest['headers'] {
  const own = (name: string) => name === 'content-type' || Object.hasOwn(call.headers, name);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => own(name)));
}

/** Null where nothing can have been left: it never arrived, or was refused. */
function whatToDo(
  call: CleanupCall,
  { test, delivery, judgement, mask }: Sent,
  userAgent: string,
): Waiting | { readonly leftOver: LeftOver } | null {
  const { answer, failure } = delivery;
  if (failure !== null && NO_CONNECTION.has(failure.kind)) return null;
  const values = callValues(test, delivery);
  const ids = Object.fromEntries(
    Object.entries(valuesNamed([call.url, call.body], values)).map(([path, value]) => [path, mask(value)]),
  );
  const about = { testId: test.testId, name: test.name, ids };
  const unknown = (reason: string) => ({
    leftOver: {
      ...about,
      call: mask(`${call.method} ${call.url}`),
      certain: false,
      reason: mask(reason),
      command: null,
    },
  });
  // Without an answer nobody knows whether there is anything: removing might be too early, or remove nothing.
  if (answer === null) return unknown(failureWords(failure?.message ?? 'no answer'));
  const filled = fillCall(call, { values, userAgent });
  if (filled.ok) return { index: test.index, request: filled.value, call, about, mask };
  const isDuplicate = judgement.warnings.some(({ code }) => code === 'duplicate');
  const refused = answer.status >= 400 && answer.status < 500;
  return isDuplicate || refused ? null : unknown(filled.problem);
}

function findingsOf(
  { failed, unknown }: { readonly failed: number; readonly unknown: number },
  left: readonly LeftOver[],
): readonly Finding[] {
  const because = (certain: boolean) => {
    const reasons = left.filter((each) => each.certain === certain).map(({ reason }) => reason);
    const distinct = [...new Set(reasons)];
    return `${distinct.slice(0, REASONS_TOLD).join(', ')}${distinct.length > REASONS_TOLD ? ' and others' : ''}`;
  };
  const warning = (code: string, message: string): Finding => ({
    severity: 'warning',
    code,
    message,
    hint: hintFor(code),
  });
  return [
    ...(failed === 0
      ? []
      : [warning('cleanup-failed', `${countOf(failed, 'call')} of clean-up failed: ${because(true)}`)]),
    ...(unknown === 0
      ? []
      : [
          warning(
            'cleanup-unknown',
            `${countOf(unknown, 'webhook')} may have left something behind: ${because(false)}`,
          ),
        ]),
  ];
}
