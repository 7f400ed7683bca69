/** What a comparison of two runs says. Plain readonly data; durations are milliseconds and end in `Ms`. */
import type { RunStatus } from '../../model/report.ts';

export interface ComparedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly status: RunStatus;
  readonly target: string;
  readonly tests: number;
}

/** `more-often` and `less-often` are about broken tests; `missing` and `found` about data and stages. */
export type ChangeKind =
  | 'broken'
  | 'more-often'
  | 'fixed'
  | 'less-often'
  | 'missing'
  | 'found'
  | 'slower'
  | 'faster';

export interface Change {
  readonly kind: ChangeKind;
  /** It is worse than before. */
  readonly regression: boolean;
  /** Null for all scenarios together. */
  readonly scenario: string | null;
  /** Null where it is about the whole answer. */
  readonly stage: string | null;
  /** Dotted path of missing data. */
  readonly field: string | null;
  /** The stage before it of the same scenario whose change this one came with, and whose message names it; else null. */
  readonly follows: string | null;
  /** For people: what has changed, without saying where. */
  readonly message: string;
}

/** `too-few`: samples of these sizes cannot show a change. */
export type LatencyVerdict = 'slower' | 'faster' | 'no-change' | 'too-few';

export interface LatencyChange {
  readonly scenario: string | null;
  readonly stage: string | null;
  readonly base: LatencySide;
  readonly head: LatencySide;
  /** Adjusted for the number of tests made; null where there are too few values. */
  readonly p: number | null;
  readonly verdict: LatencyVerdict;
}

export interface LatencySide {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

export interface Comparison {
  readonly schemaVersion: 1;
  readonly base: ComparedRun;
  readonly head: ComparedRun;
  readonly regression: boolean;
  /** What is worse first. */
  readonly changes: readonly Change[];
  readonly latency: readonly LatencyChange[];
  /** What to bear in mind: other targets, scenarios of one run only, a run that was cut off. */
  readonly notes: readonly string[];
}
