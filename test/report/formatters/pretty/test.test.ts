/** One test in full on the terminal, as `report show 3` writes it. */
import { describe, expect, it, test } from 'vitest';
import type { TestResult } from '../../../../src/lib/model/result.ts';
import { hintFor } from '../../../../src/lib/report/advice/advice.ts';
import type { RenderOptions } from '../../../../src/lib/report/formatters/formatter.ts';
import { renderTest } from '../../../../src/lib/report/formatters/pretty/test.ts';
import {
  anError,
  aReport,
  aResponse,
  aStageResult,
  aTest,
  aTraceResult,
  aWarning,
  RUN_ID,
  someTimings,
  sourceOf,
} from '../../../support/builders.ts';
import { expectGolden } from '../../../support/golden.ts';

const SCREEN: RenderOptions = { columns: 80, color: false, unicode: true, hyperlinks: false };
const TRACE = '1234567890abcdef1234567890abcdef';

async function shown(result: TestResult, options: Partial<RenderOptions> = {}): Promise<string> {
  const source = sourceOf(aReport({ results: [result, aTest({ index: 9 })] }));
  let text = '';
  for await (const piece of renderTest({ source, result }, { ...SCREEN, ...options })) text += piece;
  return text;
}

/** Broken after a retry, with everything there is to say of a test. */
function aFullTest(): TestResult {
  const evidence = { response: null, trace: null, http: null, sql: null } as const;
  return aTest({
    index: 3,
    name: 'ORB_BREAKOUT #2',
    errors: [anError('http-5xx', 'HTTP 500: Internal server error', hintFor('http-5xx'))],
    warnings: [aWarning('recommended-missing', 'variant not in response (A/B routing may not be active)')],
    missingData: [{ field: 'variant', level: 'recommended' }],
    request: {
      method: 'POST',
      url: 'https://hooks.example.com/webhook?kind=é',
      headers: {
        'content-type': 'application/json',
        authorization: '***',
        'sentry-trace': `${TRACE}-1234567890abcdef`,
        'x-prod-e2e-test': `${RUN_ID}-3`,
      },
      body: '{"symbol":"SPY","note":"two  spaces, é"}',
    },
    response: aResponse({
      status: 500,
      statusText: 'Internal Server Error',
      body: '{"error":"boom\\u202e"}',
      bodyBytes: 20_000,
      bodyCut: true,
    }),
    timings: someTimings({ totalMs: 1_240.2, lateMs: 3 }),
    attempts: [
      {
        startedAt: '2026-08-01T12:00:01.000Z',
        durationMs: 4,
        status: null,
        failure: { kind: 'refused', message: 'Connection refused', code: 'ECONNREFUSED' },
        mayHaveArrived: false,
      },
      {
        startedAt: '2026-08-01T12:00:01.100Z',
        durationMs: 182,
        status: 500,
        failure: null,
        mayHaveArrived: true,
      },
    ],
    trace: aTraceResult({
      traceId: TRACE,
      url: `https://acme.sentry.io/explore/traces/trace/${TRACE}/`,
      state: 'failed',
      spanCount: 7,
      followed: [
        {
          searched: 'span.name:work signalId:s1',
          found: true,
          traceIds: ['abcdef0123456789abcdef0123456789'],
        },
        { searched: 'span.name:mail', found: false, traceIds: [] },
      ],
      findings: [anError('span-error', 'fetch-gex-data failed: timeout', 'Review the logs of the service')],
    }),
    stages: [
      aStageResult('webhook-ingestion', {
        evidence: { ...evidence, response: 'confirms', trace: 'confirms' },
        durationMs: 12.4,
      }),
      aStageResult('data-enrichment', {
        ...{ state: 'unverified', detail: 'SQL: too slow (30 s)' },
        evidence: { ...evidence, trace: 'unknown', sql: 'unknown' },
      }),
      aStageResult('decision', {
        ...{ state: 'failed', required: true, durationMs: 204 },
        evidence: { ...evidence, trace: 'contradicts', sql: 'contradicts' },
        detail: 'SQL: status "rejected" (expected "approved"), reason "no market data"',
      }),
      aStageResult('database-save', {
        ...{ state: 'not-reached', required: true },
        evidence: { ...evidence, trace: 'absent', sql: 'absent' },
      }),
    ],
    stuckAt: { stage: 'decision', after: 'webhook-ingestion' },
    cause: {
      ...{ stage: 'decision', source: 'sql' },
      message: 'status "rejected" (expected "approved"), reason "no market data"',
      because: 'timeout',
      span: ['decision', 'fetch-gex-data'],
    },
    repeat: {
      treatedAs: 'second-event',
      because: 'another signal_id',
      sends: [
        {
          startedAt: '2026-08-01T12:00:02.000Z',
          errors: [],
          warnings: [],
          missingData: [],
          response: aResponse(),
          timings: someTimings({ totalMs: 12 }),
          attempts: [],
          traceId: 'fedcba0987654321fedcba0987654321',
        },
      ],
    },
  });
}

test.each([
  ['pretty-test-60.txt', { columns: 60 }],
  ['pretty-test-80.txt', {}],
  ['pretty-test-200.txt', { columns: 200 }],
  ['pretty-test-ascii.txt', { unicode: false }],
])('%s', async (name, options) => {
  expectGolden(name, await shown(aFullTest(), options));
});

describe('one test in full', () => {
  it('has no section for what there is nothing of', async () => {
    const text = await shown(aTest());
    for (const title of ['STAGES', 'FOLLOWED', 'ATTEMPTS', 'SENT AGAIN']) expect(text).not.toContain(title);
    expect(text).not.toContain('a secret was masked');
  });

  it('reports a missing response', async () => {
    expect(await shown(aTest({ response: null }))).toContain('RESPONSE\n  No response.\n');
  });

  it('shows a response without its control sequences', async () => {
    const body = '\u001b[2Jgone\u202e\n::error::no';
    const text = await shown(aTest({ response: aResponse({ body, headers: { 'x-evil': body } }) }));
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text).toContain('\n  \\u001b[2Jgone\\u202e\n');
    expect(text).not.toContain('::error::');
  });
});
