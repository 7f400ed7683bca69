/** Compared with string-width, which goes through the tables of Unicode grapheme by grapheme, and is slow to load. */
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { graphemesOf, textWidth } from '../../src/lib/terminal/width.ts';

it.each([
  ['ASCII', 'SUMMARY of 10'],
  ['our own glyphs', '📊 ✅ ❌ ⚠️ ⚠ 📝 🔍 ✓ ✗ × … → · │ ├─ └─ █ ▌ ◐'],
  ['scripts of one column', 'é Ünïcode Ελληνικά кириллица עברית'],
  ['combining marks', 'e\u0301 क्षि'],
  ['wide characters', '日本語 한국어 Ａ ｱ'],
  ['joined, coloured and flag emoji', '👨‍👩‍👧 👍🏽 🇩🇪 1️⃣ ❤️ ❤'],
  ['nothing', ''],
])('%s take as many columns as a terminal gives them', (_, text) => {
  expect(textWidth(text)).toBe(stringWidth(text));
});

it('does not split graphemes', () => {
  expect(graphemesOf('ab')).toEqual(['a', 'b']);
  expect(graphemesOf('e\u0301👨‍👩‍👧x')).toEqual(['e\u0301', '👨‍👩‍👧', 'x']);
});

it('measures any mixture of narrow, wide and other characters', () => {
  const pieces = ['a', ' ', '→', '⚠', '⚠️', '\ufe0f', '📊', '\u0301', '日', '\u200d', '✓', 'é', '\ud83d', '│'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => {
      const text = parts.join('');
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
  );
});
