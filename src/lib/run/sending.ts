/** The sending half of a run: every test of the plan through tracer, sender, validator and recorder. */

import { callValues } from '../cleanup/call.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import { messageOf } from '../errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { TestResult } from '../model/result.ts';
import type { Fold } from '../report/digest/fold.ts';
import type { StoppedBy } from '../report/digest/outcome.ts';
import { withRepeat } from '../report/repeat-result.ts';
import { makeResult } from '../report/result.ts';
import { createBail } from '../safety/bail.ts';
import { maskingOf } from '../secrets/redact-paths.ts';
import { createMinGap, pace } from '../send/pacing.ts';
import { sleep } from '../sleep.ts';
import { causeOf } from '../stages/cause.ts';
import { expectsAcceptance } from '../validate/body.ts';
import type { Candidate, Candidates } from '../verify/candidate.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import { type RepeatedSend, type RepeatPorts, resend, sendOne } from './send-one.ts';

export interface SendingOutcome {
  /** Tests that have a result. */
  readonly sent: number;
  readonly stoppedBy: StoppedBy;
  /** Why planned webhooks were not sent; null if all were. */
  readonly skippedBecause: string | null;
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
  /** Why the run could not continue; null if it could. */
  readonly failure: unknown;
}

/** After a stop, requests in flight get this long for their responses, in milliseconds (SIGINT leaves 2 s in all). */
export const STOP_GRACE_MS = 1_500;

export interface Sinks {
  readonly fold: Fold;
  readonly candidates: Candidates;
  /** Null without clean-up. */
  readonly cleanup: Cleanup | null;
}

export async function sendAll(settings: RunSettings, ports: RunPorts, sinks: Sinks): Promise<SendingOutcome> {
  const bail = createBail({
    enabled: settings.bail,
    maxFailures: settings.maxFailures,
    quiet: settings.quiet,
    nowMs: () => ports.now().getTime(),
  });
  let sent = 0;
  let unfinished = 0;
  let failure: unknown = null;
  const isStopped = () => ports.stop.aborted || bail.reason() !== null;
  const { monotonicMs } = ports;
  const sleepUnlessStopped = (ms: number) => sleep(ms, ports.stop);
  const gapMs = settings.pace.rate === null ? settings.pace.gapMs : 0;
  const minGap = createMinGap({ gapMs, monotonicMs, sleep: sleepUnlessStopped });
  // Retries keep the minimum gap too, and end when the run stops.
  const mayRetry = async (waitMs: number): Promise<boolean> => {
    await sleepUnlessStopped(waitMs);
    if (isStopped()) return false;
    await minGap.wait();
    return !isStopped();
  };

  const one = async (test: PlannedTest, dueLateMs: number): Promise<void> => {
    const due = ports.monotonicMs();
    await ports.tracer.ready();
    // Nothing is sent once the run is stopped.
    if (ports.stop.aborted) return;
    // With a rate, waiting for Sentry is lateness like any other.
    const lateMs = settings.pace.rate === null ? 0 : dueLateMs + ports.monotonicMs() - due;
    const { index, name, scenario } = test;
    ports.emit({ type: 'testSent', index, name, scenario });
    const { rate } = settings.pace;
    const again = {
      ...{ stopped: isStopped, minGap, gapMs: rate === null ? 0 : 1_000 / rate },
      mayRetry: (waitMs: number) => {
        announcePause(ports, { for: 'retry', index, resumesInMs: waitMs });
        return mayRetry(waitMs);
      },
      sleep: (ms: number) => {
        announcePause(ports, { for: 'resend', index, resumesInMs: ms });
        return sleepUnlessStopped(ms);
      },
    };
    const { cleanup } = sinks;
    const candidate = await sendAndJudge({ test, lateMs, ports, again, cleanup });
    if (candidate === null) {
      unfinished++;
      return;
    }
    const { result } = candidate;
    sent++;
    // Saved before it is reported: a result that was reported survives the end of this process.
    await ports.recorder.add(result);
    sinks.fold.add(result);
    sinks.candidates.add(candidate);
    bail.judged(result);
    ports.emit({ type: 'testJudged', result });
  };

  const unwatch = watchStop(ports);
  try {
    await pace(settings.plan.tests(), one, {
      pace: settings.pace,
      ports: {
        ...{ monotonicMs, minGap, stopped: isStopped },
        sleep: (ms) => {
          announcePause(ports, { for: 'rate', index: null, resumesInMs: ms });
          return sleepUnlessStopped(ms);
        },
      },
      sendsOf: ({ repeat }) => 1 + (repeat?.times ?? 0),
    });
  } catch (thrown) {
    // The results so far still get their report.
    failure = thrown;
  } finally {
    unwatch();
  }
  const stoppedBy = stopReason(ports.stop);
  const skipped = settings.plan.planned - sent;
  const ended = stoppedBy === null && failure === null;
  const finding = ended ? bail.finding(skipped) : null;
  return {
    sent,
    stoppedBy,
    failure,
    skippedBecause: whySkipped({
      skipped,
      unfinished,
      stoppedBy,
      problem: failure === null ? null : ports.redact(messageOf(failure), 'sentence'),
      bailed: bail.reason(),
    }),
    findings: finding === null ? [] : [finding],
  };
}

