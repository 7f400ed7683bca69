/** Whether spans of a trace were lost on their way: what is there names a parent that is not, or Sentry counts more than it gave. */
import type { Trace, TraceSpan } from '../../model/trace.ts';
import { countOf, numberText } from '../../terminal/quantities.ts';

/** @param sentSpanId our own span, which counts as present; null where none is known */
export function hasGap(spans: readonly TraceSpan[], sentSpanId: string | null): boolean {
  const there = new Set(spans.map(({ spanId }) => spanId));
  return spans.some(
    ({ parentSpanId, isSegment }) =>
      !isSegment && parentSpanId !== null && parentSpanId !== sentSpanId && !there.has(parentSpanId),
  );
}

/**
 * `Sentry counts 12,345 spans and gave 10,000`: its page ends there, and nothing in the trace says so. Null where all came.
 * @param counted by its `trace-meta`; null where it gave no count
 */
export function shortfallOf(
  trace: Pick<Trace, 'spans' | 'recordCount'>,
  counted: number | null,
): string | null {
  const given = trace.recordCount ?? trace.spans.length;
  if (counted === null || counted <= given) return null;
  return `Sentry counts ${countOf(counted, 'span')} and gave ${numberText(given)}`;
}
