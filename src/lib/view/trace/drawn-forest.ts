/** Prepares the spans of a forest for drawing: each once, texts made safe, descendants counted. */
import type { TraceIssue, TraceSpan } from '../../model/trace.ts';
import { terminalText } from '../../terminal/text.ts';

export type NodeNote = 'orphan' | 'followed' | 'cycle';

/** A span in the tree. */
export interface DrawnNode {
  readonly span: TraceSpan;
  readonly children: readonly DrawnNode[];
  /** Its parent is named but not in the trace. False for a root whose parents form a loop, which is cut here. */
  readonly orphan?: boolean;
  /** An explicit note, instead of the one that `orphan` implies. */
  readonly note?: NodeNote;
}

export interface Entry {
  readonly span: TraceSpan;
  readonly parent: Entry | null;
  readonly children: readonly Entry[];
  /** 0 for a root. */
  readonly depth: number;
  readonly notes: readonly NodeNote[];
  readonly mark: 'fail' | 'warn' | null;
  readonly name: string;
  /** Null if the name already says it. */
  readonly op: string | null;
  /** Null if it is the same as the parent's. */
  readonly service: string | null;
  /** Number of spans in this subtree, including this one. */
  readonly size: number;
  /** Number of failed spans in this subtree, including this one. */
  readonly failures: number;
  /** An expected span is missing in this subtree. */
  readonly holdsMissing: boolean;
}

export interface DrawnForest {
  readonly roots: readonly Entry[];
  /** Every entry, parents before their children. */
  readonly all: readonly Entry[];
}

interface ForestOptions {
  readonly unicode: boolean;
  /** Found by a search, not by the trace id. */
  readonly followed: boolean;
  /** Ids of the spans under which an expected span is missing. */
  readonly missingBelow: ReadonlySet<string>;
}

/** Characters read of names and messages: no screen shows more in one line. */
const TEXT_READ = 1_000;

type Growing = Omit<Entry, 'children' | 'size' | 'failures' | 'holdsMissing' | 'parent'> & {
  parent: Growing | null;
  children: Growing[];
  size: number;
  failures: number;
  holdsMissing: boolean;
};

/** A node reached a second time is skipped, so that the result is finite even if the nodes form a loop. */
export function drawnForest(nodes: readonly DrawnNode[], options: ForestOptions): DrawnForest {
  const roots: Growing[] = [];
  const all: Growing[] = [];
  const seen = new Set<DrawnNode>();
  const waiting: { readonly node: DrawnNode; readonly parent: Growing | null }[] = [];
  const waitFor = (children: readonly DrawnNode[], parent: Growing | null) => {
    for (const node of children.toReversed()) waiting.push({ node, parent });
  };
  waitFor(nodes, null);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.node)) continue;
    seen.add(next.node);
    const entry = entryOf(next.node, next.parent, options);
    (next.parent?.children ?? roots).push(entry);
    all.push(entry);
    waitFor(next.node.children, entry);
  }
  for (const entry of all.toReversed()) {
    if (entry.parent === null) continue;
    entry.parent.size += entry.size;
    entry.parent.failures += entry.failures;
    entry.parent.holdsMissing ||= entry.holdsMissing;
  }
  return { roots, all };
}

/** A text from the trace as one safe line. */
export function traceText(text: string, options: { readonly unicode: boolean }): string {
  return terminalText(text.slice(0, TEXT_READ), options).trim();
}

function entryOf(node: DrawnNode, parent: Growing | null, options: ForestOptions): Growing {
  const { span } = node;
  const name = traceText(span.name, options) || '(no name)';
  const op = traceText(span.op ?? '', options);
  const service = parent?.span.service === span.service ? '' : traceText(span.service, options);
  const mark = markOf(span);
  const followed: readonly NodeNote[] = options.followed && parent === null ? ['followed'] : [];
  return {
    span,
    parent,
    children: [],
    depth: parent === null ? 0 : parent.depth + 1,
    notes: [...new Set([...followed, ...noteOf(node, parent)])],
    mark,
    name,
    op: op === '' || op === name ? null : op,
    service: service === '' ? null : service,
    size: 1,
    failures: mark === 'fail' ? 1 : 0,
    holdsMissing: options.missingBelow.has(span.spanId),
  };
}

function noteOf({ note, orphan, span }: DrawnNode, parent: Growing | null): readonly NodeNote[] {
  if (note !== undefined) return [note];
  if (orphan === true) return ['orphan'];
  return orphan === false && parent === null && span.parentSpanId !== null ? ['cycle'] : [];
}

export function isFailure({ level }: TraceIssue): boolean {
  return ['error', 'fatal'].includes(level.toLowerCase());
}

/** An issue of level error or fatal marks its span as failed, whatever the span's status. */
function markOf({ status, issues }: TraceSpan): 'fail' | 'warn' | null {
  if (status === 'error' || issues.some(isFailure)) return 'fail';
  return issues.length > 0 ? 'warn' : null;
}
