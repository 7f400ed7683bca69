/** Walks a plan through the rooms: send → validate → result → report. Ports in, events out; prints nothing. */

import { EXIT } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportHead, ReportSource } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';
import type { StageSummary } from '../model/stage.ts';
import { createFold, type Fold, type Totals } from '../report/fold.ts';
import { exitCode, runStatus } from '../report/outcome.ts';
import { redactDeep } from '../report/redact.ts';
import { sentryFindings } from '../report/sentry-findings.ts';
import { sleep } from '../sleep.ts';
import { createStageFold } from '../stages/stage-fold.ts';
import { numberText } from '../terminal/quantities.ts';
import { createCandidates } from './candidates.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import { type Sent, sendAll, stopReason } from './sending.ts';
import { type Candidate, type Verification, verifyTraces } from './verification.ts';

export interface FinishedRun {
  /** The report, kept and ready to be rendered. */
  readonly source: ReportSource;
  /** What made going on impossible, to be thrown once the report is out; null when nothing did. */
  readonly failure: unknown;
}

export async function run(settings: RunSettings, ports: RunPorts): Promise<FinishedRun> {
  const fold = createFold();
  const candidates = createCandidates(ports.traces?.settings.limit ?? 0);
  const begun = ports.monotonicMs();
  const { proxy, tracesTo } = ports;
  ports.emit({ type: 'runStarted', facts: settings.facts, sends: settings.plan.sends, proxy, tracesTo });
  announce(settings.findings, ports);
  const sending = await sendAll(settings, ports, { fold, candidates });
  ports.emit({ type: 'sendingEnded', sent: sending.sent, skippedBecause: sending.skippedBecause });
  await ports.tracer.flush(settings.flushTimeoutMs);
  const { verified, failure } = await verify(candidates.picked(), { fold, ports });
  ports.recorder.retry();
  const late = redactDeep(
    [
      ...sending.findings,
      ...verified.findings,
      ...limitFindings(ports, sending.sent),
      ...sentryFindings(ports.tracer.delivery()),
      ...ports.recorder.problems(),
    ],
    ports.redact,
  );
  announce(late, ports);
  const head = concluded({
    settings,
    ports,
    sending,
    totals: {
      ...fold.totals(settings.plan.total - sending.sent),
      stages: stagesOf(verified.results),
    },
    durationMs: Math.round(ports.monotonicMs() - begun),
    findings: [...settings.findings, ...late],
  });
  const source = await ports.recorder.finish(head);
  if (late.every(({ code }) => code !== 'not-kept'))
    announce(redactDeep(ports.recorder.problems(), ports.redact), ports);
  ports.emit({ type: 'runFinished', head });
  return { source, failure: sending.failure ?? failure };
}

/** What goes wrong here costs what the traces would have said, never the report of what was sent. */
async function verify(
  candidates: readonly Candidate[],
  sinks: { readonly fold: Fold; readonly ports: RunPorts },
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
  { fold, ports }: { readonly fold: Fold; readonly ports: RunPorts },
): Promise<Verification> {
  const { traces, stop, recorder, emit } = ports;
  if (traces === null || candidates.length === 0 || stop.aborted) return NOTHING_VERIFIED;
  emit({ type: 'tracesAwaited', count: candidates.length, deadlineMs: traces.settings.deadlineMs });
  const verified = await verifyTraces(candidates, traces.settings, {
    api: traces.api,
    redact: ports.redact,
    sleep,
    monotonicMs: ports.monotonicMs,
    onProgress: ({ name, progress }) => emit({ type: 'traceRead', name, progress }),
    stop,
  });
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

/** Only tests whose trace was looked for have stages. */
function stagesOf(verified: readonly TestResult[]): readonly StageSummary[] {
  const stages = createStageFold();
  for (const result of verified) stages.add(result.stages);
  return stages.summaries();
}

function concluded(options: {
  readonly settings: RunSettings;
  readonly ports: RunPorts;
  readonly sending: Sent;
  readonly totals: RunTotals;
  readonly durationMs: number;
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
  });
  return {
    ...settings.facts,
    status: runStatus(totals.summary, cutOff),
    // Not "nothing answered": nothing was asked.
    exitCode: heldBack ? EXIT.usage : judged,
    endedAt: ports.now().toISOString(),
    durationMs: options.durationMs,
    sentry: ports.tracer.delivery(),
    summary: totals.summary,
    latency: totals.latency,
    missingData: totals.missingData,
    stages: totals.stages,
    thresholds,
    skippedBecause: sending.skippedBecause,
    findings: options.findings,
    nextOffset: plan.nextOffset,
  };
}

/** Traces beyond the limit were not tried: whoever relies on them has to know. */
function limitFindings({ traces, stop }: RunPorts, sent: number): readonly Finding[] {
  if (traces === null || stop.aborted || sent <= traces.settings.limit) return [];
  const message = `${numberText(traces.settings.limit)} of ${numberText(sent)} traces were read, broken and doubtful tests first (trace.limit)`;
  return [{ severity: 'warning', code: 'traces-limited', message, hint: null }];
}

function announce(findings: readonly Finding[], { emit }: RunPorts): void {
  for (const finding of findings) emit({ type: 'notice', finding });
}
