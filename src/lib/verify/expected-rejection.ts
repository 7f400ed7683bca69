/** What a trace says of a refusal that was asked for. */
import type { HttpResponse } from '../model/delivery.ts';
import type { TestResult } from '../model/result.ts';
import type { Trace, TraceSpan } from '../model/trace.ts';

/** SDKs call a request failed that was answered with 4xx; where that was the answer to be given, it is none. */
export function withoutExpectedRejection(
  trace: Trace,
  { result, answer }: { readonly result: TestResult; readonly answer: Pick<HttpResponse, 'status'> | null },
): Trace {
  if (answer === null || answer.status < 400 || result.errors.length > 0) return trace;
  const isRefusal = ({ status, attributes, issues }: TraceSpan): boolean => {
    const http = attributes['http.response.status_code'] ?? attributes['http.status_code'];
    return status === 'error' && issues.length === 0 && Number(http) === answer.status;
  };
  const spans = trace.spans.map((span) => (isRefusal(span) ? { ...span, status: 'ok' as const } : span));
  return { ...trace, spans };
}
