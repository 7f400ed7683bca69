import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { aProject, resolveWithOrigins } from '../config/project.ts';

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
  const { secrets, origins, settings } = await resolveWithOrigins(input);
  expect([...secrets].sort()).toEqual(
    [
      'https://dsnpublickey@o1.ingest.sentry.io/2',
      'dsnpublickey',
      'sntryu_filetoken',
      'user',
      'p@ss',
      'querykey',
      'Bearer bearersecret',
      'bearersecret',
      'sid=cookiesecret',
      'cookiesecret',
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

test('an empty value is not a secret: it would mask everything', async () => {
  const { input } = await aProject(
    { 'prod-e2e.config.json': JSON.stringify({ payload: { a: '${env:EMPTY:-}', b: 'x${env:EMPTY:-}' } }) },
    {
      flags: { url: 'https://example.com/?key=', header: ['x-api-key:', 'authorization:  '] },
      env: { EMPTY: '' },
    },
  );
  expect((await resolveConfig(input)).secrets).toEqual([]);
});

test.each([
  ['a user name alone, as keys are passed', { url: 'https://sk_live_user@example.com/' }, ['sk_live_user']],
  ['a query that is nothing but a key', { url: 'https://example.com/?0123abcdef' }, ['0123abcdef']],
  [
    'the query of a scenario’s path',
    { scenarios: [{ name: 'A', path: '/hook?api_key=inscenario' }] },
    ['inscenario'],
  ],
  [
    'user info of Sentry’s URL',
    { sentry: { url: 'https://me:sentrypass@sentry.example.com' } },
    ['me', 'sentrypass'],
  ],
  [
    'a key in the links of another tracing system, but not the placeholder of the trace',
    { trace: { urlTemplate: 'https://traces.example.com/?id={{traceId}}&key=linkkey' } },
    ['linkkey'],
  ],
  [
    'the password of basic authentication',
    { headers: { authorization: `Basic ${Buffer.from('me:basicpass').toString('base64')}` } },
    ['Basic bWU6YmFzaWNwYXNz', 'bWU6YmFzaWNwYXNz', 'basicpass'],
  ],
  [
    'each cookie',
    { headers: { cookie: 'a=firstcookie; b=secondcookie; c=1' } },
    ['a=firstcookie; b=secondcookie; c=1', 'firstcookie', 'secondcookie'],
  ],
  [
    'the secret part of an organization token',
    { sentry: { token: 'sntrys_eyJvcmciOiJhIn0=_thesecretpart' } },
    ['sntrys_eyJvcmciOiJhIn0=_thesecretpart', 'thesecretpart'],
  ],
  [
    'the legacy secret of a DSN',
    { sentry: { dsn: 'https://publickey:legacysecret@sentry.io/1' } },
    ['https://publickey:legacysecret@sentry.io/1', 'publickey', 'legacysecret'],
  ],
])('%s', async (_, config, expected) => {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  const { secrets, origins } = await resolveWithOrigins(input);
  expect(secrets).toEqual(expected);
  for (const secret of expected.filter((text) => text.length > 2)) {
    expect(JSON.stringify(origins)).not.toContain(secret);
  }
});

test('a time limit is not a secret', async () => {
  const sql = { url: 'postgres://db.example.com/app', query: 'SELECT 1', within: '${env:PATIENCE}' };
  const config = {
    trace: { settle: '${env:PATIENCE}', follow: [{ query: 'a', within: '${env:PATIENCE}' }] },
    stages: [{ name: 'A', sql, http: { url: 'https://api.example.com/', within: '${env:PATIENCE}' } }],
  };
  const { input } = await aProject(
    { 'prod-e2e.config.json': JSON.stringify(config) },
    { env: { PATIENCE: '75s' } },
  );
  const { secrets, origins } = await resolveWithOrigins(input);
  expect(secrets).toEqual([]);
  expect(JSON.stringify(origins)).not.toContain('${env:');
});

test('a variable with the name of a secret holds one wherever it is used', async () => {
  const config = { environment: '${env:MY_API_KEY}', dimensions: { account: ['${env:ACCOUNT_TOKEN}'] } };
  const { input } = await aProject(
    { 'prod-e2e.config.json': JSON.stringify(config) },
    { env: { MY_API_KEY: 'keyasenvironment', ACCOUNT_TOKEN: 'tokenasdimension' } },
  );
  const { secrets, origins } = await resolveWithOrigins(input);
  expect(secrets).toEqual(['keyasenvironment', 'tokenasdimension']);
  expect(JSON.stringify(origins)).not.toMatch(/keyasenvironment|tokenasdimension/);
});

test('the passwords of proxies are collected from the environment', async () => {
  const env = {
    HTTPS_PROXY: 'http://corp:proxy%3Apass@proxy:3128',
    http_proxy: 'http://proxykey@proxy',
    NO_PROXY: 'a:b@c',
  };
  const { input } = await aProject({}, { env });
  expect((await resolveConfig(input)).secrets).toEqual(['proxy:pass', 'proxykey']);
});

test('flags that contain a secret are named without it', async () => {
  const given = {
    url: 'https://user:flagpass@example.com/',
    header: ['Authorization: Bearer flagtoken', 'x-plain: y', 'X-Api-Key: flagkey'],
    'sentry-dsn': 'https://publickey:flaglegacy@sentry.io/1',
  };
  const { input } = await aProject({}, { flags: given });
  expect((await resolveConfig(input)).flagsWithSecrets).toEqual([
    '--url',
    '--header authorization',
    '--header x-api-key',
    '--sentry-dsn',
  ]);
  const harmless = {
    url: 'https://example.com/?mode=test',
    header: ['accept: a'],
    'sentry-dsn': 'https://k@s.io/1',
  };
  const { input: plain } = await aProject({}, { flags: harmless });
  expect((await resolveConfig(plain)).flagsWithSecrets).toEqual([]);
});

describe('an error never quotes a secret', () => {
  const CANARY = 'c4n4ry-in-fault';
  test.each([
    [{ headers: `Authorization: Bearer ${CANARY}` }],
    [{ headers: { Authorization: [CANARY] } }],
    [{ headers: { [`Authorization: Bearer ${CANARY}`]: '' } }],
    [{ sentry: CANARY }],
    [{ sentry: { token: { value: CANARY } } }],
    [
      {
        profiles: { other: { sentry: { token: Number.NaN, dsn: '' }, headers: { 'x-api-key': 12_345_678 } } },
      },
    ],
    [{ profiles: { other: { sentry: CANARY } } }],
    [{ url: `ftp://user:${CANARY}@example.com/` }],
    [{ url: `user:${CANARY}@example.com/hook` }],
    [{ url: `http:/user:${CANARY}@example.com/hook` }],
    [{ url: `https://user:with/${CANARY}@example.com/hook` }],
    [{ url: `example.com/hook?key=${CANARY}` }],
    [{ count: '${env:MY_SECRET}' }],
    [{ timeout: '${env:MY_SECRET}' }],
    [{ scenarios: [{ name: 'A', path: 'x?key=${env:MY_SECRET}' }] }],
  ])('%j', async (config) => {
    const { input } = await aProject(
      { 'prod-e2e.config.json': JSON.stringify(config) },
      { env: { MY_SECRET: CANARY } },
    );
    const message = await resolveConfig(input).catch((thrown: unknown) => String(thrown));
    expect(message).toContain('Invalid config');
    expect(message).not.toContain(CANARY);
    expect(message).not.toContain('12345678');
  });

  test.each([
    ['header', [`: Bearer ${CANARY}`]],
    ['header', [`Autho rization: Bearer ${CANARY}`]],
    ['header', [`Authorization=Bearer ${CANARY}`]],
    ['url', `ftp://user:${CANARY}@example.com`],
    ['sentry-dsn', ''],
  ])('--%s %j', async (flag, value) => {
    const { input } = await aProject({}, { flags: { [flag]: value } });
    const message = await resolveConfig(input).catch((thrown: unknown) => String(thrown));
    expect(message).toContain('Invalid config: ');
    expect(message).not.toContain(CANARY);
  });

  test.each([
    ['prod-e2e.config.yaml', `headers:\n  Authorization: "Bearer ${CANARY}\n  x: [`],
    ['prod-e2e.config.yaml', `headers: { Authorization: ${CANARY}: ${CANARY} }`],
    ['prod-e2e.config.yaml', `headers: { Authorization: *${CANARY} }`],
    ['prod-e2e.config.yaml', `headers: { x: !${CANARY} y, x: y }`],
    ['prod-e2e.config.json', `{ "headers": { "Authorization": "Bearer ${CANARY}" ${CANARY} } }`],
    ['prod-e2e.config.json', `{ "headers": { "Authorization": ${CANARY} } }`],
  ])('%s that cannot be read: %j', async (file, text) => {
    const { input } = await aProject({ [file]: text });
    const message = await resolveConfig(input).catch((thrown: unknown) => String(thrown));
    expect(message).toContain(file);
    expect(message).not.toContain(CANARY);
  });
});
