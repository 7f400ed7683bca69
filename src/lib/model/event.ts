/** The events of a run. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Finding } from './finding.ts';
import type { ReportHead, RunFacts } from './report.ts';
import type { TestResult } from './result.ts';

/** Hosts besides those of the target and of Sentry, `api.example.com` or `db.example.com:5432`. */
export interface FurtherContacts {
  /** Asked by probes. */
  readonly probes: readonly string[];
  /** Called by clean-up. */
  readonly cleanup: readonly string[];
  /** Where alerts go; absent where there are none. */
  readonly alerts?: readonly string[];
}

/** An event of a run; the view draws it. */
export type RunEvent =
  | {
      readonly type: 'runStarted';
      readonly facts: RunFacts;
      /** Webhooks: the planned tests, and what is sent again on purpose. */
      readonly sends: number;
      /** `host:port` of the proxy that connects to the target. */
      readonly proxy: string | null;
      /** Host that the traces are reported to. */
      readonly tracesTo: string | null;
      readonly contacts: FurtherContacts;
    }
  | { readonly type: 'testSent'; readonly index: number; readonly name: string }
  | { readonly type: 'testJudged'; readonly result: TestResult }
  | { readonly type: 'notice'; readonly finding: Finding }
  | { readonly type: 'tracesAwaited'; readonly count: number; readonly deadlineMs: number }
  | { readonly type: 'probesAwaited'; readonly count: number; readonly deadlineMs: number }
  | { readonly type: 'cleaningUp'; readonly count: number; readonly deadlineMs: number }
  | {
      readonly type: 'waiting';
      readonly for: 'traces' | 'probes' | 'cleanup';
      /** What has come and what is waited for: `3 of 5 traces complete; waiting for ab-routing in trace 4`. */
      readonly progress: string;
      /** When Sentry is queried again, where it asked for a pause; else null. */
      readonly resumesInMs: number | null;
    }
  | { readonly type: 'sendingEnded'; readonly sent: number; readonly skippedBecause: string | null }
  | { readonly type: 'runFinished'; readonly head: ReportHead };
