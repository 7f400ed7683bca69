import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBytes, parseDuration } from '../../src/lib/config/settings/units.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0s', 0],
  ['10', null],
  ['10 s', null],
  ['-1s', null],
  ['1d', null],
  ['s', null],
  ['1e3s', null],
  ['', null],
])('duration %j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  ['512B', 512],
  ['1kB', 1000],
  ['64KiB', 65_536],
  ['1MiB', 1_048_576],
  ['1.5MB', 1_500_000],
  ['1 MiB', null],
  ['1mib', null],
  ['12', null],
])('size %j is %j bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test('whole durations and sizes are formatted as they were written', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (n) => {
      expect(parseDuration(`${n}ms`)).toBe(n);
      expect(parseDuration(`${n}s`)).toBe(n * 1000);
      expect(parseBytes(`${n}KiB`)).toBe(n * 1024);
    }),
  );
});
