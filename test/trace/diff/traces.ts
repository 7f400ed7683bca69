/** Traces for tests of comparisons, written as trees. */

import type { PlainScalar } from '../../../src/lib/model/json.ts';
import type { SavedSpan } from '../../../src/lib/model/result.ts';
import type { DiffTrace } from '../../../src/lib/trace/diff/trace-nodes.ts';

export interface Tree {
  readonly name: string;
  readonly service?: string;
  readonly op?: string | null;
  readonly status?: SavedSpan['status'];
  /** From the start of its parent, in milliseconds. */
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly attributes?: Readonly<Record<string, PlainScalar>>;
  readonly children?: readonly Tree[];
}

export function traceOf(
  trees: readonly Tree[],
  { isComplete = true, followed = [] }: { isComplete?: boolean; followed?: readonly Tree[] } = {},
): DiffTrace {
  const spans: SavedSpan[] = [];
  const add = (tree: Tree, at: { depth: number; startMs: number; service: string; followed: boolean }) => {
    const { name, service = at.service, op = null, status = 'ok', durationMs = 10, attributes } = tree;
    const startMs = at.startMs + (tree.startMs ?? 0);
    spans.push({
      name,
      op,
      service,
      status,
      durationMs,
      startMs,
      depth: at.depth,
      followed: at.followed,
      ...(attributes === undefined ? {} : { attributes }),
    });
    for (const child of tree.children ?? []) add(child, { ...at, depth: at.depth + 1, startMs, service });
  };
  for (const tree of trees) add(tree, { depth: 0, startMs: 0, service: 'api', followed: false });
  for (const tree of followed) add(tree, { depth: 0, startMs: 0, service: 'worker', followed: true });
  return { spans, isComplete };
}

/** `api > enrich > fetch` for a place. */
export function placeText(place: { name: string; parent: unknown } | null): string {
  const names: string[] = [];
  for (let at = place; at !== null; at = at.parent as typeof place) names.unshift(at.name);
  return names.join(' > ');
}
