/** The valid part of a configuration, so that the checks after the schema can report their problems at the same time. */
import { isPlain, type Path, valueAt } from '../paths.ts';

export interface UsablePart {
  readonly value: unknown;
  /** The paths that were removed. */
  readonly broken: readonly Path[];
}

/** Each round removes more: removing one problem may reveal another. */
const ROUNDS = 6;

/** @param options.invalidPaths the paths that the schema refuses */
export function usablePart(
  root: unknown,
  {
    unusable,
    invalidPaths,
  }: { readonly unusable: readonly Path[]; readonly invalidPaths: (value: unknown) => readonly Path[] },
): UsablePart {
  const broken: Path[] = [];
  let value = root;
  const take = (places: readonly Path[]) => {
    for (const place of places) {
      const out = removable(value, place);
      broken.push(out);
      value = without(value, out);
    }
  };
  take(unusable);
  for (let round = 1; round <= ROUNDS; round++) {
    const places = invalidPaths(value);
    if (places.length === 0) break;
    // The last rounds remove whole keys.
    take(round > ROUNDS - 2 ? places.map((place) => place.slice(0, 1)) : places);
  }
  return { value, broken };
}

/** Whether a path is inside or around something that was removed. */
export function isTouched(place: Path, broken: readonly Path[]): boolean {
  return broken.some((each) => {
    const length = Math.min(each.length, place.length);
    return each.slice(0, length).every((step, at) => String(step) === String(place[at]));
  });
}

/** A missing value is a problem of its parent; list items keep their indexes, so a list is removed as a whole. */
function removable(root: unknown, place: Path): Path {
  let out = place;
  while (out.length > 1) {
    if (typeof out.at(-1) !== 'number' && valueAt(root, out) !== undefined) return out;
    out = out.slice(0, -1);
  }
  return out;
}

function without(root: unknown, place: Path): unknown {
  const [step, ...rest] = place;
  if (step === undefined) return {};
  if (Array.isArray(root)) return root.map((item, at) => (at === step ? without(item, rest) : item));
  if (!isPlain(root)) return root;
  const entries = Object.entries(root).filter(([key]) => rest.length > 0 || key !== step);
  return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? without(item, rest) : item]));
}
