import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalJson, terminalLines, terminalText, withoutSteering } from '../../src/lib/terminal/text.ts';

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

test('a terminal without Unicode gets ASCII only', () => {
  expect(terminalText('“Größe” … → 🚀', { unicode: false })).toBe('"Gr??e" ... -> ?');
});

test('no text keeps a control character', () => {
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

test('megabytes of unfinished sequences take no longer than their size explains', () => {
  // Were the time to grow with the square of the length, this would take minutes.
  const hostile = '\u001b]\u009d\u001b['.repeat(500_000);
  expect(terminalText(hostile, { unicode: true })).toMatch(/^[\][]*$/);
});

test.each([
  ['an order of GitHub', 'x ::add-mask::y', 'x : :add-mask::y'],
  ['one with properties', '::Error file=a,line=1::b', ': :Error file=a,line=1::b'],
  ['one that a broken word brings to the front', 'aaaa::stop-commands::b', 'aaaa: :stop-commands::b'],
  [
    'its older form, and that of Azure Pipelines',
    '##[group]a ##vso[task.complete]b',
    '# #[group]a # #vso[task.complete]b',
  ],
  ['one of TeamCity', "###teamcity[message text='a']", "## #teamcity[message text='a']"],
  [
    'what only looks like one',
    '[::1]:80 ::ffff:1.2.3.4 std::errors a#b ## c',
    '[::1]:80 ::ffff:1.2.3.4 std::errors a#b ## c',
  ],
])('%s to the CI system that reads the log', (_, text, expected) => {
  expect(terminalText(text)).toBe(expected);
  expect(terminalLines(text)).toBe(expected);
});

test('white space becomes one space', () => {
  expect(terminalText('a \b b')).toBe('a b');
});

test('several lines keep their line ends and spaces', () => {
  expect(terminalLines('a:\r\n  b\u001b[31m\tc\u0085d\u202e\n\u001b]0;x\ny\u0007')).toBe(
    'a:\n  b c d\n0;x\ny',
  );
});

test('JSON keeps its meaning and is safe to print', () => {
  const value = { 'a\u009b': 'b\u202e\u2028', c: ['::add-mask::x', '##vso[y]', '\u007f', 'Größe 🚀'] };
  const json = terminalJson(value, 2);
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toContain(String.raw`"a\u009b": "b\u202e\u2028"`);
  expect(json).toContain('Größe 🚀');
  expect(json).not.toMatch(/::add-mask|##vso|\u007f/);
});

test('another format escapes in its own way', () => {
  expect(withoutSteering('a\u0007\u009bb\nc', (characters) => `<${characters.length}>`)).toBe('a<2>b\nc');
});
