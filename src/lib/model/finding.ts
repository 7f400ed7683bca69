/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */

/** A missing required field is an error, a recommended one a warning. */
export type FieldLevel = 'required' | 'recommended';

/** One thing noticed about a test or a run. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable, lower kebab case: `connect-timeout`, `http-5xx`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
  /** What to try first; null where there is nothing useful to say. */
  readonly hint: string | null;
  /** Dotted path of the field that it is about. */
  readonly field?: string;
  /** The stage that it is about. */
  readonly stage?: string;
  /** What it comes from, in a few words: `Sentry responded with HTTP 503`. */
  readonly cause?: string;
  /** What is worse than in that run: `CHOP fails, worked before`; only there with baseline. */
  readonly change?: string;
  /** The run that it says this one is worse than. */
  readonly baseline?: string;
}

/** What one check has to say about a test. */
export interface Judgment {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
}

/** A field that the response should have and does not. */
export interface MissingField {
  /** Dotted path. */
  readonly field: string;
  readonly level: FieldLevel;
}
