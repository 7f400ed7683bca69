import { describe, expect, it } from 'vitest';
import { allowedMs, measuredMs, tookWords } from '../../../src/lib/terminal/quantities.ts';
import { labeledName, nameList, shownText, spanName, times } from '../../../src/lib/trace/spans/span-text.ts';
import { aSpan } from '../span-builders.ts';

describe('texts about spans', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `s${at + 1}`);

  it.each([
    [0, ''],
    [1, 's1'],
    [8, 's1, s2, s3, s4, s5, s6, s7, s8'],
    [9, 's1, s2, s3, s4, s5, s6, s7, s8 and 1 more'],
    [20, 's1, s2, s3, s4, s5, s6, s7, s8 and 12 more'],
  ])('%i names are listed as %j', (count, text) => {
    expect(nameList(names(count))).toBe(text);
  });

  it.each([
    ['SELECT 1', 'db', 'SELECT 1'],
    ['', 'db', 'db'],
    [' \n', 'db', 'db'],
    ['', null, 'a span without a name'],
    // Only its beginning is looked at: foreign text may be megabytes long.
    [`${' '.repeat(320)}x`, 'db', 'db'],
    [`${' '.repeat(319)}x`, 'db', 'x'],
    ['x'.repeat(80), null, 'x'.repeat(80)],
    ['x'.repeat(81), null, `${'x'.repeat(80)}…`],
    [`${'x'.repeat(79)}👍`, null, `${'x'.repeat(79)}…`],
  ])('%j with the op %j is called %j', (name, op, text) => {
    expect(spanName({ name, op })).toBe(text);
  });

  it.each([
    ['ab-routing', 'AB-Routing', 'ab-routing'],
    ['database', 'INSERT signals', 'database (INSERT signals)'],
  ])('the label %j on %j is %j', (label, name, text) => {
    expect(labeledName(label, aSpan(name))).toBe(text);
  });

  it('are cut at 200 characters', () => {
    expect(shownText('x'.repeat(200))).toBe('x'.repeat(200));
    expect(shownText('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
  });

  it('round measurements up and limits down, so that they never look the same', () => {
    expect([measuredMs(500.01), measuredMs(2_104), allowedMs(500.99), allowedMs(2_000)]).toEqual([
      '501 ms',
      '2,104 ms',
      '500 ms',
      '2,000 ms',
    ]);
  });

  it.each([
    [0, '0 times'],
    [1, '1 time'],
    [2_000, '2,000 times'],
  ])('%i is %j', (count, text) => {
    expect(times(count)).toBe(text);
  });
});

it.each([
  [10_100, 1_000, null, 'took 10.1 s (limit 1 s)'],
  [1_001, 1_000, null, 'took 1,001 ms (limit 1,000 ms)'],
  [413, null, 6.4, 'took 413 ms (usually 6 ms)'],
  [413, null, 0.42, 'took 413 ms (usually 0.42 ms)'],
  [2_104, 500, 301.5, 'took 2.1 s (limit 500 ms, usually 302 ms)'],
])('%d ms against %j and %j: %s', (durationMs, limitMs, usualMs, words) => {
  expect(tookWords(durationMs, { limitMs, usualMs })).toBe(words);
});
