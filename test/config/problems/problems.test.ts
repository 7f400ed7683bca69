import { describe, expect, test } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../../src/lib/errors.ts';
import { aProject, problemLines } from '../project.ts';

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
  return problemLines(message).map((line) => line.replace(/^prod-e2e\.config\.json(:1)?: /, ''));
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
  expect(error.message).toBe(`Invalid config (31 errors):
  --profile god: unknown profile; did you mean good? (prod-e2e.config.yaml has: good, bad)
  prod-e2e.config.yaml:6: sentry.dsn: the environment variable NOT_SET is not set; set it, or give a default: \${env:NOT_SET:-…}
  prod-e2e.config.yaml:9: scenarios[1].symbl: not a dimension; did you mean symbol? (with "scenario" a key is a dimension: symbol, direction, timeframe, index, x; other settings need "name")
  prod-e2e.config.yaml:9: scenarios[1].tags: not a dimension (with "scenario" a key is a dimension: symbol, direction, timeframe, index, x; other settings need "name")
  prod-e2e.config.yaml:9: scenarios[1].scenario: duplicate name "A": scenarios[0] has it too
  prod-e2e.config.yaml:2: url: expected an http:// or https:// URL (got "ftp://***@example.com")
  prod-e2e.config.yaml:12: headers.x-api-key: expected a single line of Latin-1 characters, as HTTP requires (got a number, not shown because it may be secret)
  prod-e2e.config.yaml:12: headers["a b"]: expected a header name (got the name "a b")
  prod-e2e.config.yaml:3: count: expected an integer from 1 to 1,000,000 (got "five")
  prod-e2e.config.yaml:5: timeout: expected a duration such as 500ms, 10s, 2m or 1h (got 10); add a unit: 10s or 10ms
  prod-e2e.config.yaml:6: sentry.token: expected a Sentry auth token: ASCII characters without spaces (got a number, not shown because it may be secret)
  prod-e2e.config.yaml:6: sentry.orgg: unknown key; did you mean org?
  prod-e2e.config.yaml:14: failOn[0]: expected failed, missing, warning, flaky, never (got "faild")
  prod-e2e.config.yaml:15: maxBody: expected a size such as 64KiB or 1MiB, or a number of bytes, up to 256MiB (got "5XB")
  prod-e2e.config.yaml:13: dimensions.index: expected a name of letters, digits, dashes and underscores that is not a built-in template name (got the name "index")
  prod-e2e.config.yaml:13: dimensions.x: expected a non-empty list of strings or numbers (got an empty list)
  prod-e2e.config.yaml:8: scenarios[0].expect.status: expected a status such as 200, a class such as 2xx, or a list of them (got "20x")
  prod-e2e.config.yaml:8: scenarios[0].expect.requird: unknown key; did you mean required?
  prod-e2e.config.yaml:10: scenarios[2].name: required; expected a name of letters, digits, dots, dashes and underscores, up to 100 characters
  prod-e2e.config.yaml:10: scenarios[2].nme: unknown key; did you mean name?
  prod-e2e.config.yaml:11: scenarios[3]: expected an object with the key name or scenario (got 5)
  prod-e2e.config.yaml:19: profiles.bad.cuont: unknown key; did you mean count?
  prod-e2e.config.yaml:4: conut: unknown key; did you mean count?
  prod-e2e.config.yaml:16: connect-timeout: unknown key; did you mean connectTimeout?
  TEST_COUNT: expected an integer from 1 to 1,000,000 (got "1.5")
  SENTRY_URL: expected an http:// or https:// URL (got "https://not a url")
  PROD_E2E_BAIL: expected true or false (got "maybe")
  --header: expected 'Name: value' (got an entry without a name before ":")
  --set: expected KEY=VALUE (got an entry without a name before "=")
  --count: expected an integer from 1 to 1,000,000 (got "5x")
  --rate: expected a number above 0, up to 10,000 (got 0)`);
});

