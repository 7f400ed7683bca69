/** The JSON report: the run as a whole, and its results. The build writes model/report.ts from it. */
import * as z from 'zod';
import { fieldLevel, finding } from './finding.ts';
import { testResult } from './result.ts';
import { stageSummary } from './stage.ts';
import { count, msOrNull, strings, time } from './values.ts';

export const leftover = z
  .strictObject({
    testId: z.string(),
    name: z.string().describe('Scenario and ordinal.'),
    call: z.string().describe('`DELETE https://…/signals/s1`; secrets masked.'),
    ids: strings.describe('The values of the placeholders in the call, such as `response.signal_id`.'),
    certain: z.boolean().describe('False if it is unknown whether there is anything to remove.'),
    reason: z.string(),
    command: z
      .string()
      .nullable()
      .describe('A POSIX shell command that makes the call, with secrets as variables or masked.'),
  })
  .meta({ id: 'Leftover', description: 'Something that a test left, or may have left, at the target.' });

export const cleanupSummary = z
  .strictObject({
    done: count('Calls that removed something.'),
    failed: count('Calls that failed or were not made although there is something to remove.'),
    unknown: count('Calls for which it is unknown whether there is anything to remove.'),
    leftOvers: z.array(leftover).describe('The first 1,000, in the order of the tests.'),
    open: count(
      'Number of webhooks that `prod-e2e cleanup` can still clean up after; absent if 0.',
    ).exactOptional(),
  })
  .meta({ id: 'CleanupSummary', description: 'The result of the clean-up.' });

export const runStatus = z
  .enum(['healthy', 'degraded', 'broken', 'interrupted'])
  .meta({ id: 'RunStatus', description: 'The result of a run; interrupted: it was cut off.' });

export const summary = z
  .strictObject({
    total: count('Tests that were sent and judged.'),
    successful: count('Working tests.'),
    failed: count('Broken tests.'),
    warnings: count('Tests with at least one warning.'),
    missing: count('Distinct fields that are missing in at least one test.'),
    unverified: count('Tests whose trace was read and could not be judged.'),
    flaky: count('Tests that passed only after a retry; the target may have received them more than once.'),
    skipped: count('Tests planned but not sent.'),
    acceptance: count('Tests that expect to be accepted.'),
    accepted: count('Tests that expect to be accepted and work.'),
    duplicates: count('Tests that expect to be accepted, but that the target treated as duplicates.'),
    unchecked: count('Tests with a required stage that could not be checked.'),
  })
  .meta({ id: 'Summary', description: 'Counts of the run.' });

export const latency = z
  .strictObject({
    count: count('Responses and timeouts; a timeout counts with the time waited, a lower bound.'),
    minMs: msOrNull('Shortest'),
    meanMs: msOrNull('Mean'),
    p50Ms: msOrNull('Median'),
    p90Ms: msOrNull('90th percentile'),
    p95Ms: msOrNull('95th percentile'),
    p99Ms: msOrNull('99th percentile'),
    maxMs: msOrNull('Longest'),
    histogram: z.string().nullable().describe('HDR histogram of microseconds, V2 compressed, base64.'),
  })
  .meta({ id: 'Latency', description: 'Durations of the webhooks; null without a response.' });

export const sentryDelivery = z
  .strictObject({
    enabled: z.boolean().describe('A usable DSN is set.'),
    host: z.string().nullable().describe('Host of the DSN.'),
    accepted: count('Traces Sentry accepted.'),
    refused: z.array(
      z.strictObject({ status: z.int(), count: count('Traces refused with this HTTP status.') }),
    ),
    dropped: count('Traces dropped by the SDK without being sent: rate limited, or its buffer full.'),
    failed: count('Traces sent over a connection that failed.'),
    pending: count('Traces without a response before the end.'),
    retryAfterSeconds: z.number().min(0).nullable().describe("Sentry's last Retry-After, in seconds."),
  })
  .meta({ id: 'SentryDelivery', description: "The delivery of prod-e2e's own spans to Sentry." });

export const missingDataEntry = z
  .strictObject({
    field: z.string().describe('Dotted path.'),
    level: fieldLevel,
    tests: count('In how many tests.'),
    scenarios: z.array(z.string()),
  })
  .meta({ id: 'MissingDataEntry', description: 'A missing field, across all tests.' });

