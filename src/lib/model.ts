/**
 * The types that cross rooms: scenario → plan → delivery → judgement → result → report.
 * Plain readonly data. Durations are milliseconds and end in `Ms`; points in time are ISO 8601 in UTC.
 */

export type Scalar = string | number | boolean;
export type Json = null | Scalar | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

// ── what can be sent ─────────────────────────────────────────────────────────────────────────────

/** One way an answer's status may be right: an exact code, or a class such as `2xx`. */
export type StatusPattern = number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** What an answer has to look like. Empty lists, empty records and null check nothing. */
export interface Expectation {
  readonly status: readonly StatusPattern[];
  /** Dotted paths; absent, null or empty is missing data. */
  readonly required: readonly string[];
  /** Dotted paths; absent, null or empty is a warning and missing data. */
  readonly recommended: readonly string[];
  /** The answer has to contain this (objects: subset; lists: same length; scalars: equal). */
  readonly match: JsonObject | null;
  /** A JSON Schema (draft 2020-12, 2019-09 or 07, told by its `$schema`; 2020-12 without). */
  readonly schema: JsonObject | boolean | null;
  /** Header name → exact value, or `/regular expression/`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Media type without parameters, e.g. `application/json`. */
  readonly contentType: string | null;
  /** Slower is a warning. */
  readonly degradedDurationMs: number | null;
  /** Slower is an error. */
  readonly maxDurationMs: number | null;
  /** Dotted path → values (any case) which mean "refused" although the status is right. */
  readonly refuse: Readonly<Record<string, readonly string[]>>;
  /** Dotted path → values (any case) which deserve a warning, such as a duplicate. */
  readonly suspect: Readonly<Record<string, readonly string[]>>;
}

/** What a payload template or payload function may use. Dimensions are in it by name, too. */
export interface PayloadContext {
  readonly testId: string;
  readonly runId: string;
  readonly scenario: string;
  /** 1 for the first webhook of the run. */
  readonly index: number;
  readonly timestamp: string;
  readonly timestampMs: number;
  readonly uuid: string;
  readonly [dimension: string]: Scalar;
}

export type PayloadFunction = (context: PayloadContext) => JsonObject;

/** A named kind of webhook; every default of the config is already in it. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The part of the payload that is this scenario's own; laid over the config's `payload`. */
  readonly payload: JsonObject | PayloadFunction;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  /** Appended to the target's URL; empty for none. */
  readonly path: string;
  readonly expect: Expectation;
  /** How often it comes up in one turn through the scenarios; a whole number from 1. */
  readonly weight: number;
}

// ── plan ─────────────────────────────────────────────────────────────────────────────────────────

/** A request without the trace headers, which exist only once its trace does. */
export interface WebhookRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes that are sent, as UTF-8 text. */
  readonly body: string;
}

export interface PlannedTest {
  /** 1 for the first test of the run. */
  readonly index: number;
  /** `<run id>-<index>` */
  readonly testId: string;
  /** Scenario and ordinal, `CHOP #2`: the same from run to run. */
  readonly name: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, Scalar>>;
  readonly request: WebhookRequest;
  readonly expect: Expectation;
}

export interface Plan {
  readonly runId: string;
  readonly seed: string;
  readonly total: number;
  /** The scenarios in the order of one turn. */
  readonly scenarios: readonly string[];
  /** How many different combinations of dimensions there are. */
  readonly combinations: number;
  /** How many tests have to repeat a combination that an earlier test of this run used. */
  readonly repeated: number;
  /** Where the next run against this target goes on, so that two runs in a row do not collide. */
  readonly nextOffset: number;
  /** Renders each test at the moment it is asked for, so that timestamps are those of sending. */
  readonly tests: () => Iterable<PlannedTest>;
}

// ── send ─────────────────────────────────────────────────────────────────────────────────────────

/** Phases of the request that got the answer, in milliseconds; null where a phase did not take place. */
export interface Timings {
  /** Waiting for a socket. */
  readonly waitMs: number | null;
  readonly dnsMs: number | null;
  readonly tcpMs: number | null;
  readonly tlsMs: number | null;
  readonly requestMs: number | null;
  readonly firstByteMs: number | null;
  readonly downloadMs: number | null;
  /** From the start of the request (with `--rate`: from its planned start) to the last byte or the failure. */
  readonly totalMs: number;
  /** With `--rate`: how much later than planned the request started; contained in `totalMs`. */
  readonly lateMs: number;
}

