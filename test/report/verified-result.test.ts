import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { Cause, TestResult } from '../../src/lib/model/result.ts';
import type { StageResult, StuckAt } from '../../src/lib/model/stage.ts';
import { hintFor } from '../../src/lib/report/advice/advice.ts';
import { applyVerification } from '../../src/lib/report/verified-result.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { anError, aStageResult, aTest, aWarning } from '../support/builders.ts';

type Reading = Parameters<typeof applyVerification>[0]['reading'];

const WAIT = { polls: 3, waitedMs: 4_000, awaited: [] };

function aReading(overrides: Partial<Reading> = {}): Reading {
  return { trace: { spans: [1, 2, 3] }, reason: null, wait: WAIT, followed: [], ...overrides };
}

const NOTHING = {
  findings: [],
  ofStages: [],
  brokenByTrace: false,
  stages: [],
  stuckAt: null,
  cause: null,
  spans: [],
};

function verified(
  options: {
    readonly result?: TestResult;
    readonly reading?: Partial<Reading>;
    readonly findings?: readonly Finding[];
    readonly ofStages?: readonly Finding[];
    readonly stuckAt?: StuckAt;
    readonly cause?: Cause;
    readonly stages?: readonly StageResult[];
    readonly secrets?: readonly string[];
  } = {},
): TestResult {
  return applyVerification({
    ...NOTHING,
    result: options.result ?? aTest(),
    reading: aReading(options.reading),
    findings: options.findings ?? [],
    ofStages: options.ofStages ?? [],
    brokenByTrace: false,
    stages: options.stages ?? [],
    stuckAt: options.stuckAt ?? null,
    cause: options.cause ?? null,
    redact: createRedactor(options.secrets ?? []),
  });
}

const ERROR = anError('trace-error', 'fetch-gex-data failed', 'Look at issue API-7');
const WARNING = aWarning('trace-slow', 'data-enrichment took 2,000 ms', 'See where the time goes');

