/** Reads traces back after the sending, judges them, and says what that means for each test. */
import type {
  Answer,
  Expectation,
  Failure,
  Finding,
  FollowSearch,
  Json,
  JsonObject,
  SpanExpectation,
  StageExpectation,
  StageResult,
  TestResult,
  Trace,
  TraceExpectation,
  UnverifiedReason,
} from './model.ts';
import type { Redact } from './report/redact.ts';
import { applyVerification } from './report/verified-result.ts';
import { BUILT_IN_STAGES } from './stages/built-in.ts';
import { type TraceReading as StageReading, stageResults } from './stages/evidence.ts';
import { groupedStageFindings } from './stages/grouped-findings.ts';
import { createStageFold } from './stages/stage-fold.ts';
import { spansOfStages, tolerateMissing } from './stages/stage-spans.ts';
import { adviceFor } from './trace/advice.ts';
import type { SentryApi } from './trace/api-endpoints.ts';
import { ourSpanIds } from './trace/own-spans.ts';
import { readTraces } from './trace/read-traces.ts';
import { compilePattern } from './trace/span-pattern.ts';
import { verifyTrace } from './trace/trace-verifier.ts';
import type { TracedTest, TraceReading } from './trace/watched-trace.ts';

export interface VerificationSettings {
  readonly stages: readonly StageExpectation[];
  /** Further spans, besides those of the stages. */
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly follow: readonly FollowSearch[];
  /** Stage name → milliseconds that are usual for it. */
  readonly usualDurations: ReadonlyMap<string, number>;
  readonly limit: number;
  readonly deadlineMs: number;
  readonly intervalMs: number;
  /** After which a trace that lacks only optional spans is taken as complete; null for the usual time. */
  readonly settleMs: number | null;
}

/** A test whose trace may be read, with what of its delivery the judgement needs. */
export interface Candidate {
  readonly result: TestResult;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
  readonly expect: Expectation;
  /** The span id that went out in the headers. */
  readonly spanId: string;
}

export interface VerificationPorts {
  readonly api: Pick<SentryApi, 'readTrace' | 'searchSpans'>;
  readonly redact: Redact;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly monotonicMs: () => number;
  readonly onProgress: (progress: { readonly name: string; readonly progress: string }) => void;
  readonly stop: AbortSignal;
}

export interface Verification {
  /** The results that a trace was looked for, with what it said. */
  readonly results: readonly TestResult[];
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
}

export async function verifyTraces(
  candidates: readonly Candidate[],
  settings: VerificationSettings,
  ports: VerificationPorts,
): Promise<Verification> {
  const spans = [...spansOfStages(settings.stages), ...settings.spans];
  const readings = new Map<string, TraceReading>();
  await readTraces({
    tests: candidates.map((candidate) => tracedTest({ candidate, spans, follow: settings.follow })),
    api: ports.api,
    attributes: [...new Set(spans.flatMap(({ pattern }) => Object.keys(pattern.attributes)))],
    deadlineMs: settings.deadlineMs,
    intervalMs: settings.intervalMs,
    ...(settings.settleMs === null ? {} : { settleMs: settings.settleMs }),
    ports,
    onProgress: ports.onProgress,
    onReading: (reading) => readings.set(reading.traceId, reading),
    stop: ports.stop,
  });
  const judged = candidates.flatMap((candidate) => {
    const reading = readings.get(candidate.result.trace.traceId);
    return reading === undefined ? [] : [judgeable({ candidate, reading, settings })];
  });
  const grouped = groupedFindings(judged, settings);
  const unverified = unverifiedFindings(judged.map(({ reading }) => reading));
  const expected = grouped.none
    ? tolerateMissing(
        spans,
        settings.stages.map(({ name }) => name),
      )
    : spans;
  const results = judged.map((test) =>
    applyVerification({
      result: test.candidate.result,
      reading: test.reading,
      findings: findingsOf(test, { spans: expected, settings }),
      stages: test.stages,
      redact: ports.redact,
    }),
  );
  return { results, findings: [...unverified, ...grouped.findings] };
}

/** A refusal that was asked for goes through none of the pipeline: only errors and slowness count in its trace. */
function goesThrough({ status }: Expectation): boolean {
  return status.length === 0 || status.some((pattern) => String(pattern).startsWith('2'));
}

