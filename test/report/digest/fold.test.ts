import { describe, expect, it } from 'vitest';
import type { MissingField } from '../../../src/lib/model/finding.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { createFold } from '../../../src/lib/report/digest/fold.ts';
import { anError, aResponse, aStageResult, aTest, aTraceResult, aWarning } from '../../support/builders.ts';

function totalsOf(results: readonly TestResult[], skipped = 0) {
  const fold = createFold();
  for (const result of results) fold.add(result);
  return fold.totals(skipped);
}

const brokenByTrace = (test: TestResult): TestResult => ({
  ...test,
  verdict: 'broken',
  flaky: false,
  errors: [...test.errors, anError('span-error', 'x')],
});

const required = (...fields: string[]): readonly MissingField[] =>
  fields.map((field) => ({ field, level: 'required' }));
const recommended = (...fields: string[]): readonly MissingField[] =>
  fields.map((field) => ({ field, level: 'recommended' }));

describe('a summary', () => {
  it('of nothing is zero', () => {
    expect(totalsOf([], 5)).toMatchObject({
      summary: {
        total: 0,
        successful: 0,
        failed: 0,
        warnings: 0,
        missing: 0,
        unverified: 0,
        flaky: 0,
        skipped: 5,
        ...{ acceptance: 0, accepted: 0, duplicates: 0, unchecked: 0 },
      },
      missingData: [],
      responded: 0,
    });
  });

  it('counts tests, not findings', () => {
    const warning = aWarning('slow', 'x');
    const { summary } = totalsOf(
      [
        aTest(),
        aTest({ warnings: [warning, warning] }),
        aTest({ errors: [anError('a', 'x'), anError('b', 'x')], warnings: [warning] }),
        aTest({ flaky: true, trace: aTraceResult({ state: 'unverified', reason: 'late' }) }),
      ],
      2,
    );
    expect(summary).toEqual({
      total: 4,
      successful: 3,
      failed: 1,
      warnings: 2,
      missing: 0,
      unverified: 1,
      flaky: 1,
      skipped: 2,
      acceptance: 4,
      accepted: 3,
      duplicates: 0,
      unchecked: 0,
    });
  });

  it('counts tests that expect acceptance separately from those that expect a refusal', () => {
    const failed = { errors: [anError('status', 'x')] };
    const { summary } = totalsOf([
      aTest(),
      aTest(failed),
      aTest({ expectsAcceptance: false }),
      aTest({ ...failed, expectsAcceptance: false }),
    ]);
    expect(summary).toMatchObject({ total: 4, successful: 2, acceptance: 2, accepted: 1 });
  });

  it('counts as duplicates the tests that expect acceptance, each once, and no flaky ones', () => {
    const duplicate = aWarning('duplicate', 'status DUPLICATE');
    const { summary } = totalsOf([
      aTest({ warnings: [aWarning('slow', 'x'), duplicate, duplicate] }),
      aTest({ warnings: [aWarning('flaky', 'The first delivery arrived')] }),
      aTest({ warnings: [duplicate], expectsAcceptance: false }),
      aTest(),
    ]);
    expect(summary).toMatchObject({ acceptance: 3, accepted: 3, duplicates: 1 });
  });

  it('counts tests with a required stage that could not be checked', () => {
    const unverified = { state: 'unverified', required: true } as const;
    const { summary } = totalsOf([
      aTest({ stages: [aStageResult('received', unverified), aStageResult('saved', unverified)] }),
      aTest({ stages: [aStageResult('saved', { ...unverified, required: false })] }),
      aTest({ stages: [aStageResult('saved', { state: 'not-reached', required: true })] }),
      aTest({ stages: [aStageResult('saved', { required: true })] }),
      aTest(),
    ]);
    expect(summary.unchecked).toBe(1);
  });

  it('counts distinct missing fields', () => {
    const { summary } = totalsOf([
      aTest({ missingData: [...required('signal_id'), ...recommended('variant')] }),
      aTest({ missingData: required('signal_id') }),
    ]);
    expect(summary.missing).toBe(2);
  });

  it('counts a partial response as a response', () => {
    const attempt = {
      startedAt: '2026-08-01T12:00:00.000Z',
      durationMs: 1,
      failure: null,
      mayHaveArrived: true,
    };
    const { responded } = totalsOf([
      aTest({ response: aResponse({ status: 500 }) }),
      aTest({ response: null, attempts: [{ ...attempt, status: 200 }] }),
      aTest({ response: null, attempts: [{ ...attempt, status: null }] }),
      aTest({ response: null }),
    ]);
    expect(responded).toBe(2);
  });
});

it('a result that is replaced counts as its replacement', () => {
  const sent = [
    aTest({ index: 1, flaky: true }),
    aTest({ index: 2, missingData: recommended('variant') }),
    aTest({ index: 3, response: null, errors: [anError('response-timeout', 'x')] }),
    aTest({ index: 4, warnings: [aWarning('duplicate', 'x')] }),
  ];
  const verified = sent.map((test, at) => {
    const trace = aTraceResult({ state: at === 1 ? 'unverified' : 'failed' });
    const stages = [aStageResult('saved', { state: 'unverified', required: true })];
    if (at === 3) return { ...test, warnings: [aWarning('span-slow', 'x')], trace, stages };
    return at === 1 ? { ...test, trace } : { ...brokenByTrace(test), trace };
  });
  const fold = createFold();
  for (const test of sent) fold.add(test);
  for (const [at, test] of verified.entries()) fold.replace(sent[at] ?? test, test);
  expect(fold.totals(0)).toEqual(totalsOf(verified));
});

