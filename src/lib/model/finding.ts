/** What is noticed about a test or a run. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

/** One thing noticed about a test or a run. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable and machine readable, lower kebab case: `status`, `connect-timeout`, `recommended-missing`. */
  readonly code: string;
  readonly message: string;
  /** What to try first; null where there is nothing useful to say. */
  readonly hint: string | null;
}

export interface MissingField {
  /** Dotted path. */
  readonly field: string;
  readonly level: 'required' | 'recommended';
}

/** What one room has to say about a test. */
export interface Judgement {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
}