describe('one error per problem', () => {
  test.each<[string, unknown, string]>([
    [
      'a missing unit',
      { timeout: '10' },
      'timeout: expected a duration such as 500ms, 10s, 2m or 1h (got "10"); add a unit: 10s or 10ms',
    ],
    [
      'too long',
      { timeout: '2h' },
      'timeout: expected a duration such as 500ms, 10s, 2m or 1h, from 1ms to 1h (got "2h")',
    ],
    ['too many', { count: 1_000_001 }, 'count: expected an integer from 1 to 1,000,000 (got 1000001)'],
    ['too parallel', { concurrency: 1001 }, 'concurrency: expected an integer from 1 to 1,000 (got 1001)'],
    ['null', { url: null }, 'url: expected an http:// or https:// URL (got null)'],
    ['an object for a list', { tag: {} }, 'tag: expected a tag or a list of tags (got an object)'],
    [
      'a wrong item',
      { expect: { required: ['a', 1] } },
      'expect.required[1]: expected a path such as data.signal_id (got 1)',
    ],
    [
      'a wrong status in a list',
      { expect: { status: [200, 99] } },
      'expect.status[1]: expected a status such as 200, a class such as 2xx, or a list of them (got 99)',
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
      'scenario[0]: expected a string (got an object); did you mean the key scenarios?',
    ],
    [
      'one scenario there',
      { scenario: { name: 'A' } },
      'scenario: expected a scenario name or a list of them (got an object); did you mean the key scenarios?',
    ],
    [
      'scenarios there, in a profile',
      { profiles: { night: { scenario: [{ name: 'A' }] } } },
      'profiles.night.scenario[0]: expected a string (got an object); did you mean the key scenarios?',
    ],
    [
      'names under the key that holds scenarios',
      { scenarios: ['A'] },
      'scenarios[0]: expected an object with the key name or scenario (got "A"); did you mean the key scenario?',
    ],
    [
      'one name there',
      { scenarios: 'A' },
      'scenarios: expected a list of scenarios (got "A"); did you mean the key scenario?',
    ],
    [
      'secrets under the key for one',
      { signing: { scheme: 'stripe', secret: ['whsec_a', 'whsec_b'] } },
      'signing.secret: expected a secret (got a list); did you mean the key secrets?',
    ],
    ['what neither of two such keys takes', { scenario: [5] }, 'scenario[0]: expected a string (got 5)'],
    [
      'an unlikely key in a small group',
      { trace: { zzzzzzzz: 1 } },
      'trace.zzzzzzzz: unknown key (known: urlTemplate, verify, require, timeout, interval, settle, limit, checks, expect, follow)',
    ],
    [
      'an unsafe name',
      { scenarios: [{ name: '../x' }] },
      'scenarios[0].name: expected a name of letters, digits, dots, dashes and underscores, up to 100 characters (got "../x")',
    ],
    [
      'a line break in a header',
      { headers: { a: 'x\ny' } },
      'headers.a: expected a single line of Latin-1 characters, as HTTP requires (got "x\\ny")',
    ],
    [
      'a short form with a list',
      { scenarios: [{ scenario: 'A', symbol: ['SPY'] }] },
      'scenarios[0].symbol: expected a string, a number, true or false (got a list)',
    ],
    [
      'a name twice in a profile',
      { profiles: { p: { scenarios: [{ name: 'A' }, { name: 'A' }] } } },
      'profiles.p.scenarios[1].name: duplicate name "A": scenarios[0] has it too',
    ],
  ])('%s', async (_name, config, line) => expect(await problemsOf(config)).toEqual([line]));

  test('a file that does not contain an object', async () => {
    expect((await failure({ 'prod-e2e.config.json': '[1]' })).message).toContain(
      'prod-e2e.config.json: expected an object (key: value) (got a list)',
    );
  });

  test('a value that came from a secret variable is not shown', async () => {
    const lines = await problemsOf({ expect: { contentType: '${env:S}' } }, { env: { S: 'visible' } });
    expect(lines).toEqual([
      'expect.contentType: expected a media type such as application/json (got "visible")',
    ]);
    const hidden = await problemsOf({ headers: { plain: '${env:S}' } }, { env: { S: 'a\nb-hidden' } });
    expect(hidden).toEqual([
      'headers.plain: expected a single line of Latin-1 characters, as HTTP requires (got ${env:S})',
    ]);
  });

  test('a profile that is not chosen is checked, but its unset variables are not', async () => {
    const profiles = {
      p: { url: '${env:UNSET}', timeout: '${env:UNSET}', count: '${env:UNSET}', bail: 'x' },
    };
    expect(await problemsOf({ profiles })).toEqual(['profiles.p.bail: expected true or false (got "x")']);
    expect(await problemsOf({ profiles }, { profile: 'p' })).toEqual([
      ...['url', 'timeout', 'count'].map(
        (key) =>
          `profiles.p.${key}: the environment variable UNSET is not set; set it, or give a default: \${env:UNSET:-…}`,
      ),
      'profiles.p.bail: expected true or false (got "x")',
    ]);
  });

  test('a profile without a config file', async () => {
    expect((await failure({}, { profile: 'p' })).message).toContain('--profile p: no config file was found');
  });

  test('__proto__ is refused everywhere and pollutes no object', async () => {
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
    'sentry.org: expected an organization slug (got "\\udc00")',
    'environment: expected a string (got "a\\ud800")',
  ]);
});

test('an extremely long text is reported at once', async () => {
  // Were the time to grow with the square of the length, this would take a minute.
  const [problem] = await problemsOf({ url: `ftp://x/${'?'.repeat(300_000)}` });
  expect(problem).toMatch(/^url: expected an http:\/\/ or https:\/\/ URL \(got "ftp:\/\/x\/\?\*\*\*"\)$/);
});
