/** Whether `run.json` is still what it was written as: a whole head, or the facts of a run that goes on. */

import type { CleanupSummary } from '../../model/probe.ts';
import type {
  BrokenSince,
  Latency,
  MissingDataEntry,
  ReportHead,
  RunFacts,
  RunShard,
  ScenarioSource,
  SentryDelivery,
  Summary,
  ThresholdResult,
} from '../../model/report.ts';
import type { StageSummary } from '../../model/stage.ts';
import { isLeftOver } from './cleanup/records.ts';
import { isRunOwner } from './run-owner.ts';
import { isRecord } from './saved-json.ts';
import { isFinding, isLevel } from './saved-result.ts';
import {
  fields,
  isFlag,
  isNumber,
  isText,
  listOf,
  oneOf,
  orAbsent,
  orNull,
  recordOf,
  type ShapesOf,
} from './saved-shape.ts';
import type { StartedRun } from './store.ts';

/** The format this version reads; a newer one may mean something else by the same names. */
export const SCHEMA_VERSION = 1;

const FACTS: ShapesOf<RunFacts> = {
  schemaVersion: oneOf(SCHEMA_VERSION),
  tool: fields<RunFacts['tool']>({ name: oneOf('prod-e2e'), version: isText }),
  runId: isText,
  target: isText,
  seed: isText,
  profile: orNull(isText),
  environment: isText,
  startedAt: isText,
  planned: isNumber,
  scenarios: listOf(isText),
  shard: orNull(fields<RunShard>({ index: isNumber, total: isNumber, planned: isNumber, plan: isText })),
  sandbox: orAbsent(oneOf(true)),
  source: orAbsent(fields<ScenarioSource>({ file: isText, lines: recordOf(orNull(isNumber)) })),
};

const isSummary = fields<Summary>({
  total: isNumber,
  successful: isNumber,
  failed: isNumber,
  warnings: isNumber,
  missing: isNumber,
  unverified: isNumber,
  flaky: isNumber,
  skipped: isNumber,
  acceptance: isNumber,
  accepted: isNumber,
  duplicates: isNumber,
  unchecked: isNumber,
});

const isPercentile = orNull(isNumber);

const isLatency = fields<Latency>({
  count: isNumber,
  minMs: isPercentile,
  meanMs: isPercentile,
  p50Ms: isPercentile,
  p90Ms: isPercentile,
  p95Ms: isPercentile,
  p99Ms: isPercentile,
  maxMs: isPercentile,
  histogram: orNull(isText),
});

const isDelivery = fields<SentryDelivery>({
  enabled: isFlag,
  host: orNull(isText),
  accepted: isNumber,
  refused: listOf(fields<SentryDelivery['refused'][number]>({ status: isNumber, count: isNumber })),
  dropped: isNumber,
  failed: isNumber,
  pending: isNumber,
  retryAfterSeconds: orNull(isNumber),
});

const isMissingEntry = fields<MissingDataEntry>({
  field: isText,
  level: isLevel,
  tests: isNumber,
  scenarios: listOf(isText),
});

const isStageSummary = fields<StageSummary>({
  name: isText,
  ok: isNumber,
  slow: isNumber,
  failed: isNumber,
  missing: isNumber,
  unverified: isNumber,
  notReached: isNumber,
  stuck: isNumber,
});

const isCleanup = fields<CleanupSummary>({
  done: isNumber,
  failed: isNumber,
  unknown: isNumber,
  leftOvers: listOf(isLeftOver),
  open: orAbsent(isNumber),
});

const isThreshold = fields<ThresholdResult>({ expression: isText, actual: orNull(isNumber), ok: isFlag });

const isBrokenSince = fields<BrokenSince>({
  scenario: isText,
  since: isText,
  sinceRun: orNull(isText),
  runs: isNumber,
  lastWorked: orNull(fields<NonNullable<BrokenSince['lastWorked']>>({ runId: isText, at: isText })),
});

const hasStartedShape = fields<StartedRun>({
  ...FACTS,
  endedAt: oneOf(null),
  nextOffset: isNumber,
  owner: orAbsent(isRunOwner),
});

const hasHeadShape = fields<ReportHead>({
  ...FACTS,
  status: oneOf('healthy', 'degraded', 'broken', 'interrupted'),
  exitCode: isNumber,
  endedAt: isText,
  durationMs: orNull(isNumber),
  sentry: isDelivery,
  summary: isSummary,
  latency: isLatency,
  missingData: listOf(isMissingEntry),
  brokenSince: listOf(isBrokenSince),
  stages: listOf(isStageSummary),
  cleanup: orNull(isCleanup),
  thresholds: listOf(isThreshold),
  skippedBecause: orNull(isText),
  findings: listOf(isFinding),
  nextOffset: isNumber,
});

/** With what earlier versions did not say yet: they cleaned nothing up, and knew no history, or not its first run. */
export function withLaterFields(head: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { brokenSince = [] } = head;
  return {
    cleanup: null,
    ...head,
    brokenSince: Array.isArray(brokenSince)
      ? brokenSince.map((entry: unknown) => (isRecord(entry) ? { sinceRun: null, ...entry } : entry))
      : brokenSince,
  };
}

export function isHead(value: unknown): value is ReportHead | StartedRun {
  return hasStartedShape(value) || hasHeadShape(value);
}
