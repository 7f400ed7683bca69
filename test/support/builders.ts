/** Valid values with as little to say as possible; a test names only what it is about. */

import type { Finding } from '../../src/lib/model/finding.ts';
import type { Report, ReportHead, SentryDelivery } from '../../src/lib/model/report.ts';
import type { ReportSource } from '../../src/lib/model/report-source.ts';
import type { StoredResponse, TestResult, Timings, TraceResult } from '../../src/lib/model/result.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import type { StageResult, StageState, StageSummary, Statement } from '../../src/lib/model/stage.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { createFold } from '../../src/lib/report/digest/fold.ts';
import { exitCode, runStatus } from '../../src/lib/report/digest/outcome.ts';

export const RUN_ID = '20260801-120000-k3f9z';

const STARTED_AT = '2026-08-01T12:00:00.000Z';

export function anError(code: string, message: string, hint: string | null = null): Finding {
  return { severity: 'error', code, message, hint };
}

export function aWarning(code: string, message: string, hint: string | null = null): Finding {
  return { severity: 'warning', code, message, hint };
}

export function someTimings(overrides: Partial<Timings> = {}): Timings {
  return {
    waitMs: 0.4,
    dnsMs: 1.2,
    tcpMs: 8.1,
    tlsMs: 21,
    requestMs: 0.2,
    firstByteMs: 150.3,
    downloadMs: 0.8,
    totalMs: 182,
    lateMs: 0,
    ...overrides,
  };
}

export function aResponse(overrides: Partial<StoredResponse> = {}): StoredResponse {
  const body = '{"status":"ACCEPTED","signal_id":"sig_1"}';
  return {
    status: 200,
    statusText: 'OK',
    headers: { 'content-type': 'application/json' },
    body,
    bodyBytes: body.length,
    bodyCut: false,
    ...overrides,
  };
}

export function aTraceResult(overrides: Partial<TraceResult> = {}): TraceResult {
  return {
    traceId: '1234567890abcdef1234567890abcdef',
    url: null,
    state: 'skipped',
    reason: null,
    spanCount: null,
    wait: null,
    followed: [],
    spans: [],
    findings: [],
    ...overrides,
  };
}

/** A working test. With errors given it is broken, and its trace id tells its index. */
export function aTest(overrides: Partial<TestResult> = {}): TestResult {
  const index = overrides.index ?? 1;
  const scenario = overrides.scenario ?? 'ORB_BREAKOUT';
  const testId = `${RUN_ID}-${index}`;
  return {
    testId,
    index,
    name: `${scenario} #1`,
    scenario,
    dimensions: { symbol: 'SPY', direction: 'long', timeframe: '5m' },
    verdict: (overrides.errors ?? []).length === 0 ? 'working' : 'broken',
    flaky: false,
    startedAt: STARTED_AT,
    errors: [],
    warnings: [],
    missingData: [],
    request: {
      method: 'POST',
      url: 'https://hooks.example.com/webhook',
      headers: { 'content-type': 'application/json', 'x-prod-e2e-test': testId },
      body: JSON.stringify({ symbol: 'SPY', scenario, test_id: testId }),
    },
    response: aResponse(),
    timings: someTimings(),
    attempts: [],
    trace: aTraceResult({ traceId: index.toString(16).padStart(32, 'abcdef0123456789abcdef0123456789') }),
    stages: [],
    stuckAt: null,
    cause: null,
    expectsAcceptance: true,
    ...overrides,
  };
}

/** A stage whose span is called as it is. */
export function aStage(name: string, overrides: Partial<StageExpectation> = {}): StageExpectation {
  return {
    name,
    after: [],
    ownTrace: false,
    span: { name: [name], op: [], service: [], attributes: {} },
    parts: [],
    response: null,
    http: null,
    sql: null,
    maxDurationMs: null,
    required: false,
    ...overrides,
  };
}

/** A stage of a result that its trace confirms, or is what its state says. */
export function aStageResult(name: string, overrides: Partial<StageResult> = {}): StageResult {
  const says: Readonly<Record<StageState, Statement>> = {
    ...{ ok: 'confirms', slow: 'confirms', failed: 'contradicts', missing: 'absent' },
    ...{ unverified: 'unknown', 'not-reached': 'unknown' },
  };
  const { state = 'ok' } = overrides;
  return {
    ...{ name, state, required: false, durationMs: null, detail: null },
    evidence: { response: null, trace: says[state], http: null, sql: null },
    ...overrides,
  };
}

/** A stage of a report that no test has been through. */
export function aStageSummary(name: string, overrides: Partial<StageSummary> = {}): StageSummary {
  return {
    ...{ name, ok: 0, slow: 0, failed: 0, missing: 0, unverified: 0, notReached: 0, stuck: 0 },
    ...overrides,
  };
}

export function aDelivery(overrides: Partial<SentryDelivery> = {}): SentryDelivery {
  return {
    enabled: true,
    host: 'o1.ingest.sentry.io',
    accepted: 0,
    refused: [],
    dropped: 0,
    failed: 0,
    pending: 0,
    retryAfterSeconds: null,
    ...overrides,
  };
}

/** A report whose head says what its results say, unless told otherwise. */
export function aReport(overrides: Partial<Report> = {}): Report {
  const results = overrides.results ?? [aTest()];
  const skipped = overrides.summary?.skipped ?? (overrides.planned ?? results.length) - results.length;
  const fold = createFold();
  for (const result of results) fold.add(result);
  const totals = fold.totals(skipped);
  const thresholds = overrides.thresholds ?? [];
  const stopped = overrides.status === 'interrupted';
  return {
    schemaVersion: 1,
    tool: { name: 'prod-e2e', version: '0.1.0' },
    runId: RUN_ID,
    target: 'https://hooks.example.com/webhook',
    seed: '42',
    profile: null,
    environment: 'production-e2e-test',
    startedAt: STARTED_AT,
    planned: results.length + skipped,
    scenarios: [...new Set(results.map(({ scenario }) => scenario))],
    shard: null,
    status: runStatus(totals.summary, stopped),
    exitCode: exitCode({
      totals,
      thresholds,
      failOn: ['failed'],
      stoppedBy: stopped ? 'SIGINT' : null,
      requireTraces: false,
      requireStages: false,
    }),
    endedAt: '2026-08-01T12:00:02.400Z',
    durationMs: 2_400,
    sentry: aDelivery({ accepted: results.length }),
    summary: totals.summary,
    latency: totals.latency,
    missingData: totals.missingData,
    brokenSince: [],
    stages: [],
    cleanup: null,
    thresholds,
    skippedBecause: null,
    findings: [],
    nextOffset: results.length,
    results,
    ...overrides,
  };
}

/** The report as renderers read it; the results can be read any number of times. */
export function sourceOf(report: Report): ReportSource {
  const { results, ...head }: Report = report;
  return aSource(head, () => results);
}

/** A source whose results are made when they are read, for reports too large to hold. */
export function aSource(head: ReportHead, results: () => Iterable<TestResult>): ReportSource {
  return {
    savedAs: head.runId,
    head,
    results: async function* () {
      yield* results();
    },
  };
}

/** A 2xx response, whatever is in it. */
export function anExpectation(overrides: Partial<Expectation> = {}): Expectation {
  return {
    status: ['2xx'],
    required: [],
    recommended: [],
    match: null,
    schema: null,
    headers: {},
    contentType: null,
    degradedDurationMs: null,
    maxDurationMs: null,
    refuse: {},
    suspect: {},
    ...overrides,
  };
}
