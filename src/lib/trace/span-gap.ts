/** Whether spans of a trace were lost on their way: what is there names a parent that is not. */
import type { TraceSpan } from '../model/trace.ts';

/** @param sentSpanId our own span, which counts as present; null where none is known */
export function hasGap(spans: readonly TraceSpan[], sentSpanId: string | null): boolean {
  const there = new Set(spans.map(({ spanId }) => spanId));
  return spans.some(
    ({ parentSpanId, isSegment }) =>
      !isSegment && parentSpanId !== null && parentSpanId !== sentSpanId && !there.has(parentSpanId),
  );
}
