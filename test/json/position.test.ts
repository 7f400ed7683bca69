import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonError } from '../../src/lib/json/position.ts';

test.each([
  ['{\n  "a": 1,\n}', 3, 1, 'expected a key in double quotes (got "}")'],
  ['{"a" 1}', 1, 6, 'expected ":" (got "1")'],
  ['[1 2]', 1, 4, 'expected "," or "]" (got "2")'],
  ['{"a": nope}', 1, 7, 'expected a JSON value (got "n")'],
  ['{"a": [1, {"b": 2}', 1, 19, 'expected "," or "]" (got the end of the file)'],
  ['{} x', 1, 4, 'expected the end of the file (got "x")'],
  ['// comment\n{}', 1, 1, 'expected a JSON value (got "/")'],
])('%j', (text, line, column, problem) => expect(findJsonError(text)).toEqual({ line, column, problem }));

test('a position and a reason are found for everything JSON.parse refuses', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', 'x', '\n'))
    .map(
      ([json, at, put]) =>
        json.slice(0, at % (json.length + 1)) + put + json.slice((at % (json.length + 1)) + 1),
    );
  fc.assert(
    fc.property(damaged, (text) => {
      const refused = (() => {
        try {
          JSON.parse(text);
          return false;
        } catch {
          return true;
        }
      })();
      fc.pre(refused);
      const problem = findJsonError(text);
      expect(problem.line).toBeGreaterThan(0);
      expect(problem.column).toBeGreaterThan(0);
      expect(problem.problem).toMatch(/^expected .+ \(got .+\)$/);
    }),
  );
});

test('after megabytes of text, too', () => {
  const text = `{"a": "${'é\\n'.repeat(5_000_000)}", x}`;
  expect(findJsonError(text).problem).toBe('expected a key in double quotes (got "x")');
});
