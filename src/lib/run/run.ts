/** Runs a plan: send → validate → trace → stages → report. It uses ports and emits events; it prints nothing. */

import { CLEANUP_LIMIT_MS, type Cleanup, createCleanup } from '../cleanup/cleanup.ts';
import { EXIT } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { BrokenSince, CleanupSummary, ReportHead } from '../model/report.ts';
import type { ReportSource } from '../model/report-source.ts';
import type { TestResult } from '../model/result.ts';
import type { StageSummary } from '../model/stage.ts';
import { plannedScenarios } from '../plan/scenario-counts.ts';
import { createFold, type Fold, type Totals } from '../report/digest/fold.ts';
import { exitCode, runStatus } from '../report/digest/outcome.ts';
import { sentryFindings } from '../report/digest/sentry-findings.ts';
import { withChanges } from '../report/history/broken-since.ts';
import { withoutCommand } from '../report/store/unsaved.ts';
import { redactDeep } from '../secrets/redact.ts';
import { sleep } from '../sleep.ts';
import { createStageFold } from '../stages/stage-fold.ts';
import { numberText } from '../terminal/quantities.ts';
import { type Candidate, createCandidates } from '../verify/candidate.ts';
import { isProbed, type Verification, verifyTraces } from '../verify/verify.ts';
import { allDuplicatesFinding } from './duplicates.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import { type SendingOutcome, sendAll, stopReason } from './sending.ts';

export interface FinishedRun {
  /** The report, saved and ready to be rendered. */
  readonly source: ReportSource;
  /** Why the run could not continue, to be thrown once the report is written; null if it could. */
  readonly failure: unknown;
}

export async function run(settings: RunSettings, ports: RunPorts): Promise<FinishedRun> {
  const fold = ports.alerts?.watch(createFold()) ?? createFold();
  const candidates = createCandidates(ports.verification?.limit ?? 0);
  const cleanup = ports.cleanup && createCleanup({ ...ports, port: ports.cleanup });
  const begun = ports.monotonicMs();
  const { proxy, tracesTo, contacts } = ports;
  const { sends } = settings.plan;
  const scenarios = plannedScenarios(settings.plan);
  ports.emit({ type: 'runStarted', facts: settings.facts, scenarios, sends, proxy, tracesTo, contacts });
  announce(settings.findings, ports);
  ports.alerts?.start();
  const stopCleanup = whenStopped(ports.stop, () => cleanup?.cleanUp());
  const sending = await sendAll(settings, ports, { fold, candidates, cleanup });
  ports.emit({ type: 'sendingEnded', sent: sending.sent, skippedBecause: sending.skippedBecause });
  const lastCalls = ports.stop.aborted ? cleanup?.cleanUp() : undefined;
  const flushedInMs = await flush(settings, ports);
  const { verified, failure } = await verify(candidates.picked(), { fold, ports, flushedInMs });
  await lastCalls;
  await cleanUp(cleanup, ports);
  await stopCleanup.ended();
  cleanup?.end();
  ports.recorder.retry();
  const late = redactDeep(
    [
      ...sending.findings,
      ...verified.findings,
      ...(cleanup?.findings() ?? []),
      ...limitFindings(ports, sending.sent),
      ...sentryFindings(ports.tracer.delivery()),
      ...ports.recorder.problems(),
    ],
    ports.redact,
  );
  announce(late, ports);
  // The time of the run does not include reading earlier runs.
  const durationMs = Math.round(ports.monotonicMs() - begun);
  const broken = fold.broken();
  const brokenSince = await withChanges(await ports.history(broken, ports.stop), {
    ...ports,
    broken,
    verified: verified.results,
  });
  const totals = fold.totals(settings.plan.planned - sending.sent);
  const repeated = allDuplicatesFinding(totals.summary, {
    ...{ latest: ports.latestRun, seed: settings.facts.seed, nowMs: ports.now().getTime() },
  });
  if (repeated !== null) announce([repeated], ports);
  const judged = concluded({
    settings,
    ports,
    sending,
    totals: { ...totals, stages: stagesOf(verified.results) },
    durationMs,
    cleanup: cleanup?.summary() ?? null,
    brokenSince,
    findings: [...(repeated === null ? [] : [repeated]), ...settings.findings, ...late],
  });
  const compared = await compareWithBaseline(judged, ports);
  const head = await sendAlerts(compared, ports);
  const source = await ports.recorder.finish(head);
  if (late.every(({ code }) => code !== 'not-kept'))
    announce(redactDeep(ports.recorder.problems(), ports.redact), ports);
  ports.emit({ type: 'runFinished', head: source.head });
  return { source, failure: sending.failure ?? failure };
}

