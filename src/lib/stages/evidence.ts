/** The stages of one test, from its answer and its traces: what is known about each, and where it got stuck. */
import type { Delivery } from '../model/delivery.ts';
import type { UnverifiedReason } from '../model/result.ts';
import type { StageEvidence, StageResult, StageState } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { type SpanSources, seenSpans } from '../trace/seen-spans.ts';
import type { Evidence } from './evidence-type.ts';
import type { ProbeEvidence } from './probes/ask-probes.ts';
import { responseEvidence } from './response-evidence.ts';
import { type SpanEvidence, spanEvidence } from './trace-evidence.ts';

/** What became of reading the traces of a test. */
export type TraceReading =
  | (SpanSources & {
      readonly kind: 'read';
      /** Background work is searched for, so it is no advice to do so. */
      readonly follows: boolean;
    })
  | { readonly kind: 'unverified'; readonly reason: UnverifiedReason };

/** The worst first. `unverified` says nothing, and so is not among them. */
const BY_WEIGHT: readonly StageState[] = ['failed', 'missing', 'slow', 'ok'];

/**
 * One result for each stage that has any evidence; stages about which nothing was asked are left out.
 * A stage is as bad as the worst that answer, trace and probes say about it, and `unverified` only where nothing else is said.
 * @param options.traces null where traces were not read
 */
export function stageResults(
  options: Pick<Delivery, 'answer' | 'failure'> & {
    readonly stages: readonly StageExpectation[];
    readonly traces: TraceReading | null;
    /** What probes said of it; none where they were not asked. */
    readonly probes?: ProbeEvidence;
  },
): readonly StageResult[] {
  const { stages, traces, probes } = options;
  const spans = traceEvidence(stages, traces);
  return stages.flatMap((stage, index) => {
    const trace = spans[index] ?? null;
    const http = probes?.get(stage.name)?.http ?? null;
    const sql = probes?.get(stage.name)?.sql ?? null;
    const isTraced = traces !== null && stage.span !== null;
    const response = responseEvidence(stage, {
      ...options,
      hasOther: isTraced || saysSomething(http) || saysSomething(sql),
    });
    const said = [response, trace, http, sql].filter((each) => each !== null);
    const state = worst(said);
    if (state === null) return [];
    const evidence: StageEvidence = {
      response: response?.state ?? null,
      trace: trace?.state ?? null,
      http: http?.state ?? null,
      sql: sql?.state ?? null,
    };
    const details = said.flatMap(({ detail, state: each, circumstances }) => {
      if (detail === null || (each === 'unverified' && state !== 'unverified')) return [];
      return [circumstances === undefined ? detail : `${detail} (${circumstances})`];
    });
    const detail = details.length === 0 ? null : [...new Set(details)].join('; ');
    return [{ name: stage.name, state, evidence, durationMs: trace?.durationMs ?? null, detail }];
  });
}

/**
 * The first stage that was provably not reached: failed or missing. A slow one was reached, and where the first that is
 * not ok is unverified, nobody knows. Null where there is none.
 */
export function stuckAt(stages: readonly StageResult[]): string | null {
  const first = stages.find(({ state }) => state !== 'ok' && state !== 'slow');
  return first === undefined || first.state === 'unverified' ? null : first.name;
}

function saysSomething(evidence: Evidence | null): boolean {
  return evidence !== null && evidence.state !== 'unverified';
}

function worst(said: readonly Evidence[]): StageState | null {
  const states = said.map(({ state }) => state);
  return BY_WEIGHT.find((state) => states.includes(state)) ?? states[0] ?? null;
}

function traceEvidence(
  stages: readonly StageExpectation[],
  traces: TraceReading | null,
): readonly (SpanEvidence | null)[] {
  if (traces === null) return [];
  if (traces.kind === 'unverified') {
    const detail = `trace unverified: ${traces.reason}`;
    return stages.map(({ span }) =>
      span === null ? null : { state: 'unverified', detail, durationMs: null },
    );
  }
  const seen = seenSpans(traces);
  const evidence = stages.map((stage) => spanEvidence(stage, seen));
  return traces.follows ? evidence : withFollowHint(evidence);
}

/**
 * Stages missing at the end of a pipeline that did not fail are often background work with a trace of its own.
 * Not so where nothing was seen at all: such a target has other stages, or none of its spans arrived.
 */
function withFollowHint(evidence: readonly (SpanEvidence | null)[]): readonly (SpanEvidence | null)[] {
  const reached = (each: SpanEvidence | null) => each?.state === 'ok' || each?.state === 'slow';
  const failed = evidence.some((each) => each?.state === 'failed');
  const lastSeen = evidence.findLastIndex(reached);
  if (failed || lastSeen === -1) return evidence;
  return evidence.map((each, index) =>
    each?.state === 'missing' && index > lastSeen
      ? { ...each, detail: `${each.detail}; background work may have a trace of its own: set trace.follow` }
      : each,
  );
}
