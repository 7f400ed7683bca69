/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
import type { FieldLevel, Finding } from './finding.ts';
import type { TestResult } from './result.ts';
import type { StageSummary } from './stage.ts';

/** Since when a scenario has been broken, according to saved runs with the same target, profile, environment and shard. */
export interface BrokenSince {
  readonly scenario: string;
  /** Time at which the first broken test of the first of these runs was sent: ISO 8601, UTC. */
  readonly since: string;
  /** The first of these runs; null in a report of an earlier version. */
  readonly sinceRun: string | null;
  /** Consecutive runs with a broken test of it, including this one. */
  readonly runs: number;
  /** The last run before these in which it was tested and worked; null if none is known. */
  readonly lastWorked: { readonly runId: string; readonly at: string } | null;
  /** Of its first broken test in this run. */
  readonly cause?: string;
  /** Trace of its first broken test in this run. */
  readonly traceId?: string;
  /** What its broken traces show that its last working ones do not: `fetch-gex-data now fails`. Not there if nothing does. */
  readonly changed?: string;
}

/** The result of the clean-up. */
export interface CleanupSummary {
  /** Calls that removed something. */
  readonly done: number;
  /** Calls that failed or were not made although there is something to remove. */
  readonly failed: number;
  /** Calls for which it is unknown whether there is anything to remove. */
  readonly unknown: number;
  /** The first 1,000, in the order of the tests. */
  readonly leftOvers: readonly Leftover[];
  /** Number of webhooks that `prod-e2e cleanup` can still clean up after; absent if 0. */
  readonly open?: number;
}

/** Durations of the webhooks; null without a response. */
export interface Latency {
  /** Responses and timeouts; a timeout counts with the time waited, a lower bound. */
  readonly count: number;
  /** Shortest, in milliseconds. */
  readonly minMs: number | null;
  /** Mean, in milliseconds. */
  readonly meanMs: number | null;
  /** Median, in milliseconds. */
  readonly p50Ms: number | null;
  /** 90th percentile, in milliseconds. */
  readonly p90Ms: number | null;
  /** 95th percentile, in milliseconds. */
  readonly p95Ms: number | null;
  /** 99th percentile, in milliseconds. */
  readonly p99Ms: number | null;
  /** Longest, in milliseconds. */
  readonly maxMs: number | null;
  /** HDR histogram of microseconds, V2 compressed, base64. */
  readonly histogram: string | null;
}

/** Something that a test left, or may have left, at the target. */
export interface Leftover {
  readonly testId: string;
  /** Scenario and ordinal. */
  readonly name: string;
  /** `DELETE https://…/signals/s1`; secrets masked. */
  readonly call: string;
  /** The values of the placeholders in the call, such as `response.signal_id`. */
  readonly ids: Readonly<Record<string, string>>;
  /** False if it is unknown whether there is anything to remove. */
  readonly certain: boolean;
  readonly reason: string;
  /** A POSIX shell command that makes the call, with secrets as variables or masked. */
  readonly command: string | null;
}

/** A missing field, across all tests. */
export interface MissingDataEntry {
  /** Dotted path. */
  readonly field: string;
  readonly level: FieldLevel;
  /** In how many tests. */
  readonly tests: number;
  readonly scenarios: readonly string[];
}

/** The JSON report: the head and all results. */
export interface Report extends ReportHead {
  readonly results: readonly TestResult[];
}

/** A report without its results; `run.json` of a saved run. */
export interface ReportHead extends RunFacts {
  readonly status: RunStatus;
  /** Exit code of the run. */
  readonly exitCode: number;
  /** Null if the run was cut off. */
  readonly endedAt: string | null;
  /** Duration of the run, in milliseconds. */
  readonly durationMs: number | null;
  readonly sentry: SentryDelivery;
  readonly summary: Summary;
  readonly latency: Latency;
  readonly missingData: readonly MissingDataEntry[];
  /** One entry per broken scenario. */
  readonly brokenSince: readonly BrokenSince[];
  readonly stages: readonly StageSummary[];
  /** Null if there was nothing to clean up. */
  readonly cleanup: CleanupSummary | null;
  readonly thresholds: readonly ThresholdResult[];
  /** Why planned webhooks were not sent; null if all were sent. */
  readonly skippedBecause: string | null;
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
  /** Where the next run against this target continues in the combinations of dimensions. */
  readonly nextOffset: number;
}

/** What is known about a run before the first webhook is sent. */
export interface RunFacts {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'prod-e2e'; readonly version: string };
  readonly runId: string;
  /** URL of the endpoint; credentials masked. */
  readonly target: string;
  /** Only present if the target is the run's own sandbox. */
  readonly sandbox?: true;
  readonly seed: string;
  readonly profile: string | null;
  /** Sentry environment. */
  readonly environment: string;
  /** Start of the run: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Webhooks planned. */
  readonly planned: number;
  readonly scenarios: readonly string[];
  readonly shard: RunShard | null;
  readonly source?: ScenarioSource;
}

/** The part of a plan that a run sends. */
export interface RunShard {
  /** 1 for the first. */
  readonly index: number;
  readonly total: number;
  /** Webhooks of all shards together. */
  readonly planned: number;
  /** Equal for all shards with the same plan and expectations. */
  readonly plan: string;
}

/** The result of a run; interrupted: it was cut off. */
export type RunStatus = 'healthy' | 'degraded' | 'broken' | 'interrupted';

/** The config file with the scenarios. */
export interface ScenarioSource {
  /** Relative to the root of the repository or to the working folder, with `/`. */
  readonly file: string;
  /** Scenario and its line, counted from 1; null if unknown. */
  readonly lines: Readonly<Record<string, number | null>>;
}

/** The delivery of prod-e2e's own spans to Sentry. */
export interface SentryDelivery {
  /** A usable DSN is set. */
  readonly enabled: boolean;
  /** Host of the DSN. */
  readonly host: string | null;
  /** Traces Sentry accepted. */
  readonly accepted: number;
  readonly refused: readonly { readonly status: number; readonly count: number }[];
  /** Traces dropped by the SDK without being sent: rate limited, or its buffer full. */
  readonly dropped: number;
  /** Traces sent over a connection that failed. */
  readonly failed: number;
  /** Traces without a response before the end. */
  readonly pending: number;
  /** Sentry's last Retry-After, in seconds. */
  readonly retryAfterSeconds: number | null;
}

/** Counts of the run. */
export interface Summary {
  /** Tests that were sent and judged. */
  readonly total: number;
  /** Working tests. */
  readonly successful: number;
  /** Broken tests. */
  readonly failed: number;
  /** Tests with at least one warning. */
  readonly warnings: number;
  /** Distinct fields that are missing in at least one test. */
  readonly missing: number;
  /** Tests whose trace was read and could not be judged. */
  readonly unverified: number;
  /** Tests that passed only after a retry; the target may have received them more than once. */
  readonly flaky: number;
  /** Tests planned but not sent. */
  readonly skipped: number;
  /** Tests that expect to be accepted. */
  readonly acceptance: number;
  /** Tests that expect to be accepted and work. */
  readonly accepted: number;
  /** Tests that expect to be accepted, but that the target treated as duplicates. */
  readonly duplicates: number;
  /** Tests with a required stage that could not be checked. */
  readonly unchecked: number;
}

/** A threshold and the measured value. */
export interface ThresholdResult {
  /** `p95<800ms`. */
  readonly expression: string;
  /** In the unit; null if there is nothing to measure. */
  readonly actual: number | null;
  /** The metric's own unit. */
  readonly unit: 'ms' | '%' | 'count';
  readonly ok: boolean;
}
