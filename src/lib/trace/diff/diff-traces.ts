/**
 * What differs between two sets of traces of one scenario, such as the last working ones (base) and the broken ones (head).
 * A difference must hold between all traces of one side and all of the other, so that what also varies within a side is none.
 */
import { compareAttributes } from './attributes.ts';
import { compareDurations } from './durations.ts';
import { comparePresence } from './presence.ts';
import { createSides } from './side.ts';
import type { DiffTrace, Place } from './trace-nodes.ts';

/** In how many traces of how many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export type Difference =
  | {
      readonly kind: 'failing' | 'recovered';
      readonly place: Place;
      readonly base: Share;
      readonly head: Share;
    }
  | {
      /** missing: in every base trace and in no head trace; new: the reverse. */
      readonly kind: 'missing' | 'new';
      readonly place: Place;
      readonly base: Share;
      readonly head: Share;
      /** Further spans inside it that differ in the same way. */
      readonly inside: number;
      /** The failed span of its service that it comes after; null if there is none. */
      readonly after: Place | null;
    }
  | { readonly kind: 'moved'; readonly place: Place; readonly to: Place }
  /** Spans of this place per trace. */
  | { readonly kind: 'count'; readonly place: Place; readonly base: Range; readonly head: Range }
  /** Median time without children, in milliseconds. */
  | {
      readonly kind: 'slower' | 'faster';
      readonly place: Place;
      readonly baseMs: number;
      readonly headMs: number;
    }
  /** Median time of all spans of a service that no slower or faster span explains, in milliseconds. */
  | {
      readonly kind: 'service-slower' | 'service-faster';
      readonly service: string;
      readonly baseMs: number;
      readonly headMs: number;
    }
  | {
      readonly kind: 'attribute';
      readonly service: string;
      /** Null if the attribute belongs to the service as a whole. */
      readonly place: Place | null;
      readonly attribute: string;
      readonly base: readonly string[];
      readonly head: readonly string[];
    };

export interface TraceDiff {
  /** The most telling first. */
  readonly differences: readonly Difference[];
  /** Absent from one side, whose traces do not show what they lack: partial, or background work that may be sampled. */
  readonly cannotSay: readonly {
    readonly place: Place;
    readonly absentFrom: 'base' | 'head';
    readonly because: 'partial' | 'sampled';
  }[];
}

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

/** Of either side, the oldest trace first. Nothing differs from a side without traces. */
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
