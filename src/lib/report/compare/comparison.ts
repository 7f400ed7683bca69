/** The result of comparing two runs. Plain readonly data; durations are milliseconds and end in `Ms`. */
import type { RunStatus } from '../../model/report.ts';
import { countOf } from '../../terminal/quantities.ts';

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

/** Identifies a change: unique within a comparison. */
export interface ChangeKey {
  readonly kind: ChangeKind;
  /** Null for all scenarios together. */
  readonly scenario: string | null;
  /** Null for the response as a whole. */
  readonly stage: string | null;
  /** Dotted path of the missing field. */
  readonly field: string | null;
}

export interface Change extends ChangeKey {
  /** Worse than before. */
  readonly regression: boolean;
  /** The change with the same cause whose message includes this one; null for a change with another cause. */
  readonly follows: ChangeKey | null;
  /** For people: what has changed, but not where. */
  readonly message: string;
}

/** `too-few`: too few saved tests. `too-varied`: saved latencies vary too much for a single test to show a slowdown. */
export type LatencyVerdict = 'slower' | 'faster' | 'no-change' | 'too-few' | 'too-varied';

export interface LatencyChange {
  readonly scenario: string | null;
  readonly stage: string | null;
  /** Of the saved runs. */
  readonly base: LatencySide;
  readonly head: LatencySide;
  /** A median above this counts as slower; null if unknown. */
  readonly limitMs: number | null;
  readonly verdict: LatencyVerdict;
  /** It changed on its own; false if it only moved with all other scenarios, or has not changed. */
  readonly standsOut: boolean;
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
  /** Ids of the runs whose latencies define the usual one, the base first. */
  readonly saved: readonly string[];
  /** False if the base has no test of any scenario that the head sent. */
  readonly compared: boolean;
  readonly regression: boolean;
  /** Regressions first. */
  readonly changes: readonly Change[];
  readonly latency: readonly LatencyChange[];
  /** Why latency was not compared, for all or some scenarios, without a period; null if it was compared for all. */
  readonly notJudged: string | null;
  /** What to bear in mind: different targets, scenarios in only one of the runs, a run that ended early. */
  readonly notes: readonly string[];
}

/** The first words of a finding about a regression. */
export function worseThan(runId: string): string {
  return `Worse than run ${runId}`;
}

/** `CHOP`, `CHOP at ab-routing`, `ab-routing`, `all scenarios` */
export function placeOf({ scenario, stage }: Pick<Change, 'scenario' | 'stage'>): string {
  if (stage === null) return scenario ?? 'all scenarios';
  return scenario === null ? stage : `${scenario} at ${stage}`;
}

/** `base`, `12 saved runs` */
export function savedText({ saved }: Comparison): string {
  return saved.length < 2 ? 'base' : countOf(saved.length, 'saved run');
}

export function nothingText({ base }: Comparison): string {
  return `nothing was compared: run ${base.runId} has no working test of any scenario of the head`;
}
