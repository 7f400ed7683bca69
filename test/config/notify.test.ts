import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../src/lib/config/resolve.ts';
import { parseSchedule } from '../../src/lib/config/settings/monitor-schedule.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { aProject, resolveWithOrigins } from './project.ts';

const SLACK_URL = 'https://hooks.slack.com/services/T00000000/B00000000/AbCdEfGh0123456789XyZ';
const ROUTING_KEY = 'R0123456789abcdefABCDEF012345678';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function resolved(config: object, given: Partial<ConfigInput> = {}) {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) }, given);
  return resolveWithOrigins(input);
}

async function problemsOf(config: object): Promise<readonly string[]> {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  const message = await resolveConfig(input).then(
    () => '',
    ({ message }: Error) => message,
  );
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace('prod-e2e.config.json:1: ', ''));
}

test('notifiers get their defaults', async () => {
  const { settings } = await resolved({
    notify: [
      { type: 'sentry-issue' },
      { type: 'slack', url: SLACK_URL, after: 2, recoverAfter: 3, repeatAfter: '24h' },
      { type: 'slack', url: SLACK_URL },
      { type: 'pagerduty', routingKey: ROUTING_KEY },
      { type: 'webhook', name: 'ops', url: 'https://ops.example.com/hook', secret: SECRET },
    ],
  });
  expect(settings.notifiers).toEqual([
    { type: 'sentry-issue', name: 'sentry-issue', after: 1, recoverAfter: 1, repeatAfterMs: null },
    { type: 'slack', name: 'slack', url: SLACK_URL, after: 2, recoverAfter: 3, repeatAfterMs: 86_400_000 },
    { type: 'slack', name: 'slack-2', url: SLACK_URL, after: 1, recoverAfter: 1, repeatAfterMs: null },
    {
      type: 'pagerduty',
      name: 'pagerduty',
      url: 'https://events.pagerduty.com/v2/enqueue',
      routingKey: ROUTING_KEY,
      severity: 'error',
      after: 1,
      recoverAfter: 1,
      repeatAfterMs: null,
    },
    {
      type: 'webhook',
      name: 'ops',
      url: 'https://ops.example.com/hook',
      secrets: [SECRET],
      after: 1,
      recoverAfter: 1,
      repeatAfterMs: null,
    },
  ]);
});

test('errors name the allowed values, and no secret', async () => {
  const problems = await problemsOf({
    notify: [
      SLACK_URL,
      { type: 'slak', url: SLACK_URL },
      { type: 'slack', url: SLACK_URL.replace('https://', '') },
      { type: 'pagerduty', routingKey: ROUTING_KEY.slice(1) },
      { type: 'webhook', repeatAfter: '31d', after: 0, recoverAfter: 101, secrett: SECRET },
    ],
    monitor: { slug: 'My Slug', schedule: '61 * * * *', timezone: 'local', checkinMargin: '30s' },
  });
  expect(problems).toEqual(
    expect.arrayContaining([
      'monitor.slug: found "My Slug"; allowed: a slug of lower-case letters, digits, dash and underscore, at most 50 long',
      'monitor.schedule: found "61 * * * *"; allowed: a crontab line such as "*/15 * * * *", or an interval such as "15 minutes"',
      'monitor.timezone: found "local"; allowed: an IANA time zone such as Europe/Berlin, or UTC',
      'monitor.checkinMargin: found "30s"; allowed: a duration such as 5m or 1h, from 1m to 672h',
      'notify[0]: found a string that is kept secret; allowed: an object (key: value)',
      'notify[1].type: found "slak"; allowed: sentry-issue, slack, pagerduty, webhook',
      'notify[2].url: found a string that is kept secret; allowed: an http:// or https:// URL',
      'notify[3].routingKey: found a string that is kept secret; allowed: the integration key of an Events API v2 integration: 32 letters and digits',
      'notify[4].repeatAfter: found "31d"; allowed: a duration such as 30m or 24h, from 1m to 720h',
      'notify[4].after: found 0; allowed: a whole number from 1 to 100',
      'notify[4].recoverAfter: found 101; allowed: a whole number from 1 to 100',
      'notify[4].secrett: unknown key; did you mean secret?',
    ]),
  );
  expect(problems.join('\n')).not.toMatch(/AbCdEfGh|0123456789|MfKQ9r8/);
});

