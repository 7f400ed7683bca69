/** Where a span that is missing usually hangs, and what usually begins before and after it. */
import type { SpanExpectation } from '../../model/trace-expectation.ts';
import type { FoundSpan } from '../spans/found-spans.ts';
import { pathOf } from '../spans/span-path.ts';
import { compilePattern } from '../spans/span-pattern.ts';
import type { UsualSpans } from './usual-limit.ts';

export interface Spot {
  readonly parent: FoundSpan | null;
  readonly after: FoundSpan | null;
  readonly before: FoundSpan | null;
}

/** Null where saved runs do not say: they store no attributes, and background work is a trace of its own. */
export function usualSpot(
  { pattern }: SpanExpectation,
  { seen, usual }: { readonly seen: readonly FoundSpan[]; readonly usual: UsualSpans },
): Spot | null {
  if (usual.size === 0 || Object.keys(pattern.attributes).length > 0) return null;
  const fits = compilePattern(pattern);
  const ranks = new Map([...usual.keys()].map((path, rank) => [path, rank]));
  const [path, span] = [...usual].find(([, each]) => fits({ ...each, attributes: {} })) ?? [];
  if (path === undefined || span === undefined || (span.parentPath === null && span.followed)) return null;
  const siblings = seen.filter(
    ({ ours, parent }) =>
      !ours &&
      (span.parentPath === null
        ? parent === null || parent.ours
        : parent !== null && pathOf(parent) === span.parentPath),
  );
  const parent =
    siblings[0]?.parent ??
    (span.parentPath === null ? null : seen.find((each) => pathOf(each) === span.parentPath)) ??
    null;
  if (span.parentPath !== null && parent === null) return null;
  const rank = ranks.get(path) ?? 0;
  const ranked = siblings
    .filter((each) => each.parent === parent)
    .flatMap((sibling) => {
      const of = ranks.get(pathOf(sibling) ?? '');
      return of === undefined ? [] : [{ sibling, of }];
    })
    .sort((a, b) => a.of - b.of);
  return {
    parent,
    after: ranked.findLast(({ of }) => of < rank)?.sibling ?? null,
    before: ranked.find(({ of }) => of > rank)?.sibling ?? null,
  };
}
