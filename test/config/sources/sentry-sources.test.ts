import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { decodeSentryToken } from '../../../src/lib/config/sources/sentry-sources.ts';
import { aProject, resolveWithOrigins } from '../project.ts';

async function sentryOf(files: Readonly<Record<string, string>>, given: Partial<ConfigInput> = {}) {
  const { input } = await aProject(files, given);
  const { settings, origins } = await resolveWithOrigins(input);
  const origin = Object.fromEntries(origins.map(({ key, origin: from }) => [key, from]));
  return { ...settings.sentry, origin };
}

function orgToken(fields: unknown): string {
  return `sntrys_${Buffer.from(JSON.stringify(fields)).toString('base64')}_c2VjcmV0`;
}

const CLIRC =
  '[auth]\ntoken=rctoken\n; comment\n[defaults]\norg = rcorg\nproject=rcproject\nurl=https://rc.example/\n';

describe('Sentry settings come from', () => {
  test("the variables of Sentry's tools", async () => {
    const env = {
      SENTRY_AUTH_TOKEN: 'tok',
      SENTRY_ORG: 'acme',
      SENTRY_PROJECT: 'e2e',
      SENTRY_URL: 'sentry.acme.example/',
    };
    expect(await sentryOf({}, { env })).toMatchObject({
      token: 'tok',
      org: 'acme',
      project: 'e2e',
      url: 'https://sentry.acme.example',
      tokenUrl: 'https://sentry.acme.example',
      origin: { 'sentry.token': 'env SENTRY_AUTH_TOKEN', 'sentry.org': 'env SENTRY_ORG' },
    });
  });

  test('SENTRY_PROJECT, which may include the organization', async () => {
    const one = await sentryOf({}, { env: { SENTRY_PROJECT: 'acme/e2e' } });
    expect(one).toMatchObject({
      org: 'acme',
      project: 'e2e',
      origin: { 'sentry.org': 'env SENTRY_PROJECT' },
    });
    const two = await sentryOf({}, { env: { SENTRY_PROJECT: 'acme/e2e', SENTRY_ORG: 'other' } });
    expect(two).toMatchObject({ org: 'other', project: 'e2e', origin: { 'sentry.org': 'env SENTRY_ORG' } });
  });

  test('the nearest .sentryclirc, those above it, the one in the home folder, then sentry.properties; key by key', async () => {
    const files = {
      '.sentryclirc': '[defaults]\norg=near\n',
      'home/.sentryclirc': '[auth]\ntoken=hometoken\n[defaults]\norg=home\nproject=homeproject\n',
      'sentry.properties': 'defaults.org=props\ndefaults.project=props\ndefaults.url=https://props.example\n',
      'sub/x': '',
    };
    const project = await aProject(files);
    const { settings } = await resolveConfig(project.input);
    expect(settings.sentry).toMatchObject({
      org: 'near',
      project: 'homeproject',
      token: 'hometoken',
      url: 'https://props.example',
    });
    const below = await resolveWithOrigins({ ...project.input, cwd: path.join(project.root, 'work', 'sub') });
    expect(below.settings.sentry).toMatchObject({ org: 'near', project: 'homeproject', url: null });
    const origin = below.origins.find(({ key }) => key === 'sentry.token');
    expect(origin).toEqual({ key: 'sentry.token', value: '***', origin: 'file ~/.sentryclirc' });
  });

  test('the config file, which overrides them, and the environment, which overrides it', async () => {
    const files = { '.sentryclirc': CLIRC, 'prod-e2e.config.yaml': 'sentry: { org: fileorg }' };
    expect(await sentryOf(files)).toMatchObject({ org: 'fileorg', project: 'rcproject', token: 'rctoken' });
    expect(await sentryOf(files, { env: { SENTRY_ORG: 'envorg' } })).toMatchObject({ org: 'envorg' });
  });

  test('an organization token, which contains organization and URL', async () => {
    const token = orgToken({
      iat: 1,
      url: 'https://sentry.io',
      region_url: 'https://us.sentry.io',
      org: 'inside',
    });
    expect(decodeSentryToken(token)).toEqual({ org: 'inside', url: 'https://sentry.io' });
    const found = await sentryOf({}, { env: { SENTRY_AUTH_TOKEN: token } });
    expect(found).toMatchObject({ org: 'inside', url: 'https://sentry.io', tokenUrl: 'https://sentry.io' });
    expect(found.origin['sentry.org']).toBe('Sentry token of env SENTRY_AUTH_TOKEN');
    const given = await sentryOf({}, { env: { SENTRY_AUTH_TOKEN: token, SENTRY_ORG: 'given' } });
    expect(given.org).toBe('given');
  });

  test.each([
    'sntrys_x',
    'sntrys_!!!_x',
    'sntrys_bnVsbA==_x',
    'sntryu_abc',
    '',
    orgToken({ org: 5, url: 'file:///x' }),
  ])('token %j, which contains nothing', (token) =>
    expect(decodeSentryToken(token)).toEqual({ org: null, url: null }),
  );

  test('valid Sentry files, and broken ones do not stop a run', async () => {
    const files = { '.sentryclirc': '[[[\n===\n[defaults]\nurl=file:///etc\n[__proto__]\nx=1\n' };
    expect(await sentryOf(files)).toMatchObject({ url: null, org: null });
  });
});

