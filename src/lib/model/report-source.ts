/** A report as formatters read it, and values that belong to its types. */
import type { ReportHead, SentryDelivery } from './report.ts';
import type { TestResult } from './result.ts';
import type { StageState, StageSummary } from './stage.ts';

/** A report whose results can be read repeatedly, without keeping all of them in memory. */
export interface ReportSource {
  /** How commands refer to the run: its id, or its path if it is elsewhere; null if it is not saved or unknown. */
  readonly savedAs: string | null;
  readonly head: ReportHead;
  readonly results: () => AsyncIterable<TestResult>;
}

/** Nothing was sent to Sentry, or nothing is known about it. */
export const NO_DELIVERY: SentryDelivery = {
  enabled: false,
  host: null,
  accepted: 0,
  refused: [],
  dropped: 0,
  failed: 0,
  pending: 0,
  retryAfterSeconds: null,
};

/** Maximum number of spans saved per result, including those of background work. */
export const MAX_SAVED_SPANS = 100;

/** Further left-overs are counted, not listed. */
export const MAX_LISTED_LEFTOVERS = 1_000;

export type StageCount = Exclude<keyof StageSummary, 'name'>;

/** The field that counts a state. */
export function countKey(state: StageState): StageCount {
  return state === 'not-reached' ? 'notReached' : state;
}