describe('a trace changes a result', () => {
  it.each([
    { case: 'nothing found', findings: [], verdict: 'working', state: 'verified' },
    { case: 'a warning', findings: [WARNING], verdict: 'working', state: 'verified' },
    { case: 'an error', findings: [ERROR], verdict: 'broken', state: 'failed' },
    { case: 'both', findings: [WARNING, ERROR], verdict: 'broken', state: 'failed' },
  ] as const)('$case: $verdict, trace $state', ({ findings, verdict, state }) => {
    const result = verified({ findings });
    expect(result.verdict).toBe(verdict);
    expect(result.trace).toMatchObject({ state, reason: null, spanCount: 3, findings });
    expect(result.errors).toEqual(findings.filter((each) => each === ERROR));
    expect(result.warnings).toEqual(findings.filter((each) => each === WARNING));
  });

  it('after the findings of the response', () => {
    const withResponse = aTest({
      errors: [anError('http-5xx', 'HTTP 500')],
      warnings: [aWarning('slow', 'Response took 4000 ms')],
    });
    const { errors, warnings, verdict } = verified({ result: withResponse, findings: [WARNING, ERROR] });
    expect(errors.map(({ code }) => code)).toEqual(['http-5xx', 'trace-error']);
    expect(warnings.map(({ code }) => code)).toEqual(['slow', 'trace-slow']);
    expect(verdict).toBe('broken');
  });

  it.each(['not-found', 'only-our-spans', 'sampled-out', 'late', 'unauthorized', 'api-error'] as const)(
    'only by its state if it is unverified: %s',
    (reason) => {
      for (const result of [aTest(), aTest({ errors: [anError('http-5xx', 'HTTP 500')] })]) {
        const { trace, ...rest } = verified({ result, reading: { trace: null, reason } });
        const { trace: _, ...before } = result;
        expect(rest).toEqual(before);
        expect(trace).toMatchObject({ state: 'unverified', reason, spanCount: null, findings: [] });
      }
    },
  );

  it('not at all if only probes ran', () => {
    const result = aTest({ flaky: true });
    const stages = [aStageResult('saved', { state: 'missing', detail: 'HTTP: HTTP 404 s3cret' })];
    const stuckAt = { stage: 'saved', after: null };
    const cause = { stage: 'saved', source: 'http', message: 'HTTP 404 s3cret' } as const;
    const applied = applyVerification({
      ...{ ...NOTHING, result, reading: null, stages, stuckAt, cause },
      ofStages: [anError('stage-missing', 'saved s3cret', 'a hint')],
      redact: createRedactor(['s3cret']),
    });
    expect(applied).toEqual({
      ...result,
      verdict: 'broken',
      flaky: false,
      errors: [anError('stage-missing', 'saved ***', 'a hint')],
      stages: [{ ...stages[0], detail: 'HTTP: HTTP 404 ***' }],
      stuckAt,
      cause: { ...cause, message: 'HTTP 404 ***' },
    });
  });

  it('without a trace failure if a stage failed', () => {
    expect(verified({ findings: [WARNING], ofStages: [ERROR] })).toMatchObject({
      verdict: 'broken',
      errors: [ERROR],
      warnings: [WARNING],
      trace: { state: 'verified', findings: [WARNING] },
    });
  });

  it('and replaces the cause of the response, and names where the webhook got stuck', () => {
    const before = { stage: null, source: 'response', message: 'HTTP 500: boom' } as const;
    const cause = { stage: 'enrich', source: 'trace', message: 'timeout', span: ['enrich'] } as const;
    const stuckAt = { stage: 'enrich', after: 'received' };
    const result = aTest({ errors: [anError('http-5xx', 'HTTP 500: boom')], cause: before });
    expect(verified({ result, cause, stuckAt })).toMatchObject({ cause, stuckAt });
    expect(verified({ result })).toMatchObject({ cause: null, stuckAt: null });
  });

  it('and its spans are saved, with secrets of the target masked', () => {
    const span = { depth: 0, startMs: 1, durationMs: 2, status: 'ok', followed: false } as const;
    const applied = applyVerification({
      ...{ ...NOTHING, result: aTest(), reading: aReading() },
      spans: [
        { ...span, name: 'GET /s3cret', op: 's3cret.op', service: 'api-s3cret' },
        { ...span, name: 'POST', op: null, service: 'api' },
      ],
      redact: createRedactor(['s3cret']),
    });
    expect(applied.trace.spans).toEqual([
      { ...span, name: 'GET /***', op: '***.op', service: 'api-***' },
      { ...span, name: 'POST', op: null, service: 'api' },
    ]);
  });

  it('and a test that passed after a retry no longer passes once the trace shows an error', () => {
    expect(verified({ result: aTest({ flaky: true }), findings: [ERROR] }).flaky).toBe(false);
    expect(verified({ result: aTest({ flaky: true }), findings: [WARNING] }).flaky).toBe(true);
  });

  it('but keeps trace id and link, and has the wait in milliseconds', () => {
    const result = aTest();
    const { trace } = verified({ result, reading: { wait: { polls: 7, waitedMs: 1.6, awaited: ['x'] } } });
    expect(trace).toMatchObject({ traceId: result.trace.traceId, url: result.trace.url });
    expect(trace.wait).toEqual({ polls: 7, waitedMs: 2, awaited: ['x'] });
  });

  it('and a finding without advice gets that of its code', () => {
    const [warning] = verified({ findings: [aWarning('trace-routing', 'ab-routing not seen')] }).warnings;
    expect(warning?.hint).toBe(hintFor('trace-routing'));
    expect(warning?.hint).not.toBeNull();
    expect(verified({ findings: [WARNING] }).warnings[0]?.hint).toBe(WARNING.hint);
  });

  it('and names followed traces by their ids', () => {
    const traces = [{ traceId: 'a'.repeat(32) }, { traceId: 'b'.repeat(32) }];
    const followed = [
      { searched: 'signalId:s1', found: true, traces },
      { searched: 'signalId:s2', found: false, traces: [] },
    ];
    expect(verified({ reading: { followed } }).trace.followed).toEqual([
      { searched: 'signalId:s1', found: true, traceIds: ['a'.repeat(32), 'b'.repeat(32)] },
      { searched: 'signalId:s2', found: false, traceIds: [] },
    ]);
  });

  it('and never shows a secret that a span, an issue, a stage or a search contained', () => {
    const secret = 's3cret-token';
    const result = verified({
      findings: [
        anError('trace-error', `call failed: token ${secret}`),
        aWarning(
          'trace-slow',
          `GET /?token=${secret} took 2 s`,
          `Look at https://sentry.example.com/?q=${secret}`,
        ),
      ],
      stages: [aStageResult('enrich', { state: 'failed', detail: `fetch failed: ${secret}` })],
      ofStages: [anError('stage-failed', `enrich failed: ${secret}`, `psql ${secret}`)],
      cause: {
        ...{ stage: 'enrich', source: 'sql', message: `token "${secret}"`, because: `failed: ${secret}` },
        ...{ span: [`GET /${secret}`], exception: `${secret}Error`, missingSpan: secret },
        row: `token "${secret}"`,
        issue: { shortId: secret, url: `https://sentry.example.com/?q=${secret}` },
      },
      reading: {
        followed: [{ searched: `token:${secret}`, found: false, traces: [] }],
        wait: { ...WAIT, awaited: [`a trace with token:${secret}`] },
      },
      secrets: [secret],
    });
    expect(JSON.stringify(result)).not.toContain(secret);
  });
});
