/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */

/** A missing required field is an error, a recommended one a warning. */
export type FieldLevel = 'required' | 'recommended';

/** One problem or notable fact about a test or a run. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable, lower kebab case: `connect-timeout`, `http-5xx`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** What to try first; null without useful advice. */
  readonly hint: string | null;
  /** Dotted path of the field in question. */
  readonly field?: string;
  /** The stage in question. */
  readonly stage?: string;
  /** The HTTP status of the response, if the message is about it. */
  readonly status?: number;
  /** The cause in a few words: `Sentry responded with HTTP 503`, `Connection refused`. */
  readonly cause?: string;
  /** What got worse since the baseline: `CHOP fails, worked before`; only present with baseline. */
  readonly change?: string;
  /** The run that this one is compared with and worse than. */
  readonly baseline?: string;
}

/** What one check has to say about a test. */
export interface Judgment {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
}

/** A field that is missing in the response. */
export interface MissingField {
  /** Dotted path. */
  readonly field: string;
  readonly level: FieldLevel;
}
