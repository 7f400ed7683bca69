/**
 * What differs between two sets of traces of one scenario, such as the last working ones (base) and the broken ones (head).
 * A difference must hold between all traces of one side and all of the other, so that what also varies within a side is none.
 */
import { compareAttributes } from './attributes.ts';
import type { Difference, TraceDiff } from './difference.ts';
import { compareDurations } from './durations.ts';
import { comparePresence } from './presence.ts';
import { createSides } from './side.ts';
import type { DiffTrace } from './trace-nodes.ts';

const ORDER: readonly Difference['kind'][] = [
  'failing',
  'missing',
  'slower',
  'count',
  'moved',
  'new',
  'service-slower',
  'attribute',
  'recovered',
  'faster',
  'service-faster',
];

/** Nothing differs from a side without traces. */
export function diffTraces(base: readonly DiffTrace[], head: readonly DiffTrace[]): TraceDiff {
  if (base.length === 0 || head.length === 0) return { differences: [], cannotSay: [] };
  const sides = createSides(base, head);
  const presence = comparePresence(sides);
  const differences = [
    ...presence.differences,
    ...compareDurations(sides, presence.parents),
    ...compareAttributes(sides),
  ];
  return {
    differences: differences.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    cannotSay: presence.cannotSay,
  };
}
