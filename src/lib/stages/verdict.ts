/** The state of a stage, by the statements of its sources, and the verdict of a test, by the states of its stages. Pure. */
import type { Finding } from '../model/finding.ts';
import type { Verdict } from '../model/result.ts';
import type { StageEvidence, StageState, Statement } from '../model/stage.ts';
import type { Severity } from '../model/trace-expectation.ts';

export interface StageToJudge {
  readonly name: string;
  readonly state: StageState;
  readonly required: boolean;
  /** It has an HTTP or SQL probe. */
  readonly hasProbe: boolean;
  /** A source that the run was asked to use could have checked it. */
  readonly checkable: boolean;
  /** The entry of `trace.checks` that applies, where the trace alone decided; null where it did not. */
  readonly check: Severity | null;
}

interface TestVerdict {
  readonly verdict: Verdict;
  /** Stage name → how severe its finding is; stages without a finding are not in it. */
  readonly stages: ReadonlyMap<string, Finding['severity']>;
}

/** @param hasErrors other errors of the test: its response, its trace, its resend */
export function verdictOf(stages: readonly StageToJudge[], hasErrors: boolean): TestVerdict {
  const stopped = stages.map((stage) => [stage, stopSeverity(stage)] as const);
  const broken = hasErrors || stopped.some(([, severity]) => severity === 'error');
  const severities = stopped.flatMap(([stage, severity]): readonly [string, Finding['severity']][] => {
    if (severity !== null) return [[stage.name, severity]];
    // It breaks no test, and says nothing new about one that is broken.
    return !broken && isUnverified(stage) ? [[stage.name, 'warning']] : [];
  });
  return { verdict: broken ? 'broken' : 'working', stages: new Map(severities) };
}

/** Of a stage that failed or is missing; null for any other. */
function stopSeverity({ state, required, check }: StageToJudge): Finding['severity'] | null {
  if (state !== 'failed' && state !== 'missing') return null;
  if (required || check === 'error') return 'error';
  return check === 'off' ? null : 'warning';
}

function isUnverified({ state, required, hasProbe, checkable }: StageToJudge): boolean {
  return state === 'unverified' && checkable && (required || hasProbe);
}

/**
 * Probes decide. Without a probe that could run, an error decides, then a confirmation, then an absence; otherwise the
 * state is unverified.
 * @param slow the stage took too long, by any source
 */
export function stageState(evidence: StageEvidence, slow = false): StageState {
  const state = decided(evidence);
  return state === 'ok' && slow ? 'slow' : state;
}

function decided({ response, trace, http, sql }: StageEvidence): StageState {
  const probes = [http, sql].filter((shown) => shown !== null && shown !== 'unknown');
  if (probes.includes('contradicts')) return 'failed';
  if (probes.includes('absent')) return 'missing';
  if (probes.length > 0) return 'ok';
  const others: readonly (Statement | null)[] = [response, trace];
  if (others.includes('contradicts')) return 'failed';
  if (others.includes('confirms')) return 'ok';
  if (others.includes('absent')) return 'missing';
  return 'unverified';
}
