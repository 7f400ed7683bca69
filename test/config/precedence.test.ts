import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../src/lib/config/resolve.ts';
import { aProject, resolveWithOrigins } from './project.ts';

const FILE = 'prod-e2e.config.json';

interface Level {
  readonly flag: unknown;
  readonly env: string;
  readonly profile: unknown;
  readonly file: unknown;
}

/** Option → how it is named in the file, and a value at each level. */
const OPTIONS: readonly (readonly [flag: string, key: string, variable: string, level: Level])[] = [
  [
    'url',
    'url',
    'PRODUCTION_URL',
    { flag: 'http://a.io/', env: 'http://b.io/', profile: 'http://c.io/', file: 'http://d.io/' },
  ],
  ['count', 'count', 'TEST_COUNT', { flag: '11', env: '12', profile: 13, file: 14 }],
  ['scenario', 'scenario', 'PROD_E2E_SCENARIO', { flag: ['CHOP'], env: 'A,B', profile: ['C'], file: 'D' }],
  ['tag', 'tag', 'PROD_E2E_TAG', { flag: ['a'], env: 'b', profile: ['c'], file: ['d'] }],
  ['exclude', 'exclude', 'PROD_E2E_EXCLUDE', { flag: ['a'], env: 'b', profile: ['c'], file: ['d'] }],
  ['seed', 'seed', 'PROD_E2E_SEED', { flag: 'a', env: 'b', profile: 3, file: 'd' }],
  ['concurrency', 'concurrency', 'PROD_E2E_CONCURRENCY', { flag: '2', env: '3', profile: 4, file: 5 }],
  ['rate', 'rate', 'PROD_E2E_RATE', { flag: '0.5', env: '3', profile: 4.5, file: 5 }],
  ['timeout', 'timeout', 'PROD_E2E_TIMEOUT', { flag: '1s', env: '2s', profile: '3s', file: '4s' }],
  [
    'connect-timeout',
    'connectTimeout',
    'PROD_E2E_CONNECT_TIMEOUT',
    { flag: '1s', env: '2s', profile: '3s', file: '4s' },
  ],
  ['retries', 'retries', 'PROD_E2E_RETRIES', { flag: '1', env: '2', profile: 3, file: 4 }],
  ['sentry-dsn', 'sentry.dsn', 'SENTRY_DSN', { flag: 'a', env: 'b', profile: 'c', file: 'd' }],
  ['environment', 'environment', 'PROD_E2E_ENVIRONMENT', { flag: 'a', env: 'b', profile: 'c', file: 'd' }],
  [
    'reporter',
    'reporter',
    'PROD_E2E_REPORTER',
    { flag: ['json'], env: 'junit=x', profile: ['html'], file: 'tap' },
  ],
  [
    'threshold',
    'threshold',
    'PROD_E2E_THRESHOLD',
    { flag: ['p95<1s'], env: 'p95<2s', profile: ['p95<3s'], file: 'x' },
  ],
  [
    'fail-on',
    'failOn',
    'PROD_E2E_FAIL_ON',
    { flag: ['never'], env: 'flaky', profile: ['missing'], file: ['warning'] },
  ],
  ['shard', 'shard', 'PROD_E2E_SHARD', { flag: '1/2', env: '2/2', profile: '1/3', file: 'off' }],
  [
    'baseline',
    'baseline',
    'PROD_E2E_BASELINE',
    { flag: 'last-green', env: 'latest', profile: 'a.json', file: '2026' },
  ],
  ['max-failures', 'maxFailures', 'PROD_E2E_MAX_FAILURES', { flag: '1', env: '2', profile: 3, file: 4 }],
  ['bail', 'bail', 'PROD_E2E_BAIL', { flag: false, env: 'yes', profile: false, file: true }],
  ['strict', 'strict', 'PROD_E2E_STRICT', { flag: true, env: '0', profile: true, file: false }],
  ['cacert', 'tls.ca', 'PROD_E2E_CACERT', { flag: 'a', env: 'b', profile: 'c', file: 'd' }],
  ['cert', 'tls.cert', 'PROD_E2E_CERT', { flag: 'a', env: 'b', profile: 'c', file: 'd' }],
  ['key', 'tls.key', 'PROD_E2E_KEY', { flag: 'a', env: 'b', profile: 'c', file: 'd' }],
  ['insecure', 'tls.insecure', 'PROD_E2E_INSECURE', { flag: true, env: 'false', profile: true, file: false }],
];

function nested(key: string, value: unknown): Record<string, unknown> {
  const [first = '', second] = key.split('.');
  return { [first]: second === undefined ? value : { [second]: value } };
}

/** Of a group that both have, the keys of both. */
function merged(a: Readonly<Record<string, object>>, b: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.keys({ ...a, ...b }).map((key) => [
      key,
      key in a && key in b ? { ...a[key], ...(b[key] as object) } : (b[key] ?? a[key]),
    ]),
  );
}

async function originOf(key: string, levels: Partial<Level>, [flag, variable]: readonly [string, string]) {
  // Neither of the two may be without the other.
  const other = key === 'tls.cert' ? { key: 'other.pem' } : { cert: 'other.pem' };
  const both = key === 'tls.cert' || key === 'tls.key' ? { tls: other } : {};
  const own = levels.file === undefined ? {} : merged(both, nested(key, levels.file));
  const staging = levels.profile === undefined ? {} : nested(key, levels.profile);
  const input: Partial<ConfigInput> = {
    flags: levels.flag === undefined ? {} : { [flag]: levels.flag },
    env: levels.env === undefined ? {} : { [variable]: levels.env },
    profile: 'staging',
  };
  const project = await aProject({ [FILE]: JSON.stringify({ ...own, profiles: { staging } }) }, input);
  const { origins } = await resolveWithOrigins(project.input);
  return origins.find((origin) => origin.key === key);
}