describe('scenarios that are broken', () => {
  const at = (second: number) => `2026-08-01T12:00:0${second}.000Z`;
  const broken = (scenario: string, second: number) =>
    aTest({ scenario, startedAt: at(second), errors: [anError('http-5xx', 'x')] });
  const working = (scenario: string, second: number) => aTest({ scenario, startedAt: at(second) });

  const sinceOf = (fold: ReturnType<typeof createFold>) =>
    Object.fromEntries([...fold.broken()].map(([scenario, { since }]) => [scenario, since]));

  it.each<[string, readonly TestResult[], Readonly<Record<string, string>>]>([
    ['are none of no tests', [], {}],
    ['are none where all work', [working('A', 1), working('A', 2)], {}],
    [
      'are those with one broken test',
      [working('A', 1), broken('A', 2), working('A', 3), working('B', 4)],
      { A: at(2) },
    ],
    [
      'are broken since the first, whatever their order',
      [broken('A', 3), broken('A', 1), broken('A', 2), broken('B', 4)],
      { A: at(1), B: at(4) },
    ],
  ])('%s', (_, results, expected) => {
    const fold = createFold();
    for (const result of results) fold.add(result);
    expect(sinceOf(fold)).toEqual(expected);
  });

  it('follow what traces and probes showed', () => {
    const fold = createFold();
    const [first, second, third] = [working('A', 1), broken('B', 2), broken('B', 3)];
    for (const result of [first, second, third]) fold.add(result);
    fold.replace(first, brokenByTrace(first));
    expect(sinceOf(fold)).toEqual({ A: at(1), B: at(2) });
    fold.replace(second, { ...second, verdict: 'working' });
    expect(sinceOf(fold)).toEqual({ A: at(1), B: at(2) });
    fold.replace(third, { ...third, verdict: 'working' });
    expect(sinceOf(fold)).toEqual({ A: at(1) });
  });

  it('have the cause of the response if every broken test has it, whatever its trace adds', () => {
    const [inTrace, inStage] = [
      anError('span-error', 'x'),
      { ...anError('stage-failed', 'x'), stage: 'save' },
    ];
    const both = (test: TestResult): TestResult => ({ ...test, errors: [...test.errors, inTrace, inStage] });
    const withTrace = (test: TestResult): TestResult => ({
      ...both(test),
      verdict: 'broken',
      trace: { ...test.trace, findings: [inTrace] },
    });
    const fold = createFold();
    const [a, b, c] = [broken('A', 1), broken('B', 2), working('B', 3)];
    for (const result of [a, b, c]) fold.add(result);
    fold.replace(a, withTrace(a));
    fold.replace(b, withTrace(b));
    const shown = () => [...fold.broken().values()].map(({ inResponse }) => inResponse);
    expect(shown()).toEqual([true, true]);
    fold.replace(c, withTrace(c));
    expect(shown()).toEqual([true, false]);
  });

  it('are limited to 1,000; known ones are still updated', () => {
    const fold = createFold();
    for (let at = 0; at < 1_002; at++) fold.add(broken(`S${at}`, 5));
    expect(fold.broken().size).toBe(1_000);
    fold.add(broken('S0', 1));
    fold.add(broken('S1001', 1));
    expect([fold.broken().size, fold.broken().get('S0')?.since, fold.broken().has('S1001')]).toEqual([
      1_000,
      at(1),
      false,
    ]);
  });
});

describe('missing data', () => {
  it('has required fields first, then the most frequent ones, then the first ones', () => {
    const { missingData } = totalsOf([
      aTest({ scenario: 'A', missingData: recommended('often', 'seldom') }),
      aTest({ scenario: 'B', missingData: [...required('id'), ...recommended('often', 'as seldom')] }),
      aTest({ scenario: 'A', missingData: recommended('often') }),
    ]);
    expect(missingData).toEqual([
      { field: 'id', level: 'required', tests: 1, scenarios: ['B'] },
      { field: 'often', level: 'recommended', tests: 3, scenarios: ['A', 'B'] },
      { field: 'seldom', level: 'recommended', tests: 1, scenarios: ['A'] },
      { field: 'as seldom', level: 'recommended', tests: 1, scenarios: ['B'] },
    ]);
  });

  it('is required if any scenario requires it', () => {
    const { missingData } = totalsOf([
      aTest({ missingData: recommended('id') }),
      aTest({ missingData: required('id') }),
      aTest({ missingData: recommended('id') }),
    ]);
    expect(missingData).toMatchObject([{ field: 'id', level: 'required', tests: 3 }]);
  });

  it('may have names that objects inherit', () => {
    const { missingData } = totalsOf([aTest({ missingData: required('constructor', '__proto__') })]);
    expect(missingData.map(({ field }) => field)).toEqual(['constructor', '__proto__']);
  });
});
