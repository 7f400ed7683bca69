import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { Trace, TraceSpan } from '../../src/lib/model/trace.ts';
import { createFold } from '../../src/lib/report/digest/fold.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import type { ApiFailure } from '../../src/lib/trace/sentry-api/failures.ts';
import type { Candidate } from '../../src/lib/verify/candidate.ts';
import type { VerificationSettings } from '../../src/lib/verify/prepare-traces.ts';
import { type Verification, verifyTraces } from '../../src/lib/verify/verify.ts';
import { anError, aStage, aTest, aTraceResult, aWarning } from '../support/builders.ts';
import { aFailure, fakeClock, scriptedApi } from '../trace/scripted-api.ts';
import {
  anIssue,
  aSpan,
  anExpectation as aSpanExpectation,
  aTrace,
  checksAt,
  guideSpans,
  guideWith,
  guideWithout,
  idOf,
  OUR_SPANS,
} from '../trace/span-builders.ts';
import { jsonResponse } from '../validate/support.ts';

const ACCEPTED = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500: Internal server error')] };
const HTTP_400 = { errors: [anError('http-4xx', 'HTTP 400: Bad request')] };
const STARTED_AT = new Date(1_795_396_550_000).toISOString();
const SETTINGS: VerificationSettings = {
  stages: BUILT_IN_STAGES,
  spans: [],
  checks: checksAt('warn'),
  follow: [],
  usualDurations: new Map(),
  limit: 50,
  deadlineMs: 90_000,
  intervalMs: 2_000,
  settleMs: 15_000,
};

interface Case {
  readonly index?: number;
  readonly result?: Partial<TestResult>;
  readonly response?: HttpResponse | null;
  readonly mask?: Candidate['mask'];
  /** What Sentry has of its trace. */
  readonly trace?: readonly TraceSpan[] | Trace | ApiFailure;
}

const traceIdOf = (index: number): string => index.toString(16).padStart(32, 'a');

function aCandidate({ index = 1, result = {}, response, mask = (text) => text }: Case): Candidate {
  const read = response === undefined ? jsonResponse(ACCEPTED) : response;
  return {
    result: aTest({
      index,
      name: `CHOP #${index}`,
      startedAt: STARTED_AT,
      trace: aTraceResult({ traceId: traceIdOf(index) }),
      ...result,
    }),
    delivery: {
      response: read,
      failure: null,
      trace: { traceId: traceIdOf(index), spanId: idOf(OUR_SPANS[1] ?? ''), headers: {} },
    },
    respondedAtMs: 0,
    values: () => ({ response: read?.json.ok ? read.json.value : null }),
    mask,
  };
}

/** Verifies tests numbered from 1; their spans are those of the guide unless a case says otherwise. */
async function verify(
  cases: readonly Case[],
  options: {
    readonly settings?: Partial<VerificationSettings>;
    readonly secrets?: readonly string[];
    readonly stop?: AbortController;
    readonly search?: Parameters<typeof scriptedApi>[0]['search'];
    readonly meta?: Parameters<typeof scriptedApi>[0]['meta'];
    readonly others?: Readonly<Record<string, readonly TraceSpan[]>>;
    /** Whether traces are read at all. */
    readonly traced?: boolean;
  } = {},
): Promise<Verification & { readonly progress: readonly string[]; readonly elapsedMs: number }> {
  const clock = fakeClock();
  const progress: string[] = [];
  const numbered = cases.map((each, at) => ({ index: at + 1, ...each }));
  const { api } = scriptedApi({
    trace: (traceId) =>
      options.others?.[traceId] ??
      numbered.find(({ index }) => traceIdOf(index) === traceId)?.trace ??
      guideSpans(),
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(options.meta === undefined ? {} : { meta: options.meta }),
  });
  const verification = await verifyTraces(
    numbered.map(aCandidate),
    { ...SETTINGS, ...options.settings },
    {
      api: options.traced === false ? null : api,
      probes: null,
      redact: createRedactor(options.secrets ?? []),
      ...clock.ports,
      onProgress: ({ progress: words }) => progress.push(words),
      stop: (options.stop ?? new AbortController()).signal,
    },
  );
  return { ...verification, progress, elapsedMs: clock.elapsedMs() };
}

