import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { DAYS } from '../../src/lib/model/quiet-window.ts';
import { aProject, problemLines, resolveWithOrigins } from './project.ts';

const FILE = 'prod-e2e.config.json';

async function settingsOf(config: unknown) {
  const { input } = await aProject({ [FILE]: JSON.stringify(config) });
  return (await resolveConfig(input)).settings;
}

async function problemsOf(config: unknown): Promise<readonly string[]> {
  const { input } = await aProject({ [FILE]: JSON.stringify(config) });
  const thrown: unknown = await resolveConfig(input).catch((error: unknown) => error);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return problemLines(message).map((line) => line.replace(/^prod-e2e\.config\.json(:1)?: /, ''));
}

const MARKET = { from: '09:30', to: '16:00', timezone: 'America/New_York' };

test('quiet hours are one window or several', async () => {
  expect((await settingsOf({})).quietHours).toEqual([]);
  const { quietHours } = await settingsOf({
    quietHours: [
      { ...MARKET, days: ['mon', 'tue'] },
      { from: '9:05', to: '24:00', timezone: 'UTC', days: 'sun' },
      { from: '22:00', to: '00:00', timezone: 'local' },
    ],
  });
  expect(quietHours).toEqual([
    { fromMinute: 570, toMinute: 960, timeZone: 'America/New_York', days: ['mon', 'tue'] },
    { fromMinute: 545, toMinute: 1440, timeZone: 'UTC', days: ['sun'] },
    { fromMinute: 1320, toMinute: 0, timeZone: null, days: DAYS },
  ]);
  expect((await settingsOf({ quietHours: MARKET })).quietHours).toHaveLength(1);
});

test('a profile can replace them, and config show prints them in one line', async () => {
  const config = { quietHours: MARKET, profiles: { staging: { quietHours: [] } } };
  const { input } = await aProject({ [FILE]: JSON.stringify(config) });
  const file = await resolveWithOrigins(input);
  const told = (all: typeof file) => all.origins.filter(({ key }) => key.startsWith('quietHours'));
  expect(told(file)).toEqual([{ key: 'quietHours', value: MARKET, origin: `file ${FILE}` }]);
  const staging = await resolveWithOrigins({ ...input, profile: 'staging' });
  expect(staging.settings.quietHours).toEqual([]);
  const none = await resolveWithOrigins((await aProject()).input);
  expect(told(none)).toEqual([{ key: 'quietHours', value: null, origin: 'default' }]);
});

test('a time zone may come from the environment, and is not a secret', async () => {
  const quietHours = { ...MARKET, timezone: '${env:MARKET_ZONE}' };
  const { input } = await aProject(
    { [FILE]: JSON.stringify({ quietHours }) },
    { env: { MARKET_ZONE: 'Asia/Tokyo' } },
  );
  const { settings, secrets } = await resolveConfig(input);
  expect(settings.quietHours[0]?.timeZone).toBe('Asia/Tokyo');
  expect(secrets).toEqual([]);
});

test.each([
  [{ ...MARKET, timezone: 'America/NewYork' }, 'America/New_York'],
  [{ ...MARKET, timezone: 'New York' }, 'America/New_York'],
  [{ ...MARKET, timezone: 'Berln' }, 'Europe/Berlin'],
  [{ ...MARKET, timezone: 'locl' }, 'local'],
])('an unknown time zone is reported with the nearest ones: %j', async (quietHours, nearest) => {
  const [problem = '', ...others] = await problemsOf({ quietHours });
  expect(others).toEqual([]);
  expect(problem).toContain(
    `quietHours.timezone: expected an IANA time zone such as America/New_York, UTC, or local (got "${quietHours.timezone}"); nearest: ${nearest}`,
  );
});

const FROM = 'a time of day such as "09:30", from 00:00 to 23:59';
const TO = 'a time of day such as "16:00", up to 24:00';
const ZONE = 'an IANA time zone such as America/New_York, UTC, or local';
const DAY_NAMES = 'mon, tue, wed, thu, fri, sat, sun, or a list of them';

test.each([
  [{ ...MARKET, from: '9.30' }, `quietHours.from: expected ${FROM} (got "9.30")`],
  [{ ...MARKET, from: 570 }, `quietHours.from: expected ${FROM} (got 570)`],
  [{ ...MARKET, from: '24:00' }, `quietHours.from: expected ${FROM} (got "24:00")`],
  [{ ...MARKET, to: '24:30' }, `quietHours.to: expected ${TO} (got "24:30")`],
  [
    { ...MARKET, to: '9:30' },
    'quietHours.to: expected a time other than "from" (got "9:30"); a full day is from "00:00" to "24:00"',
  ],
  [{ ...MARKET, timezone: '+02:00' }, `quietHours.timezone: expected ${ZONE} (got "+02:00")`],
  [{ ...MARKET, timezone: '' }, `quietHours.timezone: expected ${ZONE} (got "")`],
  [{ from: '09:30', to: '16:00' }, `quietHours.timezone: required; expected ${ZONE}`],
  [{ ...MARKET, days: ['monday'] }, `quietHours.days[0]: expected ${DAY_NAMES} (got "monday")`],
  [{ ...MARKET, days: [] }, `quietHours.days: expected ${DAY_NAMES} (got an empty list)`],
  [{ ...MARKET, timeZone: 'UTC' }, 'quietHours.timeZone: unknown key; did you mean timezone?'],
  [
    '09:30-16:00',
    'quietHours: expected an object with from, to and timezone, or a list of them (got "09:30-16:00")',
  ],
  [[MARKET, { ...MARKET, to: '25:00' }], `quietHours[1].to: expected ${TO} (got "25:00")`],
])('%j is an error', async (quietHours, problem) => {
  expect(await problemsOf({ quietHours })).toEqual([problem]);
});

const HOST = 'a host such as hooks.example.com, *.example.com or 10.0.0.7:8443';

test.each([
  ...[
    'https://hooks.example.com',
    'hooks.example.com/x',
    'user@hooks.example.com',
    'hooks.example.com:99999',
  ],
  ...[
    '*',
    '*.',
    '*example.com',
    'hooks.*.com',
    '*.127.0.0.1',
    '*.[::1]',
    'a b',
    'a?b',
    'a#b',
    'a\\b',
    '[::1',
    '',
  ],
])('%j is not a host', async (host) => {
  expect(await problemsOf({ allowHosts: [host] })).toEqual([
    `allowHosts[0]: expected ${HOST} (got ${JSON.stringify(host)})`,
  ]);
});

test('a config file cannot contain a confirmation', async () => {
  expect(await problemsOf({ yes: true })).toEqual([expect.stringMatching(/^yes: unknown key/)]);
});
