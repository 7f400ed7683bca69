import { describe, expect, it } from 'vitest';
import { createCauseFold } from '../../src/lib/notify/causes.ts';
import { anError, aTest, aTraceResult } from '../support/builders.ts';

const TRACE = '1234567890abcdef1234567890abcdef';

function failed(index: number, code: string, scenario = 'CHOP') {
  return aTest({ index, scenario, verdict: 'broken', errors: [anError(code, `it is ${code}`, 'try this')] });
}

describe('causes', () => {
  it('are scenarios and codes, with how many tests and the first one to look at', () => {
    const fold = createCauseFold();
    const first = failed(1, 'http-5xx');
    for (const each of [first, failed(2, 'http-5xx'), failed(3, 'timeout'), failed(4, 'timeout', 'ORB')])
      fold.add(each);
    fold.add(aTest({ index: 5, scenario: 'CHOP' }));
    fold.add(aTest({ index: 6, scenario: 'FINE' }));
    expect(
      fold.causes('cause').map(({ scenario, code, tests, judged }) => [scenario, code, tests, judged]),
    ).toEqual([
      ['CHOP', 'http-5xx', 2, 4],
      ['CHOP', 'timeout', 1, 4],
      ['ORB', 'timeout', 1, 1],
    ]);
    expect(fold.causes('cause')[0]).toMatchObject({
      message: 'it is http-5xx',
      hint: 'try this',
      failing: { testId: first.testId },
    });
    expect([...fold.judged()]).toEqual(['CHOP', 'ORB', 'FINE']);
  });

  it('of a scenario as a whole are told by the one that breaks most', () => {
    const fold = createCauseFold();
    for (const each of [failed(1, 'timeout'), failed(2, 'http-5xx'), failed(3, 'http-5xx')]) fold.add(each);
    expect(fold.causes('scenario').map(({ code, tests }) => [code, tests])).toEqual([['http-5xx', 3]]);
  });

  it('follow what traces said of tests that seemed to work', () => {
    const fold = createCauseFold();
    const added = aTest({ index: 1, scenario: 'CHOP' });
    fold.add(added);
    expect(fold.causes('cause')).toEqual([]);
    fold.replace(added, failed(1, 'trace-error'));
    expect(fold.causes('cause')).toMatchObject([{ code: 'trace-error', tests: 1, judged: 1 }]);
    fold.replace(failed(1, 'trace-error'), added);
    expect(fold.causes('cause')).toEqual([]);
  });

  it.each([
    ['the span that sent it', `${TRACE}-00000000000000ff-1`, '00000000000000ff'],
    ['no span of another trace', `${'a'.repeat(32)}-00000000000000ff-1`, null],
    ['no span where the header is none', 'nonsense', null],
  ])('know %s', (_, header, span) => {
    const fold = createCauseFold();
    const test = failed(1, 'timeout');
    const request = { ...test.request, headers: { 'sentry-trace': header } };
    fold.add({ ...test, request, trace: aTraceResult({ traceId: TRACE }) });
    expect(fold.causes('cause')[0]?.failing).toMatchObject({ traceId: TRACE, spanId: span });
  });

  it('of more scenarios than anybody reads are not held', () => {
    const fold = createCauseFold();
    for (let at = 0; at < 3_000; at++) fold.add(failed(at, 'timeout', `S${at}`));
    expect(fold.causes('cause')).toHaveLength(1_000);
    expect(fold.judged().size).toBe(1_000);
  });
});
