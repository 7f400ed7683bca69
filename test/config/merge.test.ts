import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryAt, type Layer, mergeLayers, toObject } from '../../src/lib/config/merge.ts';

function aLayer(name: string, config: Readonly<Record<string, unknown>>): Layer {
  return { origin: () => name, config, display: config, trust: () => 'user', baseDir: '/' };
}

test('lists and payloads are replaced, maps are laid over each other key by key', () => {
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

test('whatever the layers hold, the highest one that has a key wins it', () => {
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
