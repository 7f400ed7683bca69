import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import type { ProdE2eError } from '../../src/lib/errors.ts';
import { SCHEMES } from '../../src/lib/senders/schemes.ts';
import { aProject, problemLines, resolveWithOrigins } from './project.ts';

const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

async function resolved(config: unknown, flags: Readonly<Record<string, unknown>> = {}) {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) }, { flags });
  return resolveWithOrigins({ ...input, env: { WEBHOOK_SECRET: SECRET } });
}

async function scenariosOf(config: unknown, flags: Readonly<Record<string, unknown>> = {}) {
  return (await resolved(config, flags)).settings.scenarios;
}

/** The lines of the one error about all faults. */
async function problemsOf(config: unknown, flags: Readonly<Record<string, unknown>> = {}) {
  const error = await resolved(config, flags).then(
    () => null,
    (thrown: ProdE2eError) => thrown,
  );
  expect(error?.code).toBe('CONFIG_INVALID');
  return problemLines(error?.message ?? '');
}

describe('what is signed', () => {
  test('is nothing by default, and no sender is imitated', async () => {
    for (const { signing, sender } of await scenariosOf({})) expect([signing, sender]).toEqual([null, null]);
  });

  test('is all scenarios, built-in or not, with the configured scheme', async () => {
    const signing = { scheme: 'stripe', secret: 's3cret-key' };
    for (const scenarios of [[], [{ name: 'A' }, { scenario: 'B' }]]) {
      for (const scenario of await scenariosOf({ signing, scenarios })) {
        expect(scenario.signing).toEqual({
          scheme: 'stripe',
          form: SCHEMES.stripe,
          secrets: ['s3cret-key'],
          mode: 'valid',
        });
      }
    }
  });

  test('uses the scheme of the sender, whichever source that comes from', async () => {
    const [inFile] = await scenariosOf({ sender: 'github', signing: { secret: 's3cret-key' } });
    expect([inFile?.sender, inFile?.signing?.scheme]).toEqual(['github', 'github']);
    const [byFlag] = await scenariosOf(
      { sender: 'github', signing: { secret: 's3cret-key' } },
      { sender: 'slack' },
    );
    expect([byFlag?.sender, byFlag?.signing?.scheme]).toEqual(['slack', 'slack']);
  });

  test('in a scenario uses its own keys, and inherits the others', async () => {
    const scenarios = await scenariosOf({
      sender: 'stripe',
      signing: { secrets: ['first-key', 'second-key'] },
      scenarios: [
        { name: 'A' },
        { name: 'B', sender: 'github' },
        { name: 'C', sender: 'tradingview' },
        { name: 'D', signing: { scheme: 'slack', secret: 'own-key' } },
      ],
    });
    expect(scenarios.map(({ sender, signing }) => [sender, signing?.scheme, signing?.secrets])).toEqual([
      ['stripe', 'stripe', ['first-key', 'second-key']],
      ['github', 'github', ['first-key', 'second-key']],
      ['tradingview', undefined, undefined],
      ['stripe', 'slack', ['own-key']],
    ]);
  });

  test('with hmac has the documented form', async () => {
    const [scenario] = await scenariosOf({
      signing: {
        scheme: 'hmac',
        secret: 's3cret-key',
        header: 'X-Acme-Signature',
        algorithm: 'sha512',
        encoding: 'base64url',
        prefix: 'ts={timestamp};h1=',
        content: '{id}.{timestamp}.{body}',
        idHeader: 'X-Acme-Id',
      },
    });
    expect(scenario?.signing?.form).toEqual({
      header: 'x-acme-signature',
      algorithm: 'sha512',
      encoding: 'base64url',
      content: '{id}.{timestamp}.{body}',
      lead: 'ts={timestamp};h1=',
      prefix: '',
      separator: null,
      timestampHeader: null,
      idHeader: 'x-acme-id',
      key: 'text',
    });
  });

  test('is replaced as a whole by a profile', async () => {
    const { input } = await aProject(
      {
        'prod-e2e.config.json': JSON.stringify({
          signing: { scheme: 'hmac', header: 'x-sig', secret: 'first-key' },
          profiles: { staging: { signing: { scheme: 'github', secret: 'other-key' } } },
        }),
      },
      { profile: 'staging' },
    );
    const [scenario] = (await resolveConfig(input)).settings.scenarios;
    expect(scenario?.signing).toMatchObject({ scheme: 'github', secrets: ['other-key'] });
  });
});

