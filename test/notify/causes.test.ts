import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import { createCauseFold, type Required } from '../../src/lib/notify/causes.ts';
import { anError, aResponse, aStageResult, aTest, aTraceResult, aWarning } from '../support/builders.ts';

const TRACE = '1234567890abcdef1234567890abcdef';
const NOTHING: Required = { traces: false, stages: false };

function failed(index: number, code: string, scenario = 'CHOP', message = `it is ${code}`) {
  return aTest({ index, scenario, verdict: 'broken', errors: [anError(code, message, 'try this')] });
}

function observed(results: readonly TestResult[], required = NOTHING) {
  const fold = createCauseFold(required);
  for (const result of results) fold.add(result);
  return fold.observed();
}

describe('causes', () => {
  it('are grouped by scenario and kind, with the number of tests and the first one to open', () => {
    const first = failed(1, 'unauthorised');
    const { causes, scenarios } = observed([
      first,
      failed(2, 'unauthorised'),
      failed(3, 'refused'),
      failed(4, 'response-timeout'),
      failed(5, 'refused', 'ORB'),
      aTest({ index: 6, scenario: 'CHOP' }),
      aTest({ index: 7, scenario: 'FINE' }),
    ]);
    expect(
      causes.map(({ scenario, slot, code, tests, judged }) => [scenario, slot, code, tests, judged]),
    ).toEqual([
      ['CHOP', 'unauthorised 200', 'unauthorised', 2, 5],
      ['CHOP', 'target', 'refused', 2, 5],
      ['ORB', 'target', 'refused', 1, 1],
    ]);
    expect(causes[0]).toMatchObject({
      message: 'it is unauthorised',
      hint: 'try this',
      failing: { testId: first.testId },
    });
    expect([...scenarios.keys()]).toEqual(['CHOP', 'ORB', 'FINE']);
  });

  it('change if traces show that tests failed after all', () => {
    const fold = createCauseFold(NOTHING);
    const added = aTest({ index: 1, scenario: 'CHOP' });
    fold.add(added);
    expect(fold.observed().causes).toEqual([]);
    fold.replace(added, failed(1, 'trace-error'));
    expect(fold.observed().causes).toMatchObject([{ code: 'trace-error', tests: 1, judged: 1 }]);
    fold.replace(failed(1, 'trace-error'), added);
    expect(fold.observed().causes).toEqual([]);
  });

  it.each([
    ['the span that sent it', `${TRACE}-00000000000000ff-1`, '00000000000000ff'],
    ['no span of another trace', `${'a'.repeat(32)}-00000000000000ff-1`, null],
    ['no span where the header is none', 'nonsense', null],
  ])('include %s', (_, header, span) => {
    const test = failed(1, 'timeout');
    const request = { ...test.request, headers: { 'sentry-trace': header } };
    const { causes } = observed([{ ...test, request, trace: aTraceResult({ traceId: TRACE }) }]);
    expect(causes[0]?.failing).toMatchObject({ traceId: TRACE, spanId: span });
  });

  it('are kept for a limited number of scenarios', () => {
    const { causes, scenarios } = observed(
      Array.from({ length: 3_000 }, (_, at) => failed(at, 'timeout', `S${at}`)),
    );
    expect(causes).toHaveLength(1_000);
    expect(scenarios.size).toBe(1_000);
  });

  it('with a different wording in every test are one, with all its tests', () => {
    const words = ['a', 'b', 'c', 'd'].flatMap((a) => [...'efghijklmn'].map((b) => `${a}${b}`));
    const results = words.map((word, at) => failed(at, 'unauthorised', 'CHOP', `no key ${word}`));
    expect(observed([...results, failed(99, 'unauthorised', 'CHOP', 'no key cm')]).causes).toMatchObject([
      { tests: 41, judged: 41 },
    ]);
    const fold = createCauseFold(NOTHING);
    for (const result of results) fold.add(result);
    for (const result of results) fold.replace(result, aTest({ scenario: 'CHOP' }));
    expect(fold.observed().causes).toEqual([]);
  });
});

/** The key of a broken test; each of these is another outage. */
function keyOf(overrides: Partial<TestResult>): string | undefined {
  return observed([aTest({ verdict: 'broken', ...overrides })]).causes[0]?.key;
}

