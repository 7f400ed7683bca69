/** Creates the result of one test: verdict and hints, with secrets masked. */
import { type Delivery, earlierDeliveries, type HttpResponse } from '../model/delivery.ts';
import type { Finding, Judgment } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { StoredResponse, TestResult } from '../model/result.ts';
import {
  maskHeaders,
  maskResponseHeaders,
  maskUrl,
  type Redact,
  redactDeep,
  redactDimensions,
} from '../secrets/redact.ts';
import type { PathMasking } from '../secrets/redact-paths.ts';
import { hintFor } from './advice/advice.ts';
import { detailedHint, detailOf } from './advice/details.ts';

export function makeResult(options: {
  readonly test: PlannedTest;
  readonly delivery: Delivery;
  readonly judgment: Judgment;
  readonly traceUrl: string | null;
  readonly expectsAcceptance: boolean;
  /** Masks secrets of the request and the response of this delivery. */
  readonly masking: PathMasking;
}): TestResult {
  const { test, delivery, judgment, masking } = options;
  const redact = masking.text;
  const about = {
    isSigned: test.signing !== null && (test.signing.mode ?? 'valid') === 'valid',
    expectsRefusal: !options.expectsAcceptance,
  };
  // With the body and the signature, anyone who reads the report could resend the webhook.
  const signature = test.signing === null ? [] : [test.signing.form.header];
  const verdict = judgment.errors.length === 0 ? 'working' : 'broken';
  // Ids, codes and states are not masked: a secret that equals one of our own words must not break the result.
  return {
    testId: test.testId,
    index: test.index,
    name: test.name,
    ...(test.from === null ? {} : { from: redact(test.from) }),
    scenario: test.scenario,
    dimensions: redactDimensions(test.dimensions, redact),
    verdict,
    flaky: verdict === 'working' && earlierDeliveries(delivery.attempts).length > 0,
    startedAt: delivery.startedAt,
    errors: judgment.errors.map((finding) => withHints(finding, { delivery, redact, about })),
    warnings: judgment.warnings.map((finding) => withHints(finding, { delivery, redact, about })),
    missingData: judgment.missingData,
    request: {
      method: delivery.request.method,
      url: redact(maskUrl(delivery.request.url)),
      headers: redactDeep(maskHeaders(delivery.request.headers, signature), redact),
      body: masking.body(delivery.request.body),
    },
    response: delivery.response === null ? null : toStoredResponse(delivery.response, masking),
    timings: delivery.timings,
    attempts: storedAttempts(delivery, redact),
    trace: {
      traceId: delivery.trace.traceId,
      url: options.traceUrl,
      state: 'skipped',
      reason: null,
      spanCount: null,
      wait: null,
      followed: [],
      spans: [],
      findings: [],
    },
    stages: [],
    stuckAt: null,
    cause: null,
    expectsAcceptance: options.expectsAcceptance,
  };
}

export function storedAttempts({ attempts }: Delivery, redact: Redact): TestResult['attempts'] {
  return attempts.map(({ failure, ...attempt }) => ({
    ...attempt,
    failure: failure && { ...failure, message: redact(failure.message, 'sentence') },
  }));
}

export function withHints(
  finding: Finding,
  {
    delivery,
    redact,
    about = {},
  }: {
    readonly delivery: Delivery;
    readonly redact: Redact;
    readonly about?: { readonly isSigned?: boolean; readonly expectsRefusal?: boolean };
  },
): Finding {
  const detailed = detailedHint(finding.code, detailOf({ ...delivery, ...about }));
  const hint = finding.hint ?? detailed ?? hintFor(finding.code, finding.field);
  return {
    ...finding,
    ...{ message: redact(finding.message, 'sentence'), hint },
    ...(finding.cause === undefined ? {} : { cause: redact(finding.cause, 'sentence') }),
  };
}

/** Maximum length of a saved response body, in characters. */
const MAX_STORED_BODY = 16_384;

export function toStoredResponse(response: HttpResponse, masking: PathMasking): StoredResponse {
  const redact = masking.text;
  // Redacted before it is cut, because a cut secret would no longer be recognized.
  const body = masking.body(response.body);
  return {
    status: response.status,
    statusText: redact(response.statusText),
    headers: redactDeep(maskResponseHeaders(response.headers), redact),
    body: body.slice(0, MAX_STORED_BODY),
    bodyBytes: response.bodyBytes,
    bodyCut: body.length > MAX_STORED_BODY,
  };
}
