/** Makes the result of one test: verdict, hints, and nothing secret in it. */
import {
  type Delivery,
  type Finding,
  type Judgement,
  type KeptResponse,
  type PlannedTest,
  RESPONSE_BODY_KEPT,
  type TestResult,
} from '../model.ts';
import { hintFor } from './advice.ts';
import { maskHeaders, maskUrl, type Redact, redactDeep } from './redact.ts';

export function makeResult(options: {
  readonly test: PlannedTest;
  readonly delivery: Delivery;
  readonly judgement: Judgement;
  readonly traceUrl: string | null;
  readonly redact: Redact;
}): TestResult {
  const { test, delivery, judgement } = options;
  const verdict = judgement.errors.length === 0 ? 'working' : 'broken';
  const result: TestResult = {
    testId: test.testId,
    index: test.index,
    name: test.name,
    scenario: test.scenario,
    dimensions: test.dimensions,
    verdict,
    flaky:
      verdict === 'working' &&
      delivery.attempts.some((attempt) => attempt.failure && !attempt.staleConnection),
    startedAt: delivery.startedAt,
    errors: judgement.errors.map(withHint),
    warnings: judgement.warnings.map(withHint),
    missingData: judgement.missingData,
    request: {
      ...delivery.request,
      url: maskUrl(delivery.request.url),
      headers: maskHeaders(delivery.request.headers),
    },
    response: kept(delivery),
    timings: delivery.timings,
    attempts: delivery.attempts,
    trace: {
      traceId: delivery.trace.traceId,
      url: options.traceUrl,
      state: 'skipped',
      reason: null,
      spanCount: null,
      findings: [],
    },
    stages: [],
  };
  return redactDeep(result, options.redact);
}

function withHint(finding: Finding): Finding {
  return { ...finding, hint: finding.hint ?? hintFor(finding.code, finding.message.split(' ')[0]) };
}

function kept({ answer }: Delivery): KeptResponse | null {
  if (answer === null) return null;
  return {
    status: answer.status,
    statusText: answer.statusText,
    headers: maskHeaders(answer.headers),
    body: answer.body.slice(0, RESPONSE_BODY_KEPT),
    bodyBytes: answer.bodyBytes,
    bodyCut: answer.body.length > RESPONSE_BODY_KEPT,
  };
}