export type FailureKind =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'reset'
  | 'response-timeout'
  | 'body-timeout'
  | 'truncated'
  | 'too-large'
  | 'protocol'
  | 'proxy'
  | 'aborted';

/** Why there is no (whole) answer. */
export interface Failure {
  readonly kind: FailureKind;
  /** For people, starts as in the guide: `Request failed: Connection timeout`. */
  readonly message: string;
  /** Node's or TLS's own code, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`; null where there is none. */
  readonly code: string | null;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded by charset. */
  readonly body: string;
  /** Length of the body as received, after decompression. */
  readonly bodyBytes: number;
  /** The parsed body, or why there is none: `empty`, `not-json` (with the parser's words), `too-deep`. */
  readonly json:
    | { readonly ok: true; readonly value: Json }
    | { readonly ok: false; readonly reason: string; readonly kind: 'empty' | 'not-json' | 'too-deep' };
}

export interface Attempt {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly failure: Failure | null;
  /** A kept connection was already closed by the server: sent again on a new one, which is no retry. */
  readonly staleConnection: boolean;
}

/** The headers that carry a trace, and its ids. */
export interface TraceContext {
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters: the span the target's spans hang below. */
  readonly spanId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One webhook sent: exactly one of `answer` and `failure` is there. */
export interface Delivery {
  readonly startedAt: string;
  /** As sent, trace headers included. */
  readonly request: WebhookRequest;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly trace: TraceContext;
}

// ── judge ────────────────────────────────────────────────────────────────────────────────────────

/** One thing noticed about a test or a run. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable and machine readable, lower kebab case: `status`, `connect-timeout`, `recommended-missing`. */
  readonly code: string;
  readonly message: string;
  /** What to try first; null where there is nothing useful to say. */
  readonly hint: string | null;
}

export interface MissingField {
  /** Dotted path. */
  readonly field: string;
  readonly level: 'required' | 'recommended';
}

/** What one room has to say about a test. */
export interface Judgement {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
}

export type Verdict = 'working' | 'broken';

/** `skipped`: not tried. `unverified`: tried, could not be judged. */
export type TraceState = 'verified' | 'failed' | 'unverified' | 'skipped';

/** Why a trace that was looked for could not be judged. */
export type UnverifiedReason =
  | 'not-found'
  | 'only-our-spans'
  | 'sampled-out'
  | 'late'
  | 'unauthorised'
  | 'org-mismatch'
  | 'api-error';

export interface TraceResult {
  readonly traceId: string;
  /** Where a person can look at it; null while the organisation is unknown. */
  readonly url: string | null;
  readonly state: TraceState;
  readonly reason: UnverifiedReason | null;
  /** Spans read back, ours included; null where the trace was not read. */
  readonly spanCount: number | null;
  /** How the wait for it went; null where the trace was not read. */
  readonly wait: TraceWait | null;
  /** Background work that was searched for, one entry a search. */
  readonly followed: readonly FollowedWork[];
  readonly findings: readonly Finding[];
}

export interface FollowedWork {
  /** The search as sent to Sentry. */
  readonly searched: string;
  readonly found: boolean;
  /** Of the attempts found, oldest first; the last one is judged. */
  readonly traceIds: readonly string[];
}

export interface TraceWait {
  readonly polls: number;
  readonly waitedMs: number;
  /** Labels of expected spans that had not come when the wait ended. */
  readonly awaited: readonly string[];
}

export type StageState = 'ok' | 'slow' | 'failed' | 'missing' | 'unverified';

/** What one kind of evidence says about a stage; null where that kind was not asked for. */
export interface StageEvidence {
  readonly response: StageState | null;
  readonly trace: StageState | null;
  readonly http: StageState | null;
  readonly sql: StageState | null;
}

/** One stage of one test. */
export interface StageResult {
  readonly name: string;
  readonly state: StageState;
  readonly evidence: StageEvidence;
  /** Of the stage's span; null where none was seen. */
  readonly durationMs: number | null;
  /** What is wrong, in a few words; null when nothing is. */
  readonly detail: string | null;
}

