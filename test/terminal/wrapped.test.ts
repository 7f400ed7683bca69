import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/lib/terminal/width.ts';
import { wrapped } from '../../src/lib/terminal/wrapped.ts';

test('lines are wrapped at words, and further rows are indented', () => {
  const text =
    'Error: No webhook URL configured.\n  Set one with --url, PRODUCTION_URL or `url` in the config file.';
  expect(wrapped(text, 40).split('\n')).toEqual([
    'Error: No webhook URL configured.',
    '  Set one with --url, PRODUCTION_URL or',
    '    `url` in the config file.',
  ]);
});

test('output that is not a terminal keeps its lines', () => {
  const text = `${'word '.repeat(100)}end`;
  expect(wrapped(text, null)).toBe(text);
});

test('words that are longer than a row stay whole', () => {
  const url = `https://hooks.example.com/${'a'.repeat(60)}`;
  expect(wrapped(`Sending to ${url} now`, 40).split('\n')).toEqual(['Sending to', `  ${url}`, '  now']);
});

test('no row is wider than the screen, unless by one word, and no word is lost', () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { maxLength: 40 });
  fc.assert(
    fc.property(words, fc.integer({ min: 20, max: 200 }), (parts, columns) => {
      const text = parts.map((part) => part.replace(/\s/gu, '_')).join(' ');
      const rows = wrapped(text, columns).split('\n');
      for (const row of rows)
        if (row.trim().includes(' ')) expect(textWidth(row)).toBeLessThanOrEqual(columns);
      expect(rows.map((row) => row.trim()).join(' ')).toBe(text.trim());
    }),
  );
});
