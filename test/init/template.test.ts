import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { configTemplate } from '../../src/lib/init/template.ts';
import { aProject } from '../config/project.ts';
import { ROOT } from '../support/cli.ts';
import { NO_ANSWERS } from './answers.ts';

const URL = 'https://hooks.example.com/a?b="c"';

test('the template is a valid config', async () => {
  const { input } = await aProject({ 'prod-e2e.config.yaml': configTemplate({ ...NO_ANSWERS, url: URL }) });
  const { settings } = await resolveConfig(input);
  expect(settings.url).toBe(URL);
  expect(settings.count).toBe(5);
});

test('without a URL, the key stays commented out', async () => {
  const { input } = await aProject({ 'prod-e2e.config.yaml': configTemplate(NO_ANSWERS) });
  expect((await resolveConfig(input)).settings.url).toBeNull();
});

test('is about thirty lines, none wider than a terminal', () => {
  for (const answers of [NO_ANSWERS, { ...NO_ANSWERS, url: URL, dsnEnv: null, tokenEnv: null }]) {
    const lines = configTemplate(answers).trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(35);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(100);
  }
});

test('every page that its comments name exists, with the section', () => {
  const named = [...configTemplate(NO_ANSWERS).matchAll(/(docs\/[\w/.-]+\.md)(?:#([\w-]+))?/g)];
  expect(named.length).toBeGreaterThan(5);
  for (const [, page = '', section] of named) {
    const file = path.join(ROOT, page);
    expect(existsSync(file), page).toBe(true);
    if (section !== undefined)
      expect(readFileSync(file, 'utf8'), section).toMatch(new RegExp(`^#+ ${section}$`, 'm'));
  }
});

test('every commented-out line is valid once it is uncommented', async () => {
  const text = configTemplate({ ...NO_ANSWERS, url: URL })
    .split('\n')
    .map((line) => line.replace(/^# (?=(?:\s*(?:- )?(?:\{ \w+:|[\w$]+:(?: |$))))/, ''))
    .filter((line) => !/^\w+: .*docs\/|^All keys|^Effective|^Sentry:/.test(line))
    .join('\n');
  expect(Object.keys(parse(text))).toEqual([
    ...['url', 'count', 'sender', 'signing', 'sentry', 'scenarios', 'expect', 'stages', 'notify'],
  ]);
  const env = { WEBHOOK_SECRET: 'c2VjcmV0', SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/x' };
  const { input } = await aProject({ 'prod-e2e.config.yaml': text }, { env });
  const { settings } = await resolveConfig(input);
  expect(settings.scenarios.map(({ name }) => name)).toEqual(['ORDER_CREATED']);
  expect(settings.scenarios[0]).toMatchObject({ sender: 'github', signing: { secrets: ['c2VjcmV0'] } });
  expect(settings.sentry).toMatchObject({ org: 'acme', project: 'e2e' });
});
