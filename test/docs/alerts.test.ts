/** The examples of docs/alerts.md: each is a valid configuration, and the message shown is one that is sent. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { webhookPostings } from '../../src/lib/notify/webhook.ts';
import { aProject } from '../config/project.ts';
import { broken, FACTS } from '../notify/alerts.ts';
import { ROOT } from '../support/cli.ts';

const text = await readFile(path.join(ROOT, 'docs', 'alerts.md'), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

const ENV = {
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef',
  SLACK_ONCALL_URL: 'https://hooks.slack.com/services/T00000000/B00000001/0123456789abcdef',
  PAGERDUTY_ROUTING_KEY: '0123456789abcdef0123456789abcdef',
  ALERT_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  SENTRY_DSN: 'https://abcdef0123456789abcdef0123456789@o1.ingest.sentry.io/42',
};

it('there are examples', () => {
  expect(blocks('yaml').length).toBeGreaterThanOrEqual(6);
});

describe.each(blocks('yaml').map((yaml) => ({ yaml })))('$yaml', ({ yaml }) => {
  it('is valid', async () => {
    const profile = /^ {2}(\w+):$/m.exec(yaml.includes('profiles:') ? yaml : '')?.[1] ?? null;
    const { input } = await aProject({ 'prod-e2e.config.yaml': yaml }, { env: ENV, profile });
    const { settings } = await resolveConfig(input);
    expect(settings.notifiers.length).toBeGreaterThan(0);
  });
});

it('the message has the keys that are sent', () => {
  const [shown = ''] = blocks('json');
  const notifier = {
    name: 'webhook',
    type: 'webhook',
    url: 'https://ops.example.com/',
    ...{ after: 1, recoverAfter: 1, repeatAfterMs: null },
    secrets: [ENV.ALERT_SECRET],
  } as const;
  const cause = broken({ tests: 2, judged: 2 });
  const [posting] = webhookPostings([cause], { notifier, facts: { ...FACTS, profile: null }, nowMs: 0 });
  const sent = JSON.parse(posting?.request?.body.toString() ?? '');
  const expected = JSON.parse(shown);
  expect({ ...sent, data: { ...sent.data, key: expected.data.key } }).toEqual(expected);
});