describe('scenarios that are signed incorrectly on purpose', () => {
  const signing = { scheme: 'standard-webhooks', secret: SECRET };

  test.each(['wrong-secret', 'stale', 'none'])(
    'with sign: %s are negative and expect a refusal',
    async (sign) => {
      const [scenario] = await scenariosOf({
        signing,
        expect: { status: '2xx', required: ['id'], maxDuration: '3s' },
        scenarios: [{ name: 'A', sign }],
      });
      expect(scenario?.signing?.mode).toBe(sign);
      expect(scenario?.tags).toEqual(['negative']);
      expect(scenario?.expect).toMatchObject({
        status: [400, 401, 403],
        required: [],
        refuse: {},
        maxDurationMs: 3_000,
      });
    },
  );

  test('keep their own tags and expectations', async () => {
    const [scenario] = await scenariosOf({
      signing,
      scenarios: [{ name: 'A', sign: 'none', tags: ['security'], expect: { status: 422 } }],
    });
    expect(scenario?.tags).toEqual(['security']);
    expect(scenario?.expect).toMatchObject({ status: [422], required: [] });
  });

  test('with sign: valid change nothing', async () => {
    const [scenario] = await scenariosOf({ signing, scenarios: [{ name: 'A', sign: 'valid' }] });
    expect(scenario?.tags).toEqual([]);
    expect(scenario?.expect.status).toEqual(['2xx']);
  });
});

describe('errors', () => {
  const file = 'prod-e2e.config.json:1';
  const allSchemes = 'standard-webhooks, svix, stripe, github, slack, shopify, hmac';

  test('of the schema are reported', async () => {
    expect(
      await problemsOf({
        sender: 'githup',
        signing: { scheme: 'hmacs', secret: '', secrets: [], algoritm: 'md5' },
        scenarios: [{ name: 'A', sign: 'bad', sender: 1 }],
      }),
    ).toEqual([
      `${file}: sender: expected tradingview, github, stripe, slack, shopify, standard-webhooks (got "githup")`,
      `${file}: signing.scheme: expected ${allSchemes} (got "hmacs")`,
      `${file}: signing.secret: expected a secret (got a string, not shown because it may be secret)`,
      `${file}: signing.secrets: expected a list of 1 to 10 secrets (got an empty list)`,
      `${file}: signing.algoritm: unknown key; did you mean algorithm?`,
      `${file}: scenarios[0].sender: expected tradingview, github, stripe, slack, shopify, standard-webhooks (got 1)`,
      `${file}: scenarios[0].sign: expected valid, wrong-secret, stale, none (got "bad")`,
    ]);
  });

  test('of a flag are reported', async () => {
    expect(await problemsOf({}, { sender: 'githup' })).toEqual([
      '--sender: expected tradingview, github, stripe, slack, shopify, standard-webhooks (got "githup")',
    ]);
  });

  test.each([
    [
      'no scheme',
      { signing: { secret: 'k3y' } },
      `signing.scheme: required; expected one of ${allSchemes}, or a sender that has a scheme`,
    ],
    [
      'a sender without one',
      { sender: 'tradingview', signing: { secret: 'k3y' } },
      `signing.scheme: required, because TradingView does not sign; expected one of ${allSchemes}`,
    ],
    [
      'no secret',
      { signing: { scheme: 'github' } },
      'signing.secret: required; expected a secret, preferably as ${env:NAME}',
    ],
    [
      'two kinds of secrets',
      { signing: { scheme: 'github', secret: 'a', secrets: ['b'] } },
      'signing.secrets: cannot be combined with secret',
    ],
    [
      'a key of hmac elsewhere',
      { signing: { scheme: 'github', secret: 'a', header: 'x-sig' } },
      'signing.header: only applies to the scheme hmac (got github)',
    ],
    [
      'no header',
      { signing: { scheme: 'hmac', secret: 'a' } },
      'signing.header: required; expected the name of the signature header',
    ],
    [
      'an unknown placeholder',
      { signing: { scheme: 'hmac', secret: 'a', header: 'x', content: '{ts}.{body}' } },
      'signing.content: unknown placeholder {ts} (known: {body}, {timestamp}, {id})',
    ],
    [
      'the body in the prefix',
      { signing: { scheme: 'hmac', secret: 'a', header: 'x', prefix: '{body}' } },
      'signing.prefix: unknown placeholder {body} (known: {timestamp}, {id})',
    ],
    [
      'no body',
      { signing: { scheme: 'hmac', secret: 'a', header: 'x', content: 'hello' } },
      'signing.content: must contain {body}',
    ],
    [
      'a timestamp without a header',
      { signing: { scheme: 'hmac', secret: 'a', header: 'x', content: '{timestamp}{body}' } },
      'signing.timestampHeader: required, because content contains {timestamp}; expected a header name (or put {timestamp} in prefix)',
    ],
    [
      'a secret that is not base64',
      { signing: { scheme: 'svix', secrets: [SECRET, 'not base64'] } },
      'signing.secrets[1]: expected whsec_ and base64 (got a secret that is not base64)',
    ],
    [
      'an ed25519 key',
      {
        signing: { scheme: 'standard-webhooks', secret: 'whsk_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=' },
      },
      'signing.secret: expected whsec_ and base64 (got an ed25519 key for v1a signatures, which are not supported)',
    ],
    [
      'wrong on purpose, but nothing is signed',
      { scenarios: [{ name: 'A' }, { name: 'B', sign: 'none' }] },
      'scenarios[1].sign: "none" has no effect without signing',
    ],
    [
      'stale without a time',
      { signing: { scheme: 'shopify', secret: 'a' }, scenarios: [{ name: 'A', sign: 'stale' }] },
      'scenarios[0].sign: expected wrong-secret or none (got "stale", but shopify signs no timestamp)',
    ],
    [
      'in a scenario',
      { scenarios: [{ name: 'A', signing: { secret: 'a' } }] },
      `scenarios[0].signing.scheme: required; expected one of ${allSchemes}, or a sender that has a scheme`,
    ],
  ])('are reported: %s', async (_what, config, problem) => {
    expect(await problemsOf(config)).toEqual([`${file}: ${problem}`]);
  });

  test('contain no secret', async () => {
    const problems = await problemsOf({ signing: { scheme: 'svix', secret: 'my own p4ssword!' } });
    expect(problems.join()).not.toContain('p4ssword');
  });
});

