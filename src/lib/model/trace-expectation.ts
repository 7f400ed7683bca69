/** Expectations for a trace and for the stages that it confirms. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { HttpProbe, SqlProbe } from './probe.ts';

/** Every field that is set must match; each is a list of alternatives with `*` as a wildcard. */
export interface SpanPattern {
  readonly name: readonly string[];
  readonly op: readonly string[];
  readonly service: readonly string[];
  /** Attribute name → alternatives. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export type Severity = 'error' | 'warn' | 'off';

/** The guide's six checks for a trace. */
export type TraceCheck = 'errors' | 'slow' | 'missing' | 'external-calls' | 'database' | 'routing';

export interface SpanExpectation {
  /** For people: `ab-routing`. */
  readonly label: string;
  /** The stage that the span belongs to; null for none. */
  readonly stage: string | null;
  readonly pattern: SpanPattern;
  /** The check that reports it if it is missing. */
  readonly check: 'missing' | 'external-calls' | 'database' | 'routing';
  /** If missing, it is an error at any severity of the check. */
  readonly required: boolean;
  readonly minCount: number;
  /** Null for no maximum. */
  readonly maxCount: number | null;
  readonly maxDurationMs: number | null;
  /** Label of the expectation whose span must be an ancestor; null for none. */
  readonly inside: string | null;
  /** Label of the expectation whose span must begin earlier; null for none. */
  readonly after: string | null;
}

export interface TraceExpectation {
  readonly spans: readonly SpanExpectation[];
  readonly checks: Readonly<Record<TraceCheck, Severity>>;
}

/** A search for background work in separate traces, e.g. `span.name:process signalId:{{response.signal_id}}`. */
export interface FollowSearch {
  readonly query: string;
  readonly withinMs: number;
  /** The service keeps every trace, so a trace that is not found does not exist. */
  readonly always: boolean;
}

/** A step of the user's pipeline and the evidence for it. */
export interface StageExpectation {
  readonly name: string;
  /** Names of the preceding stages. */
  readonly after: readonly string[];
  /** Its span is in the test's own trace, even if background work is followed. */
  readonly ownTrace: boolean;
  /** Its span; null if traces give no evidence. */
  readonly span: SpanPattern | null;
  /** Further spans of the stage, by label. */
  readonly parts: readonly { readonly label: string; readonly pattern: SpanPattern }[];
  /** Dotted path in the response; null if the response gives no evidence. */
  readonly response: string | null;
  /** Run after sending; null for no HTTP probe. */
  readonly http: HttpProbe | null;
  readonly sql: SqlProbe | null;
  readonly maxDurationMs: number | null;
  readonly required: boolean;
}

/** Where a missing span was expected in a trace. */
export interface MissingPlace {
  readonly label: string;
  /** The expected parent span; null for a root or if unknown. */
  readonly parentSpanId: string | null;
  /** The sibling right before it; without a neighbor, the span's place is at the end. */
  readonly afterSpanId?: string;
  /** The sibling right after it. */
  readonly beforeSpanId?: string;
  /** What was expected inside it, in order: existing spans and further missing ones. */
  readonly below?: readonly (MissingPlace | { readonly spanId: string })[];
}
