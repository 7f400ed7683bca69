/** What differs between two sets of traces: base, such as the last working ones, and head, such as the broken ones. */
import type { Place } from './trace-nodes.ts';

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
      /** The failed span of the same service before it; null if no span failed before it. */
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
  /** Absent from one side, whose traces do not prove absence: partial, or background work that may be sampled. */
  readonly cannotSay: readonly {
    readonly place: Place;
    readonly absentFrom: 'base' | 'head';
    readonly because: 'partial' | 'sampled';
  }[];
}
