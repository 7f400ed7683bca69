/** One test with everything that is known about it. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Cause } from './cause.ts';
import type { Attempt, Timings } from './delivery.ts';
import type { Finding, MissingField } from './finding.ts';
import type { PlainScalar } from './json.ts';
import type { WebhookRequest } from './plan.ts';
import type { RepeatResult } from './repeat.ts';
import type { StoredResponse } from './response.ts';
import type { StageResult, StuckAt } from './stage.ts';

export type Verdict = 'working' | 'broken';

/** `skipped`: not tried. `unverified`: tried, could not be judged. */
export type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

/** Why a trace that was looked for could not be judged. */
export type UnverifiedReason =
  | 'not-found'
  | 'only-our-spans'
  | 'sampled-out'
  | 'late'
  | 'not-settled'
  | 'unauthorized'
  | 'org-mismatch'
  | 'unavailable'
  | 'api-error';

export interface TraceResult {
  readonly traceId: string;
  /** Where a person can look at it; null while the organisation is unknown. */
  readonly url: string | null;
  readonly state: TraceState;
  readonly reason: UnverifiedReason | null;
  /** Spans read back, ours included; null where the trace was not read. */
  readonly spanCount: number | null;
  /** How the wait for it went; null where the trace was not read. */
  readonly wait: TraceWait | null;
  /** Background work that was searched for, one entry a search. */
  readonly followed: readonly FollowedWork[];
  /** What was read, in the order of a tree, at most {@link MAX_SAVED_SPANS}; empty where the trace was not read. */
  readonly spans: readonly SavedSpan[];
  readonly findings: readonly Finding[];
}

/** Spans of a trace, with those of the background work it set off, that a result keeps. */
export const MAX_SAVED_SPANS = 100;

/** A span as a waterfall needs it. */
export interface SavedSpan {
  readonly name: string;
  readonly op: string | null;
  readonly service: string;
  /** 0 for a root; of a parent the children stand below it. */
  readonly depth: number;
  /** From the beginning of the earliest span that was read. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  /** Of background work in a trace of its own. */
  readonly followed: boolean;
}

export interface FollowedWork {
  /** The search as sent to Sentry. */
  readonly searched: string;
  readonly found: boolean;
  /** Of the attempts found, oldest first; the last one is judged. */
  readonly traceIds: readonly string[];
}

export interface TraceWait {
  readonly polls: number;
  readonly waitedMs: number;
  /** Labels of expected spans that had not come when the wait ended. */
  readonly awaited: readonly string[];
}

export interface TestResult {
  readonly testId: string;
  readonly index: number;
  readonly name: string;
  /** Where a replayed payload comes from: `orders.ndjson, line 17`; only there where it was replayed. */
  readonly from?: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, PlainScalar>>;
  readonly verdict: Verdict;
  /** Passed, but only after a retry. */
  readonly flaky: boolean;
  readonly startedAt: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
  readonly request: WebhookRequest;
  readonly response: StoredResponse | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  /** Only there where it is a webhook to be sent again. Its errors and warnings are among those of the test, too. */
  readonly repeat?: RepeatResult;
  readonly trace: TraceResult;
  readonly stages: readonly StageResult[];
  /** Null where it did not get stuck, or nobody can tell. */
  readonly stuckAt: StuckAt | null;
  /** Why it is broken or has a warning; null where it is neither. */
  readonly cause: Cause | null;
  /** It expects to be accepted; false where a refusal is the right response. */
  readonly expectsAcceptance: boolean;
}