/** The wait for Sentry to accept our spans is part of the wait for the traces. @returns how long it took, in milliseconds */
async function flush(
  { flushTimeoutMs }: RunSettings,
  { tracer, tracesTo, traces, verification, monotonicMs, emit }: RunPorts,
): Promise<number> {
  const begunMs = monotonicMs();
  if (tracesTo !== null)
    emit({
      type: 'waiting',
      for: 'traces',
      progress: 'waiting for Sentry to accept the spans of prod-e2e',
      resumesInMs: null,
    });
  const limitMs = traces === null || verification === null ? flushTimeoutMs : verification.deadlineMs;
  await tracer.flush(Math.min(flushTimeoutMs, limitMs));
  return monotonicMs() - begunMs;
}

/** Begins at once when a run is stopped: requests in flight take part of the time that is left. */
function whenStopped(stop: AbortSignal, action: () => Promise<void> | undefined) {
  let acting: Promise<void> | undefined;
  const begin = () => {
    acting = action();
  };
  stop.addEventListener('abort', begin, { once: true });
  return {
    ended: async () => {
      stop.removeEventListener('abort', begin);
      await acting;
    },
  };
}

async function cleanUp(cleanup: Cleanup | null, { emit }: RunPorts): Promise<void> {
  if (cleanup === null || cleanup.waiting() === 0) return;
  emit({ type: 'cleaningUp', count: cleanup.waiting(), deadlineMs: CLEANUP_LIMIT_MS });
  await cleanup.cleanUp((progress) => emit({ type: 'waiting', for: 'cleanup', progress, resumesInMs: null }));
}

/** The report with the alerts that could not be sent. */
async function sendAlerts(head: ReportHead, ports: RunPorts): Promise<ReportHead> {
  const unsaved = ports.recorder.isSaved() ? {} : ({ unsaved: true } as const);
  const findings = redactDeep((await ports.alerts?.finish({ ...head, ...unsaved })) ?? [], ports.redact);
  announce(findings, ports);
  return { ...head, findings: [...head.findings, ...findings] };
}

interface Sinks {
  readonly fold: Fold;
  readonly ports: RunPorts;
  /** How much of the time for the traces was spent waiting for Sentry, in milliseconds. */
  readonly flushedInMs: number;
}

/** After an error here the findings of the traces are missing, but what was sent is still reported. */
async function verify(
  candidates: readonly Candidate[],
  sinks: Sinks,
): Promise<{ readonly verified: Verification; readonly failure: unknown }> {
  try {
    return { verified: await readAndJudge(candidates, sinks), failure: null };
  } catch (failure) {
    return { verified: NOTHING_VERIFIED, failure };
  }
}

const NOTHING_VERIFIED: Verification = { results: [], findings: [] };

async function readAndJudge(
  candidates: readonly Candidate[],
  { fold, ports, flushedInMs }: Sinks,
): Promise<Verification> {
  const { verification: settings, traces, probes, stop, recorder, emit } = ports;
  if (settings === null || candidates.length === 0 || stop.aborted) return NOTHING_VERIFIED;
  const count = candidates.length;
  if (traces !== null) emit({ type: 'tracesAwaited', count, deadlineMs: settings.deadlineMs });
  const probed = probes === null ? 0 : candidates.filter(isProbed).length;
  if (probes !== null && probed > 0)
    emit({ type: 'probesAwaited', count: probed, deadlineMs: probes.deadlineMs });
  const deadlineMs = Math.max(0, settings.deadlineMs - flushedInMs);
  const verified = await verifyTraces(
    candidates,
    { ...settings, deadlineMs },
    {
      api: traces?.api ?? null,
      probes: probes?.ports ?? null,
      redact: ports.redact,
      sleep,
      monotonicMs: ports.monotonicMs,
      onProgress: (progress) => emit({ type: 'waiting', ...progress }),
      stop,
    },
  );
  const added = new Map(candidates.map(({ result }) => [result.testId, result] as const));
  for (const result of verified.results) {
    recorder.update(result);
    fold.replace(added.get(result.testId) ?? result, result);
  }
  return verified;
}

