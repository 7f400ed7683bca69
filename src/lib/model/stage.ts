/** How far webhooks came. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

/**
 * What one source says about a stage: `confirms` (it shows that the stage happened), `contradicts` (it shows something
 * else), `absent` (it was able to see the stage, and nothing is there), `unknown` (it was not able to see it).
 */
export type Statement = 'confirms' | 'contradicts' | 'absent' | 'unknown';

/** The kinds of evidence. `trace` is the test's own trace together with those of background work. */
export type EvidenceSource = 'response' | 'trace' | 'http' | 'sql';

/** The statement of each source; null for one that the stage does not name, or that was not requested. */
export type StageEvidence = Readonly<Record<EvidenceSource, Statement | null>>;

export type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified' | 'not-reached';

/** One stage of one test. */
export interface StageResult {
  readonly name: string;
  readonly state: StageState;
  /** A test whose webhook did not come this far is broken. */
  readonly required: boolean;
  readonly evidence: StageEvidence;
  /** Of the stage's span; null where none was found. */
  readonly durationMs: number | null;
  /** Why it has this state, and what else there is to know, in a few words; null where there is nothing to say. */
  readonly detail: string | null;
  /** Why it could not be checked, as stable codes such as `no-followed-trace`; only there where it is unverified. */
  readonly reasons?: readonly string[];
}

/** Where a webhook got stuck. */
export interface StuckAt {
  /** The first stage that failed or is missing with no reached stage after it. */
  readonly stage: string;
  /** The last stage known to be reached, where those between it and `stage` could not be checked; null otherwise. */
  readonly after: string | null;
}

/** One stage over all tests. Counts are tests. */
export interface StageSummary {
  readonly name: string;
  readonly ok: number;
  readonly slow: number;
  readonly failed: number;
  readonly missing: number;
  readonly unverified: number;
  readonly notReached: number;
  /** Tests whose webhook got stuck here. */
  readonly stuck: number;
}

export type StageCount = Exclude<keyof StageSummary, 'name'>;

/** Under which key a state is counted. */
export function countKey(state: StageState): StageCount {
  return state === 'not-reached' ? 'notReached' : state;
}
