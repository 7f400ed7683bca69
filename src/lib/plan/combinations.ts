/** The combinations of dimension values as a walk: each once, in an order that every run can resume. */
import type { Scalar } from '../model/json.ts';

export type Values = Readonly<Record<string, Scalar>>;
export type Axes = Readonly<Record<string, readonly Scalar[]>>;

/** Maximum number of enumerated combinations; the walk then covers the first ones. */
export const COMBINATIONS_LIMIT = 100_000;

/** Number of combinations of all axes, at most {@link COMBINATIONS_LIMIT}; 1 without axes. */
export function walkLength(axes: Axes): number {
  let length = 1;
  for (const values of Object.values(axes))
    length = Math.min(length * new Set(values).size, COMBINATIONS_LIMIT);
  return length;
}

/** A pinned axis has only the pinned value, which need not be one of the axis. */
export function pinned(axes: Axes, pins: Values): Axes {
  const fixed = (name: string, values: readonly Scalar[]) => {
    const pin = Object.hasOwn(pins, name) ? pins[name] : undefined;
    return pin === undefined ? values : [pin];
  };
  return Object.fromEntries(Object.entries(axes).map(([name, values]) => [name, fixed(name, values)]));
}

/** All combinations, the first axis changing fastest, beginning at `offset`. */
export function walk(axes: Axes, offset: number): readonly Values[] {
  const entries = Object.entries(axes).map(([name, values]) => [name, [...new Set(values)]] as const);
  const length = walkLength(axes);
  return Array.from({ length }, (_, step) => {
    let rest = (offset + step) % length;
    const combination = entries.flatMap(([name, values]) => {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(combination);
  });
}

/** Equal for combinations that a target would treat as the same. */
export function keyOf(values: Values): string {
  return JSON.stringify(Object.values(values));
}
