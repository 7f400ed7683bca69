import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { configTemplate } from '../../src/lib/init/template.ts';
import { aProject } from '../config/project.ts';

test('the template is a valid config', async () => {
  const text = configTemplate({ url: 'https://hooks.example.com/a?b="c"' });
  const { input } = await aProject({ 'prod-e2e.config.yaml': text });
  const { settings } = await resolveConfig(input);
  expect(settings.url).toBe('https://hooks.example.com/a?b="c"');
  expect(settings.count).toBe(5);
});

test('without a URL, the key stays commented out', async () => {
  const { input } = await aProject({ 'prod-e2e.config.yaml': configTemplate({ url: null }) });
  expect((await resolveConfig(input)).settings.url).toBeNull();
});

test('every commented-out line is valid once it is uncommented', async () => {
  const text = configTemplate({ url: 'https://hooks.example.com/webhook' })
    .split('\n')
    .map((line) => line.replace(/^# (?=(?:\s*(?:- )?(?:\{ \w+:|[\w$]+:)))/, ''))
    .join('\n');
  expect(Object.keys(parse(text)).length).toBeGreaterThanOrEqual(25);
  const env = {
    SENTRY_DSN: 'https://k@o1.ingest.sentry.io/2',
    WEBHOOK_TOKEN: 'abc',
    DATABASE_URL: 'postgres://db.example.com/app',
    WEBHOOK_SECRET: 'c2VjcmV0',
    SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/x',
    PAGERDUTY_ROUTING_KEY: '0'.repeat(32),
  };
  const { input } = await aProject({ 'prod-e2e.config.yaml': text }, { env, profile: 'staging' });
  const { settings } = await resolveConfig(input);
  expect(settings.url).toBe('https://staging.example.com/webhook');
  expect(settings.scenarios.map(({ name }) => name)).toEqual(['CUSTOM_SCENARIO', 'INVALID_DIRECTION']);
  expect(settings.headers).toEqual({ authorization: 'Bearer abc' });
  expect(settings.scenarios[0]).toMatchObject({ sender: 'tradingview', signing: { secrets: ['c2VjcmV0'] } });
});
