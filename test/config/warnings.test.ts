/** What looks as if it counted and does not is a warning, which `run` prints and `doctor` lists. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../src/lib/config/resolve.ts';
import { unknownVariables } from '../../src/lib/config/sources/unknown-variables.ts';
import { ROOT } from '../support/cli.ts';
import { aProject } from './project.ts';

async function warningsOf(
  given: Partial<ConfigInput>,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { input } = await aProject(files, given);
  const warnings: string[] = [];
  await resolveConfig({ ...input, onWarning: (warning) => warnings.push(warning) });
  return warnings;
}

const yaml = (text: string) => ({ 'prod-e2e.config.yaml': text });
const NO_SUCH = 'has no effect: unknown variable';

describe('an unknown variable', () => {
  it.each([
    ['PROD_E2E_COUNTT', `PROD_E2E_COUNTT ${NO_SUCH}; did you mean PROD_E2E_COUNT?`],
    ['PROD_E2E_DATADIR', `PROD_E2E_DATADIR ${NO_SUCH}; did you mean PROD_E2E_DATA_DIR?`],
    ['PROD_E2E_CONECT_TIMEOUT', `PROD_E2E_CONECT_TIMEOUT ${NO_SUCH}; did you mean PROD_E2E_CONNECT_TIMEOUT?`],
    ['PROD_E2E_XYZZY', `PROD_E2E_XYZZY ${NO_SUCH}`],
    ['PROD_E2E_', `PROD_E2E_ ${NO_SUCH}`],
  ])('%s', async (name, warning) => {
    expect(await warningsOf({ env: { [name]: '1' } })).toEqual([warning]);
  });

  it('suggests no variable that confirms', async () => {
    for (const name of ['PROD_E2E_YES', 'PROD_E2E_YE', 'PROD_E2E_YESS']) {
      const [warning, ...more] = await warningsOf({ env: { [name]: '1' } });
      expect(more).toEqual([]);
      expect(warning).toMatch(new RegExp(`^${name} has no effect: `));
      expect(warning).not.toContain('did you mean');
    }
  });

  it('is not reported if it is empty, in another case, or used by the config', async () => {
    const env = { PROD_E2E_COUNTT: ' ', prod_e2e_countt: '1', PROD_E2E_MY_KEY: 'k' };
    expect(await warningsOf({ env }, yaml('headers: { x-key: "${env:PROD_E2E_MY_KEY}" }'))).toEqual([]);
  });

  it('does not include variables that commands read', () => {
    const manifest = readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8');
    const read = [...manifest.matchAll(/"env": ?"(PROD_E2E_\w+)"/g)].map(([, name = '']) => name);
    expect(read).toContain('PROD_E2E_CONFIG');
    expect(unknownVariables(Object.fromEntries(read.map((name) => [name, 'x'])), [])).toEqual([]);
  });
});

describe('one name set twice', () => {
  it.each<[string, Partial<ConfigInput>, readonly string[]]>([
    ['headers', { flags: { header: ['X-A: 1', 'x-a: 2'] } }, ['--header sets x-a more than once']],
    [
      'equal headers',
      { flags: { header: ['X-A: 1', 'X-A: 1', 'X-A: 1'] } },
      ['--header sets x-a more than once'],
    ],
    [
      'headers of a variable',
      { env: { PROD_E2E_HEADER: 'A: 1\na: 2' } },
      ['PROD_E2E_HEADER sets a more than once'],
    ],
    ['pins', { flags: { set: ['symbol=A', 'symbol=B'] } }, ['--set sets symbol more than once']],
    ['different names', { flags: { header: ['X-A: 1', 'X-B: 1'], set: ['symbol=A', 'Symbol=B'] } }, []],
    ['a flag over a variable', { flags: { header: ['A: 1'] }, env: { PROD_E2E_HEADER: 'A: 2' } }, []],
  ])('%s', async (_, given, warnings) => {
    expect(await warningsOf(given)).toEqual(warnings.map((warning) => `${warning}; the last value is used`));
  });

  it('uses the last value', async () => {
    const { input } = await aProject({}, { flags: { header: ['X-A: 1', 'x-a: 2'] } });
    expect((await resolveConfig(input)).settings.headers).toEqual({ 'x-a': '2' });
  });
});

describe('the organization of the Sentry token', () => {
  const token = (org: string) =>
    `sntrys_${Buffer.from(JSON.stringify({ url: 'https://sentry.io', org })).toString('base64')}_c2VjcmV0`;
  const belongs = (tokenFrom: string, orgFrom: string) =>
    `the Sentry token (${tokenFrom}) belongs to the organization inside, but other is set (${orgFrom})`;
  const env = { SENTRY_AUTH_TOKEN: token('inside') };

  it.each<[string, Partial<ConfigInput>, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'another one',
      { env: { ...env, SENTRY_ORG: 'other' } },
      {},
      [belongs('env SENTRY_AUTH_TOKEN', 'env SENTRY_ORG')],
    ],
    [
      'another one in SENTRY_PROJECT',
      { env: { ...env, SENTRY_PROJECT: 'other/web' } },
      {},
      [belongs('env SENTRY_AUTH_TOKEN', 'env SENTRY_PROJECT')],
    ],
    [
      'another one in files',
      {},
      {
        ...yaml('sentry: { org: other }'),
        '.sentryclirc': `[auth]\ntoken=${token('inside')}\n`,
      },
      [belongs('file .sentryclirc', 'file prod-e2e.config.yaml')],
    ],
    ['the same', { env: { ...env, SENTRY_ORG: 'inside' } }, {}, []],
    ['none beside it', { env }, {}, []],
    ['none in the token', { env: { SENTRY_AUTH_TOKEN: 'sntryu_abc', SENTRY_ORG: 'other' } }, {}, []],
  ])('%s', async (_, given, files, warnings) => {
    expect(await warningsOf(given, files)).toEqual(warnings);
  });
});

describe('.sentryclirc', () => {
  const variable = (key: string, name: string) =>
    `.sentryclirc: ${key} is a variable, which is not expanded; set ${name}, or write the value`;

  it.each([
    ['[default]\norg=acme', ['.sentryclirc: the section [default] is ignored; rename it to [defaults]']],
    ['[auth]\ntoken=$TOKEN', [variable('auth.token', 'SENTRY_AUTH_TOKEN')]],
    [
      '[auth]\ntoken=${TOKEN}\n[defaults]\norg=$ORG',
      [variable('auth.token', 'SENTRY_AUTH_TOKEN'), variable('defaults.org', 'SENTRY_ORG')],
    ],
    [
      '[auth]\ntoken=a€b',
      ['.sentryclirc: auth.token has characters that are invalid in a token, and is ignored'],
    ],
    ['[auth]\ntoken=abc\n[defaults]\norg=acme', []],
  ])('%j', async (text, warnings) => {
    const { input } = await aProject({ '.sentryclirc': text });
    const told: string[] = [];
    const { settings } = await resolveConfig({ ...input, onWarning: (warning) => told.push(warning) });
    expect([...told].sort()).toEqual([...warnings].sort());
    if (warnings.length > 0) expect(settings.sentry).toMatchObject({ token: null, org: null });
  });
});

describe('with errors in the configuration', () => {
  const warningsBesideErrors = async (text: string, given: Partial<ConfigInput> = {}) => {
    const { input } = await aProject(yaml(text), { env: { PROD_E2E_COUNTT: '1' }, ...given });
    const warnings: string[] = [];
    const resolved = resolveConfig({ ...input, onWarning: (warning) => warnings.push(warning) });
    await expect(resolved).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    return warnings;
  };
  const UNKNOWN = `PROD_E2E_COUNTT ${NO_SUCH}; did you mean PROD_E2E_COUNT?`;
  const NO_SLUG = 'monitor has no effect without a slug (monitor.slug, --monitor)';

  it.each<[string, string, readonly string[]]>([
    [
      'the warnings are reported, too',
      'count: many\nmonitor: { schedule: "*/15 * * * *" }',
      [UNKNOWN, NO_SLUG],
    ],
    ['none is about a part that has errors', 'monitor: { slug: 7, schedule: hourly }', [UNKNOWN]],
    ['a variable that the file uses is known', 'count: many\nseed: ${env:PROD_E2E_COUNTT}', []],
    ['a variable that an unreadable file may use is not called unknown', 'count: [', []],
    ['values that contradict each other', 'cert: a.pem', [UNKNOWN]],
  ])('%s', async (_, text, warnings) => {
    expect(await warningsBesideErrors(text)).toEqual(warnings);
  });
});

describe('a cron monitor without a slug', () => {
  const WARNING = 'monitor has no effect without a slug (monitor.slug, --monitor)';

  it.each<[string, Partial<ConfigInput>, readonly string[]]>([
    ['in the file', {}, [WARNING]],
    ['with the slug of a flag', { flags: { monitor: 'nightly' } }, []],
    ['with the slug of a variable', { env: { PROD_E2E_MONITOR: 'nightly' } }, []],
  ])('%s', async (_, given, warnings) => {
    expect(await warningsOf(given, yaml('monitor: { schedule: "*/15 * * * *" }'))).toEqual(warnings);
  });
});
