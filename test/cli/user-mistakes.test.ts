/** What the user got wrong is a warning or exit code 2 before anything is sent, never a failure of the network. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/lib/doctor/check.ts';
import { type CliOptions, withCli } from '../support/cli.ts';
import { accept, withTarget } from '../support/target.ts';

interface Mistake {
  readonly args?: readonly string[];
  readonly config?: object;
  readonly env?: CliOptions['env'];
  /** What the first lines of stderr say. */
  readonly said: string;
}

const NOT_CARRIED = 'expected a single line of Latin-1 characters, as HTTP requires';

const MISTAKES: readonly (readonly [string, Mistake])[] = [
  ['-H', { args: ['-H', 'x-a: a\u0007b'], said: `--header: ${NOT_CARRIED} (got "a\\u0007b")` }],
  [
    'a framing header',
    { args: ['-H', 'Trailer: x'], said: '--header: cannot be set: it is computed for each request' },
  ],
  [
    'a signing prefix',
    {
      config: { signing: { scheme: 'hmac', secret: 's', header: 'x-sign', prefix: '€=' } },
      said: `signing.prefix: ${NOT_CARRIED} (got "€=")`,
    },
  ],
  [
    'a value of a dimension that no header can hold',
    {
      config: {
        dimensions: { who: ['a', 'b', 'c', '日本'] },
        headers: { 'x-who': '{{who}}' },
        scenarios: [{ name: 'A', payload: { who: '{{who}}' } }],
      },
      said: 'The header x-who uses the dimension "who", which has a value that is not valid in HTTP.',
    },
  ],
  [
    'the token of Sentry',
    {
      env: { SENTRY_AUTH_TOKEN: 'sntryu_a\nb', SENTRY_ORG: 'acme' },
      said: 'SENTRY_AUTH_TOKEN: expected a Sentry auth token: ASCII characters without spaces (got a string, not shown because it may be secret)',
    },
  ],
  [
    'a password of a proxy',
    {
      env: { http_proxy: 'http://user:pass\nword@127.0.0.1:9', no_proxy: '' },
      said: 'The proxy in http_proxy contains a space or a control character.',
    },
  ],
];

describe('a mistake', { concurrent: true }, () => {
  it.each(MISTAKES)('%s', async (_, { args = [], config, env, said }) => {
    await withTarget(accept, async ({ url, requests }) =>
      withCli(async ({ run, home }) => {
        if (config !== undefined)
          writeFileSync(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
        const result = await run(['run', '--url', url, ...args], env === undefined ? {} : { env });
        expect(result).toMatchObject({ exitCode: 2, stdout: '' });
        expect(result.stderr).toMatch(/^Error: /);
        expect(result.stderr).toContain(said);
        expect(requests).toEqual([]);
      }),
    );
  });
});

describe('a setting without effect', { concurrent: true }, () => {
  const env = { PROD_E2E_COUNTT: '3', PROD_E2E_XYZZY: '1' };
  const TOLD = [
    '.sentryclirc: the section [default] is ignored; rename it to [defaults]',
    '.sentryclirc: auth.token is a variable, which is not expanded; set SENTRY_AUTH_TOKEN, or write the value',
    'PROD_E2E_COUNTT has no effect: unknown variable; did you mean PROD_E2E_COUNT?',
    'PROD_E2E_XYZZY has no effect: unknown variable',
    '--header sets x-a more than once; the last value is used',
    'monitor has no effect without a slug (monitor.slug, --monitor)',
  ];
  const ARGS = ['--url', 'http://127.0.0.1:9/', '-H', 'X-A: 1', '-H', 'x-a: 2'];
  const prepare = (home: string) => {
    writeFileSync(path.join(home, 'work.yaml'), 'monitor: { schedule: "*/15 * * * *" }\n');
    writeFileSync(path.join(home, '.sentryclirc'), '[auth]\ntoken=$TOKEN\n[default]\norg=acme\n');
  };

  it('is named by run, which continues', async () => {
    await withCli(async ({ run, home }) => {
      prepare(home);
      const args = ['run', '--dry-run', '--config', 'work.yaml', ...ARGS];
      const { stderr, exitCode } = await run(args, { env });
      expect(exitCode).toBe(0);
      const lines = TOLD.map(
        (told) => `Warning: ${told.replace(/^\./, '~/.')}${told.endsWith('?') ? '' : '.'}\n`,
      );
      expect(stderr).toBe(lines.join(''));
    });
  });

  it('is named by doctor', async () => {
    await withCli(async ({ run, home }) => {
      prepare(home);
      const args = ['doctor', '--no-send', '--json', '--config', 'work.yaml', ...ARGS];
      const { stdout } = await run(args, { env });
      const { checks }: { readonly checks: readonly Check[] } = JSON.parse(stdout);
      const settings = checks.filter(({ name }) => name === 'settings');
      expect(settings.map(({ message }) => message)).toEqual(TOLD.map((told) => told.replace(/^\./, '~/.')));
      expect(new Set(settings.map(({ state }) => state))).toEqual(new Set(['warn']));
    });
  });
});

describe('a fault that would never happen', { concurrent: true }, () => {
  it('of the sandbox command is an error before it serves', async () => {
    await withCli(async ({ run, home }) => {
      const { exitCode, stdout, stderr } = await run(['sandbox', '--fault', 'CHOPP=timeout']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^Error: There is no scenario "CHOPP"\.\n {2}Did you mean "CHOP"\?\n/);
      writeFileSync(path.join(home, 'own.yaml'), 'scenarios: [{ name: ORDER }]\n');
      const own = await run(['sandbox', '--config', 'own.yaml', '--fault', 'CHOP=timeout', '--json']);
      expect(own.exitCode).toBe(2);
      expect(JSON.parse(own.stdout).error).toMatchObject({
        code: 'UNKNOWN_SCENARIO',
        hint: expect.stringContaining('Known: ORDER.'),
      });
    });
  });

  it('of doctor, which sends one webhook, is an error', async () => {
    await withCli(async ({ run }) => {
      const { exitCode, stdout } = await run(['doctor', '--sandbox', '--json', '--fault', 'CHOP=status:500']);
      expect(exitCode).toBe(1);
      const { checks }: { readonly checks: readonly Check[] } = JSON.parse(stdout);
      expect(checks).toMatchObject([
        {
          name: 'config',
          state: 'fail',
          message: 'The fault "CHOP=status:500" has no effect: doctor does not send CHOP',
        },
      ]);
    });
  });

  it('of a run is an error before it starts', async () => {
    await withCli(async ({ run }) => {
      const { exitCode, stderr, stdout } = await run([
        'run',
        '--sandbox',
        '-n',
        '1',
        '--fault',
        'CHOP=timeout',
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(
        /^Error: The fault "CHOP=timeout" has no effect: this run does not send CHOP\.\n/,
      );
    });
  });
});