describe('secrets', () => {
  test('of all scenarios are known, with the decoded base64 key', async () => {
    const { secrets } = await resolved({
      signing: { scheme: 'standard-webhooks', secret: '${env:WEBHOOK_SECRET}' },
      scenarios: [{ name: 'A', signing: { scheme: 'github', secrets: ['s3cret-one', 's3cret-two'] } }],
    });
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    expect(secrets).toEqual(
      expect.arrayContaining([
        SECRET,
        SECRET.slice('whsec_'.length),
        key.toString('utf8'),
        key.toString('hex'),
        's3cret-one',
        's3cret-two',
      ]),
    );
  });

  test('a binary key is known in hex and in both kinds of base64', async () => {
    const key = Buffer.from(Array.from({ length: 24 }, (_, at) => 255 - at));
    const { secrets } = await resolved({
      signing: { scheme: 'svix', secret: `whsec_${key.toString('base64')}` },
    });
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(secrets).toContain(key.toString(encoding));
    expect(secrets).toContain(key.toString('hex').toUpperCase());
    expect(secrets.some((secret) => secret.includes('\uFFFD'))).toBe(false);
  });

  test('are masked if the config is shown; the rest is not', async () => {
    const { origins } = await resolved({
      signing: { scheme: 'github', secret: 'in-the-file' },
      sender: 'github',
      scenarios: [{ name: 'A', signing: { scheme: 'stripe', secrets: ['in-the-file-too'] } }],
    });
    expect(JSON.stringify(origins)).not.toContain('in-the-file');
    expect(origins).toContainEqual({
      key: 'signing',
      value: { scheme: 'github', secret: '***' },
      origin: 'file prod-e2e.config.json',
    });
    expect(origins).toContainEqual({ key: 'sender', value: 'github', origin: 'file prod-e2e.config.json' });
  });

  test('from the environment are shown as written', async () => {
    const { origins } = await resolved({ signing: { scheme: 'svix', secret: '${env:WEBHOOK_SECRET}' } });
    expect(JSON.stringify(origins)).not.toContain(SECRET);
  });
});
