/** What alerts report of a run, and what is remembered of them from run to run. Plain readonly data; points in time are ISO 8601 in UTC. */

/** What shows that a scenario is broken, and so has to show that it works again: the response, or what is behind it. */
export type Proof = 'response' | 'trace';

/** Why a scenario is broken in one run: all of its broken tests with one kind of cause. */
export interface Cause {
  readonly scenario: string;
  /** The kind of cause: `target`, `stage data-enrichment`, `http-4xx 422`. */
  readonly slot: string;
  /** The same for the same cause, in every scenario and run. */
  readonly key: string;
  /** Of the first finding. */
  readonly code: string;
  readonly proof: Proof;
  readonly stage: string | null;
  /** In the words of the report, without the stage. */
  readonly message: string;
  readonly hint: string | null;
  /** Broken tests of it. */
  readonly tests: number;
  /** Judged tests of the scenario. */
  readonly judged: number;
  readonly failing: FailingTest;
}

/** The test to open. */
export interface FailingTest {
  readonly testId: string;
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters, of the span that the target's spans hang below; null where it is not known. */
  readonly spanId: string | null;
  /** Null while the organization is unknown. */
  readonly traceUrl: string | null;
  /** Of the issue in Sentry; null where the cause has none. */
  readonly issueUrl: string | null;
  /** A response came, so that there may be spans of the target in the trace. */
  readonly responded: boolean;
}

/** A scenario that an outage broke. */
export interface OutageScenario {
  readonly name: string;
  /** Of its first finding, in the run that it last failed in. */
  readonly code: string;
  readonly proof: Proof;
  readonly stage: string | null;
  /** Consecutive runs in which it worked since it last failed; 0 while it fails. */
  readonly worked: number;
}

/** One failure, in all scenarios that it breaks, from its first failing run until all of them work again. */
export interface Outage {
  readonly key: string;
  readonly slot: string;
  /** Start of the first of the consecutive failing runs. */
  readonly since: string;
  /** Consecutive failing runs; 0 once all scenarios worked. */
  readonly failedRuns: number;
  readonly scenarios: readonly OutageScenario[];
  /** Of the last failing run. */
  readonly last: {
    readonly runId: string;
    readonly startedAt: string;
    /** Of the scenario with most broken tests; `tests` and `judged` are those of all scenarios of the outage. */
    readonly cause: Cause;
  };
}

/** An outage that a notifier reported, or tried to, and whose end it has not reported. */
export interface SentAlert {
  /** Of the outage. */
  readonly key: string;
  /** As it was reported. */
  readonly since: string;
  /** Start of the run that reported it last; null where no message has been delivered. */
  readonly toldAt: string | null;
}

/** One message: an outage began, goes on (a reminder), or is over. */
export interface Change {
  readonly kind: 'broken' | 'still-broken' | 'working';
  readonly outage: Outage;
  readonly since: string;
  /** Scenarios of the outage that another cause breaks now; only there once it is over. */
  readonly brokenOtherwise: readonly string[];
}

/** The run as messages show it; secrets masked. */
export interface AlertFacts {
  readonly runId: string;
  readonly target: string;
  readonly profile: string | null;
  readonly environment: string;
  /** Each shard runs a part of the tests, and reports on that part alone. */
  readonly shard: { readonly index: number; readonly total: number } | null;
  readonly startedAt: string;
  /** The target is the sandbox of the run. */
  readonly sandbox?: true;
  /** No command can look at the run. */
  readonly unsaved?: true;
}