test.each(OPTIONS)(
  '--%s (%s, %s): flag > environment > profile > file > default',
  async (flag, key, variable, all) => {
    const names = [flag, variable] as const;
    const secret = key === 'sentry.dsn';
    const shown = (value: unknown) => (secret ? '***' : value);
    const { flag: _f, ...noFlag } = all;
    const { env: _e, ...noEnv } = noFlag;
    const { profile: _p, ...onlyFile } = noEnv;
    expect((await originOf(key, all, names))?.origin).toBe(`flag --${flag}`);
    expect((await originOf(key, noFlag, names))?.origin).toBe(`env ${variable}`);
    expect(await originOf(key, noEnv, names)).toEqual({
      key,
      value: shown(all.profile),
      origin: `profile staging (${FILE})`,
    });
    expect(await originOf(key, onlyFile, names)).toEqual({
      key,
      value: shown(all.file),
      origin: `file ${FILE}`,
    });
    expect((await originOf(key, {}, names))?.origin).toBe('default');
  },
);

describe('values', () => {
  test('are parsed the same from every level', async () => {
    const { input, root } = await aProject(
      {},
      {
        flags: { count: '7', rate: '1.5', bail: false, timeout: '500ms', 'fail-on': ['missing', 'flaky'] },
        env: {
          PROD_E2E_REPORTER: 'pretty, junit=out/a=b.xml',
          PROD_E2E_SET: 'symbol=SPY,direction=long',
          PROD_E2E_HEADER: 'X-One: 1, 2\nX-Two: a:b',
          PROD_E2E_CACERT: 'ca.pem',
          PROD_E2E_STRICT: 'on',
        },
      },
    );
    const { settings } = await resolveConfig(input);
    expect(settings).toMatchObject({
      count: 7,
      rate: 1.5,
      bail: false,
      strict: true,
      timeoutMs: 500,
      failOn: ['missing', 'flaky'],
      reporters: [
        { name: 'pretty', path: null },
        { name: 'junit', path: 'out/a=b.xml' },
      ],
      set: { symbol: 'SPY', direction: 'long' },
      headers: { 'x-one': '1, 2', 'x-two': 'a:b' },
      tls: { ca: path.join(root, 'work', 'ca.pem') },
    });
  });

  test('empty variables count as unset; our own variable overrides the well-known one', async () => {
    const empty = await aProject({}, { env: { PROD_E2E_COUNT: ' ', TEST_COUNT: '9', PRODUCTION_URL: '' } });
    const one = await resolveConfig(empty.input);
    expect([one.settings.count, one.settings.url]).toEqual([9, null]);
    const both = await aProject({}, { env: { PROD_E2E_COUNT: '8', TEST_COUNT: '9' } });
    expect((await resolveConfig(both.input)).settings.count).toBe(8);
  });

  test('headers, dimensions, expect, tls and set are merged key by key', async () => {
    const file = {
      headers: { 'X-A': 'file', 'X-B': 'file' },
      dimensions: { symbol: ['TSLA'], size: [1, 2] },
      expect: { required: ['id'], maxDuration: '3s' },
      tls: { ca: 'certs/ca.pem' },
      set: { direction: 'long' },
      profiles: { p: { expect: { required: ['profile_id'] }, headers: { 'x-b': 'profile' } } },
    };
    const { input, root } = await aProject(
      { [FILE]: JSON.stringify(file) },
      { profile: 'p', flags: { header: ['x-a: flag'], set: ['size=2'], insecure: true } },
    );
    const { settings, origins } = await resolveWithOrigins(input);
    expect(settings.headers).toEqual({ 'x-a': 'flag', 'x-b': 'profile' });
    expect(settings.dimensions).toEqual({
      symbol: ['TSLA'],
      direction: ['long', 'short'],
      timeframe: ['1m', '5m', '15m'],
      size: [1, 2],
    });
    expect(settings.set).toEqual({ direction: 'long', size: 2 });
    expect(settings.tls).toMatchObject({ ca: path.join(root, 'work', 'certs', 'ca.pem'), insecure: true });
    expect(settings.scenarios[0]?.expect).toMatchObject({ required: ['profile_id'], maxDurationMs: 3000 });
    const byKey = Object.fromEntries(origins.map(({ key, origin }) => [key, origin]));
    expect(byKey).toMatchObject({
      'headers.x-a': 'flag --header',
      'headers.x-b': `profile p (${FILE})`,
      'dimensions.symbol': `file ${FILE}`,
      'dimensions.direction': 'default',
      'expect.required': `profile p (${FILE})`,
      'expect.maxDuration': `file ${FILE}`,
      'set.size': 'flag --set',
      'tls.insecure': 'flag --insecure',
    });
  });

  test('an interpolated number is a number', async () => {
    const file = { count: '${env:N}', bail: '${env:B:-false}', seed: '${env:N}' };
    const { input } = await aProject({ [FILE]: JSON.stringify(file) }, { env: { N: '12' } });
    const { settings, secrets } = await resolveConfig(input);
    expect([settings.count, settings.bail, settings.seed]).toEqual([12, false, '12']);
    expect(secrets).toEqual([]);
  });
});
