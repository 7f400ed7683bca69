import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillQuery } from '../../../src/lib/trace/sentry-api/search-query.ts';

const fill = (template: string, signalId: unknown) =>
  fillQuery(
    template,
    JSON.parse(JSON.stringify({ testId: 'run-1', response: { signal_id: signalId, list: [{ id: 5 }] } })),
  );

describe('a search', () => {
  test('is filled from the response', () => {
    expect(fill('span.name:orchestrator.processSignal signalId:{{response.signal_id}}', 'sig_1')).toEqual({
      query: 'span.name:orchestrator.processSignal signalId:sig_1',
      joins: [{ attribute: 'signalId', value: 'sig_1' }],
      problem: null,
    });
  });

  test.each([
    ['signalId:{{response.signal_id}}', 'a b', `signalId:"a b"`],
    ['signalId:{{ response.signal_id }}', 'a) OR (b:1', `signalId:"a) OR (b:1"`],
    ['signalId:"{{response.signal_id}}"', 'a b', `signalId:"a b"`],
    ['signalId:"x-{{response.signal_id}}"', 'a" OR b:"', String.raw`signalId:"x-a\" OR b:\""`],
    ['signalId:{{response.signal_id}}', 'a*', String.raw`signalId:"a\*"`],
    ['signalId:{{response.signal_id}}', 42, 'signalId:42'],
    ['signalId:[{{response.signal_id}}, other]', 'a,b', 'signalId:["a,b", other]'],
    ['name:job-{{response.signal_id}}', 'sig_1', 'name:job-sig_1'],
    ['test:{{testId}} n:{{response.list.0.id}}', 'x', 'test:run-1 n:5'],
    ['no placeholder', 'x', 'no placeholder'],
  ])('%s with %j is %s', (template, value, query) => {
    expect(fill(template, value)).toMatchObject({ query, problem: null });
  });

  test.each([
    ['signalId:{{response.signal_id}}', null, 'there is no response.signal_id'],
    ['signalId:{{response.signal_id}}', '', 'there is no response.signal_id'],
    ['signalId:{{response.signal_id}}', { a: 1 }, 'there is no response.signal_id'],
    ['signalId:{{response.toString}}', 'x', 'there is no response.toString'],
    ['signalId:{{nothing}}', 'x', 'there is no nothing'],
    [
      'signalId:{{response.signal_id}}',
      'ends with \\',
      'response.signal_id has a value that is not valid in a search',
    ],
    [
      'signalId:{{response.signal_id}}',
      'two\nlines',
      'response.signal_id has a value that is not valid in a search',
    ],
    [
      'name:job-{{response.signal_id}}',
      'a b',
      'response.signal_id has a value that is not valid in a search',
    ],
  ])('%s with %j is not made: %s', (template, value, problem) => {
    const filled = fill(template, value);
    expect(filled.problem).toBe(problem);
    expect(filled.joins).toEqual([]);
  });

  test.each([
    ['tags[signalId]:{{response.signal_id}}', 'signalId'],
    ['"signal.id":{{response.signal_id}}', 'signal.id'],
    ['(signalId:{{response.signal_id}})', 'signalId'],
    ['signalId:"{{response.signal_id}}"', 'signalId'],
  ])('%s joins by %s', (template, attribute) => {
    expect(fill(template, 'sig_1').joins).toEqual([{ attribute, value: 'sig_1' }]);
  });

  test('never lets a value change the query', () => {
    // The grammar of a quoted value: anything but a quote, or an escaped quote.
    const one = /^signalId:(?:[\w.@+-]+|"(?:\\"|[^"\\]|\\\*)*")$/;
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', '*', ' ', ':', 'a') })),
        (value) => {
          const { query, problem } = fill('signalId:{{response.signal_id}}', value);
          if (problem === null) expect(query).toMatch(one);
        },
      ),
    );
  });
});
