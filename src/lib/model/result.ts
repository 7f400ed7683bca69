/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
import type { Finding, MissingField } from './finding.ts';
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
  /** The request was written, if only in part, so the target may have received it. */
  readonly mayHaveArrived: boolean;
}

/** Why a test is broken or has a warning. */
export interface Cause {
  /** The stage it comes from; null where it is not about one. */
  readonly stage: string | null;
  /** What it was read from; connection: there was no response. */
  readonly source: 'response' | 'trace' | 'http' | 'sql' | 'connection';
  /** What happened: `status "rejected" (expected "approved")`. */
  readonly message: string;
  /** What a failed span says about it. */
  readonly because?: string;
  /** The failed span, from its stage's span on: `data-enrichment > fetch-gex-data`. */
  readonly span?: string;
  readonly issue?: CauseIssue;
  /** What a probe read. */
  readonly row?: string;
}

/** Sentry's issue of a failure. */
export interface CauseIssue {
  /** `API-7`; null where Sentry gave none. */
  readonly shortId: string | null;
  readonly url: string | null;
}

/** Why there is no complete response. */
export interface Failure {
  readonly kind: FailureKind;
  /** `Request failed: Connection timeout`. */
  readonly message: string;
  /** Node's or TLS's own code, such as `ECONNREFUSED`, or `HTTP_407` of a proxy. */
  readonly code: string | null;
}

/** What kept a response from coming in full. */
export type FailureKind = 'dns' | 'refused' | 'unreachable' | 'connect-timeout' | 'tls' | 'reset' | 'response-timeout' | 'body-timeout' | 'truncated' | 'too-large' | 'protocol' | 'proxy' | 'aborted';

/** Background work in traces of its own. */
export interface FollowedWork {
  /** The search as sent to Sentry. */
  readonly searched: string;
  readonly found: boolean;
  /** Of the attempts found, oldest first; the last one is judged. */
  readonly traceIds: readonly string[];
}

/** The same webhook resent. Its errors and warnings are among those of the test, too. */
export interface RepeatResult {
  readonly treatedAs: TreatedAs;
  /** What shows it, or why nothing does: `status DUPLICATE`. */
  readonly because: string;
  /** Empty where it was not resent after all; because says why. */
  readonly sends: readonly RepeatedSend[];
}

/** The same id, idempotency key and bytes, sent once more. */
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
  /** 32 hex characters: it has a trace of its own. */
  readonly traceId: string;
}

/** A span as a waterfall needs it. */
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
  /** Of background work in a trace of its own. */
  readonly followed: boolean;
}

/** A response as a report holds it. */
export interface StoredResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Cut where bodyCut is true. */
  readonly body: string;
  /** Length of the complete body in bytes, after decompression. */
  readonly bodyBytes: number;
  readonly bodyCut: boolean;
}

/** One webhook: what was sent, what came back, what was noticed. */
export interface TestResult {
  /** `<run id>-<index>`. */
  readonly testId: string;
  /** 1 for the first test of the run. */
  readonly index: number;
  /** Scenario and ordinal, `CHOP #2`: the same from run to run. */
  readonly name: string;
  /** Where a replayed payload comes from: `orders.ndjson, line 17`. */
  readonly from?: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, string | number | boolean>>;
  readonly verdict: Verdict;
  /** Passed, but only after a retry, and the target may have received an earlier attempt as well. */
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
  /** Null where it did not get stuck, or where that is unknown. */
  readonly stuckAt: StuckAt | null;
  /** Null where it is neither broken nor has a warning. */
  readonly cause: Cause | null;
  /** False where a refusal is the right response. */
  readonly expectsAcceptance: boolean;
}

/** Phases of the request; null where a phase did not take place. */
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

/** What Sentry has of a test. */
export interface TraceResult {
  /** 32 hex characters. */
  readonly traceId: string;
  /** Its page in Sentry; null while the organization is unknown. */
  readonly url: string | null;
  readonly state: TraceState;
  /** Why it is unverified. */
  readonly reason: UnverifiedReason | null;
  /** Spans read back, those of prod-e2e included; null where the trace was not read. */
  readonly spanCount: number | null;
  /** How the wait for the trace went; null where it was not read. */
  readonly wait: TraceWait | null;
  /** Background work that was searched for, one entry a search. */
  readonly followed: readonly FollowedWork[];
  /** What was read, in the order of a tree, at most 100 spans. */
  readonly spans: readonly SavedSpan[];
  readonly findings: readonly Finding[];
}

/** skipped: not read. unverified: read, but it could not be judged. */
export type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

/** How the wait for a trace went. */
export interface TraceWait {
  /** How often the trace was read. */
  readonly polls: number;
  /** Duration of the wait, in milliseconds. */
  readonly waitedMs: number;
  /** Labels of expected spans that had not arrived when the wait ended. */
  readonly awaited: readonly string[];
}

/** What the target made of a resend; unknown: the responses do not show it. */
export type TreatedAs = 'one-event' | 'second-event' | 'unknown';

/** What the target made of a resend, and what shows it. */
export interface Treatment {
  readonly treatedAs: TreatedAs;
  /** What shows it, or why nothing does: `status DUPLICATE`. */
  readonly because: string;
}

/** Why a trace could not be judged. */
export type UnverifiedReason = 'not-found' | 'only-our-spans' | 'sampled-out' | 'late' | 'not-settled' | 'unauthorized' | 'org-mismatch' | 'unavailable' | 'api-error';

/** A test with an error is broken. */
export type Verdict = 'working' | 'broken';

/** A webhook as it is sent. */
export interface WebhookRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; secrets masked in a report. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent, as UTF-8 text. */
  readonly body: string;
}
