import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/lib/model/delivery.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { Trace, TraceSpan } from '../../src/lib/model/trace.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { createFold } from '../../src/lib/report/fold.ts';
import { createRedactor } from '../../src/lib/report/redact.ts';
import {
  type Candidate,
  goesThrough,
  type Verification,
  type VerificationSettings,
  verifyTraces,
} from '../../src/lib/run/verification.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import type { ApiFailure } from '../../src/lib/trace/api-failures.ts';
import { anError, aTest, aTraceResult, aWarning } from '../support/builders.ts';
import { aFailure, fakeClock, scriptedApi } from '../trace/scripted-api.ts';
import {
  anIssue,
  aPattern,
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
import { BUILT_IN, jsonAnswer } from '../validate/support.ts';

const ACCEPTED = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500: Internal server error')] };
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
  settleMs: null,
};

interface Case {
  readonly index?: number;
  readonly result?: Partial<TestResult>;
  readonly expect?: Candidate['expect'];
  readonly answer?: Answer | null;
  readonly mask?: Candidate['mask'];
  /** What Sentry has of its trace. */
  readonly trace?: readonly TraceSpan[] | Trace | ApiFailure;
}

const traceIdOf = (index: number): string => index.toString(16).padStart(32, 'a');

function aCandidate({
  index = 1,
  result = {},
  expect: expected = BUILT_IN,
  answer,
  mask = (text) => text,
}: Case): Candidate {
  const read = answer === undefined ? jsonAnswer(ACCEPTED) : answer;
  return {
    result: aTest({
      index,
      name: `CHOP #${index}`,
      startedAt: STARTED_AT,
      trace: aTraceResult({ traceId: traceIdOf(index) }),
      ...result,
    }),
    answer: read,
    failure: null,
    expect: expected,
    values: () => ({ response: read?.json.ok ? read.json.value : null }),
    spanId: idOf(OUR_SPANS[1] ?? ''),
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
    readonly others?: Readonly<Record<string, readonly TraceSpan[]>>;
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
  });
  const verification = await verifyTraces(
    numbered.map(aCandidate),
    { ...SETTINGS, ...options.settings },
    {
      api,
      probes: null,
      redact: createRedactor(options.secrets ?? []),
      ...clock.ports,
      onProgress: ({ name, progress: words }) => progress.push(`${name}: ${words}`),
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
  it('is verified with all its stages when everything is there', async () => {
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
      case: 'a missing span',
      trace: guideWithout('ab-routing', 'assign-variant'),
      code: 'trace-routing',
      stage: 'ab-routing missing',
    },
    {
      case: 'a failed span',
      trace: guideWith('fetch-gex-data', { status: 'error', issues: [anIssue()] }),
      code: 'trace-error',
      stage: 'data-enrichment failed',
    },
    {
      case: 'a slow span',
      trace: guideWith('data-enrichment', { durationMs: 2_000 }),
      code: 'trace-slow',
      stage: 'data-enrichment slow',
    },
  ])('$case is found at its severity, and its stage is named', async ({ trace, code, stage }) => {
    for (const [severity, expected, state] of [
      ['warn', [`warning ${code}`], 'verified'],
      ['error', [`error ${code}`], 'failed'],
      ['off', [], 'verified'],
    ] as const) {
      const { results } = await verify([{}, { trace }], { settings: { checks: checksAt(severity) } });
      const [good, bad] = results;
      expect(good && [...codes(good), ...notOk(good)]).toEqual([]);
      expect(bad && codes(bad)).toEqual(expected);
      expect(bad && notOk(bad)).toEqual([stage]);
      expect(bad?.trace.state).toBe(state);
      expect(bad?.verdict).toBe(severity === 'error' ? 'broken' : 'working');
    }
  });

  it('says of a missing stage what was looked for, and no more where nothing is followed', async () => {
    const { results } = await verify([{ trace: guideWithout('ab-routing', 'assign-variant') }]);
    expect(results[0]?.stages.map(({ state, detail }) => [state, detail])).toEqual([
      ['ok', null],
      ['ok', null],
      ['missing', 'span ab-routing not seen'],
      ['ok', null],
      ['ok', null],
    ]);
  });

  it.each([
    [null, 16_000],
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

  it('is broken by a required span that is missing, whatever the checks say', async () => {
    const spans = [aSpanExpectation('risk-check', { required: true })];
    const settings = { spans, checks: checksAt('off') };
    const { results } = await verify([{}], { settings });
    expect(results.map(codes)).toEqual([['error trace-missing']]);
    expect(results[0]).toMatchObject({ verdict: 'broken', trace: { state: 'failed' } });
  });

  it('is measured by what is usual for its stages', async () => {
    const settings = { usualDurations: new Map([['data-enrichment', 20]]) };
    const { results } = await verify([{}], { settings });
    expect(results[0]?.warnings).toMatchObject([
      { code: 'trace-slow', message: expect.stringContaining('usual are 20 ms') },
    ]);
  });

  it('counts once in a fold of all results, whatever it was before', async () => {
    const { results } = await verify([{ trace: guideWithout('database-save') }, {}]);
    const fold = createFold();
    for (const result of results) fold.add(result);
    expect(fold.totals(0).summary).toMatchObject({ total: 2, successful: 2, warnings: 1, unverified: 0 });
  });
});

describe('traces that cannot be judged', () => {
  it('are told once for each reason, and change no verdict', async () => {
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

  it('say what Sentry said, without secrets', async () => {
    const trace = aFailure({ reason: 'unauthorised', status: 403, message: 'No: tok3n-value (HTTP 403).' });
    const { results, findings } = await verify([{ trace }, { trace }], { secrets: ['tok3n-value'] });
    expect(findings).toMatchObject([
      { code: 'trace-unauthorised', message: '2 traces are unverified (unauthorised): No: *** (HTTP 403).' },
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

describe('a webhook that did not go through the pipeline', () => {
  const upToEnrichment = guideSpans().slice(0, 7);
  const failing = upToEnrichment.map((span) =>
    span.name === 'fetch-market-data' ? { ...span, status: 'error' as const, issues: [anIssue()] } : span,
  );

  it('names the failure and what was not reached because of it, in one finding', async () => {
    const answer = jsonAnswer({ error: 'Internal server error' }, { status: 500 });
    const { results, findings, elapsedMs } = await verify([{ trace: failing, result: HTTP_500, answer }]);
    expect(results.map(codes)).toEqual([['error http-5xx', 'warning trace-error']]);
    expect(results[0]?.warnings[0]?.message).toContain('not reached: ');
    expect(findings).toEqual([]);
    // What never comes is not waited for.
    expect(elapsedMs).toBeLessThan(10_000);
  });

  it.each([
    { case: 'broken by its answer', result: { errors: [anError('not-json', 'HTTP 200, but not JSON')] } },
    { case: 'a duplicate', result: { warnings: [aWarning('duplicate', 'status DUPLICATE')] } },
  ])('lacks nothing where no failure tells why: $case', async ({ result }) => {
    const trace = guideSpans().slice(0, 5);
    const spans = [aSpanExpectation('risk-check', { required: true })];
    const { results, findings } = await verify([{ trace, result }, {}], { settings: { spans } });
    const [cut, whole] = results;
    expect(cut?.trace.findings).toEqual([]);
    expect(whole && codes(whole)).toEqual(['error trace-missing']);
    expect(findings).toEqual([]);
    // Where it ended is shown all the same, without the advice that is for background work.
    expect(cut && notOk(cut)).toContain('engine-execution missing');
    expect(JSON.stringify(cut?.stages)).not.toContain('trace.follow');
  });

  it('is still blamed for what is slow', async () => {
    const trace = guideWith('data-enrichment', { durationMs: 2_000 });
    const { results } = await verify([{ trace, result: HTTP_500 }]);
    expect(results.map(codes)).toEqual([['error http-5xx', 'warning trace-slow']]);
  });
});

describe('a refusal that was asked for', () => {
  it.each([
    ['a class of statuses', { status: ['4xx'] }, false],
    ['a status', { status: [400] }, false],
    ['a refusing body under a good status', { match: { status: 'rejected' } }, false],
    ['no status in particular', { status: [] }, true],
    ['one of several statuses', { status: [400, 202] }, true],
    ['a body that accepts', { match: { status: 'ACCEPTED' } }, true],
    ['the usual', {}, true],
  ] as const)('%s', (_, expected, through) => {
    expect(goesThrough({ ...BUILT_IN, ...expected })).toBe(through);
  });

  const expected = { ...BUILT_IN, status: [400] };
  const answer = jsonAnswer({ status: 'REJECTED' }, { status: 400 });
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

  it('expects no stage and no span, and its status is no failure of the target', async () => {
    const trace = refused({ 'http.response.status_code': 400 });
    const { results, findings } = await verify([{ trace, answer, expect: expected }]);
    expect(findings).toEqual([]);
    expect(results).toMatchObject([
      { verdict: 'working', warnings: [], stages: [], trace: { state: 'verified', spanCount: 4 } },
    ]);
  });

  it.each([
    ['another status', refused({ 'http.response.status_code': 502 })],
    ['an issue', refused({ 'http.response.status_code': 400 }, { issues: [anIssue()] })],
  ])('does not hide what failed inside: %s', async (_, trace) => {
    const { results } = await verify([{ trace, answer, expect: expected }]);
    expect(results.map(codes)).toEqual([['warning trace-error']]);
  });

  it('that was not asked for is a failure', async () => {
    const trace = refused({ 'http.response.status_code': 400 });
    const { results } = await verify([{ trace, answer, result: HTTP_500 }]);
    expect(results.map(codes)).toEqual([['error http-5xx', 'warning trace-error']]);
  });
});

describe('stages that no test has', () => {
  it('are told once where none of the built-in ones is there, and blame no test', async () => {
    const { results, findings } = await verify(Array.from({ length: 30 }, () => ({ trace: foreign() })));
    expect(results.flatMap(codes)).toEqual([]);
    expect(findings).toMatchObject([
      { code: 'stages-missing', message: expect.stringMatching(/^5 stages are missing in all 30 tests/) },
    ]);
  });

  it('are told once also where every webhook failed', async () => {
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

  it('are no news about the run where failures kept all webhooks from them', async () => {
    const trace = guideSpans()
      .slice(0, 8)
      .map((span) => (span.name === 'fetch-market-data' ? { ...span, status: 'error' as const } : span));
    const answer = jsonAnswer({}, { status: 500 });
    const { findings } = await verify([1, 2, 3].map(() => ({ trace, answer, result: HTTP_500 })));
    expect(findings).toEqual([]);
  });

  it('are findings of each test where the configuration names them', async () => {
    const stages: readonly StageExpectation[] = [
      {
        name: 'risk-check',
        span: aPattern({ name: ['risk-check'] }),
        parts: [],
        response: null,
        http: null,
        sql: null,
        maxDurationMs: null,
        required: false,
      },
    ];
    const { results } = await verify([{ trace: foreign() }, { trace: foreign() }], { settings: { stages } });
    expect(results.map(codes)).toEqual([['warning trace-missing'], ['warning trace-missing']]);
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
  const follow = [{ query: 'signalId:{{response.signal_id}}', withinMs: 30_000 }];
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
    answer: jsonAnswer({ ...ACCEPTED, signal_id: signal }),
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

  it('that is never found is missing, with what was searched', async () => {
    const { results } = await verify(cases, { settings: { follow }, search: () => [] });
    for (const result of results) {
      expect(notOk(result)).toEqual(['engine-execution missing', 'database-save missing']);
      expect(JSON.stringify(result.stages)).not.toContain('set trace.follow');
    }
    expect(results.map(({ stages }) => stages.at(-1)?.detail)).toEqual([
      'span database-save not seen, nor any trace with signalId:s1',
      'span database-save not seen, nor any trace with signalId:s2',
    ]);
    expect(results[0]?.trace.followed).toEqual([{ searched: 'signalId:s1', found: false, traceIds: [] }]);
  });

  it('names only the searches that found nothing', async () => {
    const [first] = cases;
    const both = [...follow, { query: 'job:{{response.signal_id}}', withinMs: 30_000 }];
    const { results } = await verify([first ?? {}], {
      settings: { follow: both },
      others: { ['1'.repeat(32)]: [aSpan('worker', { traceId: '1'.repeat(32), isSegment: true })] },
      search: (query) => (query.startsWith('signalId') ? search(query) : []),
    });
    expect(results[0]?.stages.at(-1)?.detail).toBe('span database-save not seen, nor any trace with job:s1');
  });

  it('is judged by its last attempt', async () => {
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
    expect(results.flatMap((result) => [...codes(result), ...notOk(result)])).toEqual([]);
  });

  it('is searched for without showing a secret of the search', async () => {
    const query = 'token:s3cret-value signalId:{{response.signal_id}}';
    const verification = await verify([{}, ...cases], {
      settings: { follow: [{ query, withinMs: 200_000 }] },
      secrets: ['s3cret-value'],
      search: () => [],
    });
    expect(verification.progress).toContain(
      'CHOP #1: trace 1/3: 15 spans, waiting for a trace with token:*** signalId:s1',
    );
    expect(verification.results[0]?.trace.wait?.awaited).toEqual(['a trace with token:*** signalId:s1']);
    expect(JSON.stringify(verification)).not.toContain('s3cret-value');
  });
});
