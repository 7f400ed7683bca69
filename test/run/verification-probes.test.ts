/** What probes say of tests, beside their traces or without them. */
import { describe, expect, it } from 'vitest';
import type { Answer, Failure } from '../../src/lib/model/delivery.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import {
  type Candidate,
  isCutShort,
  type VerificationPorts,
  verifyTraces,
} from '../../src/lib/run/verification.ts';
import { anError, aTest, aTraceResult, aWarning } from '../support/builders.ts';
import { fakeClock, scriptedApi } from '../trace/scripted-api.ts';
import { aPattern, checksAt, guideSpans, guideWithout, idOf, OUR_SPANS } from '../trace/span-builders.ts';
import { BUILT_IN, jsonAnswer } from '../validate/support.ts';

const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500')] };
const DUPLICATE = { warnings: [aWarning('duplicate', 'status DUPLICATE')] };
const SAVED: StageExpectation = {
  ...{ name: 'saved', span: null, parts: [], response: null, sql: null, maxDurationMs: null, required: true },
  http: {
    ...{ method: 'GET', url: '{{origin}}/signals/{{testId}}', headers: {}, body: null, status: ['2xx'] },
    ...{ required: [], match: null, schema: null, withinMs: 1_000 },
  },
};

interface Case {
  readonly result?: Partial<TestResult>;
  readonly expect?: Partial<Candidate['expect']>;
  readonly answer?: Answer | null;
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
  const called: string[] = [];
  const candidates = cases.map(({ result = {}, answer, failure, ...each }, at): Candidate => {
    const index = at + 1;
    return {
      result: aTest({
        index,
        name: `T #${index}`,
        trace: aTraceResult({ traceId: String(index).padStart(32, 'a') }),
        ...result,
      }),
      answer: failure === undefined ? (answer ?? jsonAnswer({ signal_id: 's1' })) : null,
      failure:
        failure === undefined ? null : { kind: failure, message: `Request failed: ${failure}`, code: null },
      expect: { ...BUILT_IN, ...each.expect },
      values: () => ({ origin: 'https://hooks.example.com', testId: String(index), response: null }),
      spanId: idOf(OUR_SPANS[1] ?? ''),
      mask: (text) => text,
    };
  });
  const { results, findings } = await verifyTraces(
    candidates,
    {
      ...{ stages, spans: [], checks: checksAt('warn'), follow: [], usualDurations: new Map(), limit: 50 },
      ...{ deadlineMs: 60_000, intervalMs: 1_000, settleMs: null },
    },
    {
      api,
      probes: probes
        ? {
            call: async ({ url }) => {
              const index = Number(url.split('/').at(-1));
              called.push(String(index));
              return { answer: jsonAnswer({}, { status: statuses[index - 1] ?? 200 }), failure: null };
            },
            query: async () => ({ ok: false, reason: 'no database', final: true }),
            checkSchema: () => [],
            userAgent: 'ua',
          }
        : null,
      redact: (text) => text,
      ...fakeClock().ports,
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
    ['hold', {}, 200, ['1'], [[1]]],
    ['do not hold', {}, 404, ['1'], [[1, 'probe-missing']]],
    ['could not run', {}, 401, ['1'], [[1]]],
    [
      'are asked of a broken test, and add nothing to it',
      { result: HTTP_500 },
      404,
      ['1'],
      [[1, 'http-5xx']],
    ],
    [
      'are asked where the response may have got lost',
      { failure: 'response-timeout' },
      404,
      ['1'],
      [[1, 'probe-missing']],
    ],
    [
      'are not asked where nothing arrived',
      { failure: 'refused', result: HTTP_500 },
      200,
      [],
      [[1, 'http-5xx']],
    ],
    ['are not asked of a duplicate', { result: DUPLICATE }, 404, [], []],
    ['are not asked where a refusal was expected', { expect: { status: [400] } }, 404, [], []],
    [
      'are not asked where a refusing body was expected',
      { expect: { match: { status: 'REJECTED' } } },
      404,
      [],
      [],
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

  it('add nothing where no stage has one, or where probes are off', async () => {
    expect((await verify([{}], { stages: [{ ...SAVED, http: null }] })).results).toEqual([]);
    expect((await verify([{}], { probes: false })).results).toEqual([]);
  });

  it('that could not run are one finding of the run, about the tests that got through', async () => {
    const { findings } = await verify([{}, { result: HTTP_500 }, {}], { statuses: [401, 401, 200] });
    expect(findings.map(({ code }) => code)).toEqual(['probe-unverified']);
    expect(findings[0]?.message).toContain('(1 of 2 tests)');
  });

  it('stand for the span of the same stage', async () => {
    const stage = { ...SAVED, name: 'database-save', span: aPattern({ name: ['database-save'] }) };
    const traced = (spans: ReturnType<typeof guideSpans>, status: number) =>
      verify([{}], { stages: [stage], statuses: [status], api: scriptedApi({ trace: () => spans }).api });
    expect((await traced(guideSpans(), 200)).found).toEqual([[1]]);
    expect((await traced(guideSpans(), 404)).found).toEqual([[1, 'probe-missing']]);
    // The stage is required, so its missing span is an error, whatever the probe says.
    expect((await traced(guideWithout('database-save'), 200)).found).toEqual([[1, 'trace-database']]);
    const both = await traced(guideWithout('database-save'), 404);
    expect(both.found).toEqual([[1, 'probe-missing']]);
    expect(both.results[0]?.trace).toMatchObject({ state: 'failed', findings: [{ code: 'probe-missing' }] });
  });
});

describe('a webhook that did not get through', () => {
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
    expect(isCutShort(aTest(overrides))).toBe(ended);
  });
});
