/** Walks a plan through the rooms: send → validate → result → report. Ports in, events out; prints nothing. */
import type { Finding, ReportHead, ReportSource } from './model.ts';
import { createFold, type Fold } from './report/fold.ts';
import { exitCode, runStatus } from './report/outcome.ts';
import type { Recorder } from './report/recorder.ts';
import { sentryFindings } from './report/sentry-findings.ts';
import type { RunPorts, RunSettings } from './run-ports.ts';
import { type Sent, sendAll } from './run-sending.ts';

export interface FinishedRun {
  /** The report, kept and ready to be rendered. */
  readonly source: ReportSource;
  /** What made going on impossible, to be thrown once the report is out; null when nothing did. */
  readonly failure: unknown;
}

export async function run(settings: RunSettings, ports: RunPorts): Promise<FinishedRun> {
  const fold = createFold();
  const begun = ports.monotonicMs();
  ports.emit({ type: 'runStarted', facts: settings.facts, tracesTo: ports.tracesTo });
  announce(settings.findings, ports);
  const sending = await sendAll(settings, ports, fold);
  ports.emit({ type: 'sendingEnded', sent: sending.sent, skippedBecause: sending.skippedBecause });
  await ports.tracer.flush(settings.flushTimeoutMs);
  const late = [...sentryFindings(ports.tracer.delivery()), ...problemOf(ports.recorder)];
  announce(late, ports);
  const durationMs = Math.round(ports.monotonicMs() - begun);
  const head = concluded({
    settings,
    ports,
    fold,
    sending,
    durationMs,
    findings: [...settings.findings, ...late],
  });
  const source = await ports.recorder.finish(head);
  if (late.every(({ code }) => code !== 'not-kept')) announce(problemOf(ports.recorder), ports);
  ports.emit({ type: 'runFinished', head });
  return { source, failure: sending.failure };
}

function concluded(options: {
  readonly settings: RunSettings;
  readonly ports: RunPorts;
  readonly fold: Fold;
  readonly sending: Sent;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}): ReportHead {
  const { settings, ports, sending } = options;
  const { plan } = settings;
  const totals = options.fold.totals(plan.total - sending.sent);
  const thresholds = settings.thresholds.map((threshold) => threshold(totals));
  const { stoppedBy } = sending;
  return {
    ...settings.facts,
    status: runStatus(totals.summary, stoppedBy !== null || sending.failure !== null),
    exitCode: exitCode({ totals, thresholds, failOn: settings.failOn, stoppedBy }),
    endedAt: ports.now().toISOString(),
    durationMs: options.durationMs,
    sentry: ports.tracer.delivery(),
    summary: totals.summary,
    latency: totals.latency,
    missingData: totals.missingData,
    stages: [],
    thresholds,
    skippedBecause: sending.skippedBecause,
    findings: options.findings,
    nextOffset: plan.nextOffset,
  };
}

function problemOf(recorder: Recorder): readonly Finding[] {
  const problem = recorder.problem();
  return problem === null ? [] : [problem];
}

function announce(findings: readonly Finding[], { emit }: RunPorts): void {
  for (const finding of findings) emit({ type: 'notice', finding });
}
