import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYS, type QuietWindow } from '../../src/lib/model/quiet-window.ts';
import { nextQuiet, quietAt, quietText } from '../../src/lib/safety/quiet-hours.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const NEW_YORK = 'America/New_York';
const WEEKDAYS = DAYS.slice(1, 6);

/** `09:30–16:00` */
function aWindow(
  hours: string,
  timeZone: string | null = NEW_YORK,
  days: QuietWindow['days'] = DAYS,
): QuietWindow {
  const [from = '', to = ''] = hours.split('–');
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { fromMinute: minutes(from), toMinute: minutes(to), timeZone, days };
}

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null | undefined) => (ms == null ? ms : new Date(ms).toISOString().slice(0, 16));

/** Start and end of the quiet hours an instant is in, in UTC; null outside. */
function spellAt(instant: string, ...windows: readonly QuietWindow[]) {
  const spell = quietAt(at(instant), windows);
  return spell === null ? null : [iso(spell.startsAtMs), iso(spell.endsAtMs)];
}

const MARKET = aWindow('09:30–16:00', NEW_YORK, WEEKDAYS);
const NIGHT = aWindow('22:00–02:00', 'UTC', ['fri']);

describe('quiet hours are active', () => {
  // 2026-01-05 is a Monday, in winter (UTC-5); 2026-07-06 one in summer (UTC-4).
  it.each([
    ['a minute before', MARKET, '2026-01-05T14:29Z', null],
    ['from the first minute on', MARKET, '2026-01-05T14:30Z', ['2026-01-05T14:30', '2026-01-05T21:00']],
    ['to the last one', MARKET, '2026-01-05T20:59:59.999Z', ['2026-01-05T14:30', '2026-01-05T21:00']],
    ['not at the end', MARKET, '2026-01-05T21:00Z', null],
    [
      'an hour earlier in UTC in summer',
      MARKET,
      '2026-07-06T13:30Z',
      ['2026-07-06T13:30', '2026-07-06T20:00'],
    ],
    ['not on another day', MARKET, '2026-01-04T15:00Z', null],
    ['over midnight, before it', NIGHT, '2026-01-02T22:00Z', ['2026-01-02T22:00', '2026-01-03T02:00']],
    [
      'over midnight, after it: the day is the one they began',
      NIGHT,
      '2026-01-03T01:59Z',
      ['2026-01-02T22:00', '2026-01-03T02:00'],
    ],
    ['not in the night that leads to their day', NIGHT, '2026-01-02T01:00Z', null],
    [
      'up to 24:00',
      aWindow('22:00–24:00', 'UTC'),
      '2026-01-02T23:59Z',
      ['2026-01-02T22:00', '2026-01-03T00:00'],
    ],
    [
      'up to 00:00, which is the same',
      aWindow('22:00–00:00', 'UTC'),
      '2026-01-02T23:59Z',
      ['2026-01-02T22:00', '2026-01-03T00:00'],
    ],
    [
      'from 00:00',
      aWindow('00:00–01:00', 'UTC'),
      '2026-01-02T00:00Z',
      ['2026-01-02T00:00', '2026-01-02T01:00'],
    ],
    [
      'for all but a minute of each day',
      aWindow('12:01–12:00', 'UTC'),
      '2026-01-02T11:59Z',
      ['2026-01-01T12:01', '2026-01-02T12:00'],
    ],
    [
      'where the clock is half an hour off',
      aWindow('09:15–15:30', 'Asia/Kolkata'),
      '2026-01-05T03:45Z',
      ['2026-01-05T03:45', '2026-01-05T10:00'],
    ],
  ])('%s', (_, window, instant, spell) => {
    expect(spellAt(instant, window)).toEqual(spell);
  });

  it('never, without windows', () => {
    expect(quietAt(at('2026-01-05T15:00Z'), [])).toBeNull();
    expect(nextQuiet(at('2026-01-05T15:00Z'), [])).toBeNull();
  });

  it('in the time zone of the machine for local', () => {
    const midnight = new Date(2026, 0, 5).getTime();
    expect(quietAt(midnight + 30 * MINUTE_MS, [aWindow('00:00–01:00', null)])).toMatchObject({
      startsAtMs: midnight,
      endsAtMs: midnight + HOUR_MS,
    });
  });
});