describe('the outage of a broken test', () => {
  it.each([
    'refused',
    'dns',
    'tls',
    'unreachable',
    'connect-timeout',
    'response-timeout',
    'body-timeout',
    'reset',
    'truncated',
    'http-5xx',
  ])('is the outage of the target for %s', (code) => {
    expect(keyOf({ errors: [anError(code, `whatever ${code} says`)] })).toBe('target');
  });

  const http = (status: number, message: string, scenario = 'CHOP'): Partial<TestResult> => ({
    scenario,
    errors: [anError('http-4xx', message)],
    response: aResponse({ status }),
  });

  it('is the same for any scenario name, and whatever ids and values the message quotes', () => {
    const key = 'http-4xx 422: HTTP #: # has no # of #';
    expect(keyOf(http(422, 'HTTP 422: CHOP has no SPY of req-8f3a1'))).toBe(key);
    expect(keyOf(http(422, 'HTTP 422: ORB has no SPY of req-77b2c', 'ORB'))).toBe(key);
  });

  it('is the same if a name is part of a word, or contains punctuation', () => {
    for (const scenario of ['A', 'no', 'C++', '(x', 'a.b [c]', '-']) {
      expect(keyOf(http(422, `HTTP 422: Account of ${scenario} has no funds`, scenario))).toMatch(
        /^http-4xx 422: HTTP #: Account of # has (no|#) funds$/,
      );
    }
  });

  it.each([
    ['another status', http(400, 'HTTP 422: no such symbol')],
    ['another message', http(422, 'HTTP 422: no such account')],
    [
      'a stage',
      {
        ...http(422, 'HTTP 422: no such symbol'),
        cause: { stage: 'save', source: 'trace', message: 'deadlock' },
      },
    ],
  ] as const)('is another one for %s', (_, overrides) => {
    const first = keyOf(http(422, 'HTTP 422: no such symbol'));
    expect(first).toBe('http-4xx 422: HTTP #: no such symbol');
    expect(keyOf(overrides)).not.toBe(first);
  });

  it('is that of its stage, whatever the response was', () => {
    const cause = { stage: 'save', source: 'trace', message: 'deadlock', span: ['save', 'insert'] } as const;
    const key = 'stage save: insert: deadlock';
    expect(keyOf({ errors: [anError('http-5xx', 'HTTP 500')], cause })).toBe(key);
    expect(keyOf({ errors: [anError('stage-failed', 'save failed')], cause })).toBe(key);
  });

  it('of tests whose trace was not read is that of other tests of the scenario with the same response', () => {
    const bare = (index: number, scenario: string) => failed(index, 'http-5xx', scenario);
    const explained = {
      ...bare(1, 'CHOP'),
      cause: { stage: 'save', source: 'trace', message: 'deadlock' },
    } as const;
    const { causes } = observed([explained, bare(2, 'CHOP'), bare(3, 'CHOP'), bare(4, 'ORB')]);
    expect(causes.map(({ scenario, key, tests }) => [scenario, key, tests])).toEqual([
      ['CHOP', 'stage save: deadlock', 3],
      ['ORB', 'target', 1],
    ]);
  });
});

describe('the state of a scenario in a run is determined', () => {
  const of = (overrides: Partial<TestResult>, required = NOTHING) => {
    const seen = observed([aTest({ scenario: 'CHOP', ...overrides })], required).scenarios.get('CHOP');
    const { responded, accepted, traced, reached } = seen ?? {};
    return { shows: [responded, accepted, traced], reached: Object.fromEntries(reached ?? []) };
  };
  const isBroken = (code: string, overrides: Partial<TestResult> = {}): Partial<TestResult> => ({
    verdict: 'broken',
    errors: [anError(code, code)],
    ...overrides,
  });
  const unverified = {
    trace: aTraceResult({ state: 'unverified', reason: 'late' }),
    stages: [aStageResult('save', { state: 'unverified', required: true })],
  } as const;
  const reaching = [aStageResult('in', { state: 'slow' }), aStageResult('save', { state: 'missing' })];
  const isRead = { trace: aTraceResult({ state: 'verified' }), stages: reaching };

  it.each([
    ['no response', isBroken('refused', { response: null, attempts: [] }), NOTHING, [0, 0, 0], {}],
    ['a response that says that the target fails', isBroken('http-5xx'), NOTHING, [0, 0, 0], {}],
    ['a refusal', isBroken('http-4xx'), NOTHING, [1, 0, 0], {}],
    ['a stage that failed', isBroken('stage-failed', isRead), NOTHING, [1, 1, 0], { in: 1, save: 0 }],
    ['an accepted test', {}, NOTHING, [1, 1, 0], {}],
    ['a duplicate', { ...isRead, warnings: [aWarning('duplicate', 'seen')] }, NOTHING, [0, 0, 0], {}],
    ['a refusal as expected', { expectsAcceptance: false }, NOTHING, [1, 1, 0], {}],
    ['a trace that was read', isRead, NOTHING, [1, 1, 1], { in: 1, save: 0 }],
    ['a trace that was not read', unverified, NOTHING, [1, 1, 0], { save: 0 }],
    ['a trace that has to be read', unverified, { traces: true, stages: false }, [0, 0, 0], { save: 0 }],
    ['a stage that has to be checked', unverified, { traces: false, stages: true }, [0, 0, 0], { save: 0 }],
  ] as readonly (readonly [string, Partial<TestResult>, Required, readonly number[], object])[])(
    'by %s',
    (_, overrides, required, shows, reached) => {
      expect(of(overrides, required)).toEqual({ shows, reached });
    },
  );
});
