import { describe, expect, it } from 'vitest';
import { compilePattern, MAX_STEPS } from '../../src/lib/validate/linear-pattern.ts';

const matches = (source: string, text: string, flags = 'u') => compilePattern(source, flags).test(text);

describe('a pattern has its meaning in JavaScript', () => {
  it.each<[string, string, string, boolean]>([
    ['^req_[0-9a-f]{8}$', 'u', 'req_00ff00ff', true],
    ['^req_[0-9a-f]{8}$', 'u', 'req_00ff00f', false],
    ['b', 'u', 'abc', true],
    ['^b', 'u', 'abc', false],
    ['^a$', 'u', 'a\n', false],
    ['^a$', 'm', 'b\na', true],
    ['A', 'i', 'a', true],
    ['^.$', 'u', '\u2028', false],
    ['^.$', 'u', '\r', false],
    ['^.$', 'su', '\r', true],
    ['^\\s$', 'u', '\u00a0', true],
    ['^\\S$', 'u', '\u00a0', false],
    ['^[\\s\\d]+$', 'u', '1\ufeff2', true],
    ['^[^\\S]$', 'u', '\u2003', true],
    ['^[\\S]$', 'u', '\u2003', false],
    ['^\\w$', 'u', 'é', false],
    ['^\\W$', 'u', 'é', true],
    ['^\\d$', 'u', '٣', false],
    ['^\\p{Letter}+$', 'u', 'éα', true],
    ['^\\P{Lu}$', 'u', 'A', false],
    ['^\\p{Script=Greek}$', 'u', 'α', true],
    ['^[\\p{Nd}_]+$', 'u', '٣_1', true],
    ['^.$', 'u', '😀', true],
    ['^\\u{1F600}$', 'u', '😀', true],
    ['^\\ud83d\\ude00$', '', '😀', true],
    ['^[😀-😂]$', 'u', '😁', true],
    ['^\\x41\\u0042\\cJ\\0$', 'u', 'AB\n\0', true],
    ['^[\\b]$', 'u', '\b', true],
    ['\\ba\\b', 'u', 'b a c', true],
    ['^\\-\\_]{$', '', '-_]{', true],
    ['^\\Qa$', '', 'Qa', true],
    ['^[[:alpha:]]$', '', 'a]', true],
    ['^p{L}$', '', 'p{L}', true],
    ['^[]$', 'u', 'a', false],
    ['^[^]$', 'u', '\n', true],
    ['^(?<year>\\d{4})-(?:\\d\\d)$', 'u', '2026-11', true],
    ['^a{0,}b{2,}?c{1}$', 'u', 'bbbc', true],
    ['^(?:a|ab)(?:c|bcd)$', 'u', 'abcd', true],
    ['a', 'y', 'ba', false],
    ['a|b', 'y', 'b', true],
    ['a', 'g', 'ba', true],
    ['', 'u', '', true],
  ])('/%s/%s on %j', (source, flags, text, expected) => {
    expect(new RegExp(source, flags.replace('g', '')).test(text)).toBe(expected);
    expect(matches(source, text, flags)).toBe(expected);
  });
});

it.each([
  ['(?=a)a', 'u', '(?=a) (a lookahead) is not supported'],
  ['(?!a)b', 'u', '(?!a) (a lookahead) is not supported'],
  ['(?<!a)b', 'u', '(?<!a) (a lookbehind) is not supported'],
  ['(a)\\1', 'u', '\\1 (a back-reference) is not supported'],
  ['(?<n>a)\\k<n>', 'u', '\\k<n> (a back-reference) is not supported'],
  ['a{1001}', 'u', 'a repetition of more than 1000 is not supported'],
  ['a{2,5000}', 'u', 'a repetition of more than 1000 is not supported'],
  ['[a--b]', 'v', 'the flag v is not supported'],
  ['(', 'u', 'Unterminated group'],
  ['\\-', 'u', 'Invalid escape'],
])('/%s/%s is an error: %s', (source, flags, words) => {
  expect(() => compilePattern(source, flags)).toThrow(words);
});

describe('no text makes a pattern run forever', () => {
  it.each([
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '^(a*)*b$',
    '(.*a){20}b',
    '^([a-z]+)*[0-9]$',
    '^(?:(?:a?){10}){10}$',
    '(x+x+)+y',
  ])('%s', (source) => {
    expect(matches(source, `${'a'.repeat(50_000)}!`)).toBe(false);
  });

  it('text that is too long is refused, with its length', () => {
    const pattern = compilePattern('(?:a?){500}a{500}$', 'u');
    expect(pattern.test('a'.repeat(1_000))).toBe(true);
    expect(() => pattern.test('a'.repeat(MAX_STEPS / 1_000))).toThrow(
      'a string of 50000 characters is too long for the pattern (?:a?){500}a{500}$',
    );
  });
});
