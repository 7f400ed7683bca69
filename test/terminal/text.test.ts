import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalText } from '../../src/lib/terminal/text.ts';

test.each([
  ['a colour', '\u001b[31mred\u001b[0m', 'red'],
  ['a window title', 'a\u001b]0;pwned\u0007b', 'ab'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['8-bit sequences', 'a\u009b2Jb\u009d0;x\u009cc', 'abc'],
  ['a reset', 'a\u001bcb', 'ab'],
  ['a sequence without its end', 'a\u001b]0;rest', 'a0;rest'],
  ['a sequence split by another', '\u001b[\u001b[0m31mtext', '31mtext'],
  ['line ends and tabs', 'one\r\ntwo\tthree\u2028four\u0085five', 'one two three four five'],
  ['bells, backspaces and DEL', 'a\u0007b\u0008c\u007fd', 'abcd'],
  ['text direction', 'abc\u202egpj.exe\u202c', 'abcgpj.exe'],
  ['what is harmless', 'Größe 3 → 🚀 日本', 'Größe 3 → 🚀 日本'],
])('%s', (_, text, expected) => {
  expect(terminalText(text, { unicode: true })).toBe(expected);
});

test('only ASCII is left where only ASCII can be shown', () => {
  expect(terminalText('“Größe” … → 🚀', { unicode: false })).toBe('"Gr??e" ... -> ?');
});

test('no control character survives, whatever comes in', () => {
  const unit = fc.oneof(
    fc.constantFrom('\u001b', '[', ']', '\u009b', '\u009d', '\u0007', '\\', ';', '3', 'm', '\n', '\u202e'),
    fc.nat(0xffff).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      expect(terminalText(text, { unicode: true })).not.toMatch(
        /\p{Cc}|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u,
      );
      expect(terminalText(text, { unicode: false })).toMatch(/^[ -~]*$/);
    }),
  );
});

test('megabytes of sequences without an end are no way to hang it', () => {
  // Were the time to grow with the square of the length, this would take minutes.
  const hostile = '\u001b]\u009d\u001b['.repeat(500_000);
  expect(terminalText(hostile, { unicode: true })).toMatch(/^[\][]*$/);
});