/** One stage over all tests. Counts are tests. */
export interface StageSummary {
  readonly name: string;
  readonly ok: number;
  readonly slow: number;
  readonly failed: number;
  readonly missing: number;
  readonly unverified: number;
  /** Tests for which this was the first stage that is not ok. */
  readonly stuck: number;
}

// ── traces read back ─────────────────────────────────────────────────────────────────────────────

export interface TraceIssue {
  /** `API-7`; null where Sentry gave none. */
  readonly shortId: string | null;
  readonly issueId: string | null;
  readonly message: string;
  /** `error`, `fatal`, `warning`, … as Sentry has it. */
  readonly level: string;
  readonly url: string | null;
}

export interface TraceSpan {
  /** 16 hex characters. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceId: string;
  readonly name: string;
  readonly op: string | null;
  /** Project slug, the nearest thing to a service's name. */
  readonly service: string;
  /** Root span of a service within the trace (a "transaction"). */
  readonly isSegment: boolean;
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  /** `internal_error`, or the span's own words; null for none. */
  readonly statusMessage: string | null;
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly issues: readonly TraceIssue[];
}

export interface Trace {
  readonly traceId: string;
  /** Each span once, in no particular order. */
  readonly spans: readonly TraceSpan[];
  /** Issues whose span is not in the trace. */
  readonly issues: readonly TraceIssue[];
}

// ── what is expected of a trace ──────────────────────────────────────────────────────────────────

/** Every field that is there has to fit; each is a list of alternatives with `*` as a wildcard. */
export interface SpanPattern {
  readonly name: readonly string[];
  readonly op: readonly string[];
  readonly service: readonly string[];
  /** Attribute name → alternatives. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export type Severity = 'error' | 'warn' | 'off';

/** The six things the guide looks for in a trace. */
export type TraceCheck = 'errors' | 'slow' | 'missing' | 'external-calls' | 'database' | 'routing';

export interface SpanExpectation {
  /** For people: `ab-routing`. */
  readonly label: string;
  readonly pattern: SpanPattern;
  /** Which of the checks a missing span belongs to. */
  readonly check: 'missing' | 'external-calls' | 'database' | 'routing';
  /** A missing span is an error whatever the check's severity. */
  readonly required: boolean;
  readonly minCount: number;
  /** Null for no upper bound. */
  readonly maxCount: number | null;
  readonly maxDurationMs: number | null;
  /** Label of an expectation whose span has to be an ancestor; null for anywhere. */
  readonly inside: string | null;
  /** Label of an expectation whose span has to have begun earlier; null for any order. */
  readonly after: string | null;
}

export interface TraceExpectation {
  readonly spans: readonly SpanExpectation[];
  readonly checks: Readonly<Record<TraceCheck, Severity>>;
}

/** A search for background work in traces of its own, e.g. `span.name:process signalId:{{response.signal_id}}`. */
export interface FollowSearch {
  readonly query: string;
  readonly withinMs: number;
}

/** A step of the user's pipeline and what proves that it happened. */
export interface StageExpectation {
  readonly name: string;
  /** Its span; null where a trace proves nothing about it. */
  readonly span: SpanPattern | null;
  /** Further spans that belong to it, by label. */
  readonly parts: readonly { readonly label: string; readonly pattern: SpanPattern }[];
  /** Dotted path in the answer; null where the answer proves nothing about it. */
  readonly response: string | null;
  readonly maxDurationMs: number | null;
  readonly required: boolean;
}

/** The answer as kept: bodies are cut at {@link RESPONSE_BODY_KEPT} characters. */
export interface KeptResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyBytes: number;
  readonly bodyCut: boolean;
}

/** How many characters of an answer's body a result keeps. */
export const RESPONSE_BODY_KEPT = 16_384;

export interface TestResult {
  readonly testId: string;
  readonly index: number;
  readonly name: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, Scalar>>;
  readonly verdict: Verdict;
  /** Passed, but only after a retry. */
  readonly flaky: boolean;
  readonly startedAt: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
  readonly request: WebhookRequest;
  readonly response: KeptResponse | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly trace: TraceResult;
  readonly stages: readonly StageResult[];
}

