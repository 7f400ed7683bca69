/**
 * The report in the Common Test Report Format (ctrf.io, schema version 0.0.0), written one test at a time. What CTRF has
 * no field for is in `extra`, the only place where it allows further fields.
 */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import type { StageState } from '../../model/stage.ts';
import { terminalJson } from '../../terminal/text.ts';
import { urgencyOf } from '../digest/urgency.ts';
import type { Formatter } from './formatter.ts';
import { findingsOf } from './pretty/digest.ts';
import { problemLine } from './problem-line.ts';
import {
  className,
  failureLines,
  headlineOf,
  missingTexts,
  notSentText,
  type Place,
  placeOf,
  SUITE,
} from './test-cases.ts';

export const ctrf: Formatter = {
  name: 'ctrf',
  description: 'Common Test Report Format (JSON), for CTRF viewers and GitHub test reporters.',
  extension: 'json',
  render,
};

const SPEC_VERSION = '0.0.0';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const notSent = notSentCase(head);
  const summary = await summaryOf(source, notSent === null ? 0 : 1);
  const { tool } = head;
  const before = {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    // Viewers expect the field to be missing rather than empty.
    ...(head.runId === '' ? {} : { runId: head.runId }),
    ...timestamp(head.endedAt ?? head.startedAt),
    generatedBy: `${tool.name} ${tool.version}`,
  };
  // The closing braces are cut off here and written after the tests.
  yield `${terminalJson(before, 2).slice(0, -2)},\n  "results": {\n`;
  yield `    "tool": ${terminalJson({ name: tool.name, version: tool.version })},\n`;
  yield `    "summary": ${terminalJson(summary)},\n`;
  yield `    "environment": ${terminalJson(environment(head))},\n    "tests": [`;
  let separator = '\n      ';
  for await (const result of source.results()) {
    yield separator +
      terminalJson(testCase(result, { source, place: placeOf(head.source, result.scenario) }));
    separator = ',\n      ';
  }
  if (notSent !== null) {
    yield separator + terminalJson(notSent);
    separator = ',';
  }
  yield separator.startsWith(',') ? '\n    ]\n  }\n}\n' : ']\n  }\n}\n';
}

async function summaryOf(source: ReportSource, skipped: number) {
  const { head } = source;
  let passed = 0;
  let failed = 0;
  let flaky = 0;
  const headline = await headlineOf(source, (result) => {
    if (result.verdict === 'working') passed += 1;
    else failed += 1;
    if (result.flaky) flaky += 1;
  });
  const start = epochMs(head.startedAt);
  const stop = head.endedAt === null ? start + roundedMs(head.durationMs ?? 0) : epochMs(head.endedAt);
  return {
    ...{ tests: passed + failed + skipped, passed, failed, skipped, pending: 0, other: 0, flaky },
    ...{ start, stop: Math.max(start, stop) },
    ...(head.durationMs === null ? {} : { duration: roundedMs(head.durationMs) }),
    extra: {
      headline,
      status: head.status,
      exitCode: head.exitCode,
      ...{ warnings: head.summary.warnings, missingFields: head.summary.missing },
      ...{ unverified: head.summary.unverified, notSent: head.summary.skipped },
      latency: { p50Ms: head.latency.p50Ms, p95Ms: head.latency.p95Ms, p99Ms: head.latency.p99Ms },
      thresholds: head.thresholds,
      brokenSince: head.brokenSince,
      missingData: head.missingData,
      stages: head.stages,
      findings: head.findings,
    },
  };
}

function environment(head: ReportHead) {
  const { shard } = head;
  return {
    testEnvironment: head.environment,
    healthy: head.status === 'healthy',
    ...(shard === null ? {} : { shardId: `${shard.index}/${shard.total}` }),
    extra: { target: head.target, profile: head.profile, seed: head.seed },
  };
}

function testCase(
  result: TestResult,
  { source, place }: { readonly source: ReportSource; readonly place: Place | null },
) {
  const { trace, response } = result;
  const findings = findingsOf(result);
  const failed = result.verdict === 'broken';
  const start = epochMs(result.startedAt);
  const duration = roundedMs(result.timings.totalMs);
  const earlier = result.attempts.slice(0, -1);
  const messages = failed
    ? failureLines(result, source)
    : [...findings.map(({ message }) => message), ...missingTexts(result)];
  return {
    name: result.name,
    status: (failed ? 'failed' : 'passed') satisfies Status,
    duration,
    ...(result.name === '' ? {} : { testId: `${className(result)}/${result.name}` }),
    ...{ start, stop: start + duration },
    suite: [SUITE, result.scenario],
    ...(place === null ? {} : { filePath: place.file }),
    ...(place === null || place.line === null ? {} : { line: place.line }),
    ...(urgencyOf(result) === 'passed' ? {} : { message: problemLine([result.scenario], result) }),
    ...(messages.length > 0 ? { trace: messages.join('\n') } : {}),
    rawStatus: rawStatus(result),
    type: 'e2e',
    flaky: result.flaky,
    ...(earlier.length === 0 ? {} : { retries: earlier.length }),
    ...(earlier.length === 0 ? {} : { retryAttempts: earlier.map(retryAttempt) }),
    ...(Object.keys(result.dimensions).length === 0 ? {} : { parameters: result.dimensions }),
    ...(result.stages.length === 0 ? {} : { steps: result.stages.map(step) }),
    extra: {
      ...{ testRunId: result.testId, traceId: trace.traceId, traceUrl: trace.url, traceState: trace.state },
      httpStatus: response?.status ?? null,
      ...{ cause: result.cause, stuckAt: result.stuckAt },
      findings,
      missingData: result.missingData,
      ...(result.from === undefined ? {} : { from: result.from }),
      ...(result.repeat === undefined ? {} : { resent: result.repeat.treatedAs }),
    },
  };
}

/** More precise than CTRF's status. */
function rawStatus(result: TestResult): string {
  if (result.verdict === 'broken') return 'BROKEN';
  if (result.missingData.length > 0) return 'MISSING_DATA';
  if (result.trace.state === 'unverified') return 'UNVERIFIED';
  return result.flaky ? 'WORKING_FLAKY' : 'WORKING';
}

function retryAttempt(attempt: TestResult['attempts'][number], at: number) {
  const { failure, status, durationMs, startedAt } = attempt;
  const start = epochMs(startedAt);
  return {
    attempt: at + 1,
    status: 'failed' satisfies Status,
    duration: roundedMs(durationMs),
    message: failure?.message ?? `HTTP ${status ?? 'unknown'}`,
    ...{ start, stop: start + roundedMs(durationMs) },
  };
}

const STEP_STATUS: Readonly<Record<StageState, Status>> = {
  ok: 'passed',
  slow: 'passed',
  failed: 'failed',
  missing: 'failed',
  unverified: 'other',
  'not-reached': 'skipped',
};

function step({ name, state, durationMs, detail, evidence }: TestResult['stages'][number]) {
  return { name, status: STEP_STATUS[state], extra: { state, durationMs, detail, evidence } };
}

function notSentCase(head: ReportHead) {
  const message = notSentText(head);
  if (message === null) return null;
  const status = 'skipped' satisfies Status;
  return { name: 'not sent', status, duration: 0, suite: [SUITE], message, rawStatus: 'NOT_SENT' };
}

function timestamp(iso: string) {
  return Number.isNaN(Date.parse(iso)) ? {} : { timestamp: iso };
}

/** 0 for an invalid time, which a damaged run may contain. */
function epochMs(iso: string): number {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? 0 : ms;
}

function roundedMs(ms: number): number {
  return Math.round(ms);
}
