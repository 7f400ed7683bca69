import { expect, test } from 'vitest';
import type { QuietWindow } from '../../src/lib/model/quiet-window.ts';
import { quietAt } from '../../src/lib/safety/quiet-hours.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const London = (fromMinute: number, toMinute: number, ...days: QuietWindow['days']): QuietWindow => ({
  ...{ fromMinute, toMinute, days },
  timeZone: 'Europe/London',
});
/** Always, but for an hour on Sundays: from 12:00 to 13:00. */
const ALMOST_ALWAYS = [
  London(0, 0, 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'),
  London(0, 720, 'sun'),
  London(780, 0, 'sun'),
];

test.each([
  ['a week of an hour less', '2026-06-07T12:00:00', '2026-06-14T11:00:00'],
  // The night to October 25 has an hour twice, so that this week is a whole one.
  ['a whole week', '2026-10-18T12:00:00', '2026-10-25T12:00:00'],
  ['the end of it', '2026-10-25T11:59:59', '2026-10-25T12:00:00'],
])('quiet hours of %s have an end', (_, from, to) => {
  expect(quietAt(at(from), ALMOST_ALWAYS)?.endsAtMs).toBe(at(to));
});

test('quiet hours without a gap have no end', () => {
  const always = [London(0, 0, 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')];
  expect(quietAt(at('2026-06-07T12:00:00'), always)?.endsAtMs).toBeNull();
  expect(quietAt(at('2026-06-07T11:30:00'), ALMOST_ALWAYS)).toBeNull();
});
