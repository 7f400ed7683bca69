/** Which spans only one side has, which fail on one side only, and how often they occur. */
import type { Difference, Range, Share, TraceDiff } from './difference.ts';
import type { Side, Sides } from './side.ts';
import type { Place } from './trace-nodes.ts';

interface Presence extends TraceDiff {
  /** Places whose children only one side has: their own time without children cannot be compared. */
  readonly parents: ReadonlySet<Place>;
}

export function comparePresence(sides: Sides): Presence {
  const { base, head } = sides;
  const failing = failedOnlyIn(head, base);
  const recovered = failedOnlyIn(base, head);
  const gone = onlyIn(base, head);
  const added = onlyIn(head, base);
  const pairs = pairMoved(gone.certain, added.certain);
  const moved = [...pairs].filter(([place, to]) => !isExplained(place, to, pairs));
  const missing = subtrees(gone.certain, { side: base, moved: new Set(pairs.keys()), failed: failing });
  const extra = subtrees(added.certain, { side: head, moved: new Set(pairs.values()), failed: recovered });
  return {
    differences: [
      ...failing.map((place) => ({ kind: 'failing' as const, place, ...failedShares(place, sides) })),
      ...missing.map((each) => ({ kind: 'missing' as const, ...each, ...presentShares(each.place, sides) })),
      ...compareCounts(sides),
      ...moved.map(([place, to]) => ({ kind: 'moved' as const, place, to })),
      ...extra.map((each) => ({ kind: 'new' as const, ...each, ...presentShares(each.place, sides) })),
      ...recovered.map((place) => ({ kind: 'recovered' as const, place, ...failedShares(place, sides) })),
    ],
    cannotSay: [...doubts(gone.unsure, 'head', sides), ...doubts(added.unsure, 'base', sides)],
    parents: new Set(
      [...gone.certain, ...gone.unsure, ...added.certain, ...added.unsure].flatMap(
        ({ parent }) => parent ?? [],
      ),
    ),
  };
}

/** Failed in every trace of one side and in none of the other; only the innermost, since a failure spreads outward. */
function failedOnlyIn(side: Side, other: Side): readonly Place[] {
  const failed = [...side.places].filter((place) => {
    const here = side.at(place);
    return (
      here.length === side.count &&
      here.every((each) => each.failed > 0) &&
      other.at(place).every((each) => each.failed === 0)
    );
  });
  const outer = new Set<Place>();
  for (const { parent } of failed) {
    for (let at = parent; at !== null && !outer.has(at); at = at.parent) outer.add(at);
  }
  return byStart(
    failed.filter((place) => !outer.has(place)),
    side,
  );
}

interface OnlyIn {
  /** The other side has a trace that would show them. */
  readonly certain: readonly Place[];
  readonly unsure: readonly Place[];
}

/** In every trace of one side and in none of the other; parents before their children. */
function onlyIn(side: Side, other: Side): OnlyIn {
  const absent = [...side.places].filter(
    (place) => !other.places.has(place) && side.at(place).length === side.count,
  );
  const certain = new Set(absent.filter((place) => other.absentFrom(place) > 0));
  return { certain: [...certain], unsure: absent.filter((place) => !certain.has(place)) };
}

/**
 * The same span below another parent: place in the base → place in the head. Only where there is one candidate on each
 * side; what is inside a moved span moves with it.
 */
function pairMoved(gone: readonly Place[], added: readonly Place[]): ReadonlyMap<Place, Place> {
  const from = byStep(gone);
  const to = byStep(added);
  const moved = new Map<Place, Place>();
  for (const place of gone) {
    const [target, ...others] = to.get(place.step) ?? [];
    const isClear = others.length === 0 && from.get(place.step)?.length === 1;
    if (target !== undefined && isClear) moved.set(place, target);
  }
  const taken = new Set(moved.values());
  for (const place of gone) {
    const parent = place.parent === null ? undefined : moved.get(place.parent);
    if (parent === undefined || moved.has(place)) continue;
    const target = to.get(place.step)?.find((each) => each.parent === parent && !taken.has(each));
    if (target !== undefined) moved.set(place, target);
  }
  return moved;
}

