/** How the verification of a run is set up. */
import type {
  FollowSearch,
  SpanExpectation,
  StageExpectation,
  TraceExpectation,
} from '../model/trace-expectation.ts';
import type { UsualDurations } from '../trace/judging/usual-limit.ts';

export interface VerificationSettings {
  readonly stages: readonly StageExpectation[];
  /** Further spans, besides those of the stages. */
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly follow: readonly FollowSearch[];
  readonly usualDurations: UsualDurations;
  readonly limit: number;
  readonly deadlineMs: number;
  readonly intervalMs: number;
  /** After which a trace that lacks only optional spans is taken as complete; null for the usual time. */
  readonly settleMs: number | null;
}
