/** Patterns of the user on text of the target: any pattern ends on any text, and means what it means in JavaScript. */
import vm from 'node:vm';
import fc from 'fast-check';
import { expect } from 'vitest';
import { compilePattern, MAX_STEPS } from '../../src/lib/validate/linear-pattern.ts';
import { fuzz } from './support/fuzz.ts';

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    '.',
    '\\s',
    '\\S',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '[a-c]',
    '[^a]',
    '[\\s\\d]',
    '[^\\S]',
    '[\\W_]',
  ],
  ...[
    '\\p{L}',
    '\\P{Lu}',
    '[\\p{Nd}x]',
    '^',
    '$',
    '\\u0041',
    '\\n',
    'é',
    '\\t',
    '[-a]',
    '\\.',
    '[]',
    '[^]',
    '😀',
  ],
);
const repeated = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '*?', '+?');
const { pattern } = fc.letrec<{ pattern: string; item: string }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.tuple(fc.constantFrom('(', '(?:'), tie('pattern')).map(([open, inside]) => `${open}${inside})`),
  ),
  pattern: fc
    .array(
      fc
        .array(fc.tuple(tie('item'), repeated), { minLength: 1, maxLength: 3 })
        .map((items) => items.map(([item, count]) => `${item}${count}`).join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((choices) => choices.join('|')),
}));
const isValid = (source: string) => {
  try {
    return new RegExp(source, 'u').source === source;
  } catch {
    return false;
  }
};
const validPattern = pattern.filter(isValid);
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'c',
    'A',
    'é',
    '1',
    '٣',
    ' ',
    '\u00a0',
    '\ufeff',
    '\n',
    '\r',
    '\u2028',
    '_',
    '-',
    '😀',
  ),
  maxLength: 8,
});

fuzz('a pattern matches what it matches in JavaScript', {
  surface: 'patterns',
  runs: 2_000,
  input: fc.tuple(validPattern, fc.constantFrom('u', 'su', 'mu'), text),
  check: ([source, flags, given]) => {
    // Where each line has a start and an end, \n alone ends a line for RE2.
    const subject = flags === 'mu' ? given.replaceAll(/[\r\u2028]/g, '') : given;
    const ours = compilePattern(source, flags).test(subject);
    const theirs = testInJavaScript(new RegExp(source, flags), subject);
    if (theirs !== 'too slow') expect(ours).toBe(theirs);
  },
});

/** JavaScript backtracks: a pattern of sixty characters may take it minutes on seven. */
function testInJavaScript(pattern: RegExp, subject: string): boolean | 'too slow' {
  try {
    return vm.runInNewContext('pattern.test(subject)', { pattern, subject }, { timeout: 1_000 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too slow';
    throw thrown;
  }
}

fuzz('a pattern ends on long text', {
  surface: 'patterns',
  runs: 200,
  input: fc.tuple(validPattern, fc.constantFrom('a', 'ab', 'aé1 '), fc.nat(20_000)),
  check: ([source, part, times]) => {
    const given = `${part.repeat(times)}!`;
    try {
      compilePattern(source, 'u').test(given);
    } catch (thrown) {
      expect(String(thrown)).toContain('is too long for the pattern');
      expect(given.length).toBeGreaterThan(MAX_STEPS / 10_000);
    }
  },
});