const codes = ({ errors, warnings }: TestResult): readonly string[] =>
  [...errors, ...warnings].map(({ severity, code }) => `${severity} ${code}`);
const notOk = ({ stages }: TestResult): readonly string[] =>
  stages.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`);
const ours = (): readonly TraceSpan[] => guideSpans().slice(0, 2);
/** A target that names nothing as the guide does. */
const foreign = (): readonly TraceSpan[] => [
  ...ours(),
  aSpan('POST', { parent: OUR_SPANS[1] ?? '', op: 'http.server' }),
  aSpan('place-order', { parent: 'POST' }),
];

describe('a test whose trace is read', () => {
  it('is verified with all its stages if everything is there', async () => {
    const { results, findings } = await verify([{}]);
    expect(findings).toEqual([]);
    expect(results).toMatchObject([
      { verdict: 'working', warnings: [], trace: { state: 'verified', spanCount: 15, findings: [] } },
    ]);
    expect(results[0]?.stages.map(({ name, state }) => [name, state])).toEqual(
      BUILT_IN_STAGES.map(({ name }) => [name, 'ok']),
    );
  });

  it.each([
    {
      case: 'a missing span of a stage that only a trace shows',
      trace: guideWithout('database-save'),
      code: 'stage-missing',
      stages: ['database-save missing'],
    },
    {
      case: 'a failed span of a stage',
      trace: guideWith('data-enrichment', { status: 'error', issues: [anIssue()] }),
      code: 'stage-failed',
      stages: ['data-enrichment failed'],
    },
    {
      case: 'a failed part',
      trace: guideWith('fetch-gex-data', { status: 'error', issues: [anIssue()] }),
      code: 'trace-error',
      stages: [],
    },
    {
      case: 'a missing part',
      trace: guideWithout('build-snapshot'),
      code: 'trace-missing',
      stages: [],
    },
    {
      case: 'a slow span',
      trace: guideWith('data-enrichment', { durationMs: 2_000 }),
      code: 'trace-slow',
      stages: ['data-enrichment slow'],
    },
  ])('$case is found at its severity', async ({ trace, code, stages }) => {
    for (const [severity, expected] of [
      ['warn', [`warning ${code}`]],
      ['error', [`error ${code}`]],
      ['off', []],
    ] as const) {
      const { results } = await verify([{}, { trace }], { settings: { checks: checksAt(severity) } });
      const [good, bad] = results;
      expect(good && [...codes(good), ...notOk(good)]).toEqual([]);
      expect(bad && codes(bad)).toEqual(expected);
      expect(bad && notOk(bad)).toEqual(stages);
      expect(bad?.trace.state).toBe(severity === 'error' ? 'failed' : 'verified');
      expect(bad?.verdict).toBe(severity === 'error' ? 'broken' : 'working');
    }
  });

  it('has a note for a missing span if the response shows its stage', async () => {
    const trace = guideWithout('ab-routing', 'assign-variant');
    const { results } = await verify([{ trace }]);
    expect(results.flatMap(codes)).toEqual([]);
    expect(results[0]?.stages.map(({ state, detail }) => [state, detail])).toEqual([
      ['ok', null],
      ['ok', null],
      ['ok', 'span not found (possibly not sampled)'],
      ['ok', null],
      ['ok', null],
    ]);
    // Unless its check is to break the test.
    const strict = await verify([{ trace }], { settings: { checks: checksAt('error') } });
    expect(strict.results.map(codes)).toEqual([['error trace-routing']]);
    expect(strict.results[0]).toMatchObject({ verdict: 'broken', stuckAt: null });
    expect(strict.results.flatMap(notOk)).toEqual([]);
  });

  it('does not fail by an error that was handled', async () => {
    const trace = guideWith('data-enrichment', { issues: [anIssue()] });
    const { results } = await verify([{ trace }]);
    expect(results.map(codes)).toEqual([['warning trace-error']]);
    expect(results.flatMap(notOk)).toEqual([]);
    expect(results[0]).toMatchObject({ verdict: 'working', stuckAt: null });
    const off = await verify([{ trace }], { settings: { checks: checksAt('off') } });
    expect(off.results.flatMap(codes)).toEqual([]);
    const fatal = guideWith('data-enrichment', { issues: [anIssue({ level: 'fatal' })] });
    expect((await verify([{ trace: fatal }])).results.flatMap(notOk)).toEqual(['data-enrichment failed']);
  });

  it('reports an exception even if nothing else of its trace was sampled', async () => {
    const { results } = await verify([{ trace: { ...aTrace(ours()), issues: [anIssue()] } }]);
    expect(results.map(codes)).toEqual([['warning trace-error']]);
    expect(results[0]?.warnings[0]).toMatchObject({
      message: 'the provider answered 503 (issue API-7), not tied to a span',
      hint: expect.stringContaining('https://acme.sentry.io/issues/7/'),
    });
    expect(results[0]?.verdict).toBe('working');
  });

  it('has no missing span because of a partial trace', async () => {
    const partial = [
      ...guideWithout('database-save', 'build-snapshot'),
      aSpan('lost', { parent: 'not there' }),
    ];
    const required = BUILT_IN_STAGES.map((stage) => ({ ...stage, required: true }));
    const { results } = await verify([{ trace: partial }], { settings: { stages: required } });
    expect(results.map(codes)).toEqual([['warning stage-unverified']]);
    expect(results[0]).toMatchObject({ verdict: 'working', stuckAt: null });
    expect(results[0]?.stages.at(-1)).toMatchObject({
      ...{ name: 'database-save', state: 'unverified' },
      detail: 'the trace is not complete: the parent of a span is missing',
    });
  });

  it.each([
    [{ spans: 14 }, 'database-save missing', 'broken'],
    [{ spans: 15 }, 'database-save unverified', 'working'],
  ])('is missing nothing that Sentry counts but does not return: %j', async (meta, stage, verdict) => {
    const stages = BUILT_IN_STAGES.map((each) => ({ ...each, required: true }));
    const { results } = await verify([{ trace: guideWithout('database-save') }], {
      settings: { stages },
      meta: () => meta,
    });
    expect(results.flatMap(notOk)).toEqual([stage]);
    expect(results[0]?.verdict).toBe(verdict);
  });

  it.each([
    [15_000, 16_000],
    [4_000, 4_000],
    [0, 4_000],
  ])(
    'with a settle time of %j ms is complete without an optional span after %i ms',
    async (settleMs, elapsed) => {
      const { elapsedMs } = await verify([{ trace: guideWithout('build-snapshot') }], {
        settings: { settleMs, spans: [aSpanExpectation('never')] },
      });
      expect(elapsedMs).toBe(elapsed);
    },
  );

  it('is broken by a missing required span, whatever the severity of the checks', async () => {
    const spans = [aSpanExpectation('risk-check', { required: true })];
    const settings = { spans, checks: checksAt('off') };
    const { results } = await verify([{}], { settings });
    expect(results.map(codes)).toEqual([['error trace-missing']]);
    expect(results[0]).toMatchObject({ verdict: 'broken', trace: { state: 'failed' } });
  });

  it('is compared with the usual durations of its stages', async () => {
    const settings = { usualDurations: new Map([['api|http.server|POST > api||data-enrichment', 20]]) };
    const took = async (durationMs: number) =>
      (await verify([{ trace: guideWith('data-enrichment', { durationMs }) }], { settings })).results[0];
    // Over three times as long, and at least 100 ms longer.
    expect((await took(119))?.warnings).toEqual([]);
    const slow = await took(120);
    expect(slow?.warnings).toMatchObject([
      { code: 'trace-slow', message: 'data-enrichment took 120 ms (usually 20 ms)' },
    ]);
    expect(slow && notOk(slow)).toEqual(['data-enrichment slow']);
  });

  it('counts once in the totals, whatever it was before', async () => {
    const { results } = await verify([{ trace: guideWithout('database-save') }, {}]);
    const fold = createFold();
    for (const result of results) fold.add(result);
    expect(fold.totals(0).summary).toMatchObject({ total: 2, successful: 2, warnings: 1, unverified: 0 });
  });
});

describe('traces that cannot be judged', () => {
  it('are reported once per reason, and change no verdict', async () => {
    const orphaned = { ...aTrace(ours()), issues: [anIssue()] };
    const { results, findings } = await verify([
      { trace: ours() },
      { trace: [] },
      {},
      { trace: ours(), result: HTTP_500 },
      { trace: orphaned },
    ]);
    expect(results.map(({ trace }) => trace.reason)).toEqual([
      'only-our-spans',
      'not-found',
      null,
      'only-our-spans',
      'sampled-out',
    ]);
    expect(results.map(({ verdict }) => verdict)).toEqual([
      'working',
      'working',
      'working',
      'broken',
      'working',
    ]);
    expect(findings.map(({ message }) => message.replace(/:.*/, ''))).toEqual([
      '2 traces are unverified (only-our-spans)',
      'The trace of CHOP #2 is unverified (not-found)',
      'The trace of CHOP #5 is unverified (sampled-out)',
    ]);
    for (const { severity, hint } of findings)
      expect([severity, hint]).toEqual(['warning', expect.any(String)]);
  });

  it("have Sentry's message, without secrets", async () => {
    const trace = aFailure({ reason: 'unauthorized', status: 403, message: 'No: tok3n-value (HTTP 403)' });
    const { results, findings } = await verify([{ trace }, { trace }], { secrets: ['tok3n-value'] });
    expect(findings).toMatchObject([
      { code: 'trace-unauthorized', message: '2 traces are unverified (unauthorized): No: *** (HTTP 403).' },
    ]);
    expect(results.map(({ trace: { state, spanCount } }) => [state, spanCount])).toEqual([
      ['unverified', null],
      ['unverified', null],
    ]);
  });

  it('leave stages that only a trace can show unverified', async () => {
    const { results } = await verify([{ trace: ours() }]);
    expect(results.map(notOk)).toEqual([['engine-execution unverified', 'database-save unverified']]);
  });

  it('are no results at all once the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort('SIGINT');
    expect(await verify([{}, {}], { stop })).toMatchObject({ results: [], findings: [] });
  });
});

describe('without traces and probes', () => {
  const stages = [
    aStage('decided', { response: 'decision', span: null, required: true }),
    aStage('stored', { required: true }),
  ];
  const without = { settings: { stages }, traced: false };

  it('a required stage is judged by its response', async () => {
    const { results } = await verify(
      [{}, { response: jsonResponse({ ...ACCEPTED, decision: 'buy' }) }],
      without,
    );
    expect(results.map(notOk)).toEqual([['decided missing', 'stored unverified'], ['stored unverified']]);
    expect(results.map(codes)).toEqual([['error stage-missing'], []]);
  });

  it('no stage is expected of a duplicate, or of a webhook that should be refused', async () => {
    const { results } = await verify(
      [
        { result: { warnings: [aWarning('duplicate', 'status DUPLICATE')] } },
        { result: { expectsAcceptance: false } },
      ],
      without,
    );
    expect(results.map((result) => [codes(result), notOk(result)])).toEqual([
      [['warning duplicate'], []],
      [[], []],
    ]);
  });

  it('a required stage that only a trace can show is named once, with the settings to add', async () => {
    const { findings } = await verify([{}, {}], without);
    expect(findings).toEqual([
      expect.objectContaining({
        ...{ severity: 'warning', code: 'stage-unverified', stage: 'stored' },
        hint: expect.stringContaining('SENTRY_AUTH_TOKEN'),
      }),
    ]);
  });

  it('nothing is judged once the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort('SIGINT');
    expect(await verify([{}], { ...without, stop })).toMatchObject({ results: [] });
  });
});

describe('a webhook that did not get through the pipeline', () => {
  const upToEnrichment = guideSpans().slice(0, 7);
  const failing = upToEnrichment.map((span) =>
    span.name === 'fetch-market-data' ? { ...span, status: 'error' as const, issues: [anIssue()] } : span,
  );

  it('names the failure, in one finding, and as its cause', async () => {
    const response = jsonResponse({ error: 'Internal server error' }, { status: 500 });
    const { results, findings, elapsedMs } = await verify([{ trace: failing, result: HTTP_500, response }]);
    expect(results.map(codes)).toEqual([['error http-5xx', 'warning trace-error']]);
    expect(results[0]?.warnings[0]?.message).toBe(
      'fetch-market-data (http.client) failed: the provider answered 503 (issue API-7)',
    );
    expect(results[0]?.cause).toMatchObject({
      ...{ stage: null, source: 'trace', message: 'the provider answered 503' },
      span: ['fetch-market-data'],
      issue: { shortId: 'API-7' },
    });
    // What was not waited for may have happened.
    expect(results.map(notOk)).toEqual([
      ['ab-routing unverified', 'engine-execution unverified', 'database-save unverified'],
    ]);
    expect(findings).toEqual([]);
    // What never comes is not waited for.
    expect(elapsedMs).toBeLessThan(10_000);
  });

  it.each([
    {
      case: 'broken by its response',
      result: { errors: [anError('not-json', 'HTTP 200, but not JSON')] },
      // It is unknown where it ended: its spans were not awaited.
      stages: ['engine-execution unverified', 'database-save unverified'],
    },
    {
      case: 'a duplicate, which has no stages',
      result: { warnings: [aWarning('duplicate', 'status DUPLICATE')] },
      stages: [],
    },
  ])('has no missing stage if no failure explains it: $case', async ({ result, stages }) => {
    const trace = guideSpans().slice(0, 5);
    const spans = [aSpanExpectation('risk-check', { required: true })];
    const { results, findings } = await verify([{ trace, result }, {}], { settings: { spans } });
    const [cut, complete] = results;
    expect(cut?.trace.findings).toEqual([]);
    expect(complete && codes(complete)).toEqual(['error trace-missing']);
    expect(findings).toEqual([]);
    expect(cut && notOk(cut)).toEqual(stages);
    expect(cut?.stuckAt).toBeNull();
  });

  it('is still reported as slow', async () => {
    const trace = guideWith('data-enrichment', { durationMs: 2_000 });
    const { results } = await verify([{ trace, result: HTTP_500 }]);
    expect(results.map(codes)).toEqual([['error http-5xx', 'warning trace-slow']]);
  });
});

describe('an expected refusal', () => {
  const refusal = { expectsAcceptance: false };
  const response = jsonResponse({ status: 'REJECTED' }, { status: 400 });
  const refused = (attributes: TraceSpan['attributes'], overrides: Partial<TraceSpan> = {}) => [
    ...ours(),
    aSpan('POST', {
      parent: OUR_SPANS[1] ?? '',
      op: 'http.server',
      status: 'error',
      attributes,
      ...overrides,
    }),
    aSpan('webhook-ingestion', { parent: 'POST' }),
  ];

  it('expects no stage and no span, and its status is not a failure of the target', async () => {
    const trace = refused({ 'http.response.status_code': 400 });
    const { results, findings } = await verify([{ trace, response, result: refusal }]);
    expect(findings).toEqual([]);
    expect(results).toMatchObject([
      { verdict: 'working', warnings: [], stages: [], trace: { state: 'verified', spanCount: 4 } },
    ]);
  });

  it.each([
    ['another status', refused({ 'http.response.status_code': 502 })],
    ['an issue', refused({ 'http.response.status_code': 400 }, { issues: [anIssue()] })],
  ])('does not hide what failed inside: %s', async (_, trace) => {
    const { results } = await verify([{ trace, response, result: refusal }]);
    expect(results.map(codes)).toEqual([['warning trace-error']]);
  });

  it('that was not expected is a failure', async () => {
    const trace = refused({ 'http.response.status_code': 400 });
    const { results } = await verify([{ trace, response, result: HTTP_400 }]);
    // The response accounts for the stages that it refuses.
    expect(results.map(codes)).toEqual([['error http-4xx', 'warning trace-error']]);
    expect(results[0]?.stages[1]).toMatchObject({
      ...{ name: 'data-enrichment', state: 'failed' },
      evidence: { response: 'contradicts' },
      detail: 'enrichment not in response (HTTP 400)',
    });
  });
});

describe('stages that no test has', () => {
  it('are reported once if all built-in ones are missing, and fail no test', async () => {
    const { results, findings } = await verify(Array.from({ length: 30 }, () => ({ trace: foreign() })));
    expect(results.flatMap(codes)).toEqual([]);
    expect(findings).toMatchObject([
      {
        code: 'stages-missing',
        message: expect.stringMatching(/^5 stages have no span in any of the 30 tests/),
      },
    ]);
  });

  it('are reported once even if every webhook failed', async () => {
    const trace = foreign().map((span) =>
      span.name === 'POST' ? { ...span, status: 'error' as const } : span,
    );
    const { results, findings } = await verify([
      { trace, result: HTTP_500 },
      { trace, result: HTTP_500 },
    ]);
    expect(results.map(codes)).toEqual([1, 2].map(() => ['error http-5xx', 'warning trace-error']));
    expect(results[0]?.warnings[0]?.message).not.toContain('not reached');
    expect(findings).toEqual([]);
  });

  it('are not reported about the run if failures kept all webhooks from them', async () => {
    const trace = guideSpans()
      .slice(0, 8)
      .map((span) => (span.name === 'fetch-market-data' ? { ...span, status: 'error' as const } : span));
    const response = jsonResponse({}, { status: 500 });
    const { findings } = await verify([1, 2, 3].map(() => ({ trace, response, result: HTTP_500 })));
    expect(findings).toEqual([]);
  });

  it('are findings of each test if the config names them', async () => {
    const stages = [aStage('risk-check')];
    const { results } = await verify([{ trace: foreign() }, { trace: foreign() }], { settings: { stages } });
    expect(results.map(codes)).toEqual([['warning stage-missing'], ['warning stage-missing']]);
    expect(results.map(notOk)).toEqual([['risk-check missing'], ['risk-check missing']]);
  });

  it('do not count tests whose trace could not be read', async () => {
    const { findings } = await verify([{ trace: ours() }, { trace: foreign() }]);
    expect(findings.map(({ code }) => code)).toEqual(['trace-only-our-spans', 'stages-missing']);
    expect(findings[1]?.message).toContain('in the only test');
  });
});

describe('background work', () => {
  const BACKGROUND = ['engine-execution', 'engine-a-decision', 'engine-b-decision', 'database-save'];
  const follow = [{ query: 'signalId:{{response.signal_id}}', withinMs: 30_000, always: false }];
  const background = (traceId: string) => [
    aSpan('worker', { traceId, isSegment: true, at: 300 }),
    ...guideSpans()
      .filter(({ name }) => BACKGROUND.includes(name))
      .map((span) => ({
        ...span,
        traceId,
        parentSpanId:
          span.name.startsWith('engine-a') || span.name.startsWith('engine-b')
            ? idOf('engine-execution')
            : idOf('worker'),
      })),
  ];
  const cases = ['s1', 's2'].map((signal) => ({
    trace: guideWithout(...BACKGROUND),
    response: jsonResponse({ ...ACCEPTED, signal_id: signal }),
  }));
  const others = {
    ['1'.repeat(32)]: background('1'.repeat(32)),
    ['2'.repeat(32)]: background('2'.repeat(32)),
  };
  const search = (query: string) => {
    const digit = query.at(-1) ?? '';
    return [{ traceId: digit.repeat(32), spanId: idOf('worker'), name: 'worker' }];
  };

  it('is judged with the test it belongs to', async () => {
    const { results, findings } = await verify(cases, { settings: { follow }, others, search });
    expect(findings).toEqual([]);
    expect(results.flatMap((result) => [...codes(result), ...notOk(result)])).toEqual([]);
    expect(results.map(({ trace }) => trace.followed)).toEqual([
      [{ searched: 'signalId:s1', found: true, traceIds: ['1'.repeat(32)] }],
      [{ searched: 'signalId:s2', found: true, traceIds: ['2'.repeat(32)] }],
    ]);
  });

  const NOT_FOUND = 'no trace of its background work was found: it may not have been sampled';

  it('that is never found may not have been sampled', async () => {
    const { results } = await verify(cases, { settings: { follow }, search: () => [] });
    for (const result of results) {
      expect(notOk(result)).toEqual(['engine-execution unverified', 'database-save unverified']);
      expect(result).toMatchObject({ verdict: 'working', stuckAt: null, errors: [], warnings: [] });
      expect(result.stages.at(-1)?.detail).toBe(NOT_FOUND);
    }
    expect(results.map(({ trace }) => trace.followed)).toEqual([
      [{ searched: 'signalId:s1', found: false, traceIds: [] }],
      [{ searched: 'signalId:s2', found: false, traceIds: [] }],
    ]);
    const stages = BUILT_IN_STAGES.map((stage) => ({ ...stage, required: true }));
    const required = await verify(cases, { settings: { follow, stages }, search: () => [] });
    expect(required.results.map(codes)).toEqual(
      cases.map(() => ['warning stage-unverified', 'warning stage-unverified']),
    );
    expect(required.results[0]?.warnings[0]).toMatchObject({
      message: `engine-execution could not be checked: ${NOT_FOUND}`,
      hint: expect.stringContaining('a probe of engine-execution (sql or http) would decide'),
    });
  });

  it('that is never found is missing if its service keeps every trace', async () => {
    const always = follow.map((each) => ({ ...each, always: true }));
    const { results } = await verify(cases, { settings: { follow: always }, search: () => [] });
    for (const result of results)
      expect(notOk(result)).toEqual(['engine-execution missing', 'database-save not-reached']);
    expect(results.map(({ stages }) => stages[3]?.detail)).toEqual([
      'no trace with signalId:s1 was found',
      'no trace with signalId:s2 was found',
    ]);
  });

  it('that is found without one of its spans is missing', async () => {
    const lacking = background('1'.repeat(32)).filter(({ name }) => name !== 'database-save');
    const stages = BUILT_IN_STAGES.map((stage) => ({ ...stage, required: true }));
    const { results } = await verify(cases.slice(0, 1), {
      settings: { follow, stages },
      others: { ['1'.repeat(32)]: lacking },
      search,
    });
    expect(results.map(codes)).toEqual([['error stage-missing']]);
    expect(results[0]).toMatchObject({
      verdict: 'broken',
      stuckAt: { stage: 'database-save', after: null },
      cause: { stage: 'database-save', source: 'trace', message: 'span database-save is missing' },
    });
  });

  it('that was found only at the end of the wait has no missing spans', async () => {
    const lacking = background('1'.repeat(32)).filter(({ name }) => name !== 'database-save');
    let searches = 0;
    const stages = BUILT_IN_STAGES.map((stage) => ({ ...stage, required: true }));
    const { results } = await verify(cases.slice(0, 1), {
      settings: {
        follow: [{ ...follow[0], query: 'signalId:s1', withinMs: 90_000, always: false }],
        stages,
        deadlineMs: 30_000,
      },
      others: { ['1'.repeat(32)]: lacking },
      // Polls are 2 s apart.
      search: (query) => (++searches < 14 ? [] : search(query)),
    });
    expect(results[0]?.trace.followed).toMatchObject([{ found: true }]);
    expect(results.flatMap(notOk)).toEqual(['database-save unverified']);
    expect(results[0]?.verdict).toBe('working');
  });

  it('that Sentry refuses to search for is unverified, for that reason', async () => {
    const { results } = await verify(cases.slice(0, 1), {
      settings: { follow },
      search: () => aFailure({ permanent: true, status: 400, message: 'sentry answers HTTP 400' }),
    });
    expect(results.flatMap(notOk)).toEqual(['engine-execution unverified', 'database-save unverified']);
    expect(results[0]?.stages.at(-1)?.detail).toBe(
      'the search for background work failed: sentry answers HTTP 400',
    );
  });

  it('reports which searches found nothing', async () => {
    const [first] = cases;
    const both = [...follow, { query: 'job:{{response.signal_id}}', withinMs: 30_000, always: false }];
    const { results } = await verify([first ?? {}], {
      settings: { follow: both },
      others: { ['1'.repeat(32)]: [aSpan('worker', { traceId: '1'.repeat(32), isSegment: true })] },
      search: (query) => (query.startsWith('signalId') ? search(query) : []),
    });
    expect(results[0]?.stages.at(-1)).toMatchObject({ state: 'unverified', detail: NOT_FOUND });
    expect(results[0]?.trace.followed.map(({ searched, found }) => [searched, found])).toEqual([
      ['signalId:s1', true],
      ['job:s1', false],
    ]);
  });

  it('may have been retried, and is reported if it was done twice', async () => {
    const [first] = cases;
    const failed = background('2'.repeat(32)).map((span) => ({
      ...span,
      startMs: span.startMs - 100,
      ...(span.name === 'engine-execution' ? { status: 'error' as const, issues: [anIssue()] } : {}),
    }));
    const attempts = { ['1'.repeat(32)]: background('1'.repeat(32)), ['2'.repeat(32)]: failed };
    const { results } = await verify([first ?? {}], {
      settings: { follow },
      others: attempts,
      search: () => ['1', '2'].map((digit) => ({ traceId: digit.repeat(32), spanId: idOf('worker') })),
    });
    expect(results[0]?.trace.followed[0]?.traceIds).toEqual(['2'.repeat(32), '1'.repeat(32)]);
    expect(results.flatMap(notOk)).toEqual([]);
    expect(results[0]?.warnings.map(({ code, message }) => [code, message])).toEqual([
      ['retried', 'engine-execution failed at least once before it succeeded'],
      ['processed-twice', 'database-save was processed at least twice (in 2 traces)'],
    ]);
  });

  it('is searched for without showing a secret of the search', async () => {
    const query = 'token:s3cret-value signalId:{{response.signal_id}}';
    const verification = await verify([{}, ...cases], {
      settings: { follow: [{ query, withinMs: 200_000, always: false }] },
      secrets: ['s3cret-value'],
      search: () => [],
    });
    expect(verification.progress).toContain(
      '0 of 3 traces complete; waiting for a trace with token:*** signalId:s1 in trace 1',
    );
    expect(verification.results[0]?.trace.wait?.awaited).toEqual(['a trace with token:*** signalId:s1']);
    expect(JSON.stringify(verification)).not.toContain('s3cret-value');
  });
});
