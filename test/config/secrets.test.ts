import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { aProject } from './project.ts';

test('every kind of secret is collected, and none is shown by its origin', async () => {
  const config = {
    url: 'https://user:p%40ss@example.com/hook?key=querykey',
    sentry: { dsn: '${env:DSN}', token: 'sntryu_filetoken', org: '${env:ORG}' },
    headers: {
      Authorization: 'Bearer bearersecret',
      Cookie: 'sid=cookiesecret',
      'X-Functions-Key': 'functionskey',
      'X-Hub-Signature-256': 'signature1',
      'X-Api-Anything': 'apianything',
      'X-Plain': 'plainvalue ${env:PLAIN}',
      accept: 'application/json',
    },
    payload: { account: '${env:ACCOUNT}', symbol: '{{symbol}}', fallback: '${env:UNSET:-notsecret}' },
    environment: '${env:ENVIRONMENT}',
    scenarios: [
      { name: 'A', headers: { 'x-token': 'scenariotoken' }, payload: { deep: [{ s: '${env:DEEP}' }] } },
    ],
  };
  const { input } = await aProject(
    { 'prod-e2e.config.json': JSON.stringify(config) },
    {
      env: {
        DSN: 'https://dsnpublickey@o1.ingest.sentry.io/2',
        ORG: 'acme-org',
        PLAIN: 'plainfromenv',
        ACCOUNT: 'accountfromenv',
        DEEP: 'deepfromenv',
        ENVIRONMENT: 'staging-env',
      },
    },
  );
  const { secrets, origins, settings } = await resolveConfig(input);
  expect([...secrets].sort()).toEqual(
    [
      'https://dsnpublickey@o1.ingest.sentry.io/2',
      'dsnpublickey',
      'sntryu_filetoken',
      'user',
      'p%40ss',
      'p@ss',
      'Bearer bearersecret',
      'bearersecret',
      'sid=cookiesecret',
      'functionskey',
      'signature1',
      'apianything',
      'plainfromenv',
      'accountfromenv',
      'scenariotoken',
      'deepfromenv',
    ].sort(),
  );
  const shown = JSON.stringify(origins);
  for (const secret of secrets.filter((text) => text !== 'user')) expect(shown).not.toContain(secret);
  expect(shown).not.toContain('querykey');
  const byKey = Object.fromEntries(origins.map(({ key, value }) => [key, value]));
  expect(byKey).toMatchObject({
    url: 'https://***@example.com/hook?key=***',
    'sentry.dsn': '***',
    'sentry.token': '***',
    'sentry.org': 'acme-org',
    'headers.authorization': '***',
    'headers.x-plain': 'plainvalue ${env:PLAIN}',
    'headers.accept': 'application/json',
    payload: { account: '${env:ACCOUNT}', fallback: 'notsecret' },
    environment: 'staging-env',
    scenarios: [{ name: 'A', headers: { 'x-token': '***' }, payload: { deep: [{ s: '${env:DEEP}' }] } }],
  });
  expect(settings.headers.authorization).toBe('Bearer bearersecret');
  expect(settings.headers['x-plain']).toBe('plainvalue plainfromenv');
});

test('a user name alone is no secret, nor is anything empty', async () => {
  const { input } = await aProject({}, { flags: { url: 'https://me@example.com/', header: ['x-api-key:'] } });
  expect((await resolveConfig(input)).secrets).toEqual([]);
});
