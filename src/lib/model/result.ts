/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
import type { Finding, MissingField } from './finding.ts';
import type { Specimen } from './specimen.ts';
import type { StageResult, StuckAt } from './stage.ts';

/** One attempt to send a webhook. */
export interface Attempt {
  /** Start of the attempt: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Duration of the attempt, in milliseconds. */
  readonly durationMs: number;
  /** HTTP status; null without a response. */
  readonly status: number | null;
  readonly failure: Failure | null;
  /** At least a part of the request was written, so the target may have received it. */
  readonly mayHaveArrived: boolean;
}

/** Why a test is broken or has a warning. */
export interface Cause {
  /** The stage where it happened; null without one. */
  readonly stage: string | null;
  /** The evidence it comes from; connection: there was no response. */
  readonly source: 'response' | 'trace' | 'http' | 'sql' | 'connection';
  /** What happened: `status "rejected" (expected "approved")`, `the provider answered 503`; null if the failed span has no message. */
  readonly message: string | null;
  /** If a probe decided: the message of the failed span; null if it has none. */
  readonly because?: string | null;
  /** Names of the spans from the stage's own to the failed one: `data-enrichment`, `fetch-gex-data`. */
  readonly span?: readonly string[];
  /** Class of the failed span's exception, such as `TimeoutError`; absent if it is only `Error`. */
  readonly exception?: string;
  /** The missing span, as the configuration names it. */
  readonly missingSpan?: string;
  /** The HTTP status that the probe got. */
  readonly status?: number;
  /** The last stage, if it is confirmed although there was no response. */
  readonly processed?: { readonly stage: string; readonly state: 'ok' | 'slow' };
  readonly issue?: CauseIssue;
  /** What a probe read. */
  readonly row?: string;
}

/** The Sentry issue of a failure. */
export interface CauseIssue {
  /** `API-7`; null if Sentry has none. */
  readonly shortId: string | null;
  readonly url: string | null;
}

/** Why there is no complete response. */
export interface Failure {
  readonly kind: FailureKind;
  /** `Connection timeout`. */
  readonly message: string;
  /** Node's or TLS's own code, such as `ECONNREFUSED`; null without one. */
  readonly code: string | null;
  /** The HTTP status that is the failure, such as 407 from a proxy. */
  readonly status?: number;
}

/** Why there is no complete response. */
export type FailureKind = 'dns' | 'refused' | 'unreachable' | 'connect-timeout' | 'tls' | 'reset' | 'response-timeout' | 'body-timeout' | 'truncated' | 'too-large' | 'protocol' | 'proxy' | 'aborted';

/** Background work in separate traces. */
export interface FollowedWork {
  /** The search as sent to Sentry. */
  readonly searched: string;
  readonly found: boolean;
  /** Trace ids of the attempts found, oldest first; the last one is judged. */
  readonly traceIds: readonly string[];
}

/** The resends of a webhook. Their errors and warnings are also among those of the test. */
export interface RepeatResult {
  readonly treatedAs: TreatedAs;
  /** The evidence, or why it is missing: `status DUPLICATE`. */
  readonly because: string;
  /** Empty if it was not resent after all; because has the reason. */
  readonly sends: readonly RepeatedSend[];
}

/** A resend with the same id, idempotency key and bytes. */
export interface RepeatedSend {
  /** Start of the first attempt: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
  /** Null without a response. */
  readonly response: StoredResponse | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  /** 32 hex characters; each resend has its own trace. */
  readonly traceId: string;
}

/** A span, with what a waterfall shows of it. */
export interface SavedSpan {
  readonly name: string;
  readonly op: string | null;
  readonly service: string;
  /** 0 for a root; children stand below their parent. */
  readonly depth: number;
  /** From the beginning of the earliest span that was read, in milliseconds. */
  readonly startMs: number;
  /** Duration of the span, in milliseconds. */
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  /** Part of background work in a separate trace. */
  readonly followed: boolean;
}

/** A response as saved in a report. */
export interface StoredResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Truncated if bodyCut is true. */
  readonly body: string;
  /** Length of the complete body in bytes, after decompression. */
  readonly bodyBytes: number;
  readonly bodyCut: boolean;
}

