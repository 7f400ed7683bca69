import { describe, expect, it } from 'vitest';
import { wallClock } from '../../src/lib/safety/wall-clock.ts';

const at = (text: string) => Date.parse(`${text}Z`);

/** In London the clock goes from 01:00 to 02:00 on March 29 and from 02:00 to 01:00 on October 25, 2026. */
describe('a clock in London', () => {
  const { shownAt, reaches, passes } = wallClock('Europe/London');

  it.each([
    ['2026-01-15T12:34:56', '2026-01-15T12:34:56'],
    ['2026-03-29T00:59:59', '2026-03-29T00:59:59'],
    ['2026-03-29T01:00:00', '2026-03-29T02:00:00'],
    ['2026-10-25T00:59:59', '2026-10-25T01:59:59'],
    ['2026-10-25T01:00:00', '2026-10-25T01:00:00'],
    ['2026-12-31T23:59:59', '2026-12-31T23:59:59'],
  ])('shows at %s UTC: %s', (utc, shown) => {
    expect(shownAt(at(utc))).toBe(at(shown));
  });

  it.each([
    ['in winter', '2026-01-15T12:00:00', '2026-01-15T12:00:00', '2026-01-15T12:00:00'],
    ['in summer', '2026-07-15T12:00:00', '2026-07-15T11:00:00', '2026-07-15T11:00:00'],
    ['just before what is skipped', '2026-03-29T00:59:59', '2026-03-29T00:59:59', '2026-03-29T00:59:59'],
    [
      'at the beginning of what is skipped',
      '2026-03-29T01:00:00',
      '2026-03-29T01:00:00',
      '2026-03-29T01:00:00',
    ],
    ['in what is skipped', '2026-03-29T01:30:00', '2026-03-29T01:00:00', '2026-03-29T01:00:00'],
    ['just after what is skipped', '2026-03-29T02:00:00', '2026-03-29T01:00:00', '2026-03-29T01:00:00'],
    // From its first time on it never shows less than 01:00 again.
    [
      'at the beginning of what comes twice',
      '2026-10-25T01:00:00',
      '2026-10-25T00:00:00',
      '2026-10-25T00:00:00',
    ],
    ['in what comes twice', '2026-10-25T01:30:00', '2026-10-25T00:30:00', '2026-10-25T01:30:00'],
    ['at the end of what comes twice', '2026-10-25T02:00:00', '2026-10-25T02:00:00', '2026-10-25T02:00:00'],
  ])('%s, %s is reached at %s UTC and passed at %s UTC', (_, wall, reached, passed) => {
    expect(new Date(reaches(at(wall))).toISOString()).toBe(`${reached}.000Z`);
    expect(new Date(passes(at(wall))).toISOString()).toBe(`${passed}.000Z`);
  });
});

it.each([
  ['UTC', '2026-08-01T12:00:00', '2026-08-01T12:00:00'],
  ['Asia/Kathmandu', '2026-08-01T12:00:00', '2026-08-01T17:45:00'],
  ['America/St_Johns', '2026-08-01T12:00:00', '2026-08-01T09:30:00'],
  ['Pacific/Kiritimati', '2026-08-01T12:00:00', '2026-08-02T02:00:00'],
])('a clock in %s shows at %s UTC: %s', (zone, utc, shown) => {
  const { shownAt, reaches, passes } = wallClock(zone);
  expect([shownAt(at(utc)), reaches(at(shown)), passes(at(shown))]).toEqual([at(shown), at(utc), at(utc)]);
});
