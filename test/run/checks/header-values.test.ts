/** What HTTP cannot carry in a header is found before anything is sent, wherever the header comes from. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, resolveConfig } from '../../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../../src/lib/errors.ts';
import { lateProblems } from '../../../src/lib/preflight/late-problems.ts';
import { aProject, problemLines } from '../../config/project.ts';

interface Place {
  readonly config?: object;
  readonly input?: Partial<ConfigInput>;
  /** Content of `value.txt`. */
  readonly file?: string;
}

const payload = { id: '{{testId}}' };
const who = (value: string, more: object) => ({
  dimensions: { who: ['ok', value] },
  payload: { ...payload, who: '{{who}}' },
  scenarios: [{ name: 'A' }],
  ...more,
});
const signing = (prefix: string) => ({ scheme: 'hmac', secret: 's', header: 'x-sign', prefix });
const headers = (value: string) => ({ 'x-a': value });
const probe = (value: string) => [{ name: 'saved', http: { url: '{{origin}}/s', headers: headers(value) } }];
const cleanup = (value: string) => ({ url: '{{origin}}/s', headers: headers(value) });

/** Where a header comes from → the place that the error names. */
const PLACES: readonly (readonly [string, string, (value: string) => Place])[] = [
  ['headers', 'headers.x-a', (value) => ({ config: { headers: headers(value) } })],
  [
    'headers, from a variable',
    'headers.x-a',
    (value) => ({ config: { headers: headers('p ${env:VALUE}') }, input: { env: { VALUE: value } } }),
  ],
  [
    'headers, from a file',
    'headers.x-a',
    (value) => ({ config: { headers: headers('${file:value.txt}') }, file: value }),
  ],
  ['-H', '--header', (value) => ({ input: { flags: { header: [`x-a: p${value}q`] } } })],
  [
    'PROD_E2E_HEADER',
    'PROD_E2E_HEADER',
    (value) => ({ input: { env: { PROD_E2E_HEADER: `x-a: p${value}q` } } }),
  ],
  [
    'headers of a scenario',
    'scenarios[0].headers.x-a',
    (value) => ({ config: { scenarios: [{ name: 'A', headers: headers(value) }] } }),
  ],
  [
    'headers of a profile',
    'profiles.p.headers.x-a',
    (value) => ({ config: { profiles: { p: { headers: headers(value) } } }, input: { profile: 'p' } }),
  ],
  [
    'headers of a profile that is not chosen',
    'profiles.p.headers.x-a',
    (value) => ({ config: { profiles: { p: { headers: headers(value) } } } }),
  ],
  ['the signing prefix', 'signing.prefix', (value) => ({ config: { signing: signing(value) } })],
  [
    'the signing prefix, from a variable',
    'signing.prefix',
    (value) => ({ config: { signing: signing('${env:VALUE}') }, input: { env: { VALUE: value } } }),
  ],
  [
    'the signing prefix of a scenario',
    'scenarios[0].signing.prefix',
    (value) => ({ config: { scenarios: [{ name: 'A', signing: signing(value) }] } }),
  ],
  ['a probe', 'stages[0].http.headers.x-a', (value) => ({ config: { stages: probe(value) } })],
  [
    'a probe, from a variable',
    'stages[0].http.headers.x-a',
    (value) => ({ config: { stages: probe('${env:VALUE}') }, input: { env: { VALUE: value } } }),
  ],
  ['clean-up', 'cleanup.headers.x-a', (value) => ({ config: { cleanup: cleanup(value) } })],
  ['clean-up, in a list', 'cleanup[0].headers.x-a', (value) => ({ config: { cleanup: [cleanup(value)] } })],
  [
    'clean-up of a scenario',
    'scenarios[0].cleanup.headers.x-a',
    (value) => ({ config: { scenarios: [{ name: 'A', cleanup: cleanup(value) }] } }),
  ],
  ['a dimension', 'headers.x-a', (value) => ({ config: who(value, { headers: headers('{{who}}') }) })],
  [
    'a dimension, in a scenario',
    'scenarios[0].headers.x-a',
    (value) => ({ config: who(value, { scenarios: [{ name: 'A', headers: headers('a {{ who }}') }] }) }),
  ],
  [
    'a dimension, in a probe',
    'stages[0].http.headers.x-a',
    (value) => ({ config: who(value, { stages: probe('{{who}}') }) }),
  ],
  [
    'a dimension, in clean-up',
    'cleanup[0].headers.x-a',
    (value) => ({ config: who(value, { cleanup: [cleanup('{{who}}')] }) }),
  ],
  [
    'a pinned dimension',
    'headers.x-a',
    (value) => ({
      config: who('fine', { headers: headers('{{who}}') }),
      input: { flags: { set: [`who=${value}`] } },
    }),
  ],
  [
    'a dimension that a scenario fixes',
    'headers.x-a',
    (value) => ({
      config: who('fine', { headers: headers('{{who}}'), scenarios: [{ scenario: 'A', who: value }] }),
    }),
  ],
  [
    'SENTRY_AUTH_TOKEN',
    'SENTRY_AUTH_TOKEN',
    (value) => ({ input: { env: { SENTRY_AUTH_TOKEN: `a${value}b` } } }),
  ],
  ['the Sentry token', 'sentry.token', (value) => ({ config: { sentry: { token: value } } })],
  [
    'the Sentry token, from a file',
    'sentry.token',
    (value) => ({ config: { sentry: { token: '${file:value.txt}' } }, file: value }),
  ],
];

