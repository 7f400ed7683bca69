/** How far webhooks came. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

export type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified';

/** What one kind of evidence says about a stage; null where that kind was not asked for. */
export interface StageEvidence {
  readonly response: StageState | null;
  readonly trace: StageState | null;
  readonly http: StageState | null;
  readonly sql: StageState | null;
}

/** One stage of one test. */
export interface StageResult {
  readonly name: string;
  readonly state: StageState;
  readonly evidence: StageEvidence;
  /** Of the stage's span; null where none was seen. */
  readonly durationMs: number | null;
  /** What is wrong, in a few words; null when nothing is. */
  readonly detail: string | null;
}

/** One stage over all tests. Counts are tests. */
export interface StageSummary {
  readonly name: string;
  readonly ok: number;
  readonly slow: number;
  readonly failed: number;
  readonly missing: number;
  readonly unverified: number;
  /** Tests for which this was the first stage that is not ok. */
  readonly stuck: number;
}
