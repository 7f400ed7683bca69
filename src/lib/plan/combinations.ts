/**
 * Deals out combinations of dimension values so that tests of one run differ for as long as they can: real targets
 * refuse two webhooks that agree in every dimension within a minute.
 */
import type { Scalar } from '../model.ts';

export type Values = Readonly<Record<string, Scalar>>;
export type Axes = Readonly<Record<string, readonly Scalar[]>>;

/** A group of tests with the same pinned values; a pin may lie outside the dimension's list. */
export interface Demand {
  readonly pins: Values;
  readonly tests: number;
}

export interface Deal {
  /** The next combination for a test of demand number `demand`. */
  readonly next: (demand: number) => Values;
  /** How many different combinations an unpinned test can have; 1 without dimensions. */
  readonly combinations: number;
  /** Tests that repeat a combination used before, over all demands. */
  readonly repeated: number;
}

/** More combinations than this are not enumerated; the walk then covers the first so many. */
export const COMBINATIONS_LIMIT = 100_000;

/**
 * Groups with the fewest possible combinations choose first, each always the least used one, in walk order from
 * `offset`: so a pinned scenario does not find its only combination taken by one that had a choice.
 */
export function dealCombinations(options: {
  readonly axes: Axes;
  readonly offset: number;
  readonly demands: readonly Demand[];
}): Deal {
  const walks = options.demands.map((demand) => walk(pinned(options.axes, demand.pins), options.offset));
  const uses = new Map<string, number>();
  const shares = walks.map((choices) => new Uint32Array(choices.length));
  let repeated = 0;
  const constrainedFirst = options.demands
    .map((demand, number) => ({ demand, number }))
    .sort((a, b) => lengthOf(walks, a.number) - lengthOf(walks, b.number));
  for (const { demand, number } of constrainedFirst) {
    const choices = walks[number] ?? [];
    const share = shares[number] ?? new Uint32Array(0);
    const keys = choices.map(keyOf);
    const pick = leastUsed(keys, uses);
    for (let test = 0; test < demand.tests; test++) {
      const chosen = pick();
      if (chosen.usedBefore) repeated++;
      share[chosen.at] = (share[chosen.at] ?? 0) + 1;
    }
  }
  const cursors = walks.map(() => ({ at: 0, lap: 0 }));
  return {
    combinations: walkLength(options.axes),
    repeated,
    next: (demand) => nextInWalk(walks[demand] ?? [], shares[demand] ?? new Uint32Array(0), cursors[demand]),
  };
}

/** Number of combinations of all axes, at most {@link COMBINATIONS_LIMIT}. */
export function walkLength(axes: Axes): number {
  let length = 1;
  for (const values of Object.values(axes)) length = Math.min(length * values.length, COMBINATIONS_LIMIT);
  return length;
}

function lengthOf(walks: readonly (readonly Values[])[], number: number): number {
  return walks[number]?.length ?? 0;
}

function pinned(axes: Axes, pins: Values): Axes {
  const result: Record<string, readonly Scalar[]> = {};
  for (const [name, values] of Object.entries(axes)) {
    const pin = pins[name];
    result[name] = pin === undefined ? values : [pin];
  }
  return result;
}

/** All combinations, the first axis changing fastest, beginning at `offset`. */
function walk(axes: Axes, offset: number): readonly Values[] {
  const entries = Object.entries(axes);
  const length = walkLength(axes);
  return Array.from({ length }, (_, step) => {
    let rest = (offset + step) % length;
    const values: Record<string, Scalar> = {};
    for (const [name, choices] of entries) {
      const value = choices[rest % choices.length];
      if (value !== undefined) values[name] = value;
      rest = Math.floor(rest / choices.length);
    }
    return values;
  });
}

function keyOf(values: Values): string {
  return JSON.stringify(Object.values(values));
}

/** Picks the least used key; of several the next one in order. Linear over all laps, not per pick. */
function leastUsed(keys: readonly string[], uses: Map<string, number>) {
  let level = 0;
  let at = 0;
  return (): { at: number; usedBefore: boolean } => {
    for (;;) {
      for (; at < keys.length; at++) {
        const key = keys[at] ?? '';
        const used = uses.get(key) ?? 0;
        if (used <= level) {
          uses.set(key, used + 1);
          return { at: at++, usedBefore: used > 0 };
        }
      }
      at = 0;
      level++;
    }
  };
}

/** Walks on to the next combination that still has a share on this lap. */
function nextInWalk(
  choices: readonly Values[],
  share: Uint32Array,
  cursor: { at: number; lap: number } | undefined,
) {
  if (cursor === undefined || choices.length === 0) return {};
  for (let step = 0; step <= 2 * choices.length; step++) {
    if (cursor.at === choices.length) {
      cursor.at = 0;
      cursor.lap++;
    }
    const at = cursor.at++;
    if ((share[at] ?? 0) > cursor.lap) return choices[at] ?? {};
  }
  throw new RangeError('More combinations asked for than were demanded.');
}
