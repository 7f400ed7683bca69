/** What probes say of tests, beside their traces or without them. */
import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Failure, TestResult } from '../../src/lib/model/result.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { type Candidate, endedEarly } from '../../src/lib/verify/candidate.ts';
import { type VerificationPorts, verifyTraces } from '../../src/lib/verify/verify.ts';
import { anError, aStage, aTest, aTraceResult, aWarning } from '../support/builders.ts';
import { aFailure, fakeClock, scriptedApi } from '../trace/scripted-api.ts';
import {
  aPattern,
  checksAt,
  guideSpans,
  guideWith,
  guideWithout,
  idOf,
  OUR_SPANS,
} from '../trace/span-builders.ts';
import { jsonResponse } from '../validate/support.ts';

const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500')] };
const DUPLICATE = { warnings: [aWarning('duplicate', 'status DUPLICATE')] };
const SAVED = aStage('saved', {
  span: null,
  required: true,
  http: {
    ...{ method: 'GET', url: '{{origin}}/signals/{{testId}}', headers: {}, body: null, status: ['2xx'] },
    ...{ required: [], match: null, stop: null, schema: null, withinMs: 1_000 },
  },
});

interface Case {
  readonly result?: Partial<TestResult>;
  readonly response?: HttpResponse | null;
  readonly failure?: Failure['kind'];
}

/** Verifies tests numbered from 1; the probe of a test gets the status at its place, 200 beyond. */
async function verify(
  cases: readonly Case[],
  {
    statuses = [],
    stages = [SAVED],
    api = null,
    probes = true,
  }: {
    readonly statuses?: readonly number[];
    readonly stages?: readonly StageExpectation[];
    readonly api?: VerificationPorts['api'];
    readonly probes?: boolean;
  } = {},
) {
  const clock = fakeClock();
  const called: string[] = [];
  const candidates = cases.map(({ result = {}, response, failure }, at): Candidate => {
    const index = at + 1;
    return {
      result: aTest({
        index,
        name: `T #${index}`,
        trace: aTraceResult({ traceId: String(index).padStart(32, 'a') }),
        ...result,
      }),
      delivery: {
        response: failure === undefined ? (response ?? jsonResponse({ signal_id: 's1' })) : null,
        failure: failure === undefined ? null : { kind: failure, message: failure, code: null },
        trace: { traceId: String(index).padStart(32, 'a'), spanId: idOf(OUR_SPANS[1] ?? ''), headers: {} },
      },
      respondedAtMs: clock.ports.monotonicMs(),
      values: () => ({ origin: 'https://hooks.example.com', testId: String(index), response: null }),
      mask: (text) => text,
    };
  });
  const { results, findings } = await verifyTraces(
    candidates,
    {
      ...{ stages, spans: [], checks: checksAt('warn'), follow: [], usualDurations: new Map(), limit: 50 },
      ...{ deadlineMs: 60_000, intervalMs: 1_000, settleMs: 15_000 },
    },
    {
      api,
      probes: probes
        ? {
            call: async ({ url }) => {
              const index = Number(url.split('/').at(-1));
              called.push(String(index));
              return { response: jsonResponse({}, { status: statuses[index - 1] ?? 200 }), failure: null };
            },
            query: async () => ({ ok: false, reason: 'no database', final: true }),
            checkSchema: () => [],
            userAgent: 'ua',
          }
        : null,
      redact: (text) => text,
      ...clock.ports,
      onProgress: () => {},
      stop: new AbortController().signal,
    },
  );
  return {
    called: [...new Set(called)],
    found: results.map(({ index, errors, warnings }) => [
      index,
      ...[...errors, ...warnings].map(({ code }) => code),
    ]),
    stages: results.map((result) =>
      result.stages.map(
        ({ name, state, detail }) => `${name} ${state}${detail === null ? '' : `: ${detail}`}`,
      ),
    ),
    results,
    findings,
  };
}

