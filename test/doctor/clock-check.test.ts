import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockCheck, clockDifferenceMs } from '../../src/lib/doctor/webhook-checks.ts';

const SENT_MS = Date.parse('2026-08-01T12:00:00.400Z');

describe('clockDifferenceMs', () => {
  it('finds no difference between clocks that agree, however long the response took', () => {
    const moments = fc.record({
      sentMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      tookMs: fc.integer({ min: 0, max: 30_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(moments, ({ sentMs, tookMs, share }) => {
        const date = new Date(sentMs + Math.floor(tookMs * share)).toUTCString();
        expect(clockDifferenceMs({ date, sentMs, receivedMs: sentMs + tookMs })).toBe(0);
      }),
    );
  });

  it.each([
    ['ahead', 'Sat, 01 Aug 2026 12:01:00 GMT', 59_500],
    ['behind', 'Sat, 01 Aug 2026 11:59:00 GMT', -59_400],
  ])('reports how far the target is %s, at least', (_side, date, difference) => {
    expect(clockDifferenceMs({ date, sentMs: SENT_MS, receivedMs: SENT_MS + 100 })).toBe(difference);
  });

  it('is null without a usable header', () => {
    for (const date of [undefined, '', 'soon'])
      expect(clockDifferenceMs({ date, sentMs: SENT_MS, receivedMs: SENT_MS })).toBeNull();
  });
});

describe('clockCheck', () => {
  it.each([
    ['Sat, 01 Aug 2026 12:00:02 GMT', 'ok', 'Agrees with the clock of the target'],
    ['Sat, 01 Aug 2026 12:00:03 GMT', 'warn', "This clock is at least 2.5 s behind the target's"],
    ['Sat, 01 Aug 2026 11:59:57 GMT', 'warn', "This clock is at least 2.4 s ahead of the target's"],
  ])('%s is %s', (date, state, message) => {
    const check = clockCheck({ date, sentMs: SENT_MS, receivedMs: SENT_MS + 100 });
    expect(check).toMatchObject({ state, message });
  });
});
