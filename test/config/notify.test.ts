import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../src/lib/config/resolve.ts';
import { parseSchedule } from '../../src/lib/config/settings/monitor-schedule.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { aProject, problemLines, resolveWithOrigins } from './project.ts';

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
  return problemLines(message).map((line) => line.replace('prod-e2e.config.json:1: ', ''));
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
      'monitor.slug: expected a slug of lowercase letters, digits, dashes and underscores, up to 50 characters (got "My Slug")',
      'monitor.schedule: expected a crontab line such as "*/15 * * * *", or an interval such as "15 minutes" (got "61 * * * *")',
      'monitor.timezone: expected an IANA time zone such as Europe/Berlin, or UTC (got "local")',
      'monitor.checkinMargin: expected a duration such as 5m or 1h, from 1m to 672h (got "30s")',
      'notify[0]: expected an object (key: value) (got a string, not shown because it may be secret)',
      'notify[1].type: expected sentry-issue, slack, pagerduty, webhook (got "slak")',
      'notify[2].url: expected an http:// or https:// URL (got a string, not shown because it may be secret)',
      'notify[3].routingKey: expected the integration key of an Events API v2 integration: 32 letters and digits (got a string, not shown because it may be secret)',
      'notify[4].repeatAfter: expected a duration such as 30m or 24h, from 1m to 720h (got "31d")',
      'notify[4].after: expected an integer from 1 to 100 (got 0)',
      'notify[4].recoverAfter: expected an integer from 1 to 100 (got 101)',
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
    'notify[0].url: required; expected an http:// or https:// URL',
    'notify[0].routingKey: does not apply to the type slack; expected one of url, name, after, recoverAfter, repeatAfter',
    'notify[1].severity: does not apply to the type webhook; expected one of url, secret, name, after, recoverAfter, repeatAfter',
    'notify[1].secret: expected whsec_ and base64 (got a secret that is not base64)',
    'notify[2].routingKey: required; expected the integration key, preferably as ${env:PAGERDUTY_ROUTING_KEY}',
    'notify[3].name: duplicate name "slack"',
  ]);
});

test('more notifiers than the time limit allows are refused', async () => {
  const notify = Array.from({ length: 21 }, (_, at) => ({ type: 'sentry-issue', name: `n${at}` }));
  expect(await problemsOf({ notify })).toContain(
    'notify: expected a list of up to 20 notifiers (got a list)',
  );
});

describe('a monitor', () => {
  test('is off without a slug, so that the schedule may stay in the file', async () => {
    expect((await resolved({ monitor: { schedule: '@hourly' } })).settings.monitor).toBeNull();
  });

  test('gets its slug from the flag, the variable or the file, and full minutes', async () => {
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
  ])('%j is not a schedule', (text) => {
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
