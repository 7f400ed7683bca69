import { expect, test } from 'vitest';
import { countOf, durationText, timeText } from '../../src/lib/terminal/quantities.ts';

test.each([
  [0, '0 ms'],
  [0.000_000_4, '0 ms'],
  [0.000_001, '0.000001 ms'],
  [0.000_75, '0.00075 ms'],
  [0.004_21, '0.0042 ms'],
  [0.099, '0.099 ms'],
  [0.1, '0.1 ms'],
  [0.423, '0.42 ms'],
  [18.26, '18.3 ms'],
  [182.4, '182 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_240, '1.24 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [123_400, '2 min 3 s'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('times are shown in UTC, and any other text is unchanged', () => {
  expect(timeText('2026-08-01T12:00:00.123Z')).toBe('2026-08-01 12:00:00 UTC');
  expect(timeText('yesterday')).toBe('yesterday');
});

test('counts', () => {
  expect([countOf(1, 'test'), countOf(99_980, 'test')]).toEqual(['1 test', '99,980 tests']);
});
