/** Where in a trace the expected spans are missing. */
import type { MissingPlace, SpanExpectation } from '../../model/trace-expectation.ts';
import { type FoundSpan, foundSpans, type SpanSources } from '../spans/found-spans.ts';
import { pathOf } from '../spans/span-path.ts';
import { compilePattern } from '../spans/span-pattern.ts';
import { type ExpectedSpan, findExpected } from './expected-spans.ts';
import type { UsualSpans } from './usual-limit.ts';

/**
 * Each missing span once, in the order of the expectations. That order is the one of the pipeline, as far as stages, `inside`
 * and `after` say it; for other spans the usual order comes first. What belongs inside
 * of a span that is missing itself stands below that one: what is missing too, and what hangs nowhere, or right where
 * the missing span would have been in between.
 */
export function missingPlaces(
  options: SpanSources & {
    readonly spans: readonly SpanExpectation[];
    /** Out of saved runs. */
    readonly usual?: UsualSpans;
  },
): readonly MissingPlace[] {
  const { usual = new Map() } = options;
  const seen = foundSpans(options);
  const expected = findExpected(options.spans, seen);
  const byLabel = new Map(expected.map((each) => [each.expectation.label, each]));
  const once = [...byLabel.values()];
  const moved = new Map<FoundSpan, FoundSpan | null>();
  const placed = new Set<ExpectedSpan>();

  const spotOf = (each: ExpectedSpan): Spot => {
    const configured = configuredSpot(each, once, byLabel);
    const { stage, inside, after } = each.expectation;
    const isOrdered = stage !== null || inside !== null || after !== null;
    const isKnown = [configured.parent, configured.after, configured.before].some((near) => near !== null);
    return isOrdered && isKnown ? configured : (usualSpot(each.expectation, { seen, usual }) ?? configured);
  };
  const placeOf = (each: ExpectedSpan, spot: Spot): MissingPlace => {
    placed.add(each);
    const below = once
      .filter(({ expectation }) => expectation.inside === each.expectation.label)
      .flatMap((part): NonNullable<MissingPlace['below']> => {
        if (isMissing(part))
          return placed.has(part) ? [] : [placeOf(part, { ...spot, after: null, before: null })];
        return part.found
          .filter((span) => !moved.has(span) && belongsAt(span, spot, moved))
          .map((span) => {
            moved.set(span, spot.parent);
            return { spanId: span.span.spanId };
          });
      });
    const { after, before } = spot;
    return {
      label: each.expectation.label,
      parentSpanId: spot.parent?.span.spanId ?? null,
      ...(after === null ? {} : { afterSpanId: after.span.spanId }),
      ...(before === null ? {} : { beforeSpanId: before.span.spanId }),
      ...(below.length === 0 ? {} : { below }),
    };
  };
  const missing = once.filter(isMissing);
  const isOutermost = ({ expectation: { inside } }: ExpectedSpan) => {
    const outer = inside === null ? undefined : byLabel.get(inside);
    return outer === undefined || !isMissing(outer);
  };
  // Labels that lead in a circle have no outermost one.
  return [...missing.filter(isOutermost), ...missing].flatMap((each) =>
    placed.has(each) ? [] : [placeOf(each, spotOf(each))],
  );
}

function isMissing({ expectation, found }: ExpectedSpan): boolean {
  return found.length === 0 && expectation.minCount > 0;
}

/** Between its nearest neighbors among the expectations of the same place, as far as they were seen. */
function configuredSpot(
  each: ExpectedSpan,
  expected: readonly ExpectedSpan[],
  byLabel: ReadonlyMap<string, ExpectedSpan>,
): Spot {
  const { expectation } = each;
  const outer = byLabel.get(expectation.inside ?? '')?.found[0] ?? null;
  const neighbors = expected.filter((other) => other.expectation.inside === expectation.inside);
  const at = neighbors.indexOf(each);
  const named = byLabel.get(expectation.after ?? '')?.found.at(-1);
  const earlier =
    named ??
    neighbors
      .slice(0, at)
      .findLast(({ found }) => found.length > 0)
      ?.found.at(-1) ??
    null;
  const later = neighbors.slice(at + 1).find(({ found }) => found.length > 0)?.found[0] ?? null;
  const parent = outer ?? parentBetween(earlier, later, partsOf(each, expected));
  return { parent, after: childBelow(parent, earlier), before: childBelow(parent, later) };
}

/** What is there of what belongs inside of it. */
function partsOf({ expectation }: ExpectedSpan, expected: readonly ExpectedSpan[]): readonly FoundSpan[] {
  return expected
    .filter((other) => other.expectation.inside === expectation.label)
    .flatMap(({ found }) => found);
}

/** The parent of its neighbors; where one hangs below the other, that one. Where they differ, its parts decide. */
function parentBetween(
  earlier: FoundSpan | null,
  later: FoundSpan | null,
  parts: readonly FoundSpan[],
): FoundSpan | null {
  if (earlier !== null && later !== null) {
    if (earlier.parent === later.parent) return earlier.parent;
    if (later.parent === earlier) return earlier;
  }
  const part = parts.find(({ parent }) => parent !== null);
  return part?.parent ?? earlier?.parent ?? later?.parent ?? null;
}

/** The sibling at that place which is the span or holds it; null where it hangs elsewhere. */
function childBelow(parent: FoundSpan | null, span: FoundSpan | null): FoundSpan | null {
  let at = span;
  while (at !== null && at.parent !== parent) at = at.parent;
  return at;
}

/** It hangs nowhere or beside the place, in the same trace, and the place itself does not hang below it. */
function belongsAt(
  span: FoundSpan,
  { parent, after, before }: Spot,
  moved: ReadonlyMap<FoundSpan, FoundSpan | null>,
): boolean {
  const traceId = (parent ?? after ?? before)?.span.traceId ?? null;
  const isLoose = span.parent === null && span.orphaned;
  if (!(isLoose || span.parent === parent) || (traceId !== null && span.span.traceId !== traceId))
    return false;
  for (let at = parent; at !== null; at = moved.get(at) ?? at.parent) if (at === span) return false;
  return true;
}

/** Where a span that is missing usually hangs, and what usually begins before and after it. */
interface Spot {
  readonly parent: FoundSpan | null;
  readonly after: FoundSpan | null;
  readonly before: FoundSpan | null;
}

/** Null if saved runs do not contain it: they store no attributes, and background work is a separate trace. */
function usualSpot(
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
