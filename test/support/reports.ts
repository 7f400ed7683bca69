/** The reports that the golden files show: healthy, one broken of five, degraded, broken, unreachable, interrupted. */
import type { Finding } from '../../src/lib/model/finding.ts';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { hintFor } from '../../src/lib/report/advice/advice.ts';
import {
  aDelivery,
  anError,
  aReport,
  aResponse,
  aTest,
  aTraceResult,
  aWarning,
  someTimings,
} from './builders.ts';

const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'] as const;
const SYMBOLS = ['SPY', 'QQQ', 'IWM'] as const;

function five(change: (index: number) => Partial<TestResult>): readonly TestResult[] {
  return SCENARIOS.map((scenario, position) => {
    const symbol = SYMBOLS[position % SYMBOLS.length] ?? 'SPY';
    const dimensions = { symbol, direction: position % 2 === 0 ? 'long' : 'short', timeframe: '5m' };
    return withCause(aTest({ index: position + 1, scenario, dimensions, ...change(position + 1) }));
  });
}

function failedRequest(code: string, cause: string): Finding {
  return { ...anError(code, `Request failed: ${cause}`, hintFor(code)), cause };
}

/** As a run says it where there are no stages: the first finding is the cause. */
function withCause(test: TestResult): TestResult {
  const [first] = [...test.errors, ...test.warnings];
  if (first === undefined) return test;
  const source = test.response === null ? 'connection' : 'response';
  return { ...test, cause: { stage: null, source, message: first.cause ?? first.message } };
}

export function healthy(): Report {
  return aReport({
    results: five((index) => ({ timings: someTimings({ totalMs: 160 + 11 * index }) })),
  });
}

const VARIANT = aWarning(
  'recommended-missing',
  'variant not in response (A/B routing may not be active)',
  hintFor('recommended-missing', 'variant'),
);

const ENRICHMENT = aWarning(
  'recommended-missing',
  'enrichment not in response',
  hintFor('recommended-missing', 'enrichment'),
);

/** One of five broken at a stage, with its Sentry issue and what changed; another one lacks a span. */
export function oneBroken(): Report {
  const traceId = 'e58b405351d34bb5994fb78f4b56f64f';
  const message = 'the provider answered 503';
  const changes: Readonly<Record<number, Partial<TestResult>>> = {
    4: {
      warnings: [aWarning('trace-missing', 'span ab-routing is missing', hintFor('trace-missing'))],
      trace: aTraceResult({ state: 'verified' }),
    },
    5: {
      errors: [
        anError('http-5xx', 'HTTP 500: Internal server error', hintFor('http-5xx')),
        {
          ...anError('stage-failed', `data-enrichment failed: fetch-gex-data: ${message}`),
          stage: 'data-enrichment',
        },
      ],
      response: aResponse({ status: 500, statusText: 'Internal Server Error' }),
      stuckAt: { stage: 'data-enrichment', after: null },
      trace: aTraceResult({
        ...{ state: 'failed', traceId },
        url: `https://acme.sentry.io/explore/traces/trace/${traceId}/`,
      }),
    },
  };
  const results = five((index) => changes[index] ?? { trace: aTraceResult({ state: 'verified' }) });
  return aReport({
    results: results.map((test) =>
      test.index === 5
        ? {
            ...test,
            cause: {
              ...{ stage: 'data-enrichment', source: 'trace', message },
              span: ['data-enrichment', 'fetch-gex-data'],
              issue: { shortId: 'SIGNALS-42', url: 'https://acme.sentry.io/issues/42/' },
            },
          }
        : test,
    ),
    brokenSince: [
      {
        ...{ scenario: 'CHOP', since: '2026-08-01T12:00:04.000Z', runs: 1, traceId },
        sinceRun: '20260801-120000-k3f9z',
        lastWorked: { runId: '20260801-100000-w0rks', at: '2026-08-01T10:00:00.000Z' },
        cause: `data-enrichment > fetch-gex-data: ${message}`,
        changed: 'fetch-gex-data now fails; release of signals 1.4.2 → 1.4.3',
      },
    ],
  });
}