export const runShard = z
  .strictObject({
    index: z.int().min(1).describe('1 for the first.'),
    total: z.int().min(1),
    planned: count('Webhooks of all shards together.'),
    plan: z.string().describe('Equal for all shards with the same plan and expectations.'),
  })
  .meta({ id: 'RunShard', description: 'The part of a plan that a run sends.' });

export const scenarioSource = z
  .strictObject({
    file: z.string().describe('Relative to the root of the repository or to the working folder, with `/`.'),
    lines: z
      .record(z.string(), z.int().min(1).nullable())
      .describe('Scenario and its line, counted from 1; null if unknown.'),
  })
  .meta({ id: 'ScenarioSource', description: 'The config file with the scenarios.' });

export const brokenSince = z
  .strictObject({
    scenario: z.string(),
    since: time('Time at which the first broken test of the first of these runs was sent'),
    sinceRun: z
      .string()
      .nullable()
      .describe('The first of these runs; null in a report of an earlier version.'),
    runs: count('Consecutive runs with a broken test of it, including this one.'),
    lastWorked: z
      .strictObject({ runId: z.string(), at: time('Start of that run') })
      .nullable()
      .describe('The last run before these in which it was tested and worked; null if none is known.'),
    cause: z.string().describe('Of its first broken test in this run.').exactOptional(),
    traceId: z.string().describe('Trace of its first broken test in this run.').exactOptional(),
    changed: z
      .string()
      .describe(
        'What its broken traces show that its last working ones do not: `fetch-gex-data now fails`. Not there if nothing does.',
      )
      .exactOptional(),
  })
  .meta({
    id: 'BrokenSince',
    description:
      'Since when a scenario has been broken, according to saved runs with the same target, profile, environment and shard.',
  });

export const thresholdResult = z
  .strictObject({
    expression: z.string().describe('`p95<800ms`.'),
    actual: z.number().nullable().describe('In the unit; null if there is nothing to measure.'),
    unit: z.enum(['ms', '%', 'count']).describe("The metric's own unit."),
    ok: z.boolean(),
  })
  .meta({ id: 'ThresholdResult', description: 'A threshold and the measured value.' });

export const runFacts = z
  .strictObject({
    schemaVersion: z.literal(1),
    tool: z.strictObject({ name: z.literal('prod-e2e'), version: z.string() }),
    runId: z.string(),
    target: z.string().describe('URL of the endpoint; credentials masked.'),
    sandbox: z.literal(true).describe("Only present if the target is the run's own sandbox.").exactOptional(),
    seed: z.string(),
    profile: z.string().nullable(),
    environment: z.string().describe('Sentry environment.'),
    startedAt: time('Start of the run'),
    planned: count('Webhooks planned.'),
    scenarios: z.array(z.string()),
    shard: runShard.nullable(),
    source: scenarioSource.exactOptional(),
  })
  .meta({ id: 'RunFacts', description: 'What is known about a run before the first webhook is sent.' });

export const reportHead = z
  .strictObject({
    ...runFacts.shape,
    status: runStatus,
    exitCode: z.int().describe('Exit code of the run.'),
    endedAt: time('End of the run').nullable().describe('Null if the run was cut off.'),
    durationMs: msOrNull('Duration of the run'),
    sentry: sentryDelivery,
    summary,
    latency,
    missingData: z.array(missingDataEntry),
    brokenSince: z.array(brokenSince).describe('One entry per broken scenario.'),
    stages: z.array(stageSummary),
    cleanup: cleanupSummary.nullable().describe('Null if there was nothing to clean up.'),
    thresholds: z.array(thresholdResult),
    skippedBecause: z
      .string()
      .nullable()
      .describe('Why planned webhooks were not sent; null if all were sent.'),
    findings: z.array(finding).describe('About the run as a whole.'),
    nextOffset: count('Where the next run against this target continues in the combinations of dimensions.'),
  })
  .meta({
    id: 'ReportHead',
    description: 'A report without its results; `run.json` of a saved run.',
  });

export const report = z
  .strictObject({ ...reportHead.shape, results: z.array(testResult) })
  .meta({ id: 'Report', description: 'The JSON report: the head and all results.' });
