/** Judges a trace by what is expected of it: the six things to look for in a trace. Gaps are never a finding. */
import type { Finding } from '../../model/finding.ts';
import type { TraceExpectation } from '../../model/trace-expectation.ts';
import { type FoundSpan, foundSpans, type SpanSources } from '../spans/found-spans.ts';
import { errorFinding, failureCauses, handledErrorFindings } from './check-errors.ts';
import { orderFindings, parentFindings } from './check-placement.ts';
import { countFindings, type MissingSpan, missingFinding, missingSpans } from './check-presence.ts';
import { slowFindings } from './check-slow.ts';
import { type ExpectedSpan, findExpected, findingSeverity } from './expected-spans.ts';
import type { UsualDurations } from './usual-limit.ts';

export interface TraceJudgment {
  readonly findings: readonly Finding[];
  /** Those of them about a missing span, by its label. */
  readonly missing: ReadonlyMap<string, Finding>;
}

/**
 * One finding for each cause: a missing span stands for what belongs inside of it, a failure for what was not reached
 * any more. The order of spans changes nothing; that of expectations is taken for the order of the pipeline.
 * Severities are those of the checks, with two exceptions: a required span that is missing is an error always, and a
 * failure that keeps one from being reached is as severe.
 * @param input.usualDurations milliseconds by the path of a span
 */
export function verifyTrace(
  input: SpanSources & {
    readonly expectation: TraceExpectation;
    readonly usualDurations?: UsualDurations;
    /** Failed spans that are accounted for elsewhere, by {@link spanKey}. */
    readonly covered?: ReadonlySet<string>;
  },
): TraceJudgment {
  const { spans, checks } = input.expectation;
  const seen = foundSpans(input);
  const expected = findExpected(spans, seen);
  const missing = missingSpans(expected, checks);
  const causes = failureCauses(seen, input.covered);
  const errorSeverity = findingSeverity(checks.errors);
  const notReached = errorSeverity === null ? [] : missingAfterFailure({ missing, expected, causes });
  const slowSeverity = findingSeverity(checks.slow);
  const usualDurations: UsualDurations = input.usualDurations ?? new Map();
  const error =
    errorSeverity &&
    errorFinding({
      causes,
      orphanIssues: [input.trace, ...input.followed].flatMap(({ issues }) => issues),
      notReached: notReached
        .flatMap(({ expectation, parts }) => [expectation, ...parts])
        .map(({ label }) => label),
      severity: notReached.some(({ severity }) => severity === 'error') ? 'error' : errorSeverity,
    });
  const missingFindings = new Map(
    missing
      .filter((each) => !notReached.includes(each))
      .map((each) => [each.expectation.label, missingFinding(each)]),
  );
  const findings = [
    ...(error === null ? [] : [error]),
    ...(errorSeverity === null ? [] : handledErrorFindings(seen, errorSeverity)),
    ...(slowSeverity === null
      ? []
      : slowFindings({ seen, expected, usualDurations, severity: slowSeverity })),
    ...missingFindings.values(),
    ...countFindings(expected, checks),
    ...orderFindings(expected, checks),
    ...parentFindings(expected, checks),
  ];
  return { findings, missing: missingFindings };
}

/**
 * What is missing because the pipeline ended with its last failure. It did not end there when an expected span began
 * afterwards; and what comes earlier in the pipeline than the failure is missing for a reason of its own.
 */
function missingAfterFailure({
  missing,
  expected,
  causes,
}: {
  readonly missing: readonly MissingSpan[];
  readonly expected: readonly ExpectedSpan[];
  readonly causes: readonly FoundSpan[];
}): readonly MissingSpan[] {
  const last = causes.reduce<FoundSpan | null>(
    (latest, each) => (latest === null || endOf(each) > endOf(latest) ? each : latest),
    null,
  );
  if (last === null) return [];
  const failed = new Set(causes);
  const wentOn = expected.some(({ found }) =>
    found.some((each) => !failed.has(each) && each.span.startMs >= endOf(last)),
  );
  if (wentOn) return [];
  const reached = reachedBy(last, expected);
  return missing.filter(({ expectation }) => positionOf(expectation, expected) > reached);
}

/** Position of the expectation in whose span it failed; otherwise of the last one that was seen. */
function reachedBy(cause: FoundSpan, expected: readonly ExpectedSpan[]): number {
  for (let at: FoundSpan | null = cause; at !== null; at = at.parent) {
    const span = at;
    const position = expected.findIndex(({ found }) => found.includes(span));
    if (position !== -1) return position;
  }
  return expected.findLastIndex(({ found }) => found.length > 0);
}

function endOf({ span }: FoundSpan): number {
  return span.startMs + span.durationMs;
}

function positionOf(expectation: ExpectedSpan['expectation'], expected: readonly ExpectedSpan[]): number {
  return expected.findIndex((each) => each.expectation === expectation);
}
