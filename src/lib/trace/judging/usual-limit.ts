/** When a span is slower than usual, and which span inside of it accounts for that. */
import type { TraceSpan } from '../../model/trace.ts';
import { type FoundSpan, spansBelow } from '../spans/found-spans.ts';
import { pathOf } from '../spans/span-path.ts';

/** Path of a span → milliseconds that it usually takes, out of saved runs; without them nothing is slower than usual. */
export type UsualDurations = ReadonlyMap<string, number>;

export interface UsualSpan extends Pick<TraceSpan, 'name' | 'op' | 'service' | 'durationMs'> {
  /** Path of the span that it hangs below; null for the first span of the target, or of background work. */
  readonly parentPath: string | null;
  /** Of background work in a separate trace. */
  readonly followed: boolean;
}

/** The same with what is known of each span, in the order in which they usually begin. */
export type UsualSpans = ReadonlyMap<string, UsualSpan>;

/** How many times its usual duration a span may take. */
const FACTOR = 3;
/** A span of a few milliseconds is easily 3 × slower by a pause of its runtime; less than this is no slowness. */
const MARGIN_MS = 100;
/** What accounts for so much of the excess is its cause. */
export const MAX_USUAL_SPANS = 0.5;

export function usualMsOf(seen: FoundSpan, usual: UsualDurations): number | null {
  if (usual.size === 0) return null;
  const ms = usual.get(pathOf(seen) ?? '');
  return ms === undefined || !Number.isFinite(ms) ? null : ms;
}

export function isSlowerThanUsual(durationMs: number, usualMs: number): boolean {
  return durationMs > usualMs * FACTOR && durationMs >= usualMs + MARGIN_MS;
}

/** The innermost span below it that is slower than usual by most of its excess; null where none is. */
export function slowCause(
  top: FoundSpan,
  {
    excessMs,
    seen,
    usual,
  }: { readonly excessMs: number; readonly seen: readonly FoundSpan[]; readonly usual: UsualDurations },
): { readonly cause: FoundSpan; readonly usualMs: number } | null {
  if (usual.size === 0) return null;
  const below = spansBelow([top], seen);
  const slow = seen.flatMap((cause) => {
    const usualMs = below.has(cause) && !cause.ours ? usualMsOf(cause, usual) : null;
    if (usualMs === null || !isSlowerThanUsual(cause.span.durationMs, usualMs)) return [];
    const tooMuchMs = cause.span.durationMs - usualMs;
    return tooMuchMs >= excessMs * MAX_USUAL_SPANS ? [{ cause, usualMs, tooMuchMs }] : [];
  });
  const around = new Set<FoundSpan>();
  for (const { cause } of slow) {
    for (let at = cause.parent; at !== null && !around.has(at); at = at.parent) around.add(at);
  }
  const innermost = slow.filter(({ cause }) => !around.has(cause));
  return innermost.toSorted((a, b) => b.tooMuchMs - a.tooMuchMs)[0] ?? null;
}
