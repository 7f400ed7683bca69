/** The stages of one test: the statement of each source, the state of each stage, and where the webhook got stuck. Pure. */
import type { Delivery } from '../model/delivery.ts';
import type { EvidenceSource, StageEvidence, StageResult, StuckAt } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import type { UsualDurations } from '../trace/judging/usual-limit.ts';
import type { ProbeEvidence, ProbesOfTest } from './probes/run-probes.ts';
import { responseEvidence, type SourceEvidence, type UnknownReason, unknown } from './source-evidence.ts';
import { NOTHING_FOUND, type ReadSpans, type SpanEvidence, spanEvidence } from './span-evidence.ts';
import { isReached, type PlacedStage, stagesAfter, stuckAt } from './stuck.ts';
import { stageState } from './verdict.ts';

/** What became of reading the traces of a test. */
export type TraceReading =
  | (ReadSpans & { readonly kind: 'read' })
  /**
   * @member reason Sentry could not be read, or it was and has no span of the target's
   * @member because what became of it, in a few words
   */
  | {
      readonly kind: 'unread';
      readonly reason: 'trace-unread' | 'trace-not-found';
      readonly because: string;
    };

/** One stage with what it was decided by. */
export interface JudgedStage {
  readonly expectation: StageExpectation;
  readonly result: StageResult;
  readonly response: SourceEvidence | null;
  readonly trace: SpanEvidence | null;
  readonly probes: { readonly http: ProbesEntry; readonly sql: ProbesEntry };
  /** Why it is unverified; empty for any other state. */
  readonly reasons: readonly UnknownReason[];
  /** A source that the run was asked to use could have checked it. */
  readonly checkable: boolean;
}

type ProbesEntry = ProbeEvidence | null;

/** The evidence of one source, with its name. */
export interface EvidenceOf extends SourceEvidence {
  readonly source: EvidenceSource;
  readonly hint: string | null;
  /** What a probe read; null for other sources. */
  readonly row: string | null;
  /** The HTTP status that a probe got, where that is what it says. */
  readonly status: number | null;
}

/** All evidence there is, probes first. */
export function evidenceOf({ response, trace, probes }: JudgedStage): readonly EvidenceOf[] {
  const of = (
    source: EvidenceSource,
    evidence: SourceEvidence | null,
    probe: ProbesEntry = null,
  ): readonly EvidenceOf[] =>
    evidence === null
      ? []
      : [
          {
            ...{ source, statement: evidence.statement, detail: evidence.detail, reason: evidence.reason },
            ...{ hint: probe?.hint ?? null, row: probe?.row ?? null, status: probe?.status ?? null },
            ...(evidence.missingSpan === undefined ? {} : { missingSpan: evidence.missingSpan }),
          },
        ];
  return [
    ...of('sql', probes.sql, probes.sql),
    ...of('http', probes.http, probes.http),
    ...of('trace', trace),
    ...of('response', response),
  ];
}

export interface JudgedStages {
  readonly stages: readonly JudgedStage[];
  readonly stuckAt: StuckAt | null;
}

interface StageFacts extends Pick<Delivery, 'response' | 'failure'> {
  readonly stages: readonly StageExpectation[];
  /** The response refuses the webhook: an unexpected 4xx, or a value of `refuse`. */
  readonly refused: boolean;
  /** No connection was made, so no stage can have been reached. */
  readonly neverArrived: boolean;
  /** Null where traces were not requested. */
  readonly traces: TraceReading | null;
  readonly probes: ProbesOfTest;
  readonly usualDurations: UsualDurations;
}

/** Stages without any requested source are skipped. */
export function judgeStages(facts: StageFacts): JudgedStages {
  const judged = facts.stages
    .map((expectation) => judgeStage(expectation, facts))
    .filter(({ expectation, checkable }) => checkable || expectation.required);
  const placed = withOneRefusal(
    judged.map(({ expectation: { name, after }, result: { state } }) => ({ name, after, state })),
    judged,
  );
  const stuck = facts.neverArrived ? null : stuckAt(placed);
  const top = placed.find(({ name }) => name === stuck?.stage);
  const later = new Set(top === undefined ? [] : stagesAfter(top, placed).map(({ name }) => name));
  const stages = judged.map((stage) => {
    const { name, state } = stage.result;
    if (!facts.neverArrived && later.has(name)) return notReached(stage, null);
    if (facts.neverArrived) return notReached(stage, 'no connection was made');
    if (state !== 'missing' || name === stuck?.stage) return stage;
    return withReachedLater(stage, stagesAfter({ ...stage.result, after: [] }, placed).find(isReached)?.name);
  });
  return { stages, stuckAt: stuck };
}

