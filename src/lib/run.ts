/** Walks a plan through the rooms: send → validate → result → report. Ports in, events out; prints nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { createBail } from './bail.ts';
import type {
  Delivery,
  Finding,
  Plan,
  PlannedTest,
  ReportHead,
  ReportSource,
  RunEvent,
  RunFacts,
  TestResult,
} from './model.ts';
import { createFold } from './report/fold.ts';
import { exitCode, type FailOn, runStatus, type StoppedBy } from './report/outcome.ts';
import type { Recorder } from './report/recorder.ts';
import type { Redact } from './report/redact.ts';
import { makeResult } from './report/result.ts';
import { sentryFindings } from './report/sentry-findings.ts';
import type { Threshold } from './report/threshold.ts';
import { type Pace, pace } from './send/pacing.ts';
import type { Tracer } from './send/trace.ts';
import type { Sender } from './send/traced-sender.ts';
import type { ResponseValidator } from './validate/response-validator.ts';

export interface RunSettings {
  readonly facts: RunFacts;
  readonly plan: Plan;
  readonly pace: Pace;
  /** Skip the rest after several tests in a row without any connection. */
  readonly bail: boolean;
  /** Skip the rest after so many broken tests; null for never. */
  readonly maxFailures: number | null;
  readonly thresholds: readonly Threshold[];
  readonly failOn: readonly FailOn[];
  readonly flushTimeoutMs: number;
  /** Known before the run began. */
  readonly findings: readonly Finding[];
}

export interface RunPorts {
  readonly tracer: Tracer;
  /** Where the traces go, for the view; null when they are not reported. */
  readonly tracesTo: string | null;
  readonly sender: Sender;
  readonly judge: ResponseValidator;
  readonly recorder: Recorder;
  readonly redact: Redact;
  readonly traceUrl: (traceId: string) => string | null;
  readonly emit: (event: RunEvent) => void;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Aborted when the run is to stop; the reason is the signal's name. */
  readonly stop: AbortSignal;
}

/** What is in flight when a run is stopped gets this long for its answer, in milliseconds (SIGINT leaves 2 s in all). */
export const STOP_GRACE_MS = 1_500;

export async function run(settings: RunSettings, ports: RunPorts): Promise<ReportSource> {
  const { plan, facts } = settings;
  const fold = createFold();
  const bail = createBail({ enabled: settings.bail, maxFailures: settings.maxFailures });
  const notices: Finding[] = [...settings.findings];
  const begun = ports.monotonicMs();
  ports.emit({ type: 'runStarted', facts, tracesTo: ports.tracesTo });
  for (const finding of notices) ports.emit({ type: 'notice', finding });

  let sent = 0;
  let unanswered = 0;
  const one = async (test: PlannedTest, dueLateMs: number): Promise<void> => {
    const due = ports.monotonicMs();
    await ports.tracer.ready();
    // With a rate, waiting for Sentry is lateness like any other.
    const lateMs = settings.pace.rate === null ? 0 : dueLateMs + ports.monotonicMs() - due;
    ports.emit({ type: 'testSent', index: test.index, name: test.name });
    const result = await sendAndJudge({ test, lateMs, ports });
    if (result === null) {
      unanswered++;
      return;
    }
    sent++;
    // Kept before it is told: what was reported as done survives the end of this process.
    ports.recorder.add(result);
    fold.add(result);
    bail.judged(result);
    ports.emit({ type: 'testJudged', result });
  };

  const unwatch = watchStop(ports);
  try {
    const stopped = () => ports.stop.aborted || bail.reason() !== null;
    const sleep = (ms: number) => delay(ms, undefined, { signal: ports.stop }).catch(() => {});
    await pace(plan.tests(), one, {
      pace: settings.pace,
      ports: { monotonicMs: ports.monotonicMs, sleep, stopped },
    });
  } finally {
    unwatch();
  }
  const stoppedBy = stopReason(ports.stop);
  const skippedBecause = whySkipped({
    skipped: plan.total - sent,
    unanswered,
    stoppedBy,
    bailed: bail.reason(),
  });
  ports.emit({ type: 'sendingEnded', sent, skippedBecause });
  await ports.tracer.flush(settings.flushTimeoutMs);
  const sentry = ports.tracer.delivery();
  const totals = fold.totals(plan.total - sent);
  const thresholds = settings.thresholds.map((threshold) => threshold(totals));
  const head: ReportHead = {
    ...facts,
    status: runStatus(totals.summary, stoppedBy !== null),
    exitCode: exitCode({ totals, thresholds, failOn: settings.failOn, stoppedBy }),
    endedAt: ports.now().toISOString(),
    durationMs: Math.round(ports.monotonicMs() - begun),
    sentry,
    summary: totals.summary,
    latency: totals.latency,
    missingData: totals.missingData,
    stages: [],
    thresholds,
    skippedBecause,
    findings: [...notices, ...announced(sentryFindings(sentry), ports)],
    nextOffset: plan.nextOffset,
  };
  const source = await ports.recorder.finish(head);
  ports.emit({ type: 'runFinished', head });
  return source;
}

/** Null for a webhook whose answer the end of the run cut off: nothing can be said about it. */
async function sendAndJudge({
  test,
  lateMs,
  ports,
}: {
  readonly test: PlannedTest;
  readonly lateMs: number;
  readonly ports: RunPorts;
}): Promise<TestResult | null> {
  const trace = ports.tracer.startTest(test);
  const delivery: Delivery = await ports.sender.send(test, trace, lateMs);
  const judgement = ports.judge(delivery, test.expect);
  const problem = judgement.errors[0]?.message ?? null;
  const status = delivery.answer?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  if (delivery.failure?.kind === 'aborted') return null;
  return makeResult({
    test,
    delivery,
    judgement,
    traceUrl: ports.traceUrl(delivery.trace.traceId),
    redact: ports.redact,
  });
}

function announced(findings: readonly Finding[], { emit }: RunPorts): readonly Finding[] {
  for (const finding of findings) emit({ type: 'notice', finding });
  return findings;
}

/** Once the run is to stop, what is in flight gets its grace and is then cut off. */
function watchStop({ stop, sender }: RunPorts): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stopping = () => {
    timer = setTimeout(sender.abort, STOP_GRACE_MS);
  };
  if (stop.aborted) stopping();
  else stop.addEventListener('abort', stopping, { once: true });
  return () => {
    clearTimeout(timer);
    stop.removeEventListener('abort', stopping);
  };
}

function stopReason(stop: AbortSignal): StoppedBy {
  if (!stop.aborted) return null;
  return stop.reason === 'SIGTERM' || stop.reason === 'SIGHUP' ? stop.reason : 'SIGINT';
}

function whySkipped(options: {
  readonly skipped: number;
  readonly unanswered: number;
  readonly stoppedBy: StoppedBy;
  readonly bailed: string | null;
}): string | null {
  if (options.skipped === 0) return null;
  if (options.stoppedBy === null) return options.bailed;
  const cutOff =
    options.unanswered === 0 ? '' : `; ${options.unanswered} of them had left and may have arrived`;
  return `The run was stopped by ${options.stoppedBy}${cutOff}.`;
}