interface RunTotals extends Totals {
  readonly stages: readonly StageSummary[];
}

/** Exit codes that a regression does not replace. */
const BEYOND_COMPARISON: readonly number[] = [
  EXIT.usage,
  EXIT.unreachable,
  EXIT.interrupted,
  EXIT.terminated,
];

/** A run that is worse than its baseline, or that could not be compared, has its own finding and exit code. */
async function compareWithBaseline(head: ReportHead, ports: RunPorts): Promise<ReportHead> {
  if (ports.baseline === null || BEYOND_COMPARISON.includes(head.exitCode)) return head;
  const { compared, regression, findings } = await ports.baseline({ head, results: ports.recorder.results });
  announce(findings, ports);
  return {
    ...head,
    exitCode: comparedExitCode(head, { compared, regression }),
    findings: [...head.findings, ...findings],
  };
}

/** If nothing was compared, the comparison that the user requested did not happen. */
function comparedExitCode(
  { exitCode }: ReportHead,
  { compared, regression }: { readonly compared: boolean; readonly regression: boolean },
): number {
  if (regression) return EXIT.regression;
  return !compared && exitCode === EXIT.ok ? EXIT.unverified : exitCode;
}

/** Only tests whose trace was read, or whose probes ran, have stages. */
function stagesOf(verified: readonly TestResult[]): readonly StageSummary[] {
  const stages = createStageFold();
  for (const result of verified) stages.add(result);
  return stages.summaries();
}

function concluded(options: {
  readonly settings: RunSettings;
  readonly ports: RunPorts;
  readonly sending: SendingOutcome;
  readonly totals: RunTotals;
  readonly durationMs: number;
  readonly cleanup: CleanupSummary | null;
  readonly brokenSince: readonly BrokenSince[];
  readonly findings: readonly Finding[];
}): ReportHead {
  const { settings, ports, sending, totals } = options;
  const { plan } = settings;
  const thresholds = settings.thresholds.map((threshold) => threshold(totals));
  // Also a signal that came while traces were read.
  const stoppedBy = stopReason(ports.stop);
  const heldBack = sending.sent === 0 && sending.findings.some(({ code }) => code === 'quiet-hours');
  const cutOff = stoppedBy !== null || sending.failure !== null || heldBack;
  const judged = exitCode({
    totals,
    thresholds,
    failOn: settings.failOn,
    stoppedBy,
    requireTraces: ports.traces?.required ?? false,
    requireStages: settings.requireStages,
  });
  return {
    ...settings.facts,
    status: runStatus(totals.summary, cutOff),
    // Nothing was sent, so the target cannot be called unreachable.
    exitCode: heldBack ? EXIT.usage : judged,
    endedAt: ports.now().toISOString(),
    durationMs: options.durationMs,
    sentry: ports.tracer.delivery(),
    summary: totals.summary,
    latency: totals.latency,
    missingData: totals.missingData,
    brokenSince: options.brokenSince,
    stages: totals.stages,
    cleanup: options.cleanup,
    thresholds,
    skippedBecause: sending.skippedBecause,
    findings: options.findings,
    nextOffset: plan.nextOffset,
  };
}

/** Reports the traces that were not read because of the limit. */
function limitFindings({ verification, traces, probes, stop }: RunPorts, sent: number): readonly Finding[] {
  const limit = verification?.limit;
  if (limit === undefined || (traces === null && probes === null) || stop.aborted || sent <= limit) return [];
  const done = traces === null ? 'tests were probed' : 'traces were read';
  const message = `${numberText(limit)} of ${numberText(sent)} ${done}, broken tests and warnings first (trace.limit)`;
  return [{ severity: 'warning', code: 'traces-limited', message, hint: null }];
}

function announce(findings: readonly Finding[], { emit, recorder }: RunPorts): void {
  for (const finding of findings)
    emit({ type: 'notice', finding: recorder.isSaved() ? finding : withoutCommand(finding) });
}
