/** Finds the time in a span that none of its children covers: work without instrumentation. */
import type { TraceSpan } from '../../model/trace.ts';
import type { Stretch } from './time-axis.ts';

export interface Gaps {
  readonly totalMs: number;
  /** Chronological, never empty. */
  readonly stretches: readonly Stretch[];
  /** The longest of them. */
  readonly longest: Stretch;
}

/** Shorter gaps are ordinary code between two spans. */
const MIN_MS = 50;
const MIN_SHARE = 0.3;

/** Null for a span without children (it needs no further instrumentation), and if the gaps are too short to matter. */
export function gapsOf(span: TraceSpan, children: readonly TraceSpan[]): Gaps | null {
  if (children.length === 0) return null;
  const stretches = uncovered(span, children);
  const totalMs = stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  if (totalMs < MIN_MS || totalMs < span.durationMs * MIN_SHARE) return null;
  const longest = stretches.reduce((best, each) => (lengthOf(each) > lengthOf(best) ? each : best));
  return { totalMs, stretches, longest };
}

function uncovered(span: TraceSpan, children: readonly TraceSpan[]): readonly Stretch[] {
  const endMs = span.startMs + span.durationMs;
  const stretches: Stretch[] = [];
  let coveredTo = span.startMs;
  for (const child of children.toSorted((one, other) => one.startMs - other.startMs)) {
    const startMs = Math.min(child.startMs, endMs);
    if (startMs > coveredTo) stretches.push({ startMs: coveredTo, endMs: startMs });
    coveredTo = Math.max(coveredTo, child.startMs + child.durationMs);
  }
  if (coveredTo < endMs) stretches.push({ startMs: coveredTo, endMs });
  return stretches;
}

function lengthOf({ startMs, endMs }: Stretch): number {
  return endMs - startMs;
}
