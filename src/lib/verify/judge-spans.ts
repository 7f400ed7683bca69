/** Judges the spans of one test, up to where its webhook can have come. */

import type { HttpResponse } from '../model/delivery.ts';
import type { TestResult } from '../model/result.ts';
import type { Trace, TraceSpan } from '../model/trace.ts';
import type { SpanExpectation, TraceExpectation } from '../model/trace-expectation.ts';
import { type TraceJudgment, verifyTrace } from '../trace/judging/trace-verifier.ts';
import type { UsualDurations } from '../trace/judging/usual-limit.ts';
import type { SpanSources } from '../trace/spans/found-spans.ts';

export interface SpanJudgment extends TraceJudgment {
  /** The expectations that it was judged by in the end. */
  readonly spans: readonly SpanExpectation[];
}

/** @param options.endedEarly the webhook did not reach all stages; the spans of the others were not awaited */
export function judgeSpans(options: {
  readonly sources: SpanSources;
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly usualDurations: UsualDurations;
  readonly endedEarly: boolean;
  /** Failed spans that are accounted for elsewhere, by {@link spanKey}. */
  readonly covered?: ReadonlySet<string>;
}): SpanJudgment {
  const { sources, checks, usualDurations, endedEarly, covered = new Set<string>() } = options;
  const judge = (spans: readonly SpanExpectation[]): SpanJudgment => ({
    ...verifyTrace({ ...sources, expectation: { spans, checks }, usualDurations, covered }),
    spans,
  });
  const judgment = judge(options.spans);
  // A failed span explains what was not reached. Without one, a span that was not awaited is not missing.
  const explained = judgment.findings.some(({ code }) => code === 'trace-error');
  if (!endedEarly || explained) return judgment;
  return judge(options.spans.map((span) => ({ ...span, minCount: 0, required: false })));
}

/** SDKs mark the span of a request with a 4xx response as failed; where that response is the expected one, it did not fail. */
export function withoutExpectedRejection(
  trace: Trace,
  {
    result,
    response,
  }: { readonly result: TestResult; readonly response: Pick<HttpResponse, 'status'> | null },
): Trace {
  if (response === null || response.status < 400 || result.errors.length > 0) return trace;
  const isRefusal = ({ status, attributes, issues }: TraceSpan): boolean => {
    const http = attributes['http.response.status_code'] ?? attributes['http.status_code'];
    return status === 'error' && issues.length === 0 && Number(http) === response.status;
  };
  const spans = trace.spans.map((span) => (isRefusal(span) ? { ...span, status: 'ok' as const } : span));
  return { ...trace, spans };
}
