import { describe, expect, it } from 'vitest';
import {
  overlap,
  parsePath,
  pathOf,
  pathProblem,
  stepsOf,
  valueAt,
  valuesAt,
} from '../../src/lib/json/path.ts';

const BODY = {
  items: [
    { id: 1, email: 'a@x' },
    { id: 2, email: 'b@x' },
  ],
  a: { 'x.y': 'quoted', 'p[0]': 'bracket', b: { c: 3 } },
  'dotted.key': 4,
  none: [],
};

it.each([
  ['a.b.c', ['a', 'b', 'c']],
  ['items.0.id', ['items', '0', 'id']],
  ['items[0].id', ['items', '0', 'id']],
  ['[0].id', ['0', 'id']],
  ['a[0][1]', ['a', '0', '1']],
  ['items[].email', ['items', null, 'email']],
  ['items[]', ['items', null]],
  ['a."x.y"', ['a', 'x.y']],
  ['a["x.y"].z', ['a', 'x.y', 'z']],
  ['"a\\"b"', ['a"b']],
  ['"\\u0061"', ['a']],
  ['$ref', ['$ref']],
  ['x-y_z.ä ö', ['x-y_z', 'ä ö']],
])('%s', (path, steps) => {
  expect(parsePath(path)).toEqual({ ok: true, steps });
});

const EXAMPLES = 'a path such as data.id, items[0].id, items[].id or a."key.with.dots"';

it.each([
  ['$.a.b', 'a path in another spelling; write a.b'],
  ['$.items[*].email', 'a path in another spelling; write items[].email'],
  ["$['a']['x.y']", 'a path in another spelling; write a."x.y"'],
  ['items[*].id', 'a path in another spelling; write items[].id'],
  ['/a/b', 'a path in another spelling; write a.b'],
  ['/items/0/id', 'a path in another spelling; write items.0.id'],
  ['/a/x.y', 'a path in another spelling; write a."x.y"'],
  ['/a~1b', 'a path in another spelling; write a/b'],
  ['a..b', EXAMPLES],
  ['.a', EXAMPLES],
  ['a.', EXAMPLES],
  ['a.[0]', EXAMPLES],
  ['a[', EXAMPLES],
  ['a[x]', EXAMPLES],
  ['a]b', EXAMPLES],
  ['a"b"', EXAMPLES],
  ['a."b', EXAMPLES],
  ['a.""', EXAMPLES],
  ['$', EXAMPLES],
  ['/', EXAMPLES],
  ['', EXAMPLES],
])('%s is refused with the right spelling', (path, problem) => {
  expect(pathProblem(path, { each: true })).toBe(problem);
});

it('a single value is selected by the index of its item', () => {
  expect(pathProblem('items[].id')).toBe('a path to one value; write items[0].id');
  expect(pathProblem('items[].id', { each: true })).toBeNull();
});

describe('existing values', () => {
  it.each([
    ['items[1].id', 2],
    ['items.1.id', 2],
    ['a."x.y"', 'quoted'],
    ['a["p[0]"]', 'bracket'],
    ['dotted.key', 4],
    ['"dotted.key"', 4],
    ['items[2].id', undefined],
    ['items[].id', undefined],
    ['a.constructor', undefined],
  ])('%s', (path, value) => {
    expect(valueAt(BODY, path)).toBe(value);
  });

  it('of each item', () => {
    expect(valuesAt(BODY, 'items[].email')).toEqual(['a@x', 'b@x']);
    expect(valuesAt(BODY, 'none[].email')).toEqual([undefined]);
    expect(valuesAt(BODY, 'a[].email')).toEqual([undefined]);
  });
});

it.each([
  ['items[].email', 'items.3.email', true],
  ['items[].email', 'items[3]', true],
  ['items', 'items[3].id', true],
  ['items[0]', 'items[1]', false],
  ['items[].email', 'items.length', false],
])('%s and %s overlap: %s', (a, b, is) => {
  expect(overlap(stepsOf(a), stepsOf(b))).toBe(is);
});

it.each(['[*]', "['x']", '$.a', '/a', 'a.b', 'a"b', '\\', ' ', '0'])(
  'the key %j is found where it is quoted',
  (key) => {
    const body = { outer: { [key]: { inner: 7 } } };
    expect(valueAt(body, `${pathOf(['outer', key])}.inner`)).toBe(7);
  },
);