const VALUES: readonly (readonly [string, string])[] = [
  ['a line break', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['NUL', 'a\u0000b'],
  ['a control character', 'a\u0007b'],
  ['DEL', 'a\u007fb'],
  ['a euro sign', 'a€b'],
  ['letters beyond Latin-1', '日本'],
  ['an emoji', '😀'],
];

async function errorOf({ config = {}, input: given = {}, file }: Place): Promise<ProdE2eError | null> {
  const { root, input } = await aProject(
    { 'prod-e2e.config.json': JSON.stringify({ url: 'https://hooks.example.com/webhook', ...config }) },
    given,
  );
  if (file !== undefined) await writeFile(path.join(root, 'work', 'value.txt'), file);
  const check = lateProblems({
    replay: 'read',
    env: {},
    sandbox: false,
    dataDir: () => path.join(root, 'data'),
  });
  const thrown: unknown = await resolveConfig({ ...input, check }).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown === null || thrown instanceof ProdE2eError) return thrown;
  throw thrown;
}

describe.each(PLACES)('%s', (name, place, make) => {
  it.each(VALUES)('cannot hold %s', async (_, value) => {
    // A line break in this variable begins another header.
    if (name === 'PROD_E2E_HEADER' && value.includes('\n')) return;
    const error = await errorOf(make(value));
    expect({ code: error?.code, exit: error?.oclif.exit }).toEqual({
      code: expect.stringMatching(/^(CONFIG|HEADER)_INVALID$/),
      exit: 2,
    });
    expect(error?.message).toContain(`${place}: `);
  });

  it('can contain every character of a token', async () => {
    expect(await errorOf(make('sntryu_0aZ.-~+/='))).toBeNull();
  });
});

it('Latin-1 and tabs can be sent', async () => {
  const value = 'caf\u00e9\t\u0085';
  expect(
    await errorOf({ config: who(value, { headers: headers('{{who}}'), signing: signing(value) }) }),
  ).toBeNull();
});

it('a dimension may have any value if no header uses it, or another one is pinned', async () => {
  expect(await errorOf({ config: who('€', { headers: headers('{{uuid}}') }) })).toBeNull();
  const config = who('€', { headers: headers('{{who}}') });
  expect(await errorOf({ config, input: { flags: { set: ['who=ok'] } } })).toBeNull();
});

describe('headers that a config cannot set', () => {
  const LENGTH = 'cannot be set: it is computed for each request';
  const OWN = 'cannot be set: every webhook has its own';
  it.each<[string, Place]>([
    [`--header: ${LENGTH}`, { input: { flags: { header: ['Content-Length: 5'] } } }],
    [`headers.trailer: ${LENGTH}`, { config: { headers: { Trailer: 'x' } } }],
    [
      `stages[0].http.headers.content-length: ${LENGTH}`,
      {
        config: { stages: [{ name: 'a', http: { url: '{{origin}}/', headers: { 'content-length': '1' } } }] },
      },
    ],
    [
      `scenarios[0].cleanup[0].headers.content-length: ${LENGTH}`,
      {
        config: {
          scenarios: [{ name: 'A', cleanup: [{ url: '{{origin}}/', headers: { 'content-length': '1' } }] }],
        },
      },
    ],
    [`headers.x-prod-e2e-test: ${OWN}`, { config: { headers: { 'x-prod-e2e-test': '1' } } }],
    [
      `scenarios[0].headers.Traceparent: ${OWN}`,
      { config: { scenarios: [{ name: 'A', headers: { Traceparent: '00-1' } }] } },
    ],
    [`PROD_E2E_HEADER: ${OWN}`, { input: { env: { PROD_E2E_HEADER: 'sentry-trace: 1' } } }],
  ])('%s', async (message, place) => {
    const [line] = problemLines((await errorOf(place))?.message ?? '');
    expect(line?.replace(/^prod-e2e\.config\.json:1: /, '')).toBe(message);
  });

  it('do not include a trace header of a probe, which belongs to the user', async () => {
    const http = { url: '{{origin}}/', headers: { traceparent: '{{testId}}', baggage: 'a=b' } };
    expect(
      await errorOf({ config: { headers: { baggage: 'a=b' }, stages: [{ name: 'a', http }] } }),
    ).toBeNull();
  });
});
