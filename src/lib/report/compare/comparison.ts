/** What a comparison of two runs says. Plain readonly data; durations are milliseconds and end in `Ms`. */
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

/** Which change it is: no two of a comparison have the same. */
export interface ChangeKey {
  readonly kind: ChangeKind;
  /** Null for all scenarios together. */
  readonly scenario: string | null;
  /** Null where it is about the whole response. */
  readonly stage: string | null;
  /** Dotted path of missing data. */
  readonly field: string | null;
}

export interface Change extends ChangeKey {
  /** It is worse than before. */
  readonly regression: boolean;
  /** The change that has the same cause, and whose message names this one; null for one that stands by itself. */
  readonly follows: ChangeKey | null;
  /** For people: what has changed, without saying where. */
  readonly message: string;
}

/** `too-few`: too few tests are saved. `too-varied`: saved ones vary so much that one test cannot show a slow-down. */
export type LatencyVerdict = 'slower' | 'faster' | 'no-change' | 'too-few' | 'too-varied';

export interface LatencyChange {
  readonly scenario: string | null;
  readonly stage: string | null;
  /** Of the saved runs. */
  readonly base: LatencySide;
  readonly head: LatencySide;
  /** A larger median would be slower; null where that is unknown. */
  readonly limitMs: number | null;
  readonly verdict: LatencyVerdict;
  /** It has changed by itself; false where it only moves with all other scenarios, and where it has not changed. */
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
  /** The runs whose latencies show what is usual, the base first. */
  readonly saved: readonly string[];
  /** False where the base has nothing of what the head sent. */
  readonly compared: boolean;
  readonly regression: boolean;
  /** What is worse first. */
  readonly changes: readonly Change[];
  readonly latency: readonly LatencyChange[];
  /** Why latency, or that of some scenarios, was not compared, without its period; null where all was. */
  readonly notJudged: string | null;
  /** What to bear in mind: other targets, scenarios of one run only, a run that was cut off. */
  readonly notes: readonly string[];
}

/** What a finding about a regression begins with. */
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
