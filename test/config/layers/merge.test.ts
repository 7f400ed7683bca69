import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryAt, isUnset, type Layer, mergeLayers, toObject } from '../../../src/lib/config/layers/merge.ts';

function aLayer(name: string, config: Readonly<Record<string, unknown>>): Layer {
  return { origin: () => name, config, display: config, trust: () => 'user', baseDir: '/' };
}

test('lists and payloads are replaced, maps are merged key by key', () => {
  const entries = mergeLayers([
    aLayer('file', {
      tag: ['a', 'b'],
      payload: { x: 1, y: 1 },
      headers: { 'X-Key': 'a', other: 'o' },
      expect: { status: 200, required: ['a', 'b'] },
    }),
    aLayer('flag', { tag: ['c'], payload: { x: 2 }, headers: { 'x-key': 'b' }, expect: { required: ['c'] } }),
  ]);
  expect(toObject(entries)).toEqual({
    tag: ['c'],
    payload: { x: 2 },
    headers: { 'x-key': 'b', other: 'o' },
    expect: { status: 200, required: ['c'] },
  });
  expect(entryAt(entries, 'headers', 'x-key')?.layer.origin([])).toBe('flag');
  expect(entryAt(entries, 'expect', 'status')?.layer.origin([])).toBe('file');
});

test.each<[boolean, string, readonly Layer[]]>([
  [true, 'no layer has it', [aLayer('file', {})]],
  [true, 'only the defaults have it', [aLayer('default', { count: 5 })]],
  [
    true,
    'a file has it as undefined',
    [aLayer('default', { count: 5 }), aLayer('file', { count: undefined })],
  ],
  [false, 'a file has it', [aLayer('file', { count: 5 })]],
  [
    false,
    'a flag has the same value as the defaults',
    [aLayer('default', { count: 5 }), aLayer('flag', { count: 5 })],
  ],
  [false, 'a file has it as null', [aLayer('file', { count: null })]],
])('a key is unset: %s where %s', (unset, _, layers) => {
  expect(isUnset(mergeLayers(layers), 'count')).toBe(unset);
});

test('the origin of one key in a map decides whether it is unset', () => {
  const layer: Layer = {
    ...aLayer('', { sentry: { org: 'acme', project: 'api' } }),
    origin: ([, key]) => (key === 'org' ? 'default' : 'env SENTRY_PROJECT'),
  };
  const entries = mergeLayers([layer]);
  expect(isUnset(entries, 'sentry', 'org')).toBe(true);
  expect(isUnset(entries, 'sentry', 'project')).toBe(false);
  expect(isUnset(entries, 'sentry')).toBe(true);
});

test('the displayed value follows the value, and an undefined key in a map removes nothing', () => {
  const file = {
    ...aLayer('file', { url: 'u', sentry: { org: 'acme', token: 't' } }),
    display: { url: '${URL}', sentry: { org: 'acme', token: '${TOKEN}' } },
  };
  const entries = mergeLayers([file, aLayer('flag', { url: undefined, sentry: { org: undefined } })]);
  expect(toObject(entries)).toEqual({ url: 'u', sentry: { org: 'acme', token: 't' } });
  expect([entryAt(entries, 'url')?.display, entryAt(entries, 'sentry', 'token')?.display]).toEqual([
    '${URL}',
    '${TOKEN}',
  ]);
  const hidden = mergeLayers([{ ...file, display: { url: 'u', sentry: '${SENTRY}' } }]);
  expect(entryAt(hidden, 'sentry', 'token')?.display).toBeUndefined();
  const unknown = mergeLayers([{ ...file, display: {} }]);
  expect([entryAt(unknown, 'sentry', 'token'), entryAt(unknown, 'url')]).toMatchObject([
    { value: 't' },
    { value: 'u' },
  ]);
});

test('a value that is not a map is unchanged, and only header names are lower-cased', () => {
  const entries = mergeLayers([aLayer('file', { replay: 'a.json' })]);
  expect(toObject(entries)).toEqual({ replay: 'a.json' });
  const maps = mergeLayers([aLayer('file', { headers: { A: '1' } }), aLayer('flag', { trace: { B: 1 } })]);
  expect(toObject(maps)).toEqual({ headers: { a: '1' }, trace: { B: 1 } });
});

test('for any layers, the highest one with a key wins', () => {
  const key = fc.constantFrom('url', 'count', 'tag', 'payload');
  const sub = fc.constantFrom('a', 'b', 'constructor', 'toString');
  const layer = fc.record({
    plain: fc.dictionary(key, fc.oneof(fc.integer(), fc.array(fc.integer()))),
    sentry: fc.dictionary(sub, fc.integer()),
  });
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1 }), (parts) => {
      const layers = parts.map(({ plain, sentry }, at) => aLayer(String(at), { ...plain, sentry }));
      const entries = mergeLayers(layers);
      for (const name of ['url', 'count', 'tag', 'payload']) {
        const at = parts.findLastIndex(({ plain }) => Object.hasOwn(plain, name));
        const entry = entryAt(entries, name);
        expect(entry?.layer.origin([])).toBe(at < 0 ? undefined : String(at));
        expect(entry?.value).toEqual(at < 0 ? undefined : parts[at]?.plain[name]);
      }
      for (const name of ['a', 'b', 'constructor', 'toString']) {
        const at = parts.findLastIndex(({ sentry }) => Object.hasOwn(sentry, name));
        expect(entryAt(entries, 'sentry', name)?.value).toBe(at < 0 ? undefined : parts[at]?.sentry[name]);
      }
    }),
  );
});