/** Null for a webhook that the end of the run aborted: it cannot be judged. */
async function sendAndJudge({
  test,
  lateMs,
  ports,
  again,
  cleanup,
}: {
  readonly test: PlannedTest;
  readonly lateMs: number;
  readonly ports: RunPorts;
  readonly again: Pick<RepeatPorts, 'stopped' | 'mayRetry' | 'minGap' | 'gapMs' | 'sleep'>;
  readonly cleanup: Cleanup | null;
}): Promise<Candidate | null> {
  const sending = (send: number) => cleanup?.sending(test, send, maskingOf([test.request.body], ports).text);
  sending(0);
  const first = await sendOne(test, { lateMs, isResend: false, mayRetry: again.mayRetry }, ports);
  const { delivery, judgment, masking } = first;
  // Also for one that was aborted: it may have arrived.
  cleanup?.add({ test, send: 0, delivery, judgment, mask: masking.text });
  if (delivery.failure?.kind === 'aborted') return null;
  const traceUrl = ports.traceUrl(delivery.trace.traceId);
  const alone = makeResult({
    ...{ test, delivery, judgment, traceUrl, masking },
    expectsAcceptance: expectsAcceptance(test.expect),
  });
  const respondedAtMs = ports.monotonicMs();
  const resends = await resend(test, first, {
    ...again,
    ports,
    sending,
  });
  noteResends(resends, { test, cleanup });
  const judged =
    resends === null || test.repeat === null
      ? alone
      : withRepeat(alone, { again: resends, secondEvent: test.repeat.secondEvent });
  const result = { ...judged, cause: causeOfResponse(judged) };
  return { result, delivery, respondedAtMs, values: () => callValues(test, delivery), mask: masking.text };
}

/** Shorter pauses are not worth an event, in milliseconds. */
const MIN_PAUSE_MS = 1_000;

function announcePause(
  { emit }: RunPorts,
  pause: Omit<Extract<RunEvent, { type: 'sendingPaused' }>, 'type'>,
): void {
  if (pause.resumesInMs >= MIN_PAUSE_MS) emit({ type: 'sendingPaused', ...pause });
}

function noteResends(
  again: RepeatedSend | null,
  { test, cleanup }: { readonly test: PlannedTest; readonly cleanup: Cleanup | null },
): void {
  if (again === null || cleanup === null) return;
  const { sends, unfinished, treatedAs } = again;
  for (const [at, one] of [...sends, ...(unfinished === null ? [] : [unfinished])].entries()) {
    const { delivery, judgment, masking } = one;
    // A resend that was treated as a duplicate created no data, and its response may have no id.
    if (treatedAs === 'one-event') cleanup.nothingLeft(test, at + 1);
    else cleanup.add({ test, send: at + 1, delivery, judgment, mask: masking.text });
  }
}

/** The result before its trace is read and its probes run. */
function causeOfResponse({ errors, warnings, response }: TestResult): TestResult['cause'] {
  return causeOf({
    ...{ errors, warnings, responseErrors: errors, noResponse: response === null },
    ...{ stages: [], stuckAt: null, failedSpan: null },
  });
}

/** After a stop, requests in flight get their grace and are then aborted. */
function watchStop({ stop, sender, tracer }: RunPorts): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stopping = () => {
    tracer.releaseWaiters();
    timer = setTimeout(sender.abort, STOP_GRACE_MS);
  };
  if (stop.aborted) stopping();
  else stop.addEventListener('abort', stopping, { once: true });
  return () => {
    clearTimeout(timer);
    stop.removeEventListener('abort', stopping);
  };
}

export function stopReason(stop: AbortSignal): StoppedBy {
  if (!stop.aborted) return null;
  const { reason } = stop;
  return reason === 'SIGTERM' || reason === 'SIGHUP' || reason === 'abort' ? reason : 'SIGINT';
}

function whySkipped(options: {
  readonly skipped: number;
  readonly unfinished: number;
  readonly stoppedBy: StoppedBy;
  readonly problem: string | null;
  readonly bailed: string | null;
}): string | null {
  if (options.skipped === 0) return null;
  if (options.problem !== null) return `The run could not continue: ${options.problem}`;
  if (options.stoppedBy === null) return options.bailed;
  const cutOff =
    options.unfinished === 0 ? '' : `; ${options.unfinished} of them had been sent and may have arrived`;
  const by = options.stoppedBy === 'abort' ? 'the program that started it' : options.stoppedBy;
  return `The run was stopped by ${by}${cutOff}.`;
}
