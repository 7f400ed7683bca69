/** What a run needs: its settings, and the ports through which it acts. */

import type { CleanupPort } from '../cleanup/call.ts';
import type { FurtherContacts, RunEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts } from '../model/report.ts';
import type { Alerts } from '../notify/alerts.ts';
import type { BaselinePort } from '../report/compare/prepare-baseline.ts';
import type { FailOn } from '../report/digest/outcome.ts';
import type { Threshold } from '../report/digest/threshold.ts';
import type { HistoryPort } from '../report/history/broken-since.ts';
import type { ChangesPort } from '../report/history/changes.ts';
import type { Recorder } from '../report/store/recorder.ts';
import type { QuietSpell } from '../safety/quiet-hours.ts';
import type { Redact } from '../secrets/redact.ts';
import type { Pace } from '../send/pacing.ts';
import type { Tracer } from '../send/trace.ts';
import type { Sender } from '../send/traced-sender.ts';
import type { ResponseValidator } from '../validate/response-validator.ts';
import type { ProbePort } from '../verify/prepare-probes.ts';
import type { TracePort, VerificationSettings } from '../verify/prepare-traces.ts';
import type { Duplicates, EarlierRun } from './duplicates.ts';

/** What a run has as soon as it is confirmed. */
export interface ReadyRun {
  readonly plan: Plan;
  /** Nothing is sent once these begin; null for none. */
  readonly quiet: QuietSpell | null;
}

export interface RunSettings extends ReadyRun {
  readonly facts: RunFacts;
  readonly pace: Pace & {
    /** Without a rate: the minimum gap between two sends, in milliseconds; 0 for none. */
    readonly gapMs: number;
  };
  /** Skip the rest after several tests in a row that could not connect. */
  readonly bail: boolean;
  /** Number of broken tests after which the rest is skipped; null for never. */
  readonly maxFailures: number | null;
  readonly thresholds: readonly Threshold[];
  readonly failOn: readonly FailOn[];
  /** A required stage that could not be checked fails the run. */
  readonly requireStages: boolean;
  readonly flushTimeoutMs: number;
  /** Known before the run began. */
  readonly findings: readonly Finding[];
}

export interface RunPorts {
  readonly tracer: Tracer;
  /** `host:port` of the proxy that connects to the target, for the view; null without one. */
  readonly proxy: string | null;
  /** Where the traces go, for the view; null when they are not reported. */
  readonly tracesTo: string | null;
  readonly sender: Sender;
  readonly judge: ResponseValidator;
  readonly duplicates: Duplicates;
  /** The newest saved run against the same target, or null. */
  readonly latestRun: EarlierRun | null;
  readonly recorder: Recorder;
  readonly redact: Redact;
  /** Dotted paths of payloads and responses that are masked. */
  readonly redactPaths: readonly string[];
  readonly traceUrl: (traceId: string) => string | null;
  /** How stages and traces are judged after sending; null without stages and traces. */
  readonly verification: VerificationSettings | null;
  /** Reads traces back after sending; null if that is off or not possible. */
  readonly traces: TracePort | null;
  /** Run after sending; null if no stage has a probe. */
  readonly probes: ProbePort | null;
  /** Called once tests are judged; null without clean-up. */
  readonly cleanup: CleanupPort | null;
  /** Sends alerts and check-ins; null where none are configured. */
  readonly alerts: Alerts | null;
  /** Where probes and clean-up go, for the view. */
  readonly contacts: FurtherContacts;
  /** Null without `--baseline`, or before the first one exists. */
  readonly baseline: BaselinePort | null;
  readonly history: HistoryPort;
  readonly changes: ChangesPort;
  readonly emit: (event: RunEvent) => void;
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Aborted when the run is to stop; the reason is the signal's name, or `abort` from a program that calls the library. */
  readonly stop: AbortSignal;
}
