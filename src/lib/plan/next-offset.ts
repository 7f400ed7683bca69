/** Where the next run begins, so that it does not repeat the combinations of this one within a minute. */

import { type AssignOptions, assignCombinations } from './assign-combinations.ts';
import { keyOf, walkLength } from './combinations.ts';

/** Webhooks dealt while searching; a search of this size takes a few milliseconds. */
const SEARCH_LIMIT = 5_000;

/**
 * Right behind this run where all its tests have the same choice. Where some are pinned otherwise than others, walks
 * differ in length, and the way on is the nearest offset at which the same plan has least in common with this one.
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
    const again = combinationsOf({ ...options, offset });
    const shared = [...again].filter((key) => used.has(key)).length;
    if (shared < best.shared) best = { offset, shared };
  }
  return best.offset;
}

function combinationsOf(options: AssignOptions): ReadonlySet<string> {
  const next = assignCombinations(options).dealer();
  return new Set(
    Array.from({ length: options.count }, (_, test) => keyOf(next(test % options.places.length))),
  );
}
