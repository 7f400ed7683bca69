import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, padTo } from '../../../src/lib/view/trace/page.ts';

describe('cutting', () => {
  it('keeps text that fits, and both ends or the beginning of longer text', () => {
    expect(cutMiddle('abcdefghij', { columns: 10, more: '…' })).toBe('abcdefghij');
    expect(cutMiddle('abcdefghij', { columns: 6, more: '…' })).toBe('abc…ij');
    expect(cutEnd('abcdefghij', { columns: 6, more: '...' })).toBe('abc...');
    expect(cutEnd('abcdefghij', { columns: 2, more: '...' })).toBe('..');
    expect(padTo('漢字', 6)).toBe('漢字  ');
  });

  it('does not split characters of two columns', () => {
    expect(cutMiddle('漢字漢字漢字', { columns: 6, more: '…' })).toBe('漢…字');
  });

  it('is never wider than requested', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.nat(40),
        fc.constantFrom('…', '...'),
        (text, columns, more) => {
          for (const cut of [cutEnd, cutMiddle]) {
            expect(stringWidth(cut(text, { columns, more }))).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});
