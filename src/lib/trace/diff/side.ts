/** The traces of one side of a comparison, by place. */
import {
  createNodeReader,
  type DiffTrace,
  type Measure,
  mergeMeasures,
  type Place,
  type TraceNodes,
} from './trace-nodes.ts';

export interface Side {
  /** Traces. */
  readonly count: number;
  /** Parents before their children. */
  readonly places: ReadonlySet<Place>;
  /** Every trace proves what is absent from it. */
  readonly isComplete: boolean;
  /** What each trace with this place measured. */
  readonly at: (place: Place) => readonly Measure[];
  /** How many traces prove that they do not have this place. */
  readonly absentFrom: (place: Place) => number;
}

export interface Sides {
  readonly base: Side;
  readonly head: Side;
}

/** From this many traces of one side on, a name with a number in it is a name; in fewer the number may be an id. */
const MIN_STABLE_TRACES = 3;

export function createSides(base: readonly DiffTrace[], head: readonly DiffTrace[]): Sides {
  const read = createNodeReader();
  const nodes = { base: base.map(read), head: head.map(read) };
  const rename = createRenaming(nodes.base, nodes.head);
  return { base: sideOf(base, nodes.base.map(rename)), head: sideOf(head, nodes.head.map(rename)) };
}

function sideOf(traces: readonly DiffTrace[], nodes: readonly TraceNodes[]): Side {
  const roots = nodes.map((each) => new Set([...each.keys()].filter(({ parent }) => parent === null)));
  return {
    count: traces.length,
    isComplete: traces.every(({ isComplete }) => isComplete),
    places: new Set(nodes.flatMap((each) => [...each.keys()])),
    at: (place) => nodes.flatMap((each) => each.get(place) ?? []),
    absentFrom: (place) =>
      traces.filter(
        ({ isComplete }, at) =>
          isComplete &&
          nodes[at]?.has(place) === false &&
          // A service that samples leaves out a whole trace, never a part of it.
          (!place.followed || roots[at]?.has(rootOf(place)) === true),
      ).length,
  };
}

function rootOf(place: Place): Place {
  let root = place;
  while (root.parent !== null) root = root.parent;
  return root;
}

/** Places of only one side whose names differ only in numbers from places of only the other become one: the numbers are ids. */
function createRenaming(
  base: readonly TraceNodes[],
  head: readonly TraceNodes[],
): (nodes: TraceNodes) => TraceNodes {
  const onlyBase = varying(base, head);
  const onlyHead = varying(head, base);
  const shared = new Set([...onlyBase].map(({ looseKey }) => looseKey));
  const byLooseKey = new Map<number, Place>();
  for (const place of onlyHead) if (shared.has(place.looseKey)) byLooseKey.set(place.looseKey, place);
  if (byLooseKey.size === 0) return (nodes) => nodes;
  const renamed = new Map<Place, Place>();
  const rename = (place: Place): Place => {
    const isId = onlyBase.has(place) || onlyHead.has(place);
    const same = (isId && byLooseKey.get(place.looseKey)) || place;
    // Parents come first.
    const parent = place.parent === null ? null : (renamed.get(place.parent) ?? place.parent);
    const name = same.parent === parent ? same : (renamed.get(same) ?? { ...same, parent });
    renamed.set(same, name);
    renamed.set(place, name);
    return name;
  };
  return (nodes) => {
    const merged = new Map<Place, Measure>();
    for (const [place, measure] of nodes) {
      const name = renamed.get(place) ?? rename(place);
      const known = merged.get(name);
      merged.set(name, known === undefined ? measure : mergeMeasures(known, measure));
    }
    return merged;
  };
}

/** Places that only one side has, and not every trace of it. */
function varying(side: readonly TraceNodes[], other: readonly TraceNodes[]): ReadonlySet<Place> {
  const there = new Set(other.flatMap((nodes) => [...nodes.keys()]));
  const here = side.flatMap((nodes) => [...nodes.keys()]);
  return new Set(here.filter((place) => !there.has(place) && !isStable(place, side)));
}

function isStable(place: Place, traces: readonly TraceNodes[]): boolean {
  return traces.length >= MIN_STABLE_TRACES && traces.every((nodes) => nodes.has(place));
}
