import { expect, test } from 'vitest';
import { cut } from '../../src/lib/validate/cut.ts';

test.each([
  ['', 0, ''],
  ['abc', 4, 'abc'],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc…'],
  ['ab👍', 4, 'ab👍'],
  ['ab👍c', 4, 'ab👍…'],
  ['ab👍', 3, 'ab…'],
])('%j in %i characters is %j', (text, length, expected) => {
  expect(cut(text, length)).toBe(expected);
});
