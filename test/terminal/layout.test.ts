import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { RenderOptions } from '../../src/lib/report/formatters/formatter.ts';
import { layOut } from '../../src/lib/terminal/layout.ts';

const SCREEN: RenderOptions = { columns: 40, color: false, unicode: true, hyperlinks: false };
const AT = { indent: 2, hang: 4 };

test('wraps at words and indents the following lines', () => {
  const text = 'variant not in response (A/B routing may not be active)';
  expect(layOut([{ text }], AT, SCREEN)).toEqual([
    '  variant not in response (A/B routing',
    '    may not be active)',
  ]);
});

test('splits a word that is wider than the screen, but never an id or a URL', () => {
  const url = `https://example.com/${'a'.repeat(60)}`;
  expect(layOut([{ text: 'x'.repeat(50) }], AT, SCREEN)).toEqual([
    `  ${'x'.repeat(36)}`,
    `    ${'x'.repeat(14)}`,
  ]);
  expect(layOut([{ text: url }], AT, SCREEN)).toEqual([`  ${url}`]);
  expect(layOut([{ text: 'f'.repeat(50), unbroken: true }], AT, SCREEN)).toEqual([`  ${'f'.repeat(50)}`]);
});

test('a style ends on the line where it starts', () => {
  const lines = layOut([{ text: 'word '.repeat(12), style: 'red' }], AT, { ...SCREEN, color: true });
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line.trimStart().startsWith('\u001b[31mword')).toBe(true);
    expect(line.endsWith('word\u001b[39m')).toBe(true);
  }
});

test('links are written only for terminals that support them, and only to web pages', () => {
  const screen = { ...SCREEN, hyperlinks: true };
  expect(layOut([{ text: 'id', link: 'https://a.example/é' }], AT, screen)).toEqual([
    '  \u001b]8;;https://a.example/%C3%A9\u001b\\id\u001b]8;;\u001b\\',
  ]);
  expect(layOut([{ text: 'id', link: 'javascript:alert(1)' }], AT, screen)).toEqual(['  id']);
  expect(layOut([{ text: 'id', link: 'https://a.example/' }], AT, SCREEN)).toEqual(['  id']);
});

test('no line is wider than the screen, and no word is lost', () => {
  const words = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 200 }), (texts, columns) => {
      fc.pre(!texts.some((text) => text.includes('http')));
      const spans = texts.map((text) => ({ text }));
      const lines = layOut(spans, AT, { ...SCREEN, columns });
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      const squeezed = (text: string) =>
        text.replace(/[\s\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '');
      expect(squeezed(lines.join(''))).toBe(squeezed(texts.join('')));
    }),
  );
});
