import { expect, test } from 'vitest';
import { fillQuery } from '../../src/lib/trace/sentry-api/search-query.ts';

test.each([
  ['a:{{id}}', 'a:"x y"'],
  ['a:"{{id}}"', 'a:"x y"'],
  ['a:"b" c:{{id}}', 'a:"b" c:"x y"'],
  ['a:"b" c:"{{id}}"', 'a:"b" c:"x y"'],
  ['a:"b" c:"d" e:{{id}}', 'a:"b" c:"d" e:"x y"'],
  [String.raw`a:"\"{{id}}"`, String.raw`a:"\"x y"`],
])('a value with a space in %j makes %j', (template, query) => {
  expect(fillQuery(template, { id: 'x y' })).toMatchObject({ query, problem: null });
});