describe('the probes of a test', () => {
  it.each<[string, Case, number, readonly string[], readonly (readonly unknown[])[]]>([
    ['confirm', {}, 200, ['1'], [[1]]],
    ['find nothing', {}, 404, ['1'], [[1, 'stage-missing']]],
    ['could not run', {}, 401, ['1'], [[1, 'stage-unverified']]],
    [
      'run for a broken test, whose stage is missing as well',
      { result: HTTP_500 },
      404,
      ['1'],
      [[1, 'http-5xx', 'stage-missing']],
    ],
    // What could not be checked says nothing new about a test that is broken.
    ['could not run for a broken test', { result: HTTP_500 }, 401, ['1'], [[1, 'http-5xx']]],
    [
      'run where the response may have got lost',
      { failure: 'response-timeout' },
      404,
      ['1'],
      [[1, 'stage-missing']],
    ],
    [
      'do not run where nothing arrived',
      { failure: 'refused', result: HTTP_500 },
      200,
      [],
      [[1, 'http-5xx']],
    ],
    ['do not run for a duplicate', { result: DUPLICATE }, 404, [], []],
    ['do not run where a refusal was expected', { result: { expectsAcceptance: false } }, 404, [], []],
    // The first delivery arrived, although its response did not.
    [
      'run where only the retry was a duplicate',
      { result: { flaky: true, warnings: [aWarning('flaky', 'x')] } },
      404,
      ['1'],
      [[1, 'stage-missing', 'flaky']],
    ],
  ])('%s: %j, HTTP %i', async (_, given, status, called, found) => {
    const verification = await verify([given], { statuses: [status] });
    expect(verification.called).toEqual(called);
    expect(verification.found).toEqual(found);
  });

  it('decide its stage and its verdict, not its trace', async () => {
    const { results, stages } = await verify([{}, {}], { statuses: [200, 404] });
    expect(results.map(({ verdict, trace }) => [verdict, trace.state])).toEqual([
      ['working', 'skipped'],
      ['broken', 'skipped'],
    ]);
    expect(stages.map(([first = '']) => first.split(':')[0])).toEqual(['saved ok', 'saved missing']);
  });

  it.each([
    ['both', [404], ['error stage-missing'], ['noted missing', 'saved not-reached']],
    ['none', [200], [], ['noted ok', 'saved ok']],
  ] as const)(
    'break a test that is missing a required stage after one that may be missing: %s',
    async (_, statuses, errors, states) => {
      const stages = [
        { ...SAVED, name: 'noted', required: false },
        { ...SAVED, after: ['noted'] },
      ];
      const { results } = await verify([{}], { stages, statuses });
      const [result] = results;
      expect(result?.errors.map(({ severity, code }) => `${severity} ${code}`)).toEqual(errors);
      expect(result?.warnings).toEqual([]);
      expect(result?.stages.map(({ name, state }) => `${name} ${state}`)).toEqual(states);
      if (errors.length === 0) return;
      expect(result).toMatchObject({
        ...{ verdict: 'broken', stuckAt: { stage: 'noted', after: null } },
        errors: [
          { stage: 'noted', message: expect.stringMatching(/^noted not confirmed: .*; not reached: saved$/) },
        ],
        cause: { stage: 'noted', source: 'http', message: 'HTTP 404' },
      });
    },
  );

  it('leave a test working if only optional stages are missing', async () => {
    const noted = { ...SAVED, name: 'noted', required: false };
    const { results } = await verify([{}], {
      stages: [noted, { ...noted, name: 'told', after: ['noted'] }],
      statuses: [404],
    });
    expect(results).toMatchObject([
      { verdict: 'working', errors: [], warnings: [{ code: 'stage-missing' }] },
    ]);
    expect(results[0]?.warnings[0]?.message).not.toContain('not reached');
  });

  it('show that nothing was reached if nothing arrived', async () => {
    const { stages, results } = await verify([{ failure: 'refused', result: HTTP_500 }]);
    expect(stages).toEqual([['saved not-reached: no connection was made']]);
    expect(results[0]).toMatchObject({ verdict: 'broken', stuckAt: null });
  });

  it('show that a webhook was processed whose response did not come', async () => {
    const lost = {
      errors: [
        {
          ...anError('response-timeout', 'Request failed: No response in 3 s'),
          cause: 'No response in 3 s',
        },
      ],
    };
    const { results, found, stages } = await verify([
      { failure: 'response-timeout', result: { ...lost, response: null } },
    ]);
    expect(found).toEqual([[1, 'response-timeout']]);
    expect(stages).toEqual([['saved ok']]);
    expect(results[0]).toMatchObject({
      ...{ verdict: 'broken', stuckAt: null },
      cause: {
        source: 'connection',
        message: 'No response in 3 s',
        processed: { stage: 'saved', state: 'ok' },
      },
    });
  });

  it('do nothing if no stage has one; a required stage that cannot be checked is reported once', async () => {
    const unprobed = { ...SAVED, http: null };
    const required = await verify([{}, {}], { stages: [unprobed] });
    expect(required.results).toEqual([]);
    expect(required.findings).toMatchObject([{ code: 'stage-unverified', stage: 'saved' }]);
    const optional = await verify([{}], { stages: [{ ...unprobed, required: false }] });
    expect(optional).toMatchObject({ results: [], findings: [] });
    expect(await verify([{}], { probes: false })).toMatchObject({ results: [], findings: [] });
  });

  it('that could not run are one finding of the run, about the tests that got through', async () => {
    const { findings } = await verify([{}, { result: HTTP_500 }, {}], { statuses: [401, 401, 200] });
    expect(findings.map(({ code }) => code)).toEqual(['probe-unverified']);
    expect(findings[0]?.message).toContain('(1 of 2 tests)');
  });

  it('decide the stage, whatever its span shows', async () => {
    const stage = { ...SAVED, name: 'database-save', span: aPattern({ name: ['database-save'] }) };
    const traced = (spans: ReturnType<typeof guideSpans>, status: number) =>
      verify([{}], { stages: [stage], statuses: [status], api: scriptedApi({ trace: () => spans }).api });
    const good = await traced(guideSpans(), 200);
    expect([good.found, good.stages]).toEqual([[[1]], [['database-save ok']]]);
    expect((await traced(guideSpans(), 404)).found).toEqual([[1, 'stage-missing']]);
    const unseen = await traced(guideWithout('database-save'), 200);
    expect([unseen.found, unseen.stages]).toEqual([
      [[1]],
      [['database-save ok: span not found (possibly not sampled)']],
    ]);
    const neither = await traced(guideWithout('database-save'), 404);
    expect(neither.found).toEqual([[1, 'stage-missing']]);
    const failed = await traced(guideWith('database-save', { status: 'error' }), 200);
    // The work is done; that its span failed is worth a warning.
    expect(failed.found).toEqual([[1, 'trace-error']]);
    expect(failed.results[0]).toMatchObject({ verdict: 'working', stuckAt: null });
    expect(failed.results[0]?.stages[0]?.state).toBe('ok');
  });

  it('also decide what the trace could not show', async () => {
    const stage = { ...SAVED, name: 'database-save', span: aPattern({ name: ['database-save'] }) };
    const unread = (status: number) =>
      verify([{}], {
        ...{ stages: [stage], statuses: [status] },
        api: scriptedApi({ trace: () => aFailure({ permanent: true }) }).api,
      });
    const confirmed = await unread(200);
    expect([confirmed.found, confirmed.stages]).toEqual([[[1]], [['database-save ok']]]);
    expect((await unread(401)).found).toEqual([[1, 'stage-unverified']]);
  });
});

describe('a webhook that was not accepted', () => {
  it.each<[string, Partial<TestResult>, boolean]>([
    ['no finding', {}, false],
    ['a warning', { warnings: [aWarning('slow', 'x')] }, false],
    ['a duplicate', DUPLICATE, true],
    ['a duplicate and another warning', { warnings: [aWarning('slow', 'x'), ...DUPLICATE.warnings] }, true],
    ['an error', HTTP_500, true],
    // What was sent again has a trace of its own.
    ['a second event', { errors: [anError('second-event', 'x')] }, false],
    ['an error of a resend', { errors: [anError('repeat', 'x')] }, false],
    ['an error of both', { errors: [anError('repeat', 'x'), anError('http-5xx', 'x')] }, true],
  ])('is recognized by %s: %j, %s', (_, overrides, ended) => {
    expect(endedEarly(aTest(overrides))).toBe(ended);
  });
});
