/** The spans of a test, those of followed traces included, each with where it hangs. */
import type { Trace, TraceSpan } from '../../model/trace.ts';
import { buildForest, type SpanNode, spanKey, walkForest } from './span-tree.ts';

export interface FoundSpan {
  readonly span: TraceSpan;
  readonly parent: FoundSpan | null;
  /** Sent by this program: it shows where other spans belong, and is never judged itself. */
  readonly ours: boolean;
  /** Some ancestor is not in the trace, so what it is inside of cannot be known. */
  readonly orphaned: boolean;
  /** Seen only in a trace of background work. */
  readonly followed: boolean;
}

export interface SpanSources {
  readonly trace: Trace;
  /** Traces of background work that are to be judged with it: of several attempts the last. */
  readonly followed: readonly Trace[];
  readonly ourSpanIds: ReadonlySet<string>;
}

/** Each span once, parents before their children. */
export function foundSpans({ trace, followed, ourSpanIds }: SpanSources): readonly FoundSpan[] {
  const main = new Set(trace.spans.map(spanKey));
  const forest = buildForest([...trace.spans, ...followed.flatMap(({ spans }) => spans)]);
  const seen = new Map<SpanNode, FoundSpan>();
  for (const { node, parent } of walkForest(forest)) {
    const above = parent === null ? null : (seen.get(parent) ?? null);
    seen.set(node, {
      span: node.span,
      parent: above,
      ours: ourSpanIds.has(node.span.spanId),
      orphaned: node.orphan || (above?.orphaned ?? false),
      followed: !main.has(spanKey(node.span)),
    });
  }
  return [...seen.values()];
}

/** Those which have one of `ancestors` above them. */
export function spansBelow(
  ancestors: readonly FoundSpan[],
  seen: readonly FoundSpan[],
): ReadonlySet<FoundSpan> {
  const tops = new Set(ancestors);
  const below = new Set<FoundSpan>();
  // Parents come first in `seen`, so one pass is enough.
  for (const each of seen) {
    if (each.parent !== null && (tops.has(each.parent) || below.has(each.parent))) below.add(each);
  }
  return below;
}
