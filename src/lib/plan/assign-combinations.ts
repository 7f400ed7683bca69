/**
 * Deals combinations to the tests of a run so that no two agree before all are used: real targets refuse two webhooks
 * that agree in every dimension within a minute.
 *
 * Tests go in laps. In a lap every combination is used at most once; a test that finds none left goes to the next lap.
 * A test that could take any combination makes room for a later one that is pinned to the very one it took: a lap is a
 * bipartite matching of tests and combinations, grown test by test along augmenting paths, so it is as large as it can be.
 */
import { type Axes, keyOf, pinned, type Values, walk } from './combinations.ts';

/**
 * Tests dealt at least before the same deal begins anew, so that a run of any size needs the memory of one deal. Far
 * more than a target that drops duplicates remembers of a minute.
 */
const DEALT_ANEW_AFTER = 10_000;

export interface AssignOptions {
  readonly axes: Axes;
  /** Where the walk through the combinations begins. */
  readonly offset: number;
  /** For each place of a turn, the values its tests are pinned to. Test n has place n modulo their number. */
  readonly places: readonly Values[];
  readonly count: number;
}

export interface Assignment {
  /** How many different combinations the tests can have. */
  readonly combinations: number;
  /** Tests that repeat a combination of an earlier test. */
  readonly repeated: number;
  /** A fresh dealer; asked with the place of each test, in the order of the tests. */
  readonly dealer: () => (place: number) => Values;
}

/** Places with the same choice of combinations. */
interface Group {
  readonly choices: readonly Values[];
  /** Number of each choice, the same in all groups. */
  readonly ids: readonly number[];
  /** The lap its next test tries first: the ones before have no room for this group, and never will. */
  lap: number;
  /** In that lap, where to go on looking for a free choice. */
  cursor: number;
}

/** Combination → the group that uses it in this lap. */
type Lap = Map<number, Group>;

export function assignCombinations({ axes, offset, places, count }: AssignOptions): Assignment {
  const { groups, groupAt, combinations } = groupPlaces({ axes, offset, places });
  const [only] = groups;
  // Without pins the laps are plain rounds of the walk; nothing needs to be kept.
  if (groups.length === 1 && only !== undefined) {
    const repeated = Math.max(0, count - combinations);
    const rounds = () => {
      let dealt = 0;
      return () => only.choices[dealt++ % only.choices.length] ?? {};
    };
    return { combinations, repeated, dealer: rounds };
  }
  // Whole turns, so that places keep their tests, and so many that each place could have every combination once.
  const length = places.length * Math.max(combinations, Math.ceil(DEALT_ANEW_AFTER / places.length));
  const laps: Lap[] = [];
  for (let test = 0; test < Math.min(count, length); test++) {
    const group = groupAt(test % places.length);
    if (group !== undefined) findRoom(group, laps);
  }
  const orders = new Map(groups.map((group) => [group, orderOf(group, laps)] as const));
  return {
    combinations,
    // A test leaves the first lap only when all its choices are used there: that lap has every combination used at all.
    repeated: count - (laps[0]?.size ?? 0),
    dealer: () => {
      const dealt = new Map<Group, number>();
      let test = 0;
      return (place) => {
        if (test++ % length === 0) dealt.clear();
        const group = groupAt(place);
        if (group === undefined) return {};
        const next = dealt.get(group) ?? 0;
        dealt.set(group, next + 1);
        return group.choices[orders.get(group)?.[next] ?? 0] ?? {};
      };
    },
  };
}

function groupPlaces({ axes, offset, places }: Pick<AssignOptions, 'axes' | 'offset' | 'places'>) {
  const ids = new Map<string, number>();
  const idOf = (values: Values): number => {
    const key = keyOf(values);
    const id = ids.get(key) ?? ids.size;
    ids.set(key, id);
    return id;
  };
  const groups = new Map<string, Group>();
  const ofPlaces = places.map((pins) => {
    const choice = pinned(axes, pins);
    const key = JSON.stringify(choice);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const choices = walk(choice, offset);
    const group: Group = { choices, ids: choices.map(idOf), lap: 0, cursor: 0 };
    groups.set(key, group);
    return group;
  });
  return {
    groups: [...groups.values()],
    groupAt: (place: number) => ofPlaces[place],
    combinations: ids.size,
  };
}

function findRoom(group: Group, laps: Lap[]): void {
  for (;;) {
    const lap = laps[group.lap] ?? new Map<number, Group>();
    laps[group.lap] = lap;
    if (takeFree(group, lap) || makeRoom(group, lap)) return;
    group.lap++;
    group.cursor = 0;
  }
}

function takeFree(group: Group, lap: Lap): boolean {
  for (; group.cursor < group.ids.length; group.cursor++) {
    const id = group.ids[group.cursor];
    if (id === undefined || lap.has(id)) continue;
    lap.set(id, group);
    return true;
  }
  return false;
}

/** Breadth first: whose combination could we have, if that group took another one instead, and so on? */
function makeRoom(group: Group, lap: Lap): boolean {
  /** Combination → the group that would take it. */
  const wantedBy = new Map<number, Group>();
  /** Group → its combination that somebody wants. */
  const wouldGive = new Map<Group, number>();
  const queue = [group];
  for (const taker of queue) {
    for (const id of taker.ids) {
      if (wantedBy.has(id)) continue;
      wantedBy.set(id, taker);
      const owner = lap.get(id);
      if (owner === undefined) {
        handOver(id, { group, lap, wantedBy, wouldGive });
        return true;
      }
      if (owner === group || wouldGive.has(owner)) continue;
      wouldGive.set(owner, id);
      queue.push(owner);
    }
  }
  return false;
}

function handOver(
  free: number,
  path: {
    readonly group: Group;
    readonly lap: Lap;
    readonly wantedBy: ReadonlyMap<number, Group>;
    readonly wouldGive: ReadonlyMap<Group, number>;
  },
): void {
  let id: number | undefined = free;
  while (id !== undefined) {
    const taker = path.wantedBy.get(id);
    if (taker === undefined) return;
    path.lap.set(id, taker);
    id = taker === path.group ? undefined : path.wouldGive.get(taker);
  }
}

/** The group's choices in the order in which its tests get them: lap by lap, each in the order of the walk. */
function orderOf(group: Group, laps: readonly Lap[]): readonly number[] {
  return laps
    .slice(0, group.lap + 1)
    .flatMap((lap) => group.ids.flatMap((id, choice) => (lap.get(id) === group ? [choice] : [])));
}