function tracedTest({
  candidate,
  spans,
  follow,
}: {
  readonly candidate: Candidate;
  readonly spans: readonly SpanExpectation[];
  readonly follow: readonly FollowSearch[];
}): TracedTest {
  const { result, answer, expect, spanId } = candidate;
  const through = goesThrough(expect) && result.errors.length === 0;
  return {
    name: result.name,
    traceId: result.trace.traceId,
    spanId,
    sentAtMs: Date.parse(result.startedAt),
    // What a broken test never reached is not waited for.
    expected: through
      ? spans.map(({ label, required, minCount, pattern }) => ({
          label,
          required,
          minCount,
          matches: compilePattern(pattern),
        }))
      : [],
    follow: through ? follow : [],
    values: { ...(result.dimensions as JsonObject), testId: result.testId, response: jsonOf(answer) },
  };
}

function jsonOf(answer: Answer | null): Json {
  return answer?.json.ok ? answer.json.value : null;
}

interface Judged {
  readonly candidate: Candidate;
  readonly reading: TraceReading;
  readonly sources: {
    readonly trace: Trace;
    readonly followed: readonly Trace[];
    readonly ourSpanIds: ReadonlySet<string>;
  } | null;
  readonly stages: readonly StageResult[];
}

function judgeable({
  candidate,
  reading,
  settings,
}: {
  readonly candidate: Candidate;
  readonly reading: TraceReading;
  readonly settings: VerificationSettings;
}): Judged {
  const { trace, reason } = reading;
  const sources =
    trace === null || reason !== null
      ? null
      : {
          trace,
          followed: reading.followed.flatMap(({ traces }) => traces.slice(-1)),
          ourSpanIds: ourSpanIds(trace, candidate.spanId),
        };
  const traces: StageReading =
    sources === null
      ? { kind: 'unverified', reason: reason ?? 'api-error' }
      : { kind: 'read', ...sources, follows: settings.follow.length > 0 };
  const { answer, failure } = candidate;
  const stages = goesThrough(candidate.expect)
    ? stageResults({ answer, failure, stages: settings.stages, traces })
    : [];
  return { candidate, reading, sources, stages };
}

function findingsOf(
  { sources, candidate }: Judged,
  {
    spans,
    settings,
  }: { readonly spans: readonly SpanExpectation[]; readonly settings: VerificationSettings },
): readonly Finding[] {
  if (sources === null) return [];
  const { checks, usualDurations } = settings;
  const expectation: TraceExpectation = { spans: goesThrough(candidate.expect) ? spans : [], checks };
  return verifyTrace({ ...sources, expectation, usualDurations });
}

/** One for each reason, with what to do about it: a trace that could not be judged is neither good nor bad. */
function unverifiedFindings(readings: readonly TraceReading[]): readonly Finding[] {
  const byReason = new Map<UnverifiedReason, TraceReading[]>();
  for (const reading of readings) {
    if (reading.reason !== null)
      byReason.set(reading.reason, [...(byReason.get(reading.reason) ?? []), reading]);
  }
  return [...byReason].map(([reason, those]) => {
    const { meaning, solutions } = adviceFor(reason);
    const what = those.length === 1 ? `The trace of ${those[0]?.name} is` : `${those.length} traces are`;
    const detail = those.find((reading) => reading.detail !== null)?.detail;
    return {
      severity: 'warning',
      code: `trace-${reason}`,
      message: `${what} unverified (${reason}): ${detail ?? meaning}`,
      hint: solutions[0] ?? null,
    };
  });
}

/**
 * A target that emits none of the built-in stages has other ones: it is told once, and no test is blamed for it.
 * Where some are there, or the configuration names its own, a missing one is a finding of its test.
 */
function groupedFindings(
  judged: readonly Judged[],
  settings: VerificationSettings,
): { readonly none: boolean; readonly findings: readonly Finding[] } {
  const fold = createStageFold();
  const read = judged.filter(({ sources, stages }) => sources !== null && stages.length > 0);
  for (const { stages } of read)
    fold.add(stages.map((stage) => ({ ...stage, state: stage.evidence.trace ?? 'unverified' })));
  const summaries = fold.summaries();
  const seen = summaries.some(({ ok, slow, failed }) => ok + slow + failed > 0);
  const none = settings.stages === BUILT_IN_STAGES && read.length > 0 && !seen;
  const findings = groupedStageFindings({ summaries, stages: settings.stages, total: read.length });
  return { none, findings };
}
