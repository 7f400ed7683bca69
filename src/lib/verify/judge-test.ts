import type { FailedSpan } from '../model/failed-span.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { Severity, StageExpectation } from '../model/trace-expectation.ts';
import { applyVerification } from '../report/verified-result.ts';
import type { Redact } from '../secrets/redact.ts';
import { causeOf } from '../stages/cause.ts';
import { evidenceOf, type JudgedStage, type JudgedStages } from '../stages/evidence.ts';
import type { ProbesOfTest } from '../stages/probes/run-probes.ts';
import { stageFinding, stageWarnings } from '../stages/stage-findings.ts';
import { spansOfStages } from '../stages/stage-spans.ts';
import { type StageToJudge, stageState, verdictOf } from '../stages/verdict.ts';
import { durationText } from '../terminal/quantities.ts';
import { firstFailure } from '../trace/judging/check-errors.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import { type FoundSpan, foundSpans, type SpanSources } from '../trace/spans/found-spans.ts';
import { spanName } from '../trace/spans/span-text.ts';
import { type Candidate, endedEarly, hasStages } from './candidate.ts';
import { judgeSpans } from './judge-spans.ts';
import type { VerificationSettings } from './prepare-traces.ts';
import { savedSpans } from './saved-spans.ts';

/** A test once its trace is read and its probes have run. */
export interface ReadTest extends Candidate {
  /** Null if its trace was not read. */
  readonly reading: TraceReading | null;
  readonly probes: ProbesOfTest;
  /** Null if nothing is known of its trace. */
  readonly sources: SpanSources | null;
}

/** The result of the test with findings, verdict and cause. */
export function judgedTest(
  test: ReadTest & { readonly judged: JudgedStages },
  {
    settings,
    builtInUnseen,
    redact,
  }: {
    readonly settings: VerificationSettings;
    /** The target emits none of the built-in stages; a finding of the run reports it. */
    readonly builtInUnseen: boolean;
    readonly redact: Redact;
  },
): TestResult {
  const { mask, delivery, reading, sources, judged } = test;
  const masked: Redact = (text, kind) => mask(redact(text, kind), kind);
  const result = withHangingHint(test, masked);
  const stages = builtInUnseen
    ? judged.stages.filter(({ probes }) => probes.http !== null || probes.sql !== null)
    : judged.stages;
  const ofTrace = traceFindings(test, { stages, settings });
  const hasErrors = [...result.errors, ...ofTrace].some(({ severity }) => severity === 'error');
  const lost = breakingBehind(stages, settings);
  const isStopped = (stage: JudgedStage) =>
    lost.length > 0 && stage.result.name === judged.stuckAt?.stage && !breaksTest(toJudge(stage, settings));
  const verdict = verdictOf(
    stages.map((stage) => ({
      ...toJudge(stage, settings),
      required: stage.expectation.required || isStopped(stage),
    })),
    hasErrors,
  );
  const ofStages = stages.flatMap((stage) => {
    const severity = verdict.stages.get(stage.result.name);
    const own =
      severity === undefined || (!isStopped(stage) && isReportedByResponse(stage, result))
        ? []
        : [stageFinding(stage, { severity, follows: settings.follow.length > 0 })].map((finding) =>
            isStopped(stage)
              ? { ...finding, message: `${finding.message}; not reached: ${lost.join(', ')}` }
              : finding,
          );
    return [...own, ...unseenFindings(stage, settings), ...stageWarnings(stage)];
  });
  const found = [...ofTrace, ...ofStages];
  const cause = causeOf({
    responseErrors: result.errors,
    noResponse: delivery.response === null,
    errors: [...result.errors, ...found.filter(({ severity }) => severity === 'error')],
    warnings: [...result.warnings, ...found.filter(({ severity }) => severity === 'warning')],
    stages,
    stuckAt: judged.stuckAt,
    failedSpan: sources === null ? null : failureOutside(sources, stages),
  });
  return applyVerification({
    ...{ result, reading, stages: judged.stages.map(({ result: stage }) => stage) },
    ...{ stuckAt: builtInUnseen ? null : judged.stuckAt, cause },
    findings: ofTrace,
    ofStages,
    brokenByTrace: stages.some(
      (stage) => toJudge(stage, settings).check !== null && verdict.stages.get(stage.result.name) === 'error',
    ),
    spans: reading === null ? [] : savedSpans(reading),
    redact: masked,
  });
}

/** The hint of a timeout names the span that hung. */
function withHangingHint({ result, delivery: { failure }, sources }: ReadTest, redact: Redact): TestResult {
  const isTimeout = failure !== null && FAILURE_KINDS[failure.kind].timedOut;
  const hint = sources === null || !isTimeout ? null : hangingHint(sources, result.timings.totalMs);
  if (hint === null) return result;
  const errors = result.errors.map((error) =>
    error.code === failure?.kind ? { ...error, hint: redact(hint, 'sentence') } : error,
  );
  return { ...result, errors };
}

/**
 * Stages after the one where the webhook got stuck that break the test by themselves. They also break it when an earlier stage
 * that is not required is missing.
 */
function breakingBehind(
  stages: readonly JudgedStage[],
  settings: Pick<VerificationSettings, 'checks'>,
): readonly string[] {
  return stages
    .filter(({ result }) => result.state === 'not-reached' && stageState(result.evidence) === 'missing')
    .filter((stage) => breaksTest({ ...toJudge(stage, settings), state: 'missing' }))
    .map(({ result }) => result.name);
}