describe('when the clock changes', () => {
  // New York: 2026-03-08 02:00 EST (07:00Z) becomes 03:00 EDT; 2026-11-01 02:00 EDT (06:00Z) becomes 01:00 EST.
  it.each([
    [
      'a skipped beginning is the skip',
      '02:30–05:00',
      '2026-03-08T07:00Z',
      ['2026-03-08T07:00', '2026-03-08T09:00'],
    ],
    ['and not earlier', '02:30–05:00', '2026-03-08T06:59Z', null],
    [
      'a skipped end is the skip',
      '01:00–02:30',
      '2026-03-08T06:59Z',
      ['2026-03-08T06:00', '2026-03-08T07:00'],
    ],
    ['and not later', '01:00–02:30', '2026-03-08T07:00Z', null],
    ['what is skipped as a whole is not there: before', '02:15–02:45', '2026-03-08T06:59Z', null],
    ['what is skipped as a whole is not there: after', '02:15–02:45', '2026-03-08T07:00Z', null],
    [
      'what contains the skip is an hour shorter',
      '01:00–04:00',
      '2026-03-08T07:30Z',
      ['2026-03-08T06:00', '2026-03-08T08:00'],
    ],
    [
      'a beginning that comes twice is the first',
      '01:30–04:00',
      '2026-11-01T05:30Z',
      ['2026-11-01T05:30', '2026-11-01T09:00'],
    ],
    [
      'an end that comes twice is the second',
      '00:30–01:30',
      '2026-11-01T06:29Z',
      ['2026-11-01T04:30', '2026-11-01T06:30'],
    ],
    [
      'between two windows of one clock time it holds',
      '01:15–01:45',
      '2026-11-01T05:50Z',
      ['2026-11-01T05:15', '2026-11-01T06:45'],
    ],
    ['after the second time it does not', '01:15–01:45', '2026-11-01T06:45Z', null],
    [
      'over midnight into the hour that comes twice',
      '23:00–01:30',
      '2026-11-01T05:45Z',
      ['2026-11-01T03:00', '2026-11-01T06:30'],
    ],
  ])('%s (%s)', (_, hours, instant, spell) => {
    expect(spellAt(instant, aWindow(hours))).toEqual(spell);
  });

  it.each([
    // Lord Howe Island changes by half an hour: 2026-04-05 02:00+11 becomes 01:30+10:30.
    [
      'by half an hour',
      'Australia/Lord_Howe',
      '01:35–01:50',
      '2026-04-04T15:10Z',
      ['2026-04-04T14:35', '2026-04-04T15:20'],
    ],
    // São Paulo, 2018-11-04: 00:00 became 01:00; 2018-02-18: 00:00 became 23:00 of the day before.
    [
      'at midnight, forwards',
      'America/Sao_Paulo',
      '00:00–02:00',
      '2018-11-04T03:00Z',
      ['2018-11-04T03:00', '2018-11-04T04:00'],
    ],
    [
      'at midnight, back into the day before',
      'America/Sao_Paulo',
      '23:30–23:45',
      '2018-02-18T02:10Z',
      ['2018-02-18T01:30', '2018-02-18T02:45'],
    ],
    // Samoa had no 30 December 2011.
    [
      'over a day that never was',
      'Pacific/Apia',
      '23:00–01:00',
      '2011-12-30T10:30Z',
      ['2011-12-30T10:00', '2011-12-30T11:00'],
    ],
  ])('%s (%s %s)', (_, zone, hours, instant, spell) => {
    expect(spellAt(instant, aWindow(hours, zone))).toEqual(spell);
  });
});

describe('several windows', () => {
  const morning = aWindow('09:00–12:00', 'UTC');
  const afternoon = aWindow('12:00–17:00', 'UTC');
  const lunch = aWindow('11:30–13:00', 'UTC');

  it('that follow each other end with the last', () => {
    expect(spellAt('2026-01-05T09:30Z', morning, afternoon)).toEqual([
      '2026-01-05T09:00',
      '2026-01-05T17:00',
    ]);
  });

  it('that overlap are described by the one that ends last', () => {
    expect(quietAt(at('2026-01-05T11:45Z'), [morning, lunch])?.window).toBe(lunch);
    expect(spellAt('2026-01-05T11:45Z', morning, lunch)).toEqual(['2026-01-05T11:30', '2026-01-05T13:00']);
  });

  it('that leave no gap in a week have no end', () => {
    expect(quietAt(at('2026-01-05T11:45Z'), [aWindow('00:00–24:00')])?.endsAtMs).toBeNull();
    const sixDays = aWindow('00:00–24:00', 'UTC', DAYS.slice(1));
    expect(spellAt('2026-01-05T11:45Z', sixDays)).toEqual(['2026-01-05T00:00', '2026-01-11T00:00']);
  });
});

describe('the next quiet hours', () => {
  it.each([
    ['later today', MARKET, '2026-01-05T14:29:59Z', '2026-01-05T14:30'],
    ['not those that have begun', MARKET, '2026-01-05T14:30Z', '2026-01-06T14:30'],
    ['after the weekend', MARKET, '2026-01-09T21:00Z', '2026-01-12T14:30'],
    ['in a week', NIGHT, '2026-01-02T22:00Z', '2026-01-09T22:00'],
  ])('are %s', (_, window, instant, start) => {
    expect(iso(nextQuiet(at(instant), [window])?.startsAtMs)).toBe(start);
  });
});

