/** Whether a saved value still has the shape of a report or of a part of it. Written by scripts/report-types.mjs from the schema of the report: do not edit. */
import type { Leftover, ReportHead } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import {
  anyOf,
  fields,
  isFlag,
  isNumber,
  isText,
  listOf,
  oneOf,
  orAbsent,
  orNull,
  recordOf,
} from './saved-shape.ts';

const isRunShard = fields({
  index: isNumber,
  total: isNumber,
  planned: isNumber,
  plan: isText,
});

const isScenarioSource = fields({
  file: isText,
  lines: recordOf(orNull(isNumber)),
});

export const RUN_FACTS_FIELDS = {
  schemaVersion: oneOf(1),
  tool: fields({ name: oneOf('prod-e2e'), version: isText }),
  runId: isText,
  target: isText,
  sandbox: orAbsent(oneOf(true)),
  seed: isText,
  profile: orNull(isText),
  environment: isText,
  startedAt: isText,
  planned: isNumber,
  scenarios: listOf(isText),
  shard: orNull(isRunShard),
  source: orAbsent(isScenarioSource),
};

const isRunStatus = oneOf('healthy', 'degraded', 'broken', 'interrupted');

const isSentryDelivery = fields({
  enabled: isFlag,
  host: orNull(isText),
  accepted: isNumber,
  refused: listOf(fields({ status: isNumber, count: isNumber })),
  dropped: isNumber,
  failed: isNumber,
  pending: isNumber,
  retryAfterSeconds: orNull(isNumber),
});

