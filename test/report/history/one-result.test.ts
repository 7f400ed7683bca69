import { describe, expect, it } from 'vitest';
import { requestedPart, resultOf, testNumbers } from '../../../src/lib/report/history/one-result.ts';
import { aReport, aTest, RUN_ID, sourceOf } from '../../support/builders.ts';

const TRACE_ID = '0123456789abcdef0123456789abcdef';

const ofNumbers = (...numbers: readonly number[]) =>
  sourceOf(aReport({ results: numbers.map((index) => aTest({ index })) }));

describe('the arguments of report show', () => {
  it.each([
    [undefined, undefined, 'latest', null],
    ['latest', undefined, 'latest', null],
    ['3', undefined, 'latest', '3'],
    ['1000000', undefined, 'latest', '1000000'],
    // The day of a run: the beginning of an id.
    ['20260801', undefined, '20260801', null],
    ['0', undefined, '0', null],
    [`${RUN_ID}-12`, undefined, RUN_ID, `${RUN_ID}-12`],
    [TRACE_ID, undefined, 'latest', TRACE_ID],
    [RUN_ID, TRACE_ID, RUN_ID, TRACE_ID],
    ['latest', `${RUN_ID}-12`, 'latest', `${RUN_ID}-12`],
    [RUN_ID, undefined, RUN_ID, null],
    [RUN_ID, '3', RUN_ID, '3'],
    // A path is one, whatever it ends with.
    ['./3', undefined, './3', null],
    ['3', '2', '3', '2'],
  ])('%s %s: run %s, test %s', (first, second, run, test) => {
    expect(requestedPart(first, second)).toEqual({ run, test });
  });

  it.each(['0', '-1', '1.5', 'latest', '12345678', ''])('%j is not a test', (second) => {
    expect(() => requestedPart('latest', second)).toThrow(expect.objectContaining({ code: 'TEST_NUMBER' }));
  });
});

describe('a test of a run', () => {
  it('is found by its number', async () => {
    expect((await resultOf(ofNumbers(1, 2, 3), '2')).index).toBe(2);
  });

  it('is found by its test id and its trace id', async () => {
    const source = ofNumbers(1, 2, 3);
    const { testId, trace } = await resultOf(source, '3');
    for (const name of [testId, trace.traceId, trace.traceId.toUpperCase()])
      expect((await resultOf(source, name)).index).toBe(3);
  });

  it('that does not exist is reported with those that do', async () => {
    await expect(resultOf(ofNumbers(3, 1, 2, 7), '4')).rejects.toMatchObject({
      code: 'NO_SUCH_TEST',
      message: `Run ${RUN_ID} has no test 4.`,
      suggestions: ['Its tests: 1-3, 7.'],
    });
    await expect(resultOf(ofNumbers(1), TRACE_ID)).rejects.toMatchObject({
      message: `Run ${RUN_ID} has no test with the id ${TRACE_ID}.`,
    });
    await expect(resultOf(ofNumbers(), '1')).rejects.toMatchObject({
      suggestions: ['It has no results.'],
    });
  });

  it.each([
    [[], ''],
    [[4], '4'],
    [[1, 2, 5, 6, 7, 9], '1-2, 5-7, 9'],
    [[2, 2, 1], '1-2'],
    [Array.from({ length: 10 }, (_, at) => at * 2 + 1), '1, 3, 5, 7, 9, 11, 13, 15, 17, 19'],
    [Array.from({ length: 11 }, (_, at) => at * 2 + 1), '1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 11 in all'],
  ])('among %j is listed as %j', async (numbers, text) => {
    expect(await testNumbers(ofNumbers(...numbers))).toBe(text);
  });

  it('of a run with many gaps: a few numbers, and how many there are', async () => {
    const odd = Array.from({ length: 40 }, (_, at) => at * 2 + 1);
    expect(await testNumbers(ofNumbers(...odd))).toBe('1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 40 in all');
  });
});
