/** `prod-e2e init`: asked on a terminal, by flags, and without a terminal; what it writes is what the program reads. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECIPE_NAMES } from '../../src/lib/init/starter-answers.ts';
import { SENDER_NAMES, SIGNING_SCHEMES } from '../../src/lib/model/signing.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { CTRL_C, CTRL_D, HAS_TERMINALS, onTerminal, type Step } from '../support/pseudo-terminal.ts';
import { A_SECRET } from '../support/signature-oracles.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const FILE = 'prod-e2e.config.yaml';
const URL = 'https://hooks.example.com/webhook';
/** What recipes and answers read. */
const ENV = {
  MY_SECRET: A_SECRET,
  OLD_WEBHOOK_SECRET: A_SECRET,
  MY_DSN: 'https://key@o1.ingest.sentry.io/2',
  MY_TOKEN: 'sntryu_0123456789abcdef',
  DATABASE_URL: 'postgres://db.example.com/app',
  E2E_API_TOKEN: 'an-api-token-01',
};

const written = ({ home }: Cli) => readFileSync(path.join(home, FILE), 'utf8');

/** `config show` of what was written, key by key. */
async function effective({ run }: Cli): Promise<(key: string) => unknown> {
  const { stdout, stderr, exitCode } = await run(['config', 'show', '--json'], { env: ENV });
  expect(exitCode, stdout + stderr).toBe(0);
  const { values }: { values: readonly { key: string; value: unknown }[] } = JSON.parse(stdout);
  return (key) => values.find((each) => each.key === key)?.value ?? null;
}

describe.concurrent('by flags', () => {
  const variants = [
    ...RECIPE_NAMES.map((name) => ['--recipe', name]),
    ...SENDER_NAMES.map((name) => ['--sender', name]),
    ...SIGNING_SCHEMES.map((name) => ['--signing', name]),
    ['--no-input'],
    ['--dsn-env', 'none', '--token-env', 'none'],
  ];
  it.each(variants.map((args) => [args.join(' '), args] as const))('%s', async (_, args) => {
    await withCli(async (cli) => {
      const answers = ['--url', URL, '--count', '7', '--org', 'acme', '--project', 'e2e'];
      const named = ['--secret-env', 'MY_SECRET', '--dsn-env', 'MY_DSN', '--token-env', 'MY_TOKEN'];
      const all = args.includes('none') ? [...args, ...answers] : [...args, ...answers, ...named];
      const { exitCode, stdout, stderr } = await cli.run(['init', ...all]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/Wrote .*\nFirst set|Wrote .*\nNext:\n {2}prod-e2e config show/);
      const value = await effective(cli);
      expect(value('url')).toBe(URL);
      expect(value('count')).toBe(7);
      expect(value('sentry.org')).toBe('acme');
      expect(value('sentry.project')).toBe('e2e');
      if (args.includes('--sender')) expect(value('sender')).toBe(args[1]);
      const text = written(cli);
      expect(text).toMatch(/^# /);
      for (const secret of Object.values(ENV)) expect(text).not.toContain(secret);
      const isSigned = args[0] === '--signing' || (args[0] === '--sender' && args[1] !== 'tradingview');
      if (isSigned) expect(text).toMatch(/^signing: .*"\$\{env:MY_SECRET\}"/m);
    });
  });

  it('names what to set first, and the file if it is not found by default', async () => {
    await withCli(async ({ run }) => {
      const { stdout } = await run(['init', '--signing', 'svix', '-o', 'staging.yaml']);
      expect(stdout).toContain('First set the variables it reads: WEBHOOK_SECRET.\n');
      expect(stdout).toContain('  prod-e2e doctor --config staging.yaml\n');
      const { unsetVariables } = JSON.parse((await run(['init', '--json'])).stdout);
      expect(unsetVariables).toEqual([]);
    });
  });

  it.each([
    [['--url', 'ftp://x'], '--url: A webhook URL must start with http:// or https://'],
    [['--count', '0'], '--count: The number of webhooks must be between 1 and 1,000,000.'],
    [['--secret-env', 'whsec_c2VjcmV0'], '--secret-env: A variable name has capital letters'],
    [['--org', 'a b'], '--org: A slug has letters'],
    [['--recipe', 'x'], '--recipe must be one of tradingview, '],
  ])('%j is reported, and nothing is written', async (args, said) => {
    await withCli(async (cli) => {
      const { exitCode, stderr } = await cli.run(['init', ...args]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`Error: ${said}`);
      expect(stderr).not.toContain('c2VjcmV0');
      expect(existsSync(path.join(cli.home, FILE))).toBe(false);
    });
  });

  it('doctor works with it', async () => {
    await withWebhookTarget({ body: { status: 'ACCEPTED', signal_id: 's1' } }, async (target) =>
      withCli(async (cli) => {
        await cli.run(['init', '--url', target.url, '--signing', 'hmac', '--secret-env', 'MY_SECRET']);
        const { exitCode, stdout } = await cli.run(['doctor'], { env: ENV });
        expect(stdout).toContain(FILE);
        expect(exitCode, stdout).toBe(0);
        expect(target.received).toHaveLength(1);
        expect(target.received[0]?.headers).toHaveProperty('x-webhook-signature');
      }),
    );
  });
});

it.concurrent('asks nothing without a terminal, and replaces nothing', async () => {
  await withCli(async ({ run }) => {
    expect((await run(['init'])).exitCode).toBe(0);
    const again = await run(['init']);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/already exists\.\n.*--force[\s\S]*prod-e2e config show/);
    expect((await run(['init', '--force'])).exitCode).toBe(0);
  });
});

