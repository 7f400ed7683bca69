/** What is expected of a trace, and of the stages it proves. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { HttpProbe, SqlProbe } from './probe.ts';

/** Every field that is there has to fit; each is a list of alternatives with `*` as a wildcard. */
export interface SpanPattern {
  readonly name: readonly string[];
  readonly op: readonly string[];
  readonly service: readonly string[];
  /** Attribute name → alternatives. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export type Severity = 'error' | 'warn' | 'off';

/** The six checks of the guide for a trace. */
export type TraceCheck = 'errors' | 'slow' | 'missing' | 'external-calls' | 'database' | 'routing';

export interface SpanExpectation {
  /** For people: `ab-routing`. */
  readonly label: string;
  /** The stage that it is the span or a part of; null for none. */
  readonly stage: string | null;
  readonly pattern: SpanPattern;
  /** Which of the checks a missing span belongs to. */
  readonly check: 'missing' | 'external-calls' | 'database' | 'routing';
  /** A missing span is an error whatever the check's severity. */
  readonly required: boolean;
  readonly minCount: number;
  /** Null for no upper bound. */
  readonly maxCount: number | null;
  readonly maxDurationMs: number | null;
  /** Label of an expectation whose span has to be an ancestor; null for anywhere. */
  readonly inside: string | null;
  /** Label of an expectation whose span has to have begun earlier; null for any order. */
  readonly after: string | null;
}

export interface TraceExpectation {
  readonly spans: readonly SpanExpectation[];
  readonly checks: Readonly<Record<TraceCheck, Severity>>;
}

/** A search for background work in traces of its own, e.g. `span.name:process signalId:{{response.signal_id}}`. */
export interface FollowSearch {
  readonly query: string;
  readonly withinMs: number;
  /** The service keeps every trace, so that one that is not found is not there. */
  readonly always: boolean;
}

/** A step of the user's pipeline and what proves that it happened. */
export interface StageExpectation {
  readonly name: string;
  /** Names of the stages that come before it. */
  readonly after: readonly string[];
  /** Its span is in the test's own trace, also where background work is followed. */
  readonly ownTrace: boolean;
  /** Its span; null where a trace proves nothing about it. */
  readonly span: SpanPattern | null;
  /** Further spans that belong to it, by label. */
  readonly parts: readonly { readonly label: string; readonly pattern: SpanPattern }[];
  /** Dotted path in the response; null where the response proves nothing about it. */
  readonly response: string | null;
  /** Asked after the sending; null for no such probe. */
  readonly http: HttpProbe | null;
  readonly sql: SqlProbe | null;
  readonly maxDurationMs: number | null;
  readonly required: boolean;
}

/** Where an expected span that is missing would stand in a trace. */
export interface MissingPlace {
  readonly label: string;
  /** The span that it was expected below; null for a root, or where that is unknown. */
  readonly parentSpanId: string | null;
  /** The sibling that it comes right after; of one with neither neighbor the place is at the end. */
  readonly afterSpanId?: string;
  /** The sibling that it comes right before. */
  readonly beforeSpanId?: string;
  /** What belongs inside of it, in the order expected: spans that are there, and further ones that are missing. */
  readonly below?: readonly (MissingPlace | { readonly spanId: string })[];
}