/** It moved with its parent, or hangs one level higher or lower because a span between is missing or new. */
function isExplained(place: Place, to: Place, pairs: ReadonlyMap<Place, Place>): boolean {
  const { parent } = place;
  if (parent !== null && pairs.get(parent) === to.parent) return true;
  return (parent?.parent ?? null) === to.parent || parent === (to.parent?.parent ?? null);
}

function byStep(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const group = groups.get(place.step);
    if (group === undefined) groups.set(place.step, [place]);
    else group.push(place);
  }
  return groups;
}

interface Subtree {
  readonly place: Place;
  readonly inside: number;
  readonly after: Place | null;
}

/** The outermost of `places`, each with how many others are inside it. */
function subtrees(
  places: readonly Place[],
  {
    side,
    moved,
    failed,
  }: { readonly side: Side; readonly moved: ReadonlySet<Place>; readonly failed: readonly Place[] },
): readonly Subtree[] {
  const tops = new Map<Place, Place>();
  const inside = new Map<Place, number>();
  for (const place of places) {
    if (moved.has(place)) continue;
    const top = (place.parent === null ? undefined : tops.get(place.parent)) ?? place;
    tops.set(place, top);
    inside.set(top, (inside.get(top) ?? -1) + 1);
  }
  return byStart([...inside.keys()], side).map((place) => ({
    place,
    inside: inside.get(place) ?? 0,
    after:
      failed.find((each) => each.service === place.service && startOf(each, side) <= startOf(place, side)) ??
      null,
  }));
}

/** Fewer spans on a side that may have lost some are no difference. */
function compareCounts({ base, head }: Sides): readonly Difference[] {
  const changed = new Map<Place, Difference>();
  for (const place of base.places) {
    const ranges = { base: countsOf(place, base), head: countsOf(place, head) };
    if (ranges.base === null || ranges.head === null) continue;
    const fewer = ranges.head.max < ranges.base.min ? head : ranges.base.max < ranges.head.min ? base : null;
    if (fewer === null || !fewer.isComplete || place.followed) continue;
    changed.set(place, { kind: 'count', place, base: ranges.base, head: ranges.head });
  }
  return [...changed].flatMap(([{ parent }, each]) => (parent !== null && changed.has(parent) ? [] : [each]));
}

/** Null unless every trace of the side has the place. */
function countsOf(place: Place, side: Side): Range | null {
  const counts = side.at(place).map(({ count }) => count);
  if (counts.length < side.count) return null;
  return { min: Math.min(...counts), max: Math.max(...counts) };
}

function doubts(unsure: readonly Place[], absentFrom: 'base' | 'head', sides: Sides): TraceDiff['cannotSay'] {
  const all = new Set(unsure);
  const because = sides[absentFrom].isComplete ? 'sampled' : 'partial';
  return unsure
    .filter(({ parent }) => parent === null || !all.has(parent))
    .map((place) => ({ place, absentFrom, because }));
}

function failedShares(place: Place, { base, head }: Sides) {
  const share = (side: Side): Share => ({
    count: side.at(place).filter(({ failed }) => failed > 0).length,
    of: side.count,
  });
  return { base: share(base), head: share(head) };
}

function presentShares(place: Place, { base, head }: Sides) {
  const share = (side: Side): Share => ({ count: side.at(place).length, of: side.count });
  return { base: share(base), head: share(head) };
}

function byStart(places: readonly Place[], side: Side): readonly Place[] {
  return places.toSorted((a, b) => startOf(a, side) - startOf(b, side));
}

function startOf(place: Place, side: Side): number {
  return Math.min(...side.at(place).map(({ startMs }) => startMs));
}
