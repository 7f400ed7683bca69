/** How the verification of a run is set up. */
import type {
  FollowSearch,
  SpanExpectation,
  StageExpectation,
  TraceExpectation,
} from '../model/trace-expectation.ts';

export interface VerificationSettings {
  readonly stages: readonly StageExpectation[];
  /** Further spans, besides those of the stages. */
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly follow: readonly FollowSearch[];
  /** Stage name → milliseconds that are usual for it. */
  readonly usualDurations: ReadonlyMap<string, number>;
  readonly limit: number;
  readonly deadlineMs: number;
  readonly intervalMs: number;
  /** After which a trace that lacks only optional spans is taken as complete; null for the usual time. */
  readonly settleMs: number | null;
}