test('missing keys, and keys of another type, are reported', async () => {
  expect(
    await problemsOf({
      notify: [
        { type: 'slack', routingKey: ROUTING_KEY },
        { type: 'webhook', url: 'https://a.example.com', secret: 'no base64!', severity: 'info' },
        { type: 'pagerduty' },
        { type: 'sentry-issue', name: 'slack' },
      ],
    }),
  ).toEqual([
    'notify[0].url: found nothing; allowed: an http:// or https:// URL',
    'notify[0].routingKey: not with the type slack; allowed: url, name, after, recoverAfter, repeatAfter',
    'notify[1].severity: not with the type webhook; allowed: url, secret, name, after, recoverAfter, repeatAfter',
    'notify[1].secret: found a secret that is not base64; allowed: whsec_ and base64',
    'notify[2].routingKey: found nothing; allowed: the integration key, best as ${env:PAGERDUTY_ROUTING_KEY}',
    'notify[3].name: found "slack" a second time; allowed: a name of its own',
  ]);
});

test('more notifiers than the time limit allows are refused', async () => {
  const notify = Array.from({ length: 21 }, (_, at) => ({ type: 'sentry-issue', name: `n${at}` }));
  expect(await problemsOf({ notify })).toContain(
    'notify: found a list; allowed: a list of notifiers, at most 20',
  );
});

describe('a monitor', () => {
  test('is off without a slug, so that the schedule may stay in the file', async () => {
    expect((await resolved({ monitor: { schedule: '@hourly' } })).settings.monitor).toBeNull();
  });

  test('gets its slug from the flag, the variable or the file, and whole minutes', async () => {
    const monitor = {
      slug: 'file',
      schedule: '15 minutes',
      timezone: 'europe/berlin',
      checkinMargin: '90s',
      maxRuntime: '1h',
    };
    const expected = {
      schedule: { type: 'interval', value: 15, unit: 'minute' },
      timezone: 'Europe/Berlin',
      checkinMarginMinutes: 2,
      maxRuntimeMinutes: 60,
    };
    const of = async (given: Partial<ConfigInput>) => (await resolved({ monitor }, given)).settings.monitor;
    expect(await of({})).toEqual({ slug: 'file', ...expected });
    expect(await of({ env: { PROD_E2E_MONITOR: 'variable' } })).toEqual({ slug: 'variable', ...expected });
    expect(await of({ env: { PROD_E2E_MONITOR: 'v' }, flags: { monitor: 'flag' } })).toEqual({
      slug: 'flag',
      ...expected,
    });
  });

  test.each([
    '* * * * *',
    '*/15 * * * *',
    '0 9-17 * * mon-fri',
    '0,30 0 1 jan *',
    '5  4 * * 7',
    '0 0 L * *',
    '0 0 * * 5#3',
    '0 0 * * 5L',
    '1-5/2 * * * *',
    '@daily',
  ])('%s is a crontab line', (text) => {
    expect(parseSchedule(text)).toEqual({ type: 'crontab', value: text });
  });

  test.each([
    ['1 hour', 1, 'hour'],
    ['2 weeks', 2, 'week'],
  ])('%s is an interval', (text, value, unit) => {
    expect(parseSchedule(text)).toEqual({ type: 'interval', value, unit });
  });

  test.each([
    '',
    'hourly',
    '@reboot',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '* * * *',
    '* * * * * *',
    '*/0 * * * *',
    '5-1 * * * *',
    'L * * * *',
    '0 minutes',
    '15m',
    '1.5 hours',
    '*,* ? * * *',
  ])('%j is no schedule', (text) => {
    expect(parseSchedule(text)).toBeNull();
  });
});

test('keys of channels, pagers and receivers are secret', async () => {
  const { secrets, origins } = await resolved(
    {
      notify: [
        { type: 'slack', url: '${env:HOOK}' },
        { type: 'pagerduty', routingKey: ROUTING_KEY, url: 'https://pager.example.com/v2/enqueue' },
        { type: 'webhook', url: 'https://u:pass-word-1@ops.example.com/hook?key=abc123', secret: SECRET },
      ],
    },
    { env: { HOOK: SLACK_URL } },
  );
  const redact = createRedactor(secrets);
  for (const secret of [
    SLACK_URL,
    new URL(SLACK_URL).pathname,
    'AbCdEfGh0123456789XyZ',
    ROUTING_KEY,
    SECRET,
    SECRET.slice(6),
    'pass-word-1',
    'abc123',
  ]) {
    expect(redact(`before ${secret} after`), secret).toBe('before *** after');
  }
  // Words of addresses are none.
  expect(redact('https://ops.example.com/hook /v2/enqueue')).toBe('https://ops.example.com/hook /v2/enqueue');
  const shown = origins.find(({ key }) => key === 'notify')?.value;
  expect(shown).toEqual([
    { type: 'slack', url: '***' },
    { type: 'pagerduty', routingKey: '***', url: '***' },
    { type: 'webhook', url: '***', secret: '***' },
  ]);
});
