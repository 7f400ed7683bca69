/** What the traces of all tests say about the run as a whole. */
import type { Finding } from '../model/finding.ts';
import type { UnverifiedReason } from '../model/result.ts';
import type { StageResult, StageSummary } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import type { Redact } from '../report/redact.ts';
import { areBuiltIn } from '../stages/built-in.ts';
import { groupedStageFindings } from '../stages/grouped-findings.ts';
import { createStageFold } from '../stages/stage-fold.ts';
import { adviceFor } from '../trace/advice.ts';
import type { TraceReading } from '../trace/watched-trace.ts';

/** One for each reason, with what to do about it: a trace that could not be judged is neither good nor bad. */
export function unverifiedFindings(readings: readonly TraceReading[], redact: Redact): readonly Finding[] {
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
      message: `${what} unverified (${reason}): ${redact(detail ?? meaning)}`,
      hint: solutions[0] ?? null,
    };
  });
}

/** A test whose trace was read and judged. */
interface ReadTest {
  readonly stages: readonly StageResult[];
  /** It did not get as far as it should, so its stages tell nothing about those of the target. */
  readonly cutShort: boolean;
}

/**
 * A target that emits none of the built-in stages has other ones: it is told once, and no test is blamed for it.
 * Where some are there, or the configuration names its own, a missing one is a finding of its test as well.
 */
export function stageFindings(
  tests: readonly ReadTest[],
  { stages: expected, follows }: { readonly stages: readonly StageExpectation[]; readonly follows: boolean },
): { readonly none: boolean; readonly findings: readonly Finding[] } {
  const seen = seenInTraces(tests).some(({ ok, slow, failed }) => ok + slow + failed > 0);
  const none = areBuiltIn(expected) && tests.length > 0 && !seen;
  const whole = tests.filter(({ cutShort }) => !cutShort);
  const summaries = seenInTraces(whole);
  const findings = groupedStageFindings({ summaries, stages: expected, total: whole.length, follows });
  return { none, findings };
}

function seenInTraces(tests: readonly ReadTest[]): readonly StageSummary[] {
  const fold = createStageFold();
  for (const { stages } of tests)
    fold.add(stages.map((stage) => ({ ...stage, state: stage.evidence.trace ?? 'unverified' })));
  return fold.summaries();
}
