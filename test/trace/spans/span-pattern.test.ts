import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, describePattern } from '../../../src/lib/trace/spans/span-pattern.ts';
import { aPattern, aSpan } from '../span-builders.ts';

const fitsName = (pattern: string, name: string) =>
  compilePattern(aPattern({ name: [pattern] }))(aSpan(name));

describe('a pattern on the name', () => {
  it.each([
    ['ab-routing', 'ab-routing', true],
    ['AB-Routing', 'ab-ROUTING', true],
    ['ab-routing', 'ab-routing-2', false],
    ['ab-routing', 'my ab-routing', false],
    ['engine-*', 'engine-a-decision', true],
    ['engine-*', 'engine-', true],
    ['engine-*', 'engine', false],
    ['*-decision', 'engine-a-decision', true],
    ['engine-*-decision', 'engine-a-decision', true],
    ['engine-*-decision', 'engine-decision', false],
    ['*', '', true],
    ['**', 'x', true],
    ['*a*a*', 'a', false],
    ['*a*a*', 'xaxax', true],
    ['aba*aba', 'aba', false],
    ['aba*aba', 'abaaba', true],
    ['a*b*b', 'ab', false],
    ['a*b*c', 'abc', true],
    ['a*b*', 'ab', true],
    ['*b*c', 'bc', true],
    ['', '', true],
    ['', 'x', false],
    ['GET /a.c', 'GET /abc', false],
    ['(a+)+$', '(a+)+$', true],
    ['[a-z]', 'q', false],
    ['SELECT * FROM signals', 'select id from signals', true],
  ])('%j on %j: %s', (pattern, name, fits) => {
    expect(fitsName(pattern, name)).toBe(fits);
  });

  it('matches what a regular expression of the same meaning matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '(', 'É'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const escaped = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*');
        expect(fitsName(pattern, name)).toBe(new RegExp(`^${escaped}$`, 'isu').test(name));
      }),
    );
  });

  it('stays fast where backtracking would not end', () => {
    expect(fitsName(`${'a*'.repeat(2_000)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a pattern', () => {
  const span = aSpan('x', {
    op: 'db.redis',
    service: 'signals',
    attributes: { 'db.system': 'redis', count: 3, cached: false },
  });
  it.each([
    [{ op: ['db*'] }, true],
    [{ op: ['DB.*'] }, true],
    [{ op: ['cache*', 'db.redis'] }, true],
    [{ op: ['db'] }, false],
    [{ service: ['signals'] }, true],
    [{ service: ['Signals'] }, false],
    [{ attributes: { 'db.system': ['postgresql', 'redis'] } }, true],
    [{ attributes: { 'db.system': ['Redis'] } }, false],
    [{ attributes: { count: ['3'], cached: ['false'] } }, true],
    [{ attributes: { missing: ['*'] } }, false],
    [{ attributes: { missing: [] } }, true],
    [{ attributes: { constructor: ['*'] } }, false],
    [{ op: ['db*'], service: ['other'] }, false],
    [{}, true],
  ])('%j: %s', (pattern, fits) => {
    expect(compilePattern(aPattern(pattern))(span)).toBe(fits);
  });

  it('on the op requires an op', () => {
    expect(compilePattern(aPattern({ op: ['*'] }))(aSpan('x', { op: null }))).toBe(false);
  });

  it.each([
    [{ name: ['a', 'b'] }, 'a or b'],
    [{ op: ['db*'], service: ['api'], attributes: { k: ['1', '2'] } }, 'op db*, service api, k=1 or 2'],
    [{}, '*'],
  ])('is described as %j', (pattern, words) => {
    expect(describePattern(aPattern(pattern))).toBe(words);
  });
});
