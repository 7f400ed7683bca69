/** Spans as the trace room has them, with as little to say as possible. */
import type { TraceIssue, TraceSpan } from '../../src/lib/model/trace.ts';
import type { AwaitedSpan } from '../../src/lib/trace/reading/wait.ts';

export const TRACE_ID = '1234567890abcdef1234567890abcdef';

/** Number → span id. */
export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export function aSpan(id: number, overrides: Partial<TraceSpan> = {}): TraceSpan {
  return {
    spanId: spanId(id),
    parentSpanId: id === 1 ? null : spanId(id - 1),
    traceId: TRACE_ID,
    name: `span ${id}`,
    op: null,
    service: 'api',
    isSegment: false,
    startMs: 1_000 * id,
    durationMs: 10,
    status: 'ok',
    statusMessage: null,
    attributes: {},
    issues: [],
    ...overrides,
  };
}

/** The root and the request of this program; the span id of the request is {@link SENT_SPAN_ID}. */
export const OUR_SPANS: readonly TraceSpan[] = [
  aSpan(1, { name: 'production-e2e-webhook-test', op: 'test.webhook', isSegment: true }),
  aSpan(2, { name: 'POST', op: 'http.client' }),
];
export const SENT_SPAN_ID = spanId(2);

export function anIssue(overrides: Partial<TraceIssue> = {}): TraceIssue {
  return { shortId: 'API-7', issueId: '7', message: 'boom', level: 'error', url: null, ...overrides };
}

export function awaited(label: string, overrides: Partial<AwaitedSpan> = {}): AwaitedSpan {
  return {
    label,
    stage: null,
    required: false,
    minCount: 1,
    matches: ({ name }) => name === label,
    ...overrides,
  };
}