/** A refused webhook stops at the refusal: fields missing from its response are a consequence. */
function withOneRefusal(
  placed: readonly PlacedStage[],
  judged: readonly JudgedStage[],
): readonly PlacedStage[] {
  const refused = judged.filter(isRefusedAlone).map(({ result }) => result.name);
  return placed.map((stage) =>
    refused.slice(1).includes(stage.name) ? { ...stage, state: 'missing' as const } : stage,
  );
}

/** The response is the only evidence that the stage failed. */
function isRefusedAlone({ result, response, trace, probes }: JudgedStage): boolean {
  const others = [trace, probes.http, probes.sql];
  return (
    result.state === 'failed' &&
    response?.statement === 'contradicts' &&
    others.every((each) => each === null || each.statement === 'unknown' || each.statement === 'absent')
  );
}

function judgeStage(expectation: StageExpectation, facts: StageFacts): JudgedStage {
  const response = responseEvidence(expectation, facts);
  const trace = traceEvidence(expectation, facts);
  const { http, sql } = facts.probes.get(expectation.name) ?? { http: null, sql: null };
  const evidence: StageEvidence = {
    response: response?.statement ?? null,
    trace: trace?.statement ?? null,
    http: http?.statement ?? null,
    sql: sql?.statement ?? null,
  };
  const late = http?.late ?? sql?.late ?? null;
  const slow = late ?? trace?.slow ?? null;
  const state = stageState(evidence, slow !== null);
  const sources = [http, sql, trace, response].filter((each) => each !== null);
  const reasons = state === 'unverified' ? sources.flatMap(({ reason }) => reason ?? []) : [];
  return {
    expectation,
    result: {
      name: expectation.name,
      state,
      required: expectation.required,
      evidence,
      durationMs: trace?.durationMs ?? null,
      detail: detailOf({ state, slow, trace, sources, probes: [http, sql] }),
      ...(reasons.length === 0 ? {} : { reasons: [...new Set(reasons)] }),
    },
    response,
    trace,
    probes: { http, sql },
    reasons,
    checkable: sources.length > 0,
  };
}

function traceEvidence(
  expectation: StageExpectation,
  { traces, usualDurations }: StageFacts,
): SpanEvidence | null {
  if (traces === null || expectation.span === null) return null;
  if (traces.kind === 'read') return spanEvidence(expectation, traces, usualDurations);
  return { ...unknown(traces.reason, traces.because), ...NOTHING_FOUND };
}

/** What decided, where that needs words; in a good stage, what another source did not see. */
function detailOf({
  state,
  slow,
  trace,
  sources,
  probes,
}: {
  readonly state: StageResult['state'];
  readonly slow: string | null;
  readonly trace: SpanEvidence | null;
  readonly sources: readonly (SourceEvidence | ProbeEvidence)[];
  readonly probes: readonly ProbesEntry[];
}): string | null {
  const words = (statement: SourceEvidence['statement']) =>
    sources
      .filter((each) => each.statement === statement)
      .map(wordsOf)
      .filter((each) => each !== null);
  const parts: readonly (string | null)[] =
    state === 'failed'
      ? words('contradicts')
      : state === 'missing'
        ? words('absent')
        : state === 'unverified'
          ? words('unknown')
          : [
              slow,
              ...probes.map((probe) =>
                probe === null || probe.statement === 'confirms' ? null : wordsOf(probe),
              ),
              trace === null ? null : goodTraceNote(trace),
            ];
  const distinct = [...new Set(parts.filter((part) => part !== null))];
  return distinct.length === 0 ? null : distinct.join('; ');
}

function wordsOf(evidence: SourceEvidence | ProbeEvidence): string | null {
  if (evidence.detail === null || !('kind' in evidence)) return evidence.detail;
  const circumstances = evidence.circumstances === null ? '' : ` (${evidence.circumstances})`;
  return `${PROBE_NAMES[evidence.kind]}: ${evidence.detail}${circumstances}`;
}

export const PROBE_NAMES: Readonly<Record<ProbeEvidence['kind'], string>> = {
  http: 'HTTP probe',
  sql: 'SQL probe',
};

/** Of a stage that something else confirms. */
function goodTraceNote({ statement, detail, reason }: SpanEvidence): string | null {
  // Nothing was looked for, which the run as a whole reports.
  if (reason === 'trace-unread') return null;
  if (statement === 'absent' || statement === 'unknown') return 'span not found (possibly not sampled)';
  return detail;
}

/** It keeps no finding: what stopped the webhook before it accounts for it. */
function notReached(stage: JudgedStage, detail: string | null): JudgedStage {
  const { reasons: _unchecked, ...result } = stage.result;
  return { ...stage, result: { ...result, state: 'not-reached', detail }, reasons: [] };
}

function withReachedLater(stage: JudgedStage, later: string | undefined): JudgedStage {
  if (later === undefined) return stage;
  const { detail } = stage.result;
  const note = `but ${later} was reached`;
  return { ...stage, result: { ...stage.result, detail: detail === null ? note : `${detail}, ${note}` } };
}
