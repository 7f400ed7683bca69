/** Types of the report. Written by scripts/report-types.mjs from the schema of the report: do not edit. Durations are milliseconds and end in `Ms`. */
import type { FieldLevel, Finding } from './finding.ts';
import type { TestResult } from './result.ts';
import type { StageSummary } from './stage.ts';

/** Since when a scenario that is broken has been so, as saved runs of the same target, profile, environment and shard say. */
export interface BrokenSince {
  readonly scenario: string;
  /** When the first broken test of the first of these runs was sent: ISO 8601, UTC. */
  readonly since: string;
  /** That run; null in a report of an earlier version. */
  readonly sinceRun: string | null;
  /** Runs in a row in which a test of it was broken, this one among them. */
  readonly runs: number;
  /** The last run before them that tested it, in which it worked; null where none is known. */
  readonly lastWorked: { readonly runId: string; readonly at: string } | null;
}

/** What became of the clean-up. */
export interface CleanupSummary {
  /** Calls that removed what there was. */
  readonly done: number;
  /** Calls that failed or were not made although there is something to remove. */
  readonly failed: number;
  /** Calls of which it is unknown whether there is anything to remove. */
  readonly unknown: number;
  /** The first 1,000, in the order of the tests. */
  readonly leftOvers: readonly Leftover[];
  /** Webhooks that `prod-e2e cleanup` can still clean up after; absent where there are none. */
  readonly open?: number;
}

/** Durations of the webhooks; null where there was no response. */
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

/** What a test left at the target, or may have. */
export interface Leftover {
  readonly testId: string;
  /** Scenario and ordinal. */
  readonly name: string;
  /** `DELETE https://…/signals/s1`; secrets masked. */
  readonly call: string;
  /** What the placeholders of the call stand for: `response.signal_id` and its value. */
  readonly ids: Readonly<Record<string, string>>;
  /** False where it is unknown whether there is anything. */
  readonly certain: boolean;
  readonly reason: string;
  /** A line for a POSIX shell that makes the call, secrets as variables or masked. */
  readonly command: string | null;
}

/** A missing field over all tests. */
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

/** Everything of a report but the results; `run.json` of a saved run. */
export interface ReportHead extends RunFacts {
  readonly status: RunStatus;
  /** Exit code of the run. */
  readonly exitCode: number;
  /** Null where the run was cut off. */
  readonly endedAt: string | null;
  /** Duration of the run, in milliseconds. */
  readonly durationMs: number | null;
  readonly sentry: SentryDelivery;
  readonly summary: Summary;
  readonly latency: Latency;
  readonly missingData: readonly MissingDataEntry[];
  /** Of each scenario that is broken. */
  readonly brokenSince: readonly BrokenSince[];
  readonly stages: readonly StageSummary[];
  /** Null where nothing was to be cleaned up. */
  readonly cleanup: CleanupSummary | null;
  readonly thresholds: readonly ThresholdResult[];
  /** Why webhooks of the plan were not sent; null when all were. */
  readonly skippedBecause: string | null;
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
  /** Where the next run against this target goes on in the combinations of dimensions. */
  readonly nextOffset: number;
}

/** What is known about a run before the first webhook is sent. */
export interface RunFacts {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'prod-e2e'; readonly version: string };
  readonly runId: string;
  /** URL of the endpoint; credentials masked. */
  readonly target: string;
  /** Only there where the target is the sandbox that the run started, with a port of its own. */
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

/** Which part of a plan a run is. */
export interface RunShard {
  /** 1 for the first. */
  readonly index: number;
  readonly total: number;
  /** Webhooks of all shards together. */
  readonly planned: number;
  /** The same for all shards of the same plan, with the same expectations. */
  readonly plan: string;
}

/** What a run found; interrupted: it was cut off. */
export type RunStatus = 'healthy' | 'degraded' | 'broken' | 'interrupted';

/** The config file that the scenarios stand in. */
export interface ScenarioSource {
  /** Relative to the root of the repository, or to the working folder; with `/`. */
  readonly file: string;
  /** Scenario and its line, counted from 1; null where that is not known. */
  readonly lines: Readonly<Record<string, number | null>>;
}

/** What became of prod-e2e's own spans. */
export interface SentryDelivery {
  /** A usable DSN was given. */
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
  /** The last Retry-After of Sentry, in seconds. */
  readonly retryAfterSeconds: number | null;
}

/** Counts of the run. */
export interface Summary {
  /** Tests that were sent and judged. */
  readonly total: number;
  /** Tests found working. */
  readonly successful: number;
  /** Tests found broken. */
  readonly failed: number;
  /** Tests with at least one warning. */
  readonly warnings: number;
  /** Distinct fields missing somewhere. */
  readonly missing: number;
  /** Tests whose trace was read and could not be judged. */
  readonly unverified: number;
  /** Tests that passed only after a retry; the target may have received them more than once. */
  readonly flaky: number;
  /** Planned, but not sent. */
  readonly skipped: number;
  /** Tests that expect to be accepted. */
  readonly acceptance: number;
  /** Of these, tests found working. */
  readonly accepted: number;
  /** Of the tests that expect to be accepted, those that the target treated as duplicates. */
  readonly duplicates: number;
  /** Tests with a required stage that could not be checked. */
  readonly unchecked: number;
}

/** A threshold and what was measured. */
export interface ThresholdResult {
  /** `p95<800ms`. */
  readonly expression: string;
  /** In the metric's own unit: milliseconds, percent or a count. */
  readonly actual: number | null;
  readonly ok: boolean;
}
