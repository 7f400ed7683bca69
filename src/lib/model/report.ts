/** What a run says as a whole. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Finding } from './finding.ts';
import type { CleanupSummary } from './probe.ts';
import type { TestResult } from './result.ts';
import type { StageSummary } from './stage.ts';

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
  /** Tests that expect to be accepted, and those of them that work. */
  readonly acceptance: number;
  readonly accepted: number;
  /** Of the tests that expect to be accepted, those that the target treated as duplicates. */
  readonly duplicates: number;
  /** Tests with a required stage that could not be checked. */
  readonly unchecked: number;
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

/** Nothing was reported, or nothing is known about it. */
export const NO_DELIVERY: SentryDelivery = {
  enabled: false,
  host: null,
  accepted: 0,
  refused: [],
  dropped: 0,
  failed: 0,
  pending: 0,
  retryAfterSeconds: null,
};

/** Which part of a plan a run is. */
export interface RunShard {
  /** 1 for the first. */
  readonly index: number;
  readonly total: number;
  /** Webhooks of all shards together. */
  readonly planned: number;
  /** The same for all shards that were dealt out of the same plan, with the same expectations. */
  readonly plan: string;
}

/** The config file that the scenarios stand in, for viewers that can show it. */
export interface ScenarioSource {
  /** Relative to the root of the repository where CI tells it, else to the working folder; with `/` on every system. */
  readonly file: string;
  /** Each scenario that stands in it → its line, counted from 1; null where that is not known. */
  readonly lines: Readonly<Record<string, number | null>>;
}

/** Facts about a run that are known before the first webhook is sent. */
export interface RunFacts {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'prod-e2e'; readonly version: string };
  readonly runId: string;
  /** Credentials masked. */
  readonly target: string;
  /** Only there where the target is the sandbox that the run started: its port is another one in each run. */
  readonly sandbox?: true;
  readonly seed: string;
  readonly profile: string | null;
  readonly environment: string;
  readonly startedAt: string;
  readonly planned: number;
  readonly scenarios: readonly string[];
  readonly shard: RunShard | null;
  /** Only there where the scenarios stand in a config file of the project. */
  readonly source?: ScenarioSource;
}

/** Since when a scenario that is broken now has been so, as far as kept runs of the same target, profile, environment and shard say. */
export interface BrokenSince {
  readonly scenario: string;
  /** When the first broken test of the first of these runs was sent. */
  readonly since: string;
  /** That run; null where an earlier version said it, which did not tell. */
  readonly sinceRun: string | null;
  /** Runs in a row in which a test of it was broken, this one among them; runs that did not test it are none. */
  readonly runs: number;
  /** The last run before them that tested it, in which it worked; null where none is known: it may have been broken for longer. */
  readonly lastWorked: { readonly runId: string; readonly at: string } | null;
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
  readonly nextOffset: number;
}

/** The JSON report: the head and all results. */
export interface Report extends ReportHead {
  readonly results: readonly TestResult[];
}

/** A report whose results are read as often as a renderer needs them, never all held at once. */
export interface ReportSource {
  /** What commands name the run by: its id, or its path where it is elsewhere; null where it is not saved, or nobody knows. */
  readonly savedAs: string | null;
  readonly head: ReportHead;
  readonly results: () => AsyncIterable<TestResult>;
}