/** One test broken, one with missing data, one flaky; Sentry took four of five traces. */
export function degraded(): Report {
  const traceId = '1234567890abcdef1234567890abcdef';
  const changes: Readonly<Record<number, Partial<TestResult>>> = {
    2: {
      warnings: [ENRICHMENT, VARIANT],
      missingData: [
        { field: 'signal_id', level: 'required' },
        { field: 'enrichment', level: 'recommended' },
        { field: 'variant', level: 'recommended' },
      ],
    },
    3: {
      errors: [anError('http-5xx', 'HTTP 500: Internal server error', hintFor('http-5xx'))],
      response: aResponse({ status: 500, statusText: 'Internal Server Error' }),
      timings: someTimings({ firstByteMs: 1_204.9, totalMs: 1_240.2 }),
      trace: aTraceResult({ traceId, url: `https://acme.sentry.io/explore/traces/trace/${traceId}/` }),
    },
    4: {
      flaky: true,
      attempts: [
        {
          startedAt: '2026-08-01T12:00:01.000Z',
          durationMs: 4,
          status: null,
          failure: {
            kind: 'reset',
            message: 'Connection reset before a response',
            code: 'ECONNRESET',
          },
          mayHaveArrived: true,
        },
        {
          startedAt: '2026-08-01T12:00:01.100Z',
          durationMs: 182,
          status: 200,
          failure: null,
          mayHaveArrived: true,
        },
      ],
    },
    5: { warnings: [VARIANT], missingData: [{ field: 'variant', level: 'recommended' }] },
  };
  return aReport({
    source: {
      file: 'e2e/prod-e2e.config.yaml',
      lines: { VOL_EXPANSION: 14, TREND_CONTINUATION: 9, CHOP: null },
    },
    results: five((index) => changes[index] ?? {}),
    thresholds: [
      { expression: 'p95<800ms', actual: 1_240, unit: 'ms', ok: false },
      { expression: 'fail_rate<25%', actual: 20, unit: '%', ok: true },
    ],
    sentry: aDelivery({ accepted: 4, refused: [{ status: 429, count: 1 }], retryAfterSeconds: 60 }),
    brokenSince: [
      {
        ...{ scenario: 'VOL_EXPANSION', since: '2026-08-01T04:00:01.000Z', runs: 3 },
        sinceRun: '20260801-040000-br0kn',
        lastWorked: { runId: '20260801-000000-w0rks', at: '2026-08-01T00:00:00.000Z' },
      },
    ],
    findings: [
      aWarning(
        'sentry-refused',
        'Sentry refused 1 trace with HTTP 429, retry after 60 s',
        hintFor('sentry-refused'),
      ),
    ],
  });
}

export function broken(): Report {
  return aReport({
    results: five(() => ({
      errors: [anError('http-5xx', 'HTTP 500: Internal server error', hintFor('http-5xx'))],
      response: aResponse({ status: 500, statusText: 'Internal Server Error' }),
    })),
    sentry: aDelivery({ enabled: false, host: null }),
  });
}

/** Nothing listens; sending stopped after three tests. */
export function unreachable(): Report {
  const silent = { waitMs: null, dnsMs: 1.2, tcpMs: null, tlsMs: null, requestMs: null };
  return aReport({
    planned: 10,
    results: five(() => ({
      errors: [failedRequest('connect-timeout', 'Connection timeout')],
      response: null,
      timings: someTimings({ ...silent, firstByteMs: null, downloadMs: null, totalMs: 5_001.7 }),
    })).slice(0, 3),
    durationMs: 15_012,
    skippedBecause: '3 tests in a row could not connect (use --no-bail to continue).',
  });
}

/** Stopped by a signal, or, without its end, cut off. */
export function interrupted(end: Partial<Report> = {}): Report {
  return aReport({
    planned: 5,
    results: five(() => ({})).slice(0, 2),
    status: 'interrupted',
    skippedBecause: 'The run was interrupted.',
    ...end,
  });
}

/** A thousand tests: four kinds of failure that come and go, slow responses, and an outage at the end. */
export function large(): Report {
  const results = Array.from({ length: 1_000 }, (_, at) => {
    const index = at + 1;
    const scenario = SCENARIOS[at % SCENARIOS.length] ?? 'CHOP';
    const symbol = SYMBOLS[at % SYMBOLS.length] ?? 'SPY';
    return withCause(
      aTest({
        index,
        scenario,
        name: `${scenario} #${Math.floor(at / SCENARIOS.length) + 1}`,
        dimensions: { symbol, direction: 'long', timeframe: '5m' },
        startedAt: new Date(Date.UTC(2026, 7, 1, 12, 0, 0, index * 250)).toISOString(),
        ...oneOfThousand(index),
      }),
    );
  });
  return aReport({ results, durationMs: 250_400 });
}

function oneOfThousand(index: number): Partial<TestResult> {
  const http500 = anError('http-5xx', 'HTTP 500: Internal server error', hintFor('http-5xx'));
  if (index > 960 || index % 41 === 0) {
    return { errors: [http500], response: aResponse({ status: 500, statusText: 'Internal Server Error' }) };
  }
  const withoutResponse = (code: string, cause: string) => ({
    errors: [failedRequest(code, cause)],
    response: null,
  });
  if (index % 83 === 0) return withoutResponse('reset', 'Connection reset before a response');
  if (index % 97 === 0) return withoutResponse('response-timeout', 'No response in 10 s');
  if (index % 131 === 0) {
    const message = 'HTTP 200, but the body is HTML: "<html>Bad gateway"';
    return { errors: [anError('not-json', message, hintFor('not-json'))] };
  }
  if (index % 29 === 0) {
    const totalMs = 3_000 + index;
    const message = `Response took ${totalMs} ms, more than 3 s`;
    return { warnings: [aWarning('slow', message)], timings: someTimings({ totalMs }) };
  }
  return index % 37 === 0
    ? { warnings: [VARIANT], missingData: [{ field: 'variant', level: 'recommended' }] }
    : {};
}
