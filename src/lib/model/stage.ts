/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */

/** Where evidence of a stage comes from. */
export type EvidenceSource = 'response' | 'trace' | 'http' | 'sql';

/** What each source says; null where the stage does not name the source. */
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
  /** A test whose webhook did not get this far is broken. */
  readonly required: boolean;
  readonly evidence: StageEvidence;
  /** Duration of the stage's span, in milliseconds. */
  readonly durationMs: number | null;
  /** What is wrong, in a few words. */
  readonly detail: string | null;
  /** Why it could not be checked: `no-followed-trace`, `probe-failed` and the like. */
  readonly reasons?: readonly string[];
}

/** What became of one stage in one test. */
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

/** What one source says about a stage. confirms: the stage happened. contradicts: something else happened. absent: the source would have seen the stage, and it is not there. unknown: the source was not able to see it. */
export type Statement = 'confirms' | 'contradicts' | 'absent' | 'unknown';

/** Where a webhook got stuck. */
export interface StuckAt {
  /** The first stage that failed or is missing, with no reached stage after it. */
  readonly stage: string;
  /** The last stage known to be reached, where those in between could not be checked. */
  readonly after: string | null;
}
