/** Judges a single trace as a run would, with the data that a saved result has about its test. */
import type { Settings } from '../../config/settings/settings.ts';
import type { Finding } from '../../model/finding.ts';
import type { TestResult, UnverifiedReason } from '../../model/result.ts';
import type { MissingPlace, SpanExpectation } from '../../model/trace-expectation.ts';
import { durationsOf } from '../../report/history/usual-durations.ts';
import { BUILT_IN_STAGES } from '../../stages/built-in.ts';
import { tolerateMissing } from '../../stages/stage-spans.ts';
import { adviceFor } from '../../trace/advice.ts';
import { findExpected } from '../../trace/judging/expected-spans.ts';
import { missingPlaces } from '../../trace/judging/missing-places.ts';
import type { UsualSpans } from '../../trace/judging/usual-limit.ts';
import { foundSpans, type SpanSources } from '../../trace/spans/found-spans.ts';
import { expectsAcceptance } from '../../validate/body.ts';
import { endedEarly } from '../../verify/candidate.ts';
import { judgeSpans } from '../../verify/judge-spans.ts';
import { configuredSpans, type KnownTrace } from './saved-trace.ts';

export interface TraceJudgment {
  readonly findings: readonly Finding[];
  readonly missing: readonly MissingPlace[];
}

export function judgeTrace(options: {
  readonly sources: SpanSources;
  readonly known: KnownTrace;
  readonly settings: Settings;
  /** Taken from saved runs. */
  readonly usual: UsualSpans;
  /** Why waiting for the trace ended without a verdict; null where it did not, or without a wait. */
  readonly reason: UnverifiedReason | null;
  /** A text if Sentry counts more spans than it returned; otherwise null. */
  readonly shortfall: string | null;
}): TraceJudgment {
  const { sources, known, settings, usual, reason, shortfall } = options;
  const judged = hasForeign(sources);
  const doubts = judged ? reason : (reason ?? (hasIssues(sources) ? 'sampled-out' : 'only-our-spans'));
  const all = expectedSpans(known, settings);
  const expected = judged ? withoutForeignStages({ spans: all, sources, settings }) : [];
  const judgment = judgeSpans({
    sources,
    // An incomplete trace shows what happened, never what is missing.
    spans:
      shortfall === null ? expected : expected.map((span) => ({ ...span, minCount: 0, required: false })),
    checks: settings.trace.checks,
    usualDurations: durationsOf(usual),
    endedEarly: responseEndedEarly(known.result),
  });
  const { findings } = judgment;
  const happened = happenedStages(known);
  // A stage that happened is not missing its span: no finding, but still a place in the drawing.
  const isDrawn = ({ label, stage }: SpanExpectation) =>
    shortfall === null && expected === all && label === stage && happened.has(label);
  const missing = missingPlaces({
    ...sources,
    spans: judgment.spans.map((span) =>
      isDrawn(span) && span.minCount === 0 ? { ...span, minCount: 1 } : span,
    ),
    usual,
  });
  return {
    findings: [
      ...(doubts === null ? [] : doubt(doubts)),
      ...(shortfall === null ? [] : [partial(shortfall)]),
      ...findings,
    ],
    missing,
  };
}

function partial(shortfall: string): Finding {
  const message = `${shortfall}: this trace is incomplete, so missing spans are not reported`;
  return { severity: 'warning', code: 'trace-partial', message, hint: null };
}

/** Every span the trace is expected to have; none for a scenario that expects a refusal. */
export function expectedSpans({ result }: KnownTrace, settings: Settings): readonly SpanExpectation[] {
  const scenario = settings.scenarios.find(({ name }) => name === result?.scenario);
  if (scenario !== undefined && !expectsAcceptance(scenario.expect)) return [];
  const happened = happenedStages({ result });
  return configuredSpans(settings).map((span) =>
    span.stage !== null && span.label === span.stage && happened.has(span.stage)
      ? { ...span, minCount: 0, required: false }
      : span,
  );
}

/** A stage that the run confirmed by its response or probes is not missing because its span is. */
function happenedStages({ result }: Pick<KnownTrace, 'result'>): ReadonlySet<string> {
  const happened = (result?.stages ?? []).filter(({ state }) => state === 'ok' || state === 'slow');
  return new Set(happened.map(({ name }) => name));
}

/** Codes of findings about stages. */
const OF_STAGES = ['stage-missing', 'stage-failed', 'stage-unverified', 'stage-slow'];

/** Errors from the trace and the probes do not mean that the webhook got stuck, so they do not count here. */
function responseEndedEarly(result: TestResult | null): boolean {
  if (result === null) return false;
  const blamed = new Set([...OF_STAGES, ...result.trace.findings.map(({ code }) => code)]);
  return endedEarly({ ...result, errors: result.errors.filter(({ code }) => !blamed.has(code)) });
}

/** A target that emits none of the built-in stages has others, so none of the built-in ones is missing. */
function withoutForeignStages({
  spans,
  sources,
  settings,
}: {
  readonly spans: readonly SpanExpectation[];
  readonly sources: SpanSources;
  readonly settings: Settings;
}): readonly SpanExpectation[] {
  if (settings.stages !== null) return spans;
  const names = BUILT_IN_STAGES.map(({ name }) => name);
  const stages = spans.filter(({ label }) => names.includes(label));
  const seen = findExpected(stages, foundSpans(sources)).some((each) => each.found.length > 0);
  return seen ? spans : tolerateMissing(spans, names);
}

function hasForeign({ trace, followed, ourSpanIds }: SpanSources): boolean {
  return [trace, ...followed].some(({ spans }) => spans.some(({ spanId }) => !ourSpanIds.has(spanId)));
}

function hasIssues({ trace }: SpanSources): boolean {
  return trace.issues.length > 0;
}

function doubt(reason: UnverifiedReason): readonly Finding[] {
  const { meaning, solutions } = adviceFor(reason);
  return [{ severity: 'warning', code: `trace-${reason}`, message: meaning, hint: solutions[0] ?? null }];
}
