/** What is noticed about a test or a run. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

/** One thing noticed about a test or a run. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable and machine readable, lower kebab case: `status`, `connect-timeout`, `recommended-missing`. */
  readonly code: string;
  readonly message: string;
  /** What to try first; null where there is nothing useful to say. */
  readonly hint: string | null;
  /** Dotted path of the field that it is about; only there where it is about one. */
  readonly field?: string;
  /** The stage that it is about; only there where it is about one. */
  readonly stage?: string;
  /** What it comes from, in a few words: `Sentry responded with HTTP 503`; only there where that is known. */
  readonly cause?: string;
  /** The run that it says this one is worse than; only there where it says so. */
  readonly baseline?: string;
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
