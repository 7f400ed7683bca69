/** Whether a line of a kept run is still the result it was written as. */
import type { Cause, CauseIssue } from '../../model/cause.ts';
import type { Attempt, Failure, Timings } from '../../model/delivery.ts';
import type { Finding, MissingField } from '../../model/finding.ts';
import type { WebhookRequest } from '../../model/plan.ts';
import type { RepeatedSend, RepeatResult } from '../../model/repeat.ts';
import type { StoredResponse } from '../../model/response.ts';
import type { FollowedWork, SavedSpan, TestResult, TraceResult, TraceWait } from '../../model/result.ts';
import type { StageEvidence, StageResult, StuckAt } from '../../model/stage.ts';
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
} from './saved-shape.ts';

export const isFinding = fields<Finding>({
  severity: oneOf('error', 'warning'),
  code: isText,
  message: isText,
  hint: orNull(isText),
  field: orAbsent(isText),
  stage: orAbsent(isText),
  cause: orAbsent(isText),
  baseline: orAbsent(isText),
});

export const isLevel = oneOf('required', 'recommended');

const isPhase = orNull(isNumber);

const isTimings = fields<Timings>({
  waitMs: isPhase,
  dnsMs: isPhase,
  tcpMs: isPhase,
  tlsMs: isPhase,
  requestMs: isPhase,
  firstByteMs: isPhase,
  downloadMs: isPhase,
  totalMs: isNumber,
  lateMs: isNumber,
});

const isRequest = fields<WebhookRequest>({
  method: isText,
  url: isText,
  headers: recordOf(isText),
  body: isText,
});

const isResponse = fields<StoredResponse>({
  status: isNumber,
  statusText: isText,
  headers: recordOf(isText),
  body: isText,
  bodyBytes: isNumber,
  bodyCut: isFlag,
});

const isFailure = fields<Failure>({ kind: isText, message: isText, code: orNull(isText) });

const isAttempt = fields<Attempt>({
  startedAt: isText,
  durationMs: isNumber,
  status: orNull(isNumber),
  failure: orNull(isFailure),
  mayHaveArrived: isFlag,
});

const isWait = fields<TraceWait>({ polls: isNumber, waitedMs: isNumber, awaited: listOf(isText) });

const isFollowed = fields<FollowedWork>({ searched: isText, found: isFlag, traceIds: listOf(isText) });

const isSpan = fields<SavedSpan>({
  name: isText,
  op: orNull(isText),
  service: isText,
  depth: isNumber,
  startMs: isNumber,
  durationMs: isNumber,
  status: oneOf('ok', 'error', 'unknown'),
  followed: isFlag,
});

const isTrace = fields<TraceResult>({
  traceId: isText,
  url: orNull(isText),
  state: oneOf('verified', 'failed', 'unverified', 'skipped'),
  reason: orNull(isText),
  spanCount: orNull(isNumber),
  wait: orNull(isWait),
  followed: listOf(isFollowed),
  spans: listOf(isSpan),
  findings: listOf(isFinding),
});

const isStageState = oneOf('ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached');

const isStatement = orNull(oneOf('confirms', 'contradicts', 'absent', 'unknown'));

const isEvidence = fields<StageEvidence>({
  response: isStatement,
  trace: isStatement,
  http: isStatement,
  sql: isStatement,
});

const isStuckAt = fields<StuckAt>({ stage: isText, after: orNull(isText) });

const isCause = fields<Cause>({
  stage: orNull(isText),
  source: oneOf('response', 'trace', 'http', 'sql', 'connection'),
  message: isText,
  because: orAbsent(isText),
  span: orAbsent(isText),
  issue: orAbsent(fields<CauseIssue>({ shortId: orNull(isText), url: orNull(isText) })),
  row: orAbsent(isText),
});

const isStage = fields<StageResult>({
  name: isText,
  state: isStageState,
  required: isFlag,
  evidence: isEvidence,
  durationMs: orNull(isNumber),
  detail: orNull(isText),
  reasons: orAbsent(listOf(isText)),
});

const isMissing = listOf(fields<MissingField>({ field: isText, level: isLevel }));

const isRepeatedSend = fields<RepeatedSend>({
  startedAt: isText,
  errors: listOf(isFinding),
  warnings: listOf(isFinding),
  missingData: isMissing,
  response: orNull(isResponse),
  timings: isTimings,
  attempts: listOf(isAttempt),
  traceId: isText,
});

const isRepeat = fields<RepeatResult>({
  treatedAs: oneOf('one-event', 'second-event', 'unknown'),
  because: isText,
  sends: listOf(isRepeatedSend),
});

const hasResultShape = fields<TestResult>({
  testId: isText,
  index: isNumber,
  name: isText,
  from: orAbsent(isText),
  scenario: isText,
  dimensions: recordOf((value) => isText(value) || isNumber(value) || isFlag(value)),
  verdict: oneOf('working', 'broken'),
  flaky: isFlag,
  startedAt: isText,
  errors: listOf(isFinding),
  warnings: listOf(isFinding),
  missingData: isMissing,
  request: isRequest,
  response: orNull(isResponse),
  timings: isTimings,
  attempts: listOf(isAttempt),
  repeat: orAbsent(isRepeat),
  trace: isTrace,
  stages: listOf(isStage),
  stuckAt: orNull(isStuckAt),
  cause: orNull(isCause),
  expectsAcceptance: isFlag,
});

export function isResult(value: unknown): value is TestResult {
  return hasResultShape(value);
}