describe('as text', () => {
  it.each([
    [MARKET, '2026-01-05T15:00Z', 'quiet hours 09:30–16:00 America/New_York, until 16:00 (21:00 UTC)'],
    [MARKET, '2026-07-06T15:00Z', 'quiet hours 09:30–16:00 America/New_York, until 16:00 (20:00 UTC)'],
    [NIGHT, '2026-01-02T23:00Z', 'quiet hours 22:00–02:00 UTC, until Sat 02:00'],
    [NIGHT, '2026-01-03T01:00Z', 'quiet hours 22:00–02:00 UTC, until 02:00'],
    [
      aWindow('04:00–08:00', 'Asia/Tokyo'),
      '2026-01-05T20:00Z',
      'quiet hours 04:00–08:00 Asia/Tokyo, until Tue 08:00 (Mon 23:00 UTC)',
    ],
    [
      aWindow('20:00–24:00'),
      '2026-01-06T04:00Z',
      'quiet hours 20:00–24:00 America/New_York, until Tue 00:00 (Tue 05:00 UTC)',
    ],
    [aWindow('00:00–24:00', 'UTC'), '2026-01-06T04:00Z', 'quiet hours 00:00–24:00 UTC, for more than a week'],
  ])('%j at %s: %s', (window, instant, words) => {
    const spell = quietAt(at(instant), [window]);
    expect(spell && quietText(spell, at(instant))).toBe(words);
  });
});

/** Where the clocks are changed in every way there is, with the day around which to look. */
const CHANGES: readonly (readonly [timeZone: string, day: string])[] = [
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Havana', '2026-11-01'],
  ['America/St_Johns', '2006-10-29'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kolkata', '2026-06-01'],
  ['UTC', '2026-06-01'],
];

const SPAN_DAYS = 3;

/** What the clock shows at every minute of some days, as text that sorts by time: asked of Intl in another way. */
function shownByMinute(timeZone: string, day: string) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const beginMs = at(`${day}T00:00Z`) - SPAN_DAYS * DAY_MS;
  const shown = Array.from({ length: 2 * SPAN_DAYS * 24 * 60 }, (_, minute) =>
    format.format(beginMs + minute * MINUTE_MS),
  );
  return { beginMs, shown };
}

const SHOWN = CHANGES.map(([timeZone, day]) => ({ timeZone, ...shownByMinute(timeZone, day) }));

/** Minutes of `shown` in which a window holds, found by reading all that the clock shows. */
function quietMinutes(shown: readonly string[], { fromMinute, toMinute, days }: QuietWindow): Set<number> {
  const quiet = new Set<number>();
  const dates = new Set(shown.map((text) => text.slice(0, 10)));
  // A day that never was begins a window, too: over midnight it reaches into the next one.
  for (const date of [...dates].flatMap((known) => [known, dateAfter(known)])) {
    const dayOfWeek = new Date(`${date}T00:00Z`).getUTCDay();
    if (!days.includes(DAYS[dayOfWeek] ?? 'sun')) continue;
    const ends = toMinute > fromMinute ? date : dateAfter(date);
    const from = `${date} ${timeOf(fromMinute)}`;
    const to = toMinute === 1440 ? `${dateAfter(ends)} 00:00` : `${ends} ${timeOf(toMinute)}`;
    const first = shown.findIndex((text) => text >= from);
    const last = shown.findLastIndex((text) => text < to);
    for (let minute = first; first >= 0 && minute <= last; minute++) quiet.add(minute);
  }
  return quiet;
}

const dateAfter = (date: string) => new Date(at(`${date}T00:00Z`) + DAY_MS).toISOString().slice(0, 10);
const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const someWindow = fc
  .record({
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1440 }),
    days: fc.subarray([...DAYS], { minLength: 1 }),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);

describe('compared with a clock that is read minute by minute', () => {
  it('quiet hours are active in the same minutes and end at the same one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SHOWN),
        fc.array(someWindow, { minLength: 1, maxLength: 2 }),
        fc.array(fc.integer({ min: -36 * 60, max: 36 * 60 }), { minLength: 3, maxLength: 3 }),
        ({ timeZone, beginMs, shown }, parts, minutes) => {
          const windows = parts.map((part) => ({ ...part, timeZone }));
          const sets = windows.map((window) => quietMinutes(shown, window));
          const isQuiet = (minute: number) => sets.some((quiet) => quiet.has(minute));
          for (const offset of minutes) {
            const minute = SPAN_DAYS * 24 * 60 + offset;
            const spell = quietAt(beginMs + minute * MINUTE_MS, windows);
            expect(spell !== null).toBe(isQuiet(minute));
            if (spell === null) {
              const next = nextQuiet(beginMs + minute * MINUTE_MS, windows);
              const expected = shown.findIndex((_, later) => later > minute && isQuiet(later));
              if (expected >= 0) expect(iso(next?.startsAtMs)).toBe(iso(beginMs + expected * MINUTE_MS));
              continue;
            }
            const end = shown.findIndex((_, later) => later > minute && !isQuiet(later));
            if (end < 0) continue;
            expect(iso(spell.endsAtMs)).toBe(iso(beginMs + end * MINUTE_MS));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
