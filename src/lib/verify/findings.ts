/** Findings about the run, from the traces and probes of all tests. */
import type { Finding } from '../model/finding.ts';
import type { UnverifiedReason } from '../model/result.ts';
import type { StageResult, StageState, StageSummary, Statement } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { hintFor } from '../report/advice/advice.ts';
import type { Redact } from '../secrets/redact.ts';
import { areBuiltIn } from '../stages/built-in.ts';
import { type JudgedStage, PROBE_NAMES } from '../stages/evidence.ts';
import { groupedStageFindings } from '../stages/grouped-findings.ts';
import { createStageFold } from '../stages/stage-fold.ts';
import { isReached } from '../stages/stuck.ts';
import { adviceFor, firstAdvice } from '../trace/advice.ts';
import { listed } from '../trace/reading/wait-text.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import { apiFailureCause } from '../trace/sentry-api/failures.ts';

/** One for each reason why traces were not judged, with what to do about it. */
export function unverifiedFindings(readings: readonly TraceReading[], redact: Redact): readonly Finding[] {
  const groups = new Map<string, { readonly reason: UnverifiedReason; readonly those: TraceReading[] }>();
  for (const reading of readings) {
    const { reason, failure } = reading;
    if (reason === null) continue;
    const key = `${reason} ${failure?.problem}`;
    const group = groups.get(key) ?? { reason, those: [] };
    group.those.push(reading);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ reason, those }) => {
    const what = those.length === 1 ? `The trace of ${those[0]?.name} is` : `${those.length} traces are`;
    const failure = those[0]?.failure ?? null;
    const why =
      failure === null ? `${adviceFor(reason).meaning}${notArrived(reason, those)}` : `${failure.message}.`;
    const hint = firstAdvice(reason, failure);
    return {
      severity: 'warning',
      code: `trace-${reason}`,
      message: `${what} unverified (${reason}): ${redact(why, 'sentence')}`,
      hint: hint === null ? null : redact(hint, 'sentence'),
      ...(failure === null ? {} : { cause: apiFailureCause(failure) }),
    };
  });
}

/** What the run was waiting for when the time ran out. */
function notArrived(reason: UnverifiedReason, readings: readonly TraceReading[]): string {
  const awaited = [...new Set(readings.flatMap(({ wait }) => wait.awaited))];
  return reason === 'not-settled' && awaited.length > 0 ? ` (waiting for ${listed(awaited)})` : '';
}

/** Further ones are in the results. */
const REASONS_NAMED = 10;

/** Once for each probe and reason. A probe that could not run is no finding of a test. */
export function probeFindings(
  tests: readonly { readonly stages: readonly JudgedStage[]; readonly mask: Redact }[],
  redact: Redact,
): readonly Finding[] {
  const counts = new Map<string, { finding: Finding; count: number }>();
  for (const { stages, mask } of tests) {
    for (const { expectation, probes } of stages) {
      for (const probe of [probes.http, probes.sql]) {
        if (probe === null || probe.statement !== 'unknown') continue;
        const because = mask(redact(probe.detail ?? 'unknown', 'sentence'), 'sentence');
        const message = `The ${PROBE_NAMES[probe.kind]} of ${expectation.name} could not run: ${because}`;
        const hint = probe.hint ?? hintFor('probe-unverified');
        const finding: Finding = {
          ...{ severity: 'warning', code: 'probe-unverified', message, hint },
          stage: expectation.name,
        };
        counts.set(message, { finding, count: (counts.get(message)?.count ?? 0) + 1 });
      }
    }
  }
  return [...counts.values()]
    .slice(0, REASONS_NAMED)
    .map(({ finding, count }) =>
      count === 1 && tests.length === 1
        ? finding
        : { ...finding, message: `${finding.message} (${count} of ${tests.length} tests)` },
    );
}

/** A test whose trace was read and judged. */
interface ReadTest {
  readonly stages: readonly StageResult[];
  /** If true, its stages show nothing about those of the target. */
  readonly endedEarly: boolean;
}

/**
 * A target that emits none of the built-in stages has stages of its own: one finding says so, and no test fails for it. If it
 * emits some, or the configuration names stages, a missing one is a finding of its test as well.
 */
export function stageFindings(
  tests: readonly ReadTest[],
  { stages: expected, follows }: { readonly stages: readonly StageExpectation[]; readonly follows: boolean },
): { readonly none: boolean; readonly findings: readonly Finding[] } {
  const seen = folded(tests, byTrace).some(({ ok, slow, failed }) => ok + slow + failed > 0);
  const none = areBuiltIn(expected) && tests.length > 0 && !seen;
  const complete = tests.filter(({ endedEarly }) => !endedEarly);
  // If the target's spans were read, a stage that something else confirms is not missing because its own span is.
  const summaries = folded(complete, none ? byTrace : unlessReached);
  const findings = groupedStageFindings({ summaries, stages: expected, total: complete.length, follows });
  return { none, findings };
}

/** The stage's state by its trace alone. */
const STATES: Readonly<Record<Statement, StageState>> = {
  confirms: 'ok',
  contradicts: 'failed',
  absent: 'missing',
  unknown: 'unverified',
};

function byTrace({ evidence: { trace } }: StageResult): StageState {
  return STATES[trace ?? 'unknown'];
}

/** In a stage that was reached, a missing span is only a note. */
function unlessReached(stage: StageResult): StageState {
  return stage.evidence.trace === 'absent' && isReached(stage) ? 'ok' : byTrace(stage);
}

function folded(
  tests: readonly ReadTest[],
  stateOf: (stage: StageResult) => StageState,
): readonly StageSummary[] {
  const fold = createStageFold();
  for (const { stages } of tests)
    fold.add({ stages: stages.map((stage) => ({ ...stage, state: stateOf(stage) })), stuckAt: null });
  return fold.summaries();
}

/** A required stage that no requested source can check is reported once. */
export function uncheckableFindings(
  stages: readonly StageExpectation[],
  traced: boolean,
): readonly Finding[] {
  return stages
    .filter(
      ({ required, response, span, http, sql }) =>
        required && response === null && http === null && sql === null && (span === null || !traced),
    )
    .map(({ name, span }) => ({
      severity: 'warning',
      code: 'stage-unverified',
      message: `${name} could not be checked: ${span === null ? 'it has no span, response field or probe in this run' : 'traces are not read back'}`,
      hint:
        span === null
          ? 'Give the stage a response field, a span or a probe'
          : 'Set SENTRY_AUTH_TOKEN and SENTRY_ORG, so that traces can be read, or add a probe (sql or http)',
      stage: name,
    }));
}