function breaksTest(stage: StageToJudge): boolean {
  return verdictOf([stage], false).verdict === 'broken';
}

function toJudge(stage: JudgedStage, { checks }: Pick<VerificationSettings, 'checks'>): StageToJudge {
  const { expectation, result, probes, response, trace, checkable } = stage;
  const decides = (statement: unknown) => statement === 'contradicts' || statement === 'absent';
  const probed = [probes.http, probes.sql].some((each) => each !== null && each.statement !== 'unknown');
  const byTrace = !probed && decides(trace?.statement) && !decides(response?.statement);
  const check: Severity | null = !byTrace
    ? null
    : result.state === 'failed'
      ? checks.errors
      : checks[checkOf(expectation)];
  return {
    name: expectation.name,
    state: result.state,
    required: expectation.required,
    hasProbe: expectation.http !== null || expectation.sql !== null,
    checkable,
    check,
  };
}

/** A missing span of a stage that something else confirms is a note, unless its check breaks the test. */
function unseenFindings(
  { expectation, result, trace }: JudgedStage,
  { checks }: VerificationSettings,
): readonly Finding[] {
  const check = checkOf(expectation);
  const isReached = result.state === 'ok' || result.state === 'slow';
  if (!isReached || trace?.statement !== 'absent' || checks[check] !== 'error') return [];
  const code = check === 'missing' ? 'trace-missing' : `trace-${check}`;
  const message = `${expectation.name}: ${trace.detail ?? 'its span is missing'}`;
  return [{ severity: 'error', code, message, hint: null, stage: expectation.name }];
}

/** Which of the trace checks the stage's span belongs to. */
function checkOf(expectation: StageExpectation) {
  return spansOfStages([expectation])[0]?.check ?? 'missing';
}

/** A missing field that is already a finding of the response is the same cause: one finding. */
function isReportedByResponse(stage: JudgedStage, { errors, missingData }: TestResult): boolean {
  const { expectation, result, trace } = stage;
  if (expectation.required && result.state !== 'unverified') return false;
  const byResponse =
    evidenceOf(stage).every(({ source, statement }) => source === 'response' || statement === 'unknown') ||
    trace?.statement === 'unknown';
  const field = expectation.response;
  if (field === null) return false;
  if (result.state === 'failed')
    return (
      errors.length > 0 &&
      evidenceOf(stage).every(({ source, statement }) => source === 'response' || statement !== 'contradicts')
    );
  return (
    result.state === 'missing' &&
    byResponse &&
    (errors.length > 0 || missingData.some((each) => each.field === field))
  );
}

function traceFindings(
  test: ReadTest,
  { stages, settings }: { readonly stages: readonly JudgedStage[]; readonly settings: VerificationSettings },
): readonly Finding[] {
  const { reading, sources } = test;
  if (sources === null) return [];
  const through = hasStages(test);
  // Only a complete trace shows that a span is missing. Parts of a stage are expected once its span is found.
  const complete = reading?.complete === true && hasForeign(sources);
  const found = new Set(
    stages
      .filter(({ trace }) => trace?.statement === 'confirms' || trace?.statement === 'contradicts')
      .map(({ result }) => result.name),
  );
  const parts = spansOfStages(settings.stages).map((each) => {
    const isPart = each.label !== each.stage;
    const expected = complete && isPart && each.stage !== null && found.has(each.stage);
    return { ...each, required: false, ...(expected ? {} : { minCount: 0 }) };
  });
  const others = settings.spans.map((each) => (complete ? each : { ...each, minCount: 0, required: false }));
  return judgeSpans({
    sources,
    spans: through ? [...parts, ...others] : [],
    checks: settings.checks,
    usualDurations: settings.usualDurations,
    endedEarly: through && endedEarly(test.result),
    covered: coveredBy(stages),
  }).findings;
}

/** Failed spans that a failed stage, or the warning about a retried one, already reports. */
function coveredBy(stages: readonly JudgedStage[]): ReadonlySet<string> {
  return new Set(
    stages.flatMap(({ result, trace }) =>
      trace !== null && (result.state === 'failed' || trace.statement === 'confirms') ? trace.covered : [],
    ),
  );
}

function failureOutside(sources: SpanSources, stages: readonly JudgedStage[]): FailedSpan | null {
  return firstFailure(foundSpans(sources), coveredBy(stages));
}

/** A span of the target was read. */
export function hasForeign({ trace, followed, ourSpanIds: ours }: SpanSources): boolean {
  return [trace, ...followed].some(({ spans }) => spans.some(({ spanId }) => !ours.has(spanId)));
}

/** A span that took this share of the wait explains it. */
const SHARE = 0.8;

/** `fetch-gex-data took 10.1 s: look there first`; null if no span of the target explains the wait. */
export function hangingHint(sources: SpanSources, waitedMs: number): string | null {
  const long = foundSpans(sources).filter(({ ours, span }) => !ours && span.durationMs >= waitedMs * SHARE);
  const above = new Set<FoundSpan | null>(long.map(({ parent }) => parent));
  const deepest = long.findLast((each) => !above.has(each));
  if (deepest === undefined) return null;
  return `${spanName(deepest.span)} took ${durationText(deepest.span.durationMs)}: look there first`;
}
