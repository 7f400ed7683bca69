/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */

/** What a probe of a specimen read. */
export interface ProbedRow {
  readonly stage: string;
  readonly source: 'http' | 'sql';
  /** What the probe read, with the values that were expected. */
  readonly row: string;
}

/** A Sentry issue of a saved trace. */
export interface SavedIssue {
  /** `API-7`; null if Sentry has none. */
  readonly shortId: string | null;
  readonly issueId: string | null;
  readonly message: string;
  /** `error`, `fatal`, `warning` and others, as in Sentry. */
  readonly level: string;
  readonly url: string | null;
}

/** The full evidence of one working or broken test of its scenario. */
export interface Specimen {
  /** The test's own trace. */
  readonly own: SpecimenTrace;
  /** Background work in separate traces, one entry per search. */
  readonly followed: readonly SpecimenWork[];
  readonly probes: readonly ProbedRow[];
  /** Nothing more was expected of the trace: what is not in it is missing. */
  readonly complete: boolean;
  /** What exceeded a limit and is not saved in full; empty if nothing did. */
  readonly cut: readonly ('spans' | 'attributes' | 'texts' | 'issues' | 'probes')[];
}

/** A span of a specimen. */
export interface SpecimenSpan {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly op: string | null;
  readonly service: string;
  /** Root span of a service within the trace. */
  readonly isSegment: boolean;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  /** Duration of the span, in milliseconds. */
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  readonly statusMessage: string | null;
  /** Attributes that expectations name, and those that identify a service or a release. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly issues: readonly SavedIssue[];
}

/** One trace of a specimen. */
export interface SpecimenTrace {
  readonly traceId: string;
  /** Parents before their children. */
  readonly spans: readonly SpecimenSpan[];
  /** Issues whose span is not in the trace. */
  readonly issues: readonly SavedIssue[];
}

/** Background work of a specimen. */
export interface SpecimenWork {
  /** The search as sent to Sentry. */
  readonly searched: string;
  /** The service keeps every trace, so a trace that is not found does not exist. */
  readonly always: boolean;
  /** Why the search failed; null if it did not. */
  readonly problem: string | null;
  /** One trace per attempt, oldest first; empty if nothing was found. */
  readonly traces: readonly SpecimenTrace[];
}
