import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonError } from '../../src/lib/json/position.ts';

test.each([
  ['{\n  "a": 1,\n}', 3, 1, 'found "}"; allowed: a key in double quotes'],
  ['{"a" 1}', 1, 6, 'found "1"; allowed: ":"'],
  ['[1 2]', 1, 4, 'found "2"; allowed: "," or "]"'],
  ['{"a": nope}', 1, 7, 'found "n"; allowed: a JSON value'],
  ['{"a": [1, {"b": 2}', 1, 19, 'found the end of the file; allowed: "," or "]"'],
  ['{} x', 1, 4, 'found "x"; allowed: nothing more'],
  ['// comment\n{}', 1, 1, 'found "/"; allowed: a JSON value'],
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
      expect(problem.problem).toMatch(/^found .+; allowed: .+$/);
    }),
  );
});

test('after megabytes of text, too', () => {
  const text = `{"a": "${'é\\n'.repeat(5_000_000)}", x}`;
  expect(findJsonError(text).problem).toBe('found "x"; allowed: a key in double quotes');
});
