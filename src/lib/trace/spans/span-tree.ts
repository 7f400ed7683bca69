/**
 * Any heap of spans as a finite forest that holds each span once. Nothing here recurses: a trace may be one long chain.
 * The result depends on the spans alone, not on the order in which they came.
 */
import type { TraceSpan } from '../../model/trace.ts';
import { mergeSpans } from './merge-spans.ts';

export interface SpanNode {
  readonly span: TraceSpan;
  /** By start; clock skew is kept, so a child may begin before its parent. */
  readonly children: readonly SpanNode[];
  /** A root whose parent is named, but not among the spans: a gap, or another service's sampling. */
  readonly orphan: boolean;
}

export interface WalkedNode {
  readonly node: SpanNode;
  readonly parent: SpanNode | null;
  /** 0 for a root. */
  readonly depth: number;
}

/** Identifies a span, across traces too. */
export function spanKey({ traceId, spanId }: Pick<TraceSpan, 'traceId' | 'spanId'>): string {
  return `${traceId}:${spanId}`;
}

/**
 * The roots, by start. A span is a root when it has no parent, is its own, or its parent is not there; a cycle is cut
 * above its earliest span. Spans with the same ids are one, whose first in time says what only one of them can.
 */
export function buildForest(spans: readonly TraceSpan[]): readonly SpanNode[] {
  const unique = uniqueSpans(spans);
  const parents = parentKeys(unique);
  const nodes = new Map(
    [...unique].map(([key, span]) => {
      const children: SpanNode[] = [];
      const named = span.parentSpanId !== null && span.parentSpanId !== span.spanId;
      const orphan = named && !unique.has(parentKeyOf(span));
      return [key, { node: { span, children, orphan }, children }] as const;
    }),
  );
  const roots: SpanNode[] = [];
  for (const [key, { node }] of nodes) {
    const parent = parents.get(key);
    (parent === undefined ? roots : (nodes.get(parent)?.children ?? roots)).push(node);
  }
  for (const { children } of nodes.values()) children.sort((a, b) => compareSpans(a.span, b.span));
  return roots.sort((a, b) => compareSpans(a.span, b.span));
}

/** Parents before their children, siblings by start. */
export function* walkForest(roots: readonly SpanNode[]): Iterable<WalkedNode> {
  const waiting: WalkedNode[] = roots.map((node) => ({ node, parent: null, depth: 0 })).reverse();
  for (let walked = waiting.pop(); walked !== undefined; walked = waiting.pop()) {
    yield walked;
    const { node, depth } = walked;
    for (let at = node.children.length - 1; at >= 0; at--) {
      const child = node.children[at];
      if (child !== undefined) waiting.push({ node: child, parent: node, depth: depth + 1 });
    }
  }
}

/** By start, then by ids, so that no two different spans are equal. */
export function compareSpans(a: TraceSpan, b: TraceSpan): number {
  if (a.startMs !== b.startMs) return a.startMs < b.startMs ? -1 : 1;
  return compareText(a.spanId, b.spanId) || compareText(a.traceId, b.traceId);
}

/** By code unit, the same in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parentKeyOf(span: TraceSpan): string {
  return spanKey({ traceId: span.traceId, spanId: span.parentSpanId ?? '' });
}

function uniqueSpans(spans: readonly TraceSpan[]): ReadonlyMap<string, TraceSpan> {
  const records = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    const key = spanKey(span);
    const known = records.get(key);
    if (known === undefined) records.set(key, [span]);
    else known.push(span);
  }
  return new Map(
    [...records].map(([key, same]) => [key, same.sort(compareRecords).reduce(mergeSpans)] as const),
  );
}

/** Between two records of one span. */
function compareRecords(a: TraceSpan, b: TraceSpan): number {
  return compareSpans(a, b) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/** Key of each span → key of its parent; roots are not in it, and following it always ends. */
function parentKeys(unique: ReadonlyMap<string, TraceSpan>): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const [key, span] of unique) {
    const parent = parentKeyOf(span);
    if (parent !== key && unique.has(parent)) parents.set(key, parent);
  }
  const settled = new Set<string>();
  for (const start of unique.keys()) {
    const path = new Set<string>();
    let at: string | undefined = start;
    while (at !== undefined && !settled.has(at) && !path.has(at)) {
      path.add(at);
      at = parents.get(at);
    }
    if (at !== undefined && path.has(at)) parents.delete(earliestOf(cycleFrom(at, parents), unique));
    for (const key of path) settled.add(key);
  }
  return parents;
}

function cycleFrom(start: string, parents: ReadonlyMap<string, string>): readonly string[] {
  const cycle = [start];
  for (let at = parents.get(start); at !== undefined && at !== start; at = parents.get(at)) cycle.push(at);
  return cycle;
}

function earliestOf(keys: readonly string[], unique: ReadonlyMap<string, TraceSpan>): string {
  const spans = keys.flatMap((key) => unique.get(key) ?? []).sort(compareSpans);
  return spans[0] === undefined ? '' : spanKey(spans[0]);
}
