import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../../src/lib/errors.ts';
import { aProject } from '../project.ts';

async function failure(
  files: Readonly<Record<string, string>>,
  given: Partial<ConfigInput> = {},
): Promise<ProdE2eError> {
  const { input } = await aProject(files, given);
  const error: unknown = await resolveConfig(input).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProdE2eError)) throw new Error('expected a ProdE2eError', { cause: error });
  return error;
}

async function problemsOf(config: unknown, given: Partial<ConfigInput> = {}): Promise<readonly string[]> {
  const { message } = await failure({ 'prod-e2e.config.json': JSON.stringify(config) }, given);
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^prod-e2e\.config\.json(:1)?: /, ''));
}

test('errors in the file, in variables and in flags are reported at once', async () => {
  const yaml = `
url: ftp://user:pass@example.com
count: five
conut: 3
timeout: 10
sentry: { dsn: "\${env:NOT_SET}", orgg: x, token: 12345 }
scenarios:
  - { name: A, expect: { status: 20x, requird: [a] } }
  - { scenario: A, symbl: SPY, tags: [x] }
  - { nme: B }
  - 5
headers: { x-api-key: 7, "a b": c }
dimensions: { index: [1], x: [] }
failOn: [faild]
maxBody: 5XB
connect-timeout: 3s
profiles:
  good: { url: "\${env:ONLY_WITH_PROFILE}", timeout: "\${env:T}" }
  bad: { cuont: 1 }
`;
  const error = await failure(
    { 'prod-e2e.config.yaml': yaml },
    {
      profile: 'god',
      flags: { count: '5x', header: ['authorization Bearer abc'], rate: '0', set: ['=x'] },
      env: { TEST_COUNT: '1.5', SENTRY_URL: 'not a url', PROD_E2E_BAIL: 'maybe' },
    },
  );
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.oclif.exit).toBe(2);
  expect(error.suggestions.length).toBeGreaterThan(0);
  expect(error.message).toBe(`The configuration has 31 faults:
  --profile god: not a profile of prod-e2e.config.yaml; did you mean good? (it has: good, bad)
  prod-e2e.config.yaml:6: sentry.dsn: the environment variable NOT_SET is not set; set it, or give a default: \${env:NOT_SET:-…}
  prod-e2e.config.yaml:9: scenarios[1].symbl: not a dimension; did you mean symbol? (with "scenario" a key is a dimension: symbol, direction, timeframe, index, x; other settings need "name")
  prod-e2e.config.yaml:9: scenarios[1].tags: not a dimension (with "scenario" a key is a dimension: symbol, direction, timeframe, index, x; other settings need "name")
  prod-e2e.config.yaml:9: scenarios[1].scenario: found "A", the name of scenarios[0] too; allowed: a name of its own
  prod-e2e.config.yaml:2: url: found "ftp://***@example.com"; allowed: an http:// or https:// URL
  prod-e2e.config.yaml:12: headers.x-api-key: found a number that is kept secret; allowed: text on one line in Latin-1, which is what HTTP can carry
  prod-e2e.config.yaml:12: headers["a b"]: found the name "a b"; allowed: a header name
  prod-e2e.config.yaml:3: count: found "five"; allowed: a whole number from 1 to 1,000,000
  prod-e2e.config.yaml:5: timeout: found 10; allowed: a duration such as 500ms, 10s, 2m or 1h; add a unit: 10s or 10ms
  prod-e2e.config.yaml:6: sentry.token: found a number that is kept secret; allowed: a Sentry auth token: ASCII characters without spaces
  prod-e2e.config.yaml:6: sentry.orgg: unknown key; did you mean org?
  prod-e2e.config.yaml:14: failOn[0]: found "faild"; allowed: failed, missing, warning, flaky, never
  prod-e2e.config.yaml:15: maxBody: found "5XB"; allowed: a size such as 64KiB or 1MiB, or whole bytes, up to 256MiB
  prod-e2e.config.yaml:13: dimensions.index: found the name "index"; allowed: a name of letters, digits, dash and underscore that templates do not use already
  prod-e2e.config.yaml:13: dimensions.x: found an empty list; allowed: a list of texts or numbers with at least one
  prod-e2e.config.yaml:8: scenarios[0].expect.status: found "20x"; allowed: a status such as 200, a class such as 2xx, or a list of them
  prod-e2e.config.yaml:8: scenarios[0].expect.requird: unknown key; did you mean required?
  prod-e2e.config.yaml:10: scenarios[2].name: found nothing; allowed: a name of letters, digits, dot, dash and underscore, at most 100 long
  prod-e2e.config.yaml:10: scenarios[2].nme: unknown key; did you mean name?
  prod-e2e.config.yaml:11: scenarios[3]: found 5; allowed: an object with the key name or scenario
  prod-e2e.config.yaml:19: profiles.bad.cuont: unknown key; did you mean count?
  prod-e2e.config.yaml:4: conut: unknown key; did you mean count?
  prod-e2e.config.yaml:16: connect-timeout: unknown key; did you mean connectTimeout?
  TEST_COUNT: found "1.5"; allowed: a whole number from 1 to 1,000,000
  SENTRY_URL: found "https://not a url"; allowed: an http:// or https:// URL
  PROD_E2E_BAIL: found "maybe"; allowed: true or false
  --header: found an entry without a name before ":"; allowed: 'Name: value'
  --set: found an entry without a name before "="; allowed: KEY=VALUE
  --count: found "5x"; allowed: a whole number from 1 to 1,000,000
  --rate: found 0; allowed: a number above 0, up to 10,000`);
});

