/** What alerts say about a run, and what is remembered between runs. Plain readonly data; points in time are ISO 8601 in UTC. */

import type { BrokenSince } from './report.ts';

/** The evidence that a scenario is broken, which must also show that it works again: the response or the trace (with probes). */
export type EvidenceSource = 'response' | 'trace';

/** Why a scenario is broken in one run: all its broken tests with the same kind of cause. */
export interface Cause {
  readonly scenario: string;
  /** The kind of cause: `target`, `stage data-enrichment`, `http-4xx 422`. */
  readonly slot: string;
  /** Equal for the same cause in every scenario and run. */
  readonly key: string;
  /** Of the first finding. */
  readonly code: string;
  readonly evidence: EvidenceSource;
  readonly stage: string | null;
  /** The report's message, without the stage. */
  readonly message: string;
  readonly hint: string | null;
  /** Number of broken tests with this cause. */
  readonly tests: number;
  /** Number of judged tests of the scenario. */
  readonly judged: number;
  readonly failing: FailingTest;
}

/** The test to open. */
export interface FailingTest {
  readonly testId: string;
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters: the parent of the target's spans; null if unknown. */
  readonly spanId: string | null;
  /** Null if the organization is unknown. */
  readonly traceUrl: string | null;
  /** The issue in Sentry; null if the cause has none. */
  readonly issueUrl: string | null;
  /** There was a response, so the trace may contain spans of the target. */
  readonly responded: boolean;
}

/** A scenario broken by an outage. */
export interface OutageScenario {
  readonly name: string;
  /** Code of its first finding, in the last run in which it failed. */
  readonly code: string;
  readonly evidence: EvidenceSource;
  readonly stage: string | null;
  /** Consecutive runs in which it worked since it last failed; 0 while it fails. */
  readonly worked: number;
}

/** One problem in all the scenarios that it breaks, from its first failing run until all of them work again. */
export interface Outage {
  readonly key: string;
  readonly slot: string;
  /** Start of the first of the consecutive failing runs. */
  readonly since: string;
  /** Consecutive failing runs; 0 once all scenarios work. */
  readonly failedRuns: number;
  readonly scenarios: readonly OutageScenario[];
  /** The last failing run. */
  readonly last: {
    readonly runId: string;
    readonly startedAt: string;
    /** The cause in the scenario with the most broken tests; `tests` and `judged` cover all scenarios of the outage. */
    readonly cause: Cause;
  };
}

/** An outage that a notifier reported or tried to report, and whose end it has not reported yet. */
export interface SentAlert {
  /** The outage's key. */
  readonly key: string;
  /** As reported. */
  readonly since: string;
  /** Start of the run that reported it last; null if no message was delivered. */
  readonly reportedAt: string | null;
}

/** The content of one message: an outage began, continues (a reminder), or ended. */
export interface Change {
  readonly kind: 'broken' | 'still-broken' | 'working';
  readonly outage: Outage;
  readonly since: string;
  /** Scenarios of an ended outage that are now broken for another reason. */
  readonly brokenOtherwise: readonly string[];
}

/** The run as shown in messages; secrets masked. */
export interface AlertFacts {
  readonly runId: string;
  readonly target: string;
  readonly profile: string | null;
  readonly environment: string;
  /** Each shard runs and reports only a part of the tests. */
  readonly shard: { readonly index: number; readonly total: number } | null;
  readonly startedAt: string;
  /** What the run found out about its broken scenarios. */
  readonly brokenSince: readonly Pick<BrokenSince, 'traceId' | 'changed'>[];
  /** The target is the run's own sandbox. */
  readonly sandbox?: true;
  /** The run is not saved, so no command can show it. */
  readonly unsaved?: true;
}
