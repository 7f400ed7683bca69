/** Which spans of a trace this program sent itself. */
import type { Trace, TraceSpan } from '../../model/trace.ts';

/**
 * The root of the test and its requests: the target's spans hang below a request, never beside one.
 * @param sentSpanId the span id that went out in the headers. Without a DSN no span has it, and none is ours.
 */
export function ourSpanIds(trace: Pick<Trace, 'spans'>, sentSpanId: string): ReadonlySet<string> {
  const request = trace.spans.find(({ spanId }) => spanId === sentSpanId);
  if (request === undefined) return new Set();
  const rootId = request.parentSpanId;
  const isOurs = ({ spanId, parentSpanId }: TraceSpan): boolean =>
    spanId === sentSpanId || (rootId !== null && (spanId === rootId || parentSpanId === rootId));
  return new Set(trace.spans.filter(isOurs).map(({ spanId }) => spanId));
}

/** How this program calls the root span of a test. */
const ROOT_NAME = 'production-e2e-webhook-test';

/** The same where the span id that went out is not known: recognized by their names. */
export function ourSpanIdsByName(trace: Pick<Trace, 'spans'>): ReadonlySet<string> {
  const roots = trace.spans.filter((span) => isOurRoot(span) && span.parentSpanId === null);
  const rootIds = new Set(roots.map(({ spanId }) => spanId));
  const requests = trace.spans.filter(
    (span) => isOurRequest(span) && span.parentSpanId !== null && rootIds.has(span.parentSpanId),
  );
  return new Set([...roots, ...requests].map(({ spanId }) => spanId));
}

/** By its name, where it is a root. */
export function isOurRoot({ name }: Pick<TraceSpan, 'name'>): boolean {
  return name === ROOT_NAME;
}

/** By its operation, where it hangs below a root of ours. */
export function isOurRequest({ op }: Pick<TraceSpan, 'op'>): boolean {
  return op === 'http.client';
}
