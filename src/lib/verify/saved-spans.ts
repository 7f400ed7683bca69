/** The part of a trace that is saved with its test: enough to draw it, and no attributes. */
import { MAX_SAVED_SPANS } from '../model/report-source.ts';
import type { SavedSpan } from '../model/result.ts';
import type { TraceSpan } from '../model/trace.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import { buildForest, type SpanNode, walkForest } from '../trace/spans/span-tree.ts';

/** In characters. */
const MAX_NAME_LENGTH = 200;

/** Saves all attempts at background work, so that failed ones can be seen. */
export function savedSpans({
  trace,
  followed,
}: Pick<TraceReading, 'trace' | 'followed'>): readonly SavedSpan[] {
  const own = trace?.spans ?? [];
  const others = followed.flatMap(({ traces }) => traces.map(({ spans }) => spans));
  let first = Number.POSITIVE_INFINITY;
  for (const spans of [own, ...others]) for (const { startMs } of spans) first = Math.min(first, startMs);
  const saved: SavedSpan[] = [];
  for (const [at, spans] of [own, ...others].entries())
    take(buildForest(spans), { saved, first, followed: at > 0 });
  return saved;
}

function take(
  roots: readonly SpanNode[],
  {
    saved,
    first,
    followed,
  }: { readonly saved: SavedSpan[]; readonly first: number; readonly followed: boolean },
): void {
  for (const { node, depth } of walkForest(roots)) {
    if (saved.length === MAX_SAVED_SPANS) return;
    saved.push({
      ...compact(node.span),
      depth,
      startMs: rounded(Math.max(0, node.span.startMs - first)),
      followed,
    });
  }
}

function compact({ name, op, service, durationMs, status }: TraceSpan) {
  const length = rounded(Math.max(0, durationMs));
  return {
    name: name.slice(0, MAX_NAME_LENGTH),
    op,
    service: service.slice(0, MAX_NAME_LENGTH),
    durationMs: length,
    status,
  };
}

/** To the microsecond: as fine as SDKs measure. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