// ── report ───────────────────────────────────────────────────────────────────────────────────────

export type RunStatus = 'healthy' | 'degraded' | 'broken' | 'interrupted';

export interface Summary {
  /** Tests that were sent and judged. */
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  /** Tests with at least one warning. */
  readonly warnings: number;
  /** Distinct fields missing somewhere. */
  readonly missing: number;
  /** Tests whose trace was looked for and could not be judged. */
  readonly unverified: number;
  readonly flaky: number;
  /** Planned, but not sent. */
  readonly skipped: number;
}

/** Milliseconds; null while nothing was answered. */
export interface Latency {
  /** Answers and time-outs; a time-out counts with the time waited, a lower bound. */
  readonly count: number;
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** HDR histogram of microseconds, V2 compressed, base64: mergeable with other runs'. */
  readonly histogram: string | null;
}

export interface MissingDataEntry {
  readonly field: string;
  readonly level: 'required' | 'recommended';
  /** In how many tests. */
  readonly tests: number;
  readonly scenarios: readonly string[];
}

export interface ThresholdResult {
  readonly expression: string;
  /** The measured value in the metric's own unit; null when there is nothing to measure. */
  readonly actual: number | null;
  readonly ok: boolean;
}

/** What became of the client side of the traces. Counts are traces. */
export interface SentryDelivery {
  /** A usable DSN was given. */
  readonly enabled: boolean;
  /** Host of the DSN; null without one. */
  readonly host: string | null;
  readonly accepted: number;
  readonly refused: readonly { readonly status: number; readonly count: number }[];
  /** Dropped by the SDK without being sent: rate limited, or its buffer full. */
  readonly dropped: number;
  /** Sent, but the connection failed. */
  readonly failed: number;
  /** No answer before the flush ended. */
  readonly pending: number;
  /** What Sentry last asked us to wait, in seconds. */
  readonly retryAfterSeconds: number | null;
}

/** Facts about a run that are known before the first webhook is sent. */
export interface RunFacts {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'prod-e2e'; readonly version: string };
  readonly runId: string;
  /** Credentials masked. */
  readonly target: string;
  readonly seed: string;
  readonly profile: string | null;
  readonly environment: string;
  readonly startedAt: string;
  readonly planned: number;
  readonly scenarios: readonly string[];
  readonly shard: { readonly index: number; readonly total: number } | null;
}

/** Everything of a report but the results; `run.json` of a kept run. */
export interface ReportHead extends RunFacts {
  readonly status: RunStatus;
  readonly exitCode: number;
  /** Null while the run was cut off before its end. */
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly sentry: SentryDelivery;
  readonly summary: Summary;
  readonly latency: Latency;
  readonly missingData: readonly MissingDataEntry[];
  readonly stages: readonly StageSummary[];
  readonly thresholds: readonly ThresholdResult[];
  /** Why webhooks of the plan were not sent; null when all were. */
  readonly skippedBecause: string | null;
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
  readonly nextOffset: number;
}

/** The JSON report: the head and all results. */
export interface Report extends ReportHead {
  readonly results: readonly TestResult[];
}

/** A report whose results are read as often as a renderer needs them, never all held at once. */
export interface ReportSource {
  readonly head: ReportHead;
  readonly results: () => AsyncIterable<TestResult>;
}

// ── events ───────────────────────────────────────────────────────────────────────────────────────

/** What a run tells while it goes on; the view draws it. */
export type RunEvent =
  | { readonly type: 'runStarted'; readonly facts: RunFacts; readonly tracesTo: string | null }
  | { readonly type: 'testSent'; readonly index: number; readonly name: string }
  | { readonly type: 'testJudged'; readonly result: TestResult }
  | { readonly type: 'notice'; readonly finding: Finding }
  | { readonly type: 'tracesAwaited'; readonly count: number; readonly deadlineMs: number }
  | { readonly type: 'traceRead'; readonly name: string; readonly progress: string }
  | { readonly type: 'sendingEnded'; readonly sent: number; readonly skippedBecause: string | null }
  | { readonly type: 'runFinished'; readonly head: ReportHead };