const DOWN = '\u001b[B';
const UP = '\u001b[A';

describe.skipIf(!HAS_TERMINALS)('asked on a terminal', { concurrent: true }, () => {
  const typed = (after: string, keys: string): Step => ({ after, do: 'type', keys });
  const ENTER = '\r';

  it('asks three questions: the URL again after a bad one, then choices with the arrow keys', async () => {
    await withCli(async (cli) => {
      const steps = [
        typed('Webhook URL [', `hooks.example.com${ENTER}`),
        typed('must start with http://', `${URL}${ENTER}`),
        typed('Provider to imitate', DOWN + DOWN + DOWN + UP + ENTER),
        typed('only trace headers', DOWN + ENTER),
      ];
      const { screen, text, exit } = await onTerminal(cli, ['init'], { steps });
      expect(exit, screen).toBe(0);
      expect(text).toContain('First set the variables it reads: GITHUB_WEBHOOK_SECRET.');
      expect(written(cli)).toMatch(
        /^sender: github\nsigning: \{ secret: "\$\{env:GITHUB_WEBHOOK_SECRET\}" \}$/m,
      );
      expect(written(cli)).toContain('# Traces are not read back.');
      const { stdout } = await cli.run(['config', 'show', '--json'], {
        env: { GITHUB_WEBHOOK_SECRET: A_SECRET },
      });
      expect(stdout).toContain(URL);
    });
  });

  it('Enter alone takes every default', async () => {
    await withCli(async (cli) => {
      const steps = [
        typed('Webhook URL [', ENTER),
        typed('Provider to imitate', ENTER),
        typed('only trace headers', ENTER),
      ];
      const { screen, exit } = await onTerminal(cli, ['init'], { steps });
      expect(exit, screen).toBe(0);
      expect(written(cli)).toContain('# sender: github');
      expect(written(cli)).toContain('# Traces are read back with the token in SENTRY_AUTH_TOKEN');
    });
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
  ])('%s at a question ends with 130, and nothing is written', async (_, keys) => {
    for (const steps of [
      [typed('Webhook URL [', keys)],
      [typed('Webhook URL [', ENTER), typed('Provider to imitate', keys)],
    ])
      await withCli(async (cli) => {
        const { screen, exit } = await onTerminal(cli, ['init'], { steps });
        expect(exit, screen).toBe(130);
        expect(screen).toContain('Interrupted; nothing was written.');
        expect(existsSync(path.join(cli.home, FILE))).toBe(false);
      });
  });

  it.each([
    ['--no-input', ['init', '--no-input'], {}],
    ['an answer as a flag', ['init', '--count', '2'], {}],
    ['--json', ['init', '--json'], {}],
    ['CI', ['init'], { CI: 'true' }],
  ])('nothing is asked with %s', async (_, args, env) => {
    await withCli(async (cli) => {
      const { screen, exit } = await onTerminal(cli, args, { steps: [], env });
      expect(exit).toBe(0);
      expect(screen).not.toContain('Webhook URL');
    });
  });
});
