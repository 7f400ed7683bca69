/** The one cause of a test that is broken or has a warning. Pure. */

import type { FailedSpan } from '../model/failed-span.ts';
import type { Finding } from '../model/finding.ts';
import type { Cause } from '../model/result.ts';
import type { StuckAt } from '../model/stage.ts';
import type { TraceIssue } from '../model/trace.ts';
import { type EvidenceOf, evidenceOf, type JudgedStage } from './evidence.ts';

/** Codes of warnings, those first that say most about what is wrong; others come after these in their order. */
const WARNINGS_BY_WEIGHT: readonly string[] = [
  ...['stage-failed', 'stage-missing', 'trace-error', 'second-event', 'duplicate', 'flaky'],
  ...['processed-twice', 'retried', 'stage-unverified', 'trace-missing', 'stage-slow', 'trace-slow'],
];

export interface CauseFacts {
  /** Of the response and the request, without those of stages and traces; the first explains the others. */
  readonly responseErrors: readonly Finding[];
  /** No response came. */
  readonly noResponse: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly stages: readonly JudgedStage[];
  readonly stuckAt: StuckAt | null;
  /** A failed span that belongs to no stage. */
  readonly failedSpan: FailedSpan | null;
}

/** Null for a test without any finding. */
export function causeOf(facts: CauseFacts): Cause | null {
  if (facts.errors.length > 0) return causeOfBroken(facts);
  const [worst] = facts.warnings.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (worst === undefined) return null;
  const stage = facts.stages.find(({ result }) => result.name === worst.stage);
  return (stage === undefined ? null : causeOfStage(stage, facts)) ?? ofFinding(worst, facts);
}

function rankOf({ code }: Finding): number {
  const at = WARNINGS_BY_WEIGHT.indexOf(code);
  return at === -1 ? WARNINGS_BY_WEIGHT.length : at;
}

function causeOfBroken(facts: CauseFacts): Cause | null {
  const stage = stageOfCause(facts);
  const contradicted = stage === null ? null : probeCause(stage, { statement: 'contradicts', ...facts });
  if (contradicted !== null) return contradicted;
  const failed = stage?.trace?.failed ?? facts.failedSpan;
  if (failed != null) return ofSpan(failed, stage?.trace?.failed == null ? null : stage.result.name);
  const [response] = facts.responseErrors;
  if (response !== undefined) return processedCause(response, facts) ?? ofFinding(response, facts);
  return (stage === null ? null : causeOfStage(stage, facts)) ?? firstOf(facts);
}

/** `No response in 3 s, but processed: filled is ok`; null where a response came, or the last stage is not confirmed. */
function processedCause(finding: Finding, facts: CauseFacts): Cause | null {
  const last = facts.stages.at(-1)?.result;
  if (!facts.noResponse || (last?.state !== 'ok' && last?.state !== 'slow')) return null;
  return { ...ofFinding(finding, facts), processed: { stage: last.name, state: last.state } };
}

function firstOf(facts: CauseFacts): Cause | null {
  const [first] = facts.errors;
  return first === undefined ? null : ofFinding(first, facts);
}

/** Where it got stuck, or before: an earlier stage that failed explains the one that is missing. */
function stageOfCause({ stages, stuckAt, errors }: CauseFacts): JudgedStage | null {
  const at = stages.findIndex(({ result }) => result.name === stuckAt?.stage);
  const upTo = at === -1 ? stages : stages.slice(0, at + 1);
  const named = new Set(errors.flatMap(({ stage }) => stage ?? []));
  return (
    upTo.find(({ result }) => result.state === 'failed') ??
    (at === -1 ? undefined : stages[at]) ??
    stages.find(({ result }) => named.has(result.name)) ??
    null
  );
}

function causeOfStage(stage: JudgedStage, facts: CauseFacts): Cause | null {
  const statement =
    stage.result.state === 'missing' ? 'absent' : stage.result.state === 'failed' ? 'contradicts' : 'unknown';
  const failed = stage.trace?.failed ?? null;
  const byProbe = probeCause(stage, { statement, ...facts });
  if (byProbe !== null) return byProbe;
  if (statement === 'contradicts' && failed !== null) return ofSpan(failed, stage.result.name);
  const evidence = evidenceOf(stage).find((each) => each.statement === statement && each.detail !== null);
  if (evidence?.detail == null) return null;
  return { stage: stage.result.name, ...ofEvidence(evidence) };
}

function ofEvidence({ source, detail, status, missingSpan }: EvidenceOf): Omit<Cause, 'stage'> {
  return {
    ...{ source, message: detail },
    ...(status === null ? {} : { status }),
    ...(missingSpan === undefined ? {} : { missingSpan }),
  };
}

/** What a probe read or did not find, with the exception that explains it. */
function probeCause(
  stage: JudgedStage,
  { statement, failedSpan }: Pick<CauseFacts, 'failedSpan'> & { readonly statement: string },
): Cause | null {
  const evidence = evidenceOf(stage).find(
    (each) =>
      (each.source === 'sql' || each.source === 'http') &&
      each.statement === statement &&
      each.detail !== null,
  );
  if (evidence === undefined) return null;
  const failed = stage.trace?.failed ?? failedSpan;
  return {
    stage: stage.result.name,
    ...ofEvidence(evidence),
    ...(failed === null ? {} : { because: failed.message, ...spanOf(failed) }),
    ...(evidence.row === null ? {} : { row: evidence.row }),
  };
}

function ofSpan(failed: FailedSpan, stage: string | null): Cause {
  return { stage, source: 'trace', message: failed.message, ...spanOf(failed) };
}

function spanOf({ path, exception, issue }: FailedSpan): Pick<Cause, 'span' | 'exception' | 'issue'> {
  return { span: path, ...(exception === null ? {} : { exception }), ...issueOf(issue) };
}

function issueOf(issue: TraceIssue | null): Pick<Cause, 'issue'> {
  return issue === null ? {} : { issue: { shortId: issue.shortId, url: issue.url } };
}

function ofFinding(finding: Finding, { noResponse }: CauseFacts): Cause {
  const { message, code, cause } = finding;
  const stage = finding.stage ?? null;
  if (code.startsWith('trace-')) return { stage, source: 'trace', message };
  return noResponse && cause !== undefined
    ? { stage, source: 'connection', message: cause }
    : { stage, source: 'response', message };
}
