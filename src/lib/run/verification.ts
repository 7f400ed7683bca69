/** Reads traces back after the sending, judges them, and says what that means for each test. */
import type { Answer, Failure } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { TestResult } from '../model/result.ts';
import type { Expectation } from '../model/scenario.ts';
import type { StageResult } from '../model/stage.ts';
import type { Trace } from '../model/trace.ts';
import type {
  FollowSearch,
  SpanExpectation,
  StageExpectation,
  TraceExpectation,
} from '../model/trace-expectation.ts';
import type { Redact } from '../report/redact.ts';
import { REPEAT, SECOND_EVENT } from '../report/repeat-result.ts';
import { applyVerification } from '../report/verified-result.ts';
import { type TraceReading as StageReading, stageResults } from '../stages/evidence.ts';
import { askProbes, countProbes, type ProbeEvidence } from '../stages/probes/ask-probes.ts';
import type { ProbePorts } from '../stages/probes/look.ts';
import { NEVER_ARRIVED } from '../stages/response-evidence.ts';
import { spansOfStages, tolerateMissing } from '../stages/stage-spans.ts';
import type { SentryApi } from '../trace/api-endpoints.ts';
import { attributesOf, awaitedSpans } from '../trace/awaited-spans.ts';
import { ourSpanIds } from '../trace/own-spans.ts';
import { readTraces } from '../trace/read-traces.ts';
import type { TraceJudgement } from '../trace/trace-verifier.ts';
import type { AwaitedSpan } from '../trace/wait.ts';
import type { TracedTest, TraceReading } from '../trace/watched-trace.ts';
import { refusal } from '../validate/body.ts';
import { judgeSpans } from './judge-spans.ts';
import { keptSpans } from './kept-spans.ts';
import { probeFindings, unaskedFindings, withProbes } from './probe-findings.ts';
import { stageFindings, unverifiedFindings } from './verification-findings.ts';
import { withoutWantedRefusal } from './wanted-refusal.ts';

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
  /** What placeholders may name: its dimensions, `response`, `testId` and the like. Holds what is secret in them. */
  readonly values: () => JsonObject;
  /** The span id that went out in the headers. */
  readonly spanId: string;
  /** Masks what is secret in what there is to tell of it. */
  readonly mask: Redact;
}

export interface VerificationPorts {
  /** Null where traces are not read. */
  readonly api: Pick<SentryApi, 'readTrace' | 'searchSpans'> | null;
  /** Null where no stage has a probe. */
  readonly probes: ProbePorts | null;
  readonly redact: Redact;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly monotonicMs: () => number;
  readonly onProgress: (progress: { readonly name: string; readonly progress: string }) => void;
  readonly stop: AbortSignal;
}

export interface Verification {
  /** The results that a trace was looked for or a probe asked, with what they said. */
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
  const awaited = awaitedSpans(spans);
  const readings = new Map<string, TraceReading>();
  const masks = new Map(candidates.map(({ result, mask }) => [result.name, mask]));
  const masked = (name: string, text: string) => masks.get(name)?.(ports.redact(text)) ?? ports.redact(text);
  const onProgress: VerificationPorts['onProgress'] = ({ name, progress }) =>
    ports.onProgress({ name, progress: masked(name, progress) });
  const reading =
    ports.api === null
      ? null
      : readTraces({
          tests: candidates.map((candidate) => tracedTest({ candidate, awaited, follow: settings.follow })),
          api: ports.api,
          attributes: attributesOf(spans),
          deadlineMs: settings.deadlineMs,
          intervalMs: settings.intervalMs,
          ...(settings.settleMs === null ? {} : { settleMs: settings.settleMs }),
          ports,
          onProgress,
          onReading: (each) => readings.set(each.traceId, each),
          stop: ports.stop,
        });
  // Side by side: what is waited for twice costs one wait.
  const [probed] = await Promise.all([probe(candidates, settings, { ...ports, onProgress }), reading]);
  const judged = candidates.flatMap((candidate) => {
    const read = readings.get(candidate.result.trace.traceId) ?? null;
    const probes = probed.get(candidate.result.testId) ?? NO_EVIDENCE;
    return read === null && probes.size === 0
      ? []
      : [judgeable({ candidate, reading: read, probes, settings })];
  });
  const grouped = stageFindings(
    judged
      .filter(({ sources, stages }) => sources !== null && stages.length > 0)
      .map(({ candidate, stages }) => ({ stages, cutShort: isCutShort(candidate.result) })),
    { stages: settings.stages, follows: settings.follow.length > 0 },
  );
  const unverified = unverifiedFindings(
    judged.flatMap((test) => test.reading ?? []),
    ports.redact,
  );
  const unasked = unaskedFindings(
    judged
      .filter(({ candidate }) => !isCutShort(candidate.result))
      .map(({ candidate, probes }) => ({ probes, mask: candidate.mask })),
    ports.redact,
  );
  const expected = grouped.none
    ? tolerateMissing(
        spans,
        settings.stages.map(({ name }) => name),
      )
    : spans;
  const results = judged.map((test) => {
    const { ofTrace, ofProbes } = withProbes(
      judgementOf(test, { spans: expected, settings }),
      isCutShort(test.candidate.result) ? new Map() : probeFindings(test.probes, settings.stages),
    );
    return applyVerification({
      result: test.candidate.result,
      reading: test.reading,
      findings: ofTrace,
      ofProbes,
      stages: test.stages,
      spans: test.reading === null ? [] : keptSpans(test.reading),
      redact: (text) => test.candidate.mask(ports.redact(text)),
    });
  });
  return { results, findings: [...unverified, ...unasked, ...grouped.findings] };
}