/** One test: the request, the response and the findings. */
export interface TestResult {
  /** `<run id>-<index>`. */
  readonly testId: string;
  /** 1 for the first test of the run. */
  readonly index: number;
  /** Scenario and ordinal, `CHOP #2`: the same in every run. */
  readonly name: string;
  /** Source of a replayed payload: `orders.ndjson, line 17`. */
  readonly from?: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, string | number | boolean>>;
  readonly verdict: Verdict;
  /** Passed only after a retry, and the target may also have received an earlier attempt. */
  readonly flaky: boolean;
  /** Start of the first attempt: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
  readonly request: WebhookRequest;
  /** Null without a response. */
  readonly response: StoredResponse | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly repeat?: RepeatResult;
  readonly trace: TraceResult;
  readonly stages: readonly StageResult[];
  /** Null if it did not get stuck, or if that is unknown. */
  readonly stuckAt: StuckAt | null;
  /** Null if the test is neither broken nor has a warning. */
  readonly cause: Cause | null;
  /** Of the first working and the first broken test of each scenario whose traces were read. */
  readonly specimen?: Specimen;
  /** False if a refusal is the right response. */
  readonly expectsAcceptance: boolean;
}

/** Phases of the request; null if a phase did not take place. */
export interface Timings {
  /** Waiting for a socket, in milliseconds. */
  readonly waitMs: number | null;
  /** Name resolution, in milliseconds. */
  readonly dnsMs: number | null;
  /** TCP connection, in milliseconds. */
  readonly tcpMs: number | null;
  /** TLS handshake, in milliseconds. */
  readonly tlsMs: number | null;
  /** Sending the request, in milliseconds. */
  readonly requestMs: number | null;
  /** From the end of the request to the first byte of the response, in milliseconds. */
  readonly firstByteMs: number | null;
  /** Reading the response, in milliseconds. */
  readonly downloadMs: number | null;
  /** From the start of the request (with --rate: its planned start) to the last byte or the failure, in milliseconds. */
  readonly totalMs: number;
  /** With --rate: how much later than planned the request started; contained in totalMs, in milliseconds. */
  readonly lateMs: number;
}

/** A test's trace in Sentry. */
export interface TraceResult {
  /** 32 hex characters. */
  readonly traceId: string;
  /** Its page in Sentry; null if the organization is unknown. */
  readonly url: string | null;
  readonly state: TraceState;
  /** Why it is unverified. */
  readonly reason: UnverifiedReason | null;
  /** Number of spans read, including those of prod-e2e; null if the trace was not read. */
  readonly spanCount: number | null;
  /** The wait for the trace; null if it was not read. */
  readonly wait: TraceWait | null;
  /** Searches for background work. */
  readonly followed: readonly FollowedWork[];
  /** The spans read, parents before children, at most 100. */
  readonly spans: readonly SavedSpan[];
  readonly findings: readonly Finding[];
}

/** skipped: not read. unverified: read, but it could not be judged. */
export type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

/** The wait for a trace. */
export interface TraceWait {
  /** How often the trace was read. */
  readonly polls: number;
  /** Duration of the wait, in milliseconds. */
  readonly waitedMs: number;
  /** Labels of expected spans that were still missing at the end of the wait. */
  readonly awaited: readonly string[];
}

/** How the target treated a resend; unknown: the responses do not show it. */
export type TreatedAs = 'one-event' | 'second-event' | 'unknown';

/** How the target treated a resend, and the evidence. */
export interface Treatment {
  readonly treatedAs: TreatedAs;
  /** The evidence, or why it is missing: `status DUPLICATE`. */
  readonly because: string;
}

/** Why a trace could not be judged. */
export type UnverifiedReason = 'not-found' | 'only-our-spans' | 'sampled-out' | 'late' | 'not-settled' | 'unauthorized' | 'org-mismatch' | 'unavailable' | 'api-error';

/** A test with an error is broken. */
export type Verdict = 'working' | 'broken';

/** A webhook as sent. */
export interface WebhookRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; secrets masked in a report. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as sent, as UTF-8 text. */
  readonly body: string;
}
