/** A report as renderers read it, and values that go with its types. */
import type { ReportHead, SentryDelivery } from './report.ts';
import type { TestResult } from './result.ts';
import type { StageState, StageSummary } from './stage.ts';

/** A report whose results are read as often as a renderer needs them, never all held at once. */
export interface ReportSource {
  /** What commands name the run by: its id, or its path where it is elsewhere; null where it is not saved, or unknown. */
  readonly savedAs: string | null;
  readonly head: ReportHead;
  readonly results: () => AsyncIterable<TestResult>;
}

/** Nothing was reported, or nothing is known about it. */
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

/** Spans of a trace, with those of the background work it set off, that a result holds. */
export const MAX_SAVED_SPANS = 100;

/** More left-overs than this are counted, not listed. */
export const MAX_LISTED_LEFTOVERS = 1_000;

export type StageCount = Exclude<keyof StageSummary, 'name'>;

/** The key under which a state is counted. */
export function countKey(state: StageState): StageCount {
  return state === 'not-reached' ? 'notReached' : state;
}