const NO_EVIDENCE: ProbeEvidence = new Map();

/** Of tests that go through the pipeline; a duplicate ends early, so that nothing of its own can be found. */
async function probe(
  candidates: readonly Candidate[],
  { stages }: VerificationSettings,
  { probes, ...ports }: VerificationPorts,
): Promise<ReadonlyMap<string, ProbeEvidence>> {
  if (probes === null || countProbes(stages) === 0) return new Map();
  const worthAsking = candidates.filter(
    ({ expect, result }) => goesThrough(expect) && !result.warnings.some(({ code }) => code === 'duplicate'),
  );
  return askProbes({
    tests: worthAsking.map(({ result, failure, values }) => ({
      testId: result.testId,
      name: result.name,
      values: values(),
      hopeless: failure !== null && NEVER_ARRIVED.includes(failure.kind) ? 'no answer' : null,
    })),
    stages,
    ports: { ...probes, sleep: ports.sleep, monotonicMs: ports.monotonicMs },
    onProgress: ports.onProgress,
    stop: ports.stop,
  });
}

/** A refusal that was asked for goes through none of the pipeline: only errors and slowness count in its trace. */
export function goesThrough(expect: Expectation): boolean {
  const { status, match } = expect;
  const accepted = status.length === 0 || status.some((pattern) => String(pattern).startsWith('2'));
  return accepted && (match === null || refusal(match, { ...expect, match: null }, 200) === null);
}

/** A broken test may have ended anywhere, and a duplicate ends early: nothing is said of what they never reached. */
export function isCutShort({ errors, warnings }: TestResult): boolean {
  // What was sent again has a trace of its own.
  return (
    errors.some(({ code }) => code !== SECOND_EVENT && code !== REPEAT) ||
    warnings.some(({ code }) => code === 'duplicate')
  );
}

function tracedTest({
  candidate,
  awaited,
  follow,
}: {
  readonly candidate: Candidate;
  readonly awaited: readonly AwaitedSpan[];
  readonly follow: readonly FollowSearch[];
}): TracedTest {
  const { result, expect, spanId } = candidate;
  const through = goesThrough(expect) && !isCutShort(result);
  return {
    name: result.name,
    traceId: result.trace.traceId,
    spanId,
    sentAtMs: Date.parse(result.startedAt),
    // What is never reached is not waited for.
    expected: through ? awaited : [],
    follow: through ? follow : [],
    values: candidate.values(),
  };
}

interface Judged {
  readonly candidate: Candidate;
  /** Null where its trace was not read. */
  readonly reading: TraceReading | null;
  readonly probes: ProbeEvidence;
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
  probes,
  settings,
}: Pick<Judged, 'candidate' | 'reading' | 'probes'> & { readonly settings: VerificationSettings }): Judged {
  const { trace = null, reason = null } = reading ?? {};
  const sources =
    reading === null || trace === null || reason !== null
      ? null
      : {
          trace: withoutWantedRefusal(trace, candidate),
          followed: reading.followed.flatMap(({ traces }) => traces.slice(-1)),
          ourSpanIds: ourSpanIds(trace, candidate.spanId),
        };
  // Following helps nobody whose webhook did not get that far.
  const follows = settings.follow.length > 0 || isCutShort(candidate.result);
  const unread: StageReading | null =
    reading === null ? null : { kind: 'unverified', reason: reason ?? 'api-error' };
  const traces: StageReading | null = sources === null ? unread : { kind: 'read', ...sources, follows };
  const { answer, failure } = candidate;
  const stages = goesThrough(candidate.expect)
    ? stageResults({ answer, failure, stages: settings.stages, traces, probes })
    : [];
  return { candidate, reading, probes, sources, stages: withSearches(stages, reading) };
}

/** A stage that is missing although its background work was searched for names the search. */
function withSearches(stages: readonly StageResult[], reading: TraceReading | null): readonly StageResult[] {
  const vain = (reading?.followed ?? []).filter(({ found }) => !found).map(({ searched }) => searched);
  if (vain.length === 0) return stages;
  return stages.map((stage) =>
    stage.evidence.trace === 'missing'
      ? { ...stage, detail: `${stage.detail}, nor any trace with ${vain.join(' or ')}` }
      : stage,
  );
}

const NOTHING_SAID: TraceJudgement = { findings: [], missing: new Map() };

function judgementOf(
  { sources, candidate }: Judged,
  {
    spans,
    settings,
  }: { readonly spans: readonly SpanExpectation[]; readonly settings: VerificationSettings },
): TraceJudgement {
  if (sources === null) return NOTHING_SAID;
  const through = goesThrough(candidate.expect);
  return judgeSpans({
    sources,
    spans: through ? spans : [],
    checks: settings.checks,
    usualDurations: settings.usualDurations,
    cutShort: through && isCutShort(candidate.result),
  });
}
