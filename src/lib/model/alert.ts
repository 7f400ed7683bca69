/** What there is to tell of a run to those who do not read its report. Plain readonly data. */

/** Why a scenario is broken: all of its broken tests with the same first error. */
export interface Cause {
  readonly scenario: string;
  /** Of the finding. */
  readonly code: string;
  /** Of the first test. */
  readonly message: string;
  readonly hint: string | null;
  /** Broken tests of it. */
  readonly tests: number;
  /** Judged tests of the scenario. */
  readonly judged: number;
  readonly failing: FailingTest;
}

/** The test to look at. */
export interface FailingTest {
  readonly testId: string;
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters, of the span that the target's spans hang below; null where it is not known. */
  readonly spanId: string | null;
  /** Where a person can look at the trace; null while the organisation is unknown. */
  readonly traceUrl: string | null;
}

/** What a notifier was told of and has not been told the end of. Points in time are ISO 8601 in UTC. */
export interface Told {
  /** Unique among what a notifier was told. */
  readonly key: string;
  readonly scenario: string;
  readonly code: string;
  /** Start of the run that was told first. */
  readonly since: string;
  /** Start of the run that was told last. */
  readonly toldAt: string;
}

/** One change of state, or a reminder of one. */
export type Change =
  | {
      readonly kind: 'broken' | 'still-broken';
      readonly key: string;
      readonly cause: Cause;
      readonly since: string;
    }
  | { readonly kind: 'working'; readonly key: string; readonly told: Told };

/** The run as messages tell it; secrets masked. */
export interface AlertFacts {
  readonly runId: string;
  readonly target: string;
  readonly profile: string | null;
  readonly environment: string;
  /** Each shard sees a part of the tests, and tells of that alone. */
  readonly shard: { readonly index: number; readonly total: number } | null;
  readonly startedAt: string;
}
