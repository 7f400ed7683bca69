/**
 * Assigns combinations of dimension values to the tests of a run: real targets refuse two webhooks with the same combination
 * within a minute. A test gets the first of its combinations that no test has yet, else the one used longest ago.
 */
import { type Axes, keyOf, pinned, type Values, walk, walkLength } from './combinations.ts';

export interface AssignOptions {
  readonly axes: Axes;
  /** Offset at which the walk through the combinations begins. */
  readonly offset: number;
  /** For each place of a turn, the values its tests are pinned to. Test n has place n modulo the number of places. */
  readonly places: readonly Values[];
  readonly count: number;
}

export interface Assignment {
  /** Number of different combinations the tests can have. */
  readonly combinations: number;
  /** Tests that repeat a combination of an earlier test. */
  readonly repeated: number;
  /** Each call starts a new assignment; call the result with the place of each test, in the order of the tests. */
  readonly newAssigner: () => (place: number) => Values;
}

/** Places with the same combinations to choose from. */
interface Group {
  readonly choices: readonly Values[];
  /** Id of each choice, the same in all groups. */
  readonly ids: readonly number[];
}

export function assignCombinations(options: AssignOptions): Assignment {
  const { places, count } = options;
  const { groups, groupOf, combinations } = groupPlaces(options);
  const newAssigner = () => {
    const next = createAssigner(groups, combinations);
    return (place: number) => next(groupOf(place));
  };
  const next = newAssigner();
  const used = new Set<string>();
  for (let test = 0; test < count && used.size < combinations; test++)
    used.add(keyOf(next(test % places.length)));
  return { combinations, repeated: count - used.size, newAssigner };
}

/** Each group cycles through its choices and skips those that another group has used since. */
function createAssigner(groups: readonly Group[], combinations: number): (group: Group) => Values {
  /** By combination, the number of the test that used it last; 0 for none. */
  const lastUse = new Uint32Array(combinations);
  const rounds = new Map(groups.map((group) => [group, { at: 0, seen: new Uint32Array(group.ids.length) }]));
  let test = 0;
  return (group) => {
    const round = rounds.get(group);
    test++;
    for (;;) {
      const at = round?.at ?? 0;
      const id = group.ids[at];
      if (round === undefined || id === undefined) return {};
      const isFree = round.seen[at] === lastUse[id];
      if (isFree) lastUse[id] = test;
      round.seen[at] = lastUse[id] ?? 0;
      round.at = (at + 1) % group.ids.length;
      if (isFree) return group.choices[at] ?? {};
    }
  };
}

function groupPlaces({ axes, offset, places }: AssignOptions) {
  const byAxes = new Map<string, readonly Values[]>();
  const keys = places.map((pins) => {
    const choice = pinned(axes, pins);
    const key = JSON.stringify(choice);
    if (!byAxes.has(key)) byAxes.set(key, walk(choice, offset));
    return key;
  });
  /** Combination → how much the groups that can take it depend on it: a group of one needs that one. */
  const demand = new Map<string, number>();
  for (const choices of byAxes.values())
    for (const key of choices.map(keyOf)) demand.set(key, (demand.get(key) ?? 0) + 1 / choices.length);
  const ids = new Map([...demand.keys()].map((key, id) => [key, id]));
  const groups = new Map(
    [...byAxes].map(([key, walked]) => {
      const demandOf = (values: Values) => demand.get(keyOf(values)) ?? 0;
      // Choices that other groups depend on least come first, so that those of a pinned scenario are still unused.
      const choices = byAxes.size === 1 ? walked : walked.toSorted((a, b) => demandOf(a) - demandOf(b));
      return [key, { choices, ids: choices.map((values) => ids.get(keyOf(values)) ?? 0) }];
    }),
  );
  const nothing: Group = { choices: [], ids: [] };
  return {
    groups: [...groups.values()],
    groupOf: (place: number) => groups.get(keys[place] ?? '') ?? nothing,
    combinations: demand.size,
  };
}

/** Webhooks assigned during the search; a search of this size takes a few milliseconds. */
const SEARCH_LIMIT = 5_000;

/**
 * Where the next run begins, so that it does not repeat the combinations of this one within a minute: right after this run if all
 * its tests have the same choices. If their pins differ, walks differ in length; then it is the nearest offset at which the same
 * plan shares the fewest combinations with this one.
 */
export function nextOffset(options: AssignOptions): number {
  const length = walkLength(options.axes);
  const straightOn = (options.offset + options.count) % length;
  const [first, ...others] = options.places.map((pins) => JSON.stringify(pins));
  const alike = others.every((pins) => pins === first);
  if (alike || length * options.count > SEARCH_LIMIT) return straightOn;
  const used = combinationsOf(options);
  let best = { offset: straightOn, shared: Number.POSITIVE_INFINITY };
  for (let step = 0; step < length && best.shared > 0; step++) {
    const offset = (straightOn + step) % length;
    const combinations = combinationsOf({ ...options, offset });
    const shared = [...combinations].filter((key) => used.has(key)).length;
    if (shared < best.shared) best = { offset, shared };
  }
  return best.offset;
}

function combinationsOf(options: AssignOptions): ReadonlySet<string> {
  const next = assignCombinations(options).newAssigner();
  return new Set(
    Array.from({ length: options.count }, (_, test) => keyOf(next(test % options.places.length))),
  );
}