describe('a token is sent only to a URL from an equally trusted source', () => {
  const REPO_URL = { 'prod-e2e.config.yaml': 'sentry: { url: "https://evil.example" }' };

  test('without a URL, to the hosted service', async () => {
    expect(await sentryOf({}, { env: { SENTRY_AUTH_TOKEN: 'tok' } })).toMatchObject({
      url: null,
      tokenUrl: 'https://sentry.io',
    });
  });

  test.each<[string, Record<string, string>, Partial<ConfigInput>]>([
    ['environment', REPO_URL, { env: { SENTRY_AUTH_TOKEN: 'tok' } }],
    ['home', { ...REPO_URL, 'home/.sentryclirc': '[auth]\ntoken=tok' }, {}],
    [
      'environment, through the file',
      { 'prod-e2e.config.yaml': 'sentry: { url: "https://evil.example", token: "${env:TOK}" }' },
      { env: { TOK: 'tok' } },
    ],
    [
      'environment, with a profile',
      { 'prod-e2e.config.yaml': 'profiles: { p: { sentry: { url: "https://evil.example" } } }' },
      { env: { SENTRY_AUTH_TOKEN: 'tok' }, profile: 'p' },
    ],
    [
      'environment, and .sentryclirc of the project',
      { '.sentryclirc': '[defaults]\nurl=https://evil.example' },
      { env: { SENTRY_AUTH_TOKEN: 'tok' } },
    ],
    [
      'environment, and sentry.properties',
      { 'sentry.properties': 'defaults.url=https://evil.example' },
      { env: { SENTRY_AUTH_TOKEN: 'tok' } },
    ],
  ])('a token of the %s is not sent to a URL of the project', async (_name, files, given) => {
    expect(await sentryOf(files, given)).toMatchObject({
      token: 'tok',
      url: 'https://evil.example',
      tokenUrl: null,
    });
  });

  test('a trusted URL below the less trusted one is used for the token', async () => {
    const files = {
      ...REPO_URL,
      'home/.sentryclirc': '[auth]\ntoken=tok\n[defaults]\nurl=https://own.example',
    };
    expect(await sentryOf(files)).toMatchObject({
      url: 'https://evil.example',
      tokenUrl: 'https://own.example',
    });
  });

  test("the token's own URL is as trusted as the token", async () => {
    const token = orgToken({ url: 'https://own.example', org: 'a' });
    expect(await sentryOf(REPO_URL, { env: { SENTRY_AUTH_TOKEN: token } })).toMatchObject({
      url: 'https://evil.example',
      tokenUrl: 'https://own.example',
    });
  });

  test('a token from the project is sent to a URL of the project or the user', async () => {
    const file = { 'prod-e2e.config.yaml': 'sentry: { url: "https://a.example", token: tok }' };
    expect((await sentryOf(file)).tokenUrl).toBe('https://a.example');
    expect((await sentryOf(file, { env: { SENTRY_URL: 'https://b.example' } })).tokenUrl).toBe(
      'https://b.example',
    );
  });

  test('a URL that the file reads from the environment is as trusted as the environment', async () => {
    const file = { 'prod-e2e.config.yaml': 'sentry: { url: "${env:OWN}", token: "${env:TOK}" }' };
    const own = await sentryOf(file, { env: { OWN: 'https://own.example', TOK: 'tok' } });
    expect(own.tokenUrl).toBe('https://own.example');
    const partly = {
      'prod-e2e.config.yaml': 'sentry: { url: "https://evil.example/${env:OWN}", token: "${env:TOK}" }',
    };
    expect((await sentryOf(partly, { env: { OWN: 'x', TOK: 'tok' } })).tokenUrl).toBeNull();
    const fallback = {
      'prod-e2e.config.yaml': 'sentry: { url: "${env:NO:-https://evil.example}", token: "${env:TOK}" }',
    };
    expect((await sentryOf(fallback, { env: { TOK: 'tok' } })).tokenUrl).toBeNull();
  });

  test("the user's own config file is trusted", async () => {
    const files = { 'user/config.yaml': 'sentry: { url: "https://own.example" }' };
    expect((await sentryOf(files, { env: { SENTRY_AUTH_TOKEN: 'tok' } })).tokenUrl).toBe(
      'https://own.example',
    );
  });
});