describe('one error each', () => {
  test.each<[string, unknown, string]>([
    [
      'a missing unit',
      { timeout: '10' },
      'timeout: found "10"; allowed: a duration such as 500ms, 10s, 2m or 1h; add a unit: 10s or 10ms',
    ],
    [
      'too long',
      { timeout: '2h' },
      'timeout: found "2h"; allowed: a duration such as 500ms, 10s, 2m or 1h, from 1ms to 1h',
    ],
    ['too many', { count: 1_000_001 }, 'count: found 1000001; allowed: a whole number from 1 to 1,000,000'],
    [
      'too parallel',
      { concurrency: 1001 },
      'concurrency: found 1001; allowed: a whole number from 1 to 1,000',
    ],
    ['null', { url: null }, 'url: found null; allowed: an http:// or https:// URL'],
    ['an object for a list', { tag: {} }, 'tag: found an object; allowed: a tag or a list of tags'],
    [
      'a wrong item',
      { expect: { required: ['a', 1] } },
      'expect.required[1]: found 1; allowed: a path such as data.signal_id',
    ],
    [
      'a wrong status in a list',
      { expect: { status: [200, 99] } },
      'expect.status[1]: found 99; allowed: a status such as 200, a class such as 2xx, or a list of them',
    ],
    ['the name of a flag', { cacert: 'x' }, 'cacert: unknown key; did you mean tls.ca?'],
    // Not "timeout", which is that of a response.
    [
      'the name of a flag as a key is written',
      { traceTimeout: '3s' },
      'traceTimeout: unknown key; did you mean trace.timeout?',
    ],
    ['the name of a variable', { SENTRY_DSN: 'x' }, 'SENTRY_DSN: unknown key; did you mean sentry.dsn?'],
    [
      'scenarios under the key that chooses among them',
      { scenario: [{ name: 'A' }] },
      'scenario[0]: found an object; did you mean the key scenarios?; allowed: a text',
    ],
    [
      'one scenario there',
      { scenario: { name: 'A' } },
      'scenario: found an object; did you mean the key scenarios?; allowed: a scenario name or a list of them',
    ],
    [
      'scenarios there, in a profile',
      { profiles: { night: { scenario: [{ name: 'A' }] } } },
      'profiles.night.scenario[0]: found an object; did you mean the key scenarios?; allowed: a text',
    ],
    [
      'names under the key that holds scenarios',
      { scenarios: ['A'] },
      'scenarios[0]: found "A"; did you mean the key scenario?; allowed: an object with the key name or scenario',
    ],
    [
      'one name there',
      { scenarios: 'A' },
      'scenarios: found "A"; did you mean the key scenario?; allowed: a list of scenarios',
    ],
    [
      'secrets under the key for one',
      { signing: { scheme: 'stripe', secret: ['whsec_a', 'whsec_b'] } },
      'signing.secret: found a list; did you mean the key secrets?; allowed: a secret',
    ],
    ['what neither of two such keys takes', { scenario: [5] }, 'scenario[0]: found 5; allowed: a text'],
    [
      'an unlikely key in a small group',
      { trace: { zzzzzzzz: 1 } },
      'trace.zzzzzzzz: unknown key; allowed: urlTemplate, verify, require, timeout, interval, settle, limit, checks, expect, follow',
    ],
    [
      'an unsafe name',
      { scenarios: [{ name: '../x' }] },
      'scenarios[0].name: found "../x"; allowed: a name of letters, digits, dot, dash and underscore, at most 100 long',
    ],
    [
      'a line break in a header',
      { headers: { a: 'x\ny' } },
      'headers.a: found "x\\ny"; allowed: text on one line in Latin-1, which is what HTTP can carry',
    ],
    [
      'a short form with a list',
      { scenarios: [{ scenario: 'A', symbol: ['SPY'] }] },
      'scenarios[0].symbol: found a list; allowed: a text, a number, true or false',
    ],
    [
      'a name twice in a profile',
      { profiles: { p: { scenarios: [{ name: 'A' }, { name: 'A' }] } } },
      'profiles.p.scenarios[1].name: found "A", the name of scenarios[0] too; allowed: a name of its own',
    ],
  ])('%s', async (_name, config, line) => expect(await problemsOf(config)).toEqual([line]));

  test('a file that does not contain an object', async () => {
    expect((await failure({ 'prod-e2e.config.json': '[1]' })).message).toContain(
      'prod-e2e.config.json: found a list; allowed: an object (key: value)',
    );
  });

  test('a value that came from a secret variable is not shown', async () => {
    const lines = await problemsOf({ expect: { contentType: '${env:S}' } }, { env: { S: 'visible' } });
    expect(lines).toEqual([
      'expect.contentType: found "visible"; allowed: a media type such as application/json',
    ]);
    const hidden = await problemsOf({ headers: { plain: '${env:S}' } }, { env: { S: 'a\nb-hidden' } });
    expect(hidden).toEqual([
      'headers.plain: found ${env:S}; allowed: text on one line in Latin-1, which is what HTTP can carry',
    ]);
  });

  test('a profile that was not chosen is checked, its unset variables are not', async () => {
    const profiles = {
      p: { url: '${env:UNSET}', timeout: '${env:UNSET}', count: '${env:UNSET}', bail: 'x' },
    };
    expect(await problemsOf({ profiles })).toEqual(['profiles.p.bail: found "x"; allowed: true or false']);
    expect(await problemsOf({ profiles }, { profile: 'p' })).toEqual([
      ...['url', 'timeout', 'count'].map(
        (key) =>
          `profiles.p.${key}: the environment variable UNSET is not set; set it, or give a default: \${env:UNSET:-…}`,
      ),
      'profiles.p.bail: found "x"; allowed: true or false',
    ]);
  });

  test('a profile without a config file', async () => {
    expect((await failure({}, { profile: 'p' })).message).toContain(
      '--profile p: not a profile of any config file: none was found (it has none)',
    );
  });

  test('__proto__ is refused everywhere and pollutes nothing', async () => {
    const json =
      '{"payload":{"a":{"__proto__":{"polluted":true}}},"__proto__":{"count":3},"headers":{"__proto__":"x"}}';
    const { message } = await failure({ 'prod-e2e.config.json': json });
    expect(message.split('\n').slice(1)).toEqual([
      '  prod-e2e.config.json:1: payload.a.__proto__: is not allowed as a key',
      '  prod-e2e.config.json:1: __proto__: is not allowed as a key',
      '  prod-e2e.config.json:1: headers.__proto__: is not allowed as a key',
    ]);
    const yaml = 'payload: { __proto__: { polluted: true } }';
    expect((await failure({ 'prod-e2e.config.yaml': yaml })).message).toContain('payload.__proto__');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('cycles and endless depth are reported instead of walked', async () => {
    expect((await failure({ 'prod-e2e.config.yaml': 'payload: &p { self: *p }' })).message).toContain(
      'payload.self: contains itself',
    );
    const deep = `{"payload":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`;
    expect((await failure({ 'prod-e2e.config.json': deep })).message).toContain(
      'is nested deeper than 64 levels',
    );
  });
});

test('half a character, which no header or URL can contain, is not a valid string', async () => {
  const problems = await problemsOf({ environment: 'a\ud800', sentry: { org: '\udc00' } });
  expect(problems).toEqual([
    'sentry.org: found "\\udc00"; allowed: an organization slug',
    'environment: found "a\\ud800"; allowed: a text',
  ]);
});

test('an extremely long text is reported at once', async () => {
  // Were the time to grow with the square of the length, this would take a minute.
  const [problem] = await problemsOf({ url: `ftp://x/${'?'.repeat(300_000)}` });
  expect(problem).toMatch(/^url: found "ftp:\/\/x\/\?\*\*\*"; allowed: an http:\/\/ or https:\/\/ URL$/);
});
