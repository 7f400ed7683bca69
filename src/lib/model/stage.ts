/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */

/** A source of evidence for a stage. */
export type EvidenceSource = 'response' | 'trace' | 'http' | 'sql';

/** The evidence of each source; null if the stage does not use the source. */
export interface StageEvidence {
  readonly response: Statement | null;
  readonly trace: Statement | null;
  readonly http: Statement | null;
  readonly sql: Statement | null;
}

/** A step of the target's pipeline in one test. */
export interface StageResult {
  readonly name: string;
  readonly state: StageState;
  /** The test is broken if its webhook does not reach this stage. */
  readonly required: boolean;
  readonly evidence: StageEvidence;
  /** Duration of the stage's span, in milliseconds. */
  readonly durationMs: number | null;
  /** The problem in a few words. */
  readonly detail: string | null;
  /** Why it could not be checked: such as `no-followed-trace` or `probe-failed`. */
  readonly reasons?: readonly string[];
}

/** The state of a stage in a test. */
export type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified' | 'not-reached';

/** A step of the pipeline over all tests. */
export interface StageSummary {
  readonly name: string;
  /** Tests. */
  readonly ok: number;
  /** Tests. */
  readonly slow: number;
  /** Tests. */
  readonly failed: number;
  /** Tests. */
  readonly missing: number;
  /** Tests. */
  readonly unverified: number;
  /** Tests. */
  readonly notReached: number;
  /** Tests whose webhook got stuck here. */
  readonly stuck: number;
}

/** The evidence of one source for a stage. confirms: the stage happened. contradicts: something else happened. absent: the source would show the stage if it had happened, and does not. unknown: the source cannot show it. */
export type Statement = 'confirms' | 'contradicts' | 'absent' | 'unknown';

/** Where a webhook got stuck. */
export interface StuckAt {
  /** The first stage that failed or is missing, with no reached stage after it. */
  readonly stage: string;
  /** The last stage known to be reached, if those in between could not be checked. */
  readonly after: string | null;
}