const isSummary = fields({
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

const isLatency = fields({
  count: isNumber,
  minMs: orNull(isNumber),
  meanMs: orNull(isNumber),
  p50Ms: orNull(isNumber),
  p90Ms: orNull(isNumber),
  p95Ms: orNull(isNumber),
  p99Ms: orNull(isNumber),
  maxMs: orNull(isNumber),
  histogram: orNull(isText),
});

const isFieldLevel = oneOf('required', 'recommended');

const isMissingDataEntry = fields({
  field: isText,
  level: isFieldLevel,
  tests: isNumber,
  scenarios: listOf(isText),
});

const isBrokenSince = fields({
  scenario: isText,
  since: isText,
  sinceRun: orNull(isText),
  runs: isNumber,
  lastWorked: orNull(fields({ runId: isText, at: isText })),
  cause: orAbsent(isText),
  traceId: orAbsent(isText),
  changed: orAbsent(isText),
});

const isStageSummary = fields({
  name: isText,
  ok: isNumber,
  slow: isNumber,
  failed: isNumber,
  missing: isNumber,
  unverified: isNumber,
  notReached: isNumber,
  stuck: isNumber,
});

export const isLeftover = fields<Leftover>({
  testId: isText,
  name: isText,
  call: isText,
  ids: recordOf(isText),
  certain: isFlag,
  reason: isText,
  command: orNull(isText),
});

const isCleanupSummary = fields({
  done: isNumber,
  failed: isNumber,
  unknown: isNumber,
  leftOvers: listOf(isLeftover),
  open: orAbsent(isNumber),
});

const isThresholdResult = fields({
  expression: isText,
  actual: orNull(isNumber),
  unit: oneOf('ms', '%', 'count'),
  ok: isFlag,
});

const isFinding = fields({
  severity: oneOf('error', 'warning'),
  code: isText,
  message: isText,
  hint: orNull(isText),
  field: orAbsent(isText),
  stage: orAbsent(isText),
  status: orAbsent(isNumber),
  cause: orAbsent(isText),
  change: orAbsent(isText),
  baseline: orAbsent(isText),
});

export const isReportHead = fields<ReportHead>({
  ...RUN_FACTS_FIELDS,
  status: isRunStatus,
  exitCode: isNumber,
  endedAt: orNull(isText),
  durationMs: orNull(isNumber),
  sentry: isSentryDelivery,
  summary: isSummary,
  latency: isLatency,
  missingData: listOf(isMissingDataEntry),
  brokenSince: listOf(isBrokenSince),
  stages: listOf(isStageSummary),
  cleanup: orNull(isCleanupSummary),
  thresholds: listOf(isThresholdResult),
  skippedBecause: orNull(isText),
  findings: listOf(isFinding),
  nextOffset: isNumber,
});

const isVerdict = oneOf('working', 'broken');

const isMissingField = fields({
  field: isText,
  level: isFieldLevel,
});

const isWebhookRequest = fields({
  method: isText,
  url: isText,
  headers: recordOf(isText),
  body: isText,
});

const isStoredResponse = fields({
  status: isNumber,
  statusText: isText,
  headers: recordOf(isText),
  body: isText,
  bodyBytes: isNumber,
  bodyCut: isFlag,
});

const isTimings = fields({
  waitMs: orNull(isNumber),
  dnsMs: orNull(isNumber),
  tcpMs: orNull(isNumber),
  tlsMs: orNull(isNumber),
  requestMs: orNull(isNumber),
  firstByteMs: orNull(isNumber),
  downloadMs: orNull(isNumber),
  totalMs: isNumber,
  lateMs: isNumber,
});

const isFailureKind = isText;

const isFailure = fields({
  kind: isFailureKind,
  message: isText,
  code: orNull(isText),
  status: orAbsent(isNumber),
});

const isAttempt = fields({
  startedAt: isText,
  durationMs: isNumber,
  status: orNull(isNumber),
  failure: orNull(isFailure),
  mayHaveArrived: isFlag,
});

const isTreatedAs = oneOf('one-event', 'second-event', 'unknown');

const isRepeatedSend = fields({
  startedAt: isText,
  errors: listOf(isFinding),
  warnings: listOf(isFinding),
  missingData: listOf(isMissingField),
  response: orNull(isStoredResponse),
  timings: isTimings,
  attempts: listOf(isAttempt),
  traceId: isText,
});

const isRepeatResult = fields({
  treatedAs: isTreatedAs,
  because: isText,
  sends: listOf(isRepeatedSend),
});

const isTraceState = oneOf('verified', 'failed', 'unverified', 'skipped');

const isUnverifiedReason = isText;

const isTraceWait = fields({
  polls: isNumber,
  waitedMs: isNumber,
  awaited: listOf(isText),
});

const isFollowedWork = fields({
  searched: isText,
  found: isFlag,
  traceIds: listOf(isText),
});

const isSavedSpan = fields({
  name: isText,
  op: orNull(isText),
  service: isText,
  depth: isNumber,
  startMs: isNumber,
  durationMs: isNumber,
  status: oneOf('ok', 'error', 'unknown'),
  followed: isFlag,
});

const isTraceResult = fields({
  traceId: isText,
  url: orNull(isText),
  state: isTraceState,
  reason: orNull(isUnverifiedReason),
  spanCount: orNull(isNumber),
  wait: orNull(isTraceWait),
  followed: listOf(isFollowedWork),
  spans: listOf(isSavedSpan),
  findings: listOf(isFinding),
});

const isStageState = oneOf('ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached');

const isStatement = oneOf('confirms', 'contradicts', 'absent', 'unknown');

const isStageEvidence = fields({
  response: orNull(isStatement),
  trace: orNull(isStatement),
  http: orNull(isStatement),
  sql: orNull(isStatement),
});

const isStageResult = fields({
  name: isText,
  state: isStageState,
  required: isFlag,
  evidence: isStageEvidence,
  durationMs: orNull(isNumber),
  detail: orNull(isText),
  reasons: orAbsent(listOf(isText)),
});

const isStuckAt = fields({
  stage: isText,
  after: orNull(isText),
});

const isCauseIssue = fields({
  shortId: orNull(isText),
  url: orNull(isText),
});

const isCause = fields({
  stage: orNull(isText),
  source: oneOf('response', 'trace', 'http', 'sql', 'connection'),
  message: orNull(isText),
  because: orAbsent(orNull(isText)),
  span: orAbsent(listOf(isText)),
  exception: orAbsent(isText),
  missingSpan: orAbsent(isText),
  status: orAbsent(isNumber),
  processed: orAbsent(fields({ stage: isText, state: oneOf('ok', 'slow') })),
  issue: orAbsent(isCauseIssue),
  row: orAbsent(isText),
});

const isSavedIssue = fields({
  shortId: orNull(isText),
  issueId: orNull(isText),
  message: isText,
  level: isText,
  url: orNull(isText),
});

const isSpecimenSpan = fields({
  spanId: isText,
  parentSpanId: orNull(isText),
  name: isText,
  op: orNull(isText),
  service: isText,
  isSegment: isFlag,
  startMs: isNumber,
  durationMs: isNumber,
  status: oneOf('ok', 'error', 'unknown'),
  statusMessage: orNull(isText),
  attributes: recordOf(anyOf(isText, isNumber, isFlag)),
  issues: listOf(isSavedIssue),
});

const isSpecimenTrace = fields({
  traceId: isText,
  spans: listOf(isSpecimenSpan),
  issues: listOf(isSavedIssue),
});

const isSpecimenWork = fields({
  searched: isText,
  always: isFlag,
  problem: orNull(isText),
  traces: listOf(isSpecimenTrace),
});

const isProbedRow = fields({
  stage: isText,
  source: oneOf('http', 'sql'),
  row: isText,
});

const isSpecimen = fields({
  own: isSpecimenTrace,
  followed: listOf(isSpecimenWork),
  probes: listOf(isProbedRow),
  complete: isFlag,
  cut: listOf(isText),
});

export const isTestResult = fields<TestResult>({
  testId: isText,
  index: isNumber,
  name: isText,
  from: orAbsent(isText),
  scenario: isText,
  dimensions: recordOf(anyOf(isText, isNumber, isFlag)),
  verdict: isVerdict,
  flaky: isFlag,
  startedAt: isText,
  errors: listOf(isFinding),
  warnings: listOf(isFinding),
  missingData: listOf(isMissingField),
  request: isWebhookRequest,
  response: orNull(isStoredResponse),
  timings: isTimings,
  attempts: listOf(isAttempt),
  repeat: orAbsent(isRepeatResult),
  trace: isTraceResult,
  stages: listOf(isStageResult),
  stuckAt: orNull(isStuckAt),
  cause: orNull(isCause),
  specimen: orAbsent(isSpecimen),
  expectsAcceptance: isFlag,
});
