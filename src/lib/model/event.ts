/** The events of a run. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Finding } from './finding.ts';
import type { ReportHead, RunFacts } from './report.ts';
import type { TestResult } from './result.ts';

/** Hosts that a run contacts in addition to the target and Sentry: `api.example.com` or `db.example.com:5432`. */
export interface FurtherContacts {
  /** Queried by probes. */
  readonly probes: readonly string[];
  /** Called by clean-up. */
  readonly cleanup: readonly string[];
  /** Where alerts are sent; absent without alerts. */
  readonly alerts?: readonly string[];
}

export interface PlannedScenario {
  readonly name: string;
  /** Number of tests; null if it is not known before the run (a shard of replayed payloads). */
  readonly tests: number | null;
}

/** An event of a run, for the progress view. */
export type RunEvent =
  | {
      readonly type: 'runStarted';
      readonly facts: RunFacts;
      /** In the order of the plan. */
      readonly scenarios: readonly PlannedScenario[];
      /** Webhooks: the planned tests and their resends. */
      readonly sends: number;
      /** `host:port` of the proxy that connects to the target. */
      readonly proxy: string | null;
      /** Host that receives the traces. */
      readonly tracesTo: string | null;
      readonly contacts: FurtherContacts;
    }
  | {
      readonly type: 'testSent';
      readonly index: number;
      readonly name: string;
      readonly scenario: string;
    }
  | {
      /** The next request waits: a retry or a resend of a test, or the next test at the planned rate. */
      readonly type: 'sendingPaused';
      readonly for: 'retry' | 'resend' | 'rate';
      /** Number of the test that waits; null for the rate. */
      readonly index: number | null;
      readonly resumesInMs: number;
    }
  | { readonly type: 'testJudged'; readonly result: TestResult }
  | { readonly type: 'notice'; readonly finding: Finding }
  | { readonly type: 'tracesAwaited'; readonly count: number; readonly deadlineMs: number }
  | { readonly type: 'probesAwaited'; readonly count: number; readonly deadlineMs: number }
  | { readonly type: 'cleaningUp'; readonly count: number; readonly deadlineMs: number }
  | {
      readonly type: 'waiting';
      readonly for: 'traces' | 'probes' | 'cleanup';
      /** What has arrived and what is missing: `3 of 5 traces complete; waiting for ab-routing in trace 4`. */
      readonly progress: string;
      /** Time until the next query, if Sentry asked for a pause; otherwise null. */
      readonly resumesInMs: number | null;
    }
  | { readonly type: 'sendingEnded'; readonly sent: number; readonly skippedBecause: string | null }
  | { readonly type: 'runFinished'; readonly head: ReportHead };
