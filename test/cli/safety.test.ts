import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { type Internet, type Visit, withInternet } from '../support/internet.ts';
import { CTRL_C, CTRL_D, ENTER, onTerminal, type Step } from '../support/pseudo-terminal.ts';

const GOOD = { status: 200, json: { signal_id: 's1', enrichment: { a: 1 }, variant: 'A' } };
const URL = 'http://hooks.test/webhook';
/** Reported to, so that a question must come before Sentry hears of anything, too. */
const SENTRY_DSN = 'http://abcdef0123456789abcdef0123456789@sentry.test/42';

interface World {
  readonly cli: Cli;
  readonly internet: Internet;
  /** Leads to the internet, with a DSN. */
  readonly env: Readonly<Record<string, string>>;
  /** How many webhooks have arrived. */
  readonly received: () => number;
}

const isWebhook = ({ host }: Visit) => host === 'hooks.test:80';

function withWorld(
  use: (world: World) => Promise<void>,
  onWebhook: (number: number, home: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  return withCli((cli) => {
    let number = 0;
    return withInternet(
      async (visit) => {
        if (isWebhook(visit)) await onWebhook(++number, cli.home);
        return GOOD;
      },
      (internet) =>
        use({
          cli,
          internet,
          env: { ...internet.env, SENTRY_DSN },
          received: () => internet.visits.filter(isWebhook).length,
        }),
    );
  });
}

const QUIET_HOURS = { from: '09:30', to: '16:00', timezone: 'America/New_York' };
/** 09:29 and 09:30 in New York, in winter. */
const BEFORE = '2026-01-05T14:29:00Z';
const WITHIN = '2026-01-05T14:30:00Z';
const HOURS = 'quiet hours 09:30–16:00 America/New_York, until 16:00 (21:00 UTC)';

const configFile = ({ home }: Cli) => path.join(home, 'prod-e2e.config.json');
const laterFile = (home: string) => path.join(home, 'later');

function withConfig(cli: Cli, config: unknown): Promise<void> {
  return writeFile(configFile(cli), JSON.stringify(config));
}

/** The program's clock stands before quiet hours until the file `later` is there. */
function clock(cli: Cli, now: string): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import ${path.join(ROOT, 'test', 'support', 'set-clock.mjs')}`,
    TEST_CLOCK: now,
    TEST_CLOCK_LATER: WITHIN,
    TEST_LATER: laterFile(cli.home),
  };
}

describe.concurrent('without a terminal', () => {
  it.each([
    [
      ['-n', '26'],
      '26 webhooks to hooks.test through the proxy PROXY (the limit without --yes is 25)',
      '--count',
    ],
    [
      ['-n', '9', '--retries', '2'],
      '9 webhooks to hooks.test through the proxy PROXY, each tried up to 3 times: up to 27 requests (the limit without --yes is 25)',
      '--count or --retries',
    ],
    [
      ['--rate', '11'],
      '11 webhooks per second to hooks.test through the proxy PROXY (the limit without --yes is 10 per second)',
      '--rate',
    ],
    [
      ['--concurrency', '50'],
      'up to 50 webhooks at a time to hooks.test through the proxy PROXY (the limit without --yes is 10 per second)',
      '--concurrency',
    ],
    [
      ['-n', '5', '--rate', '6', '--retries', '1'],
      '6 webhooks per second to hooks.test through the proxy PROXY, each tried up to 2 times: up to 12 requests per second (the limit without --yes is 10 per second)',
      '--rate or --retries',
    ],
  ])('%j is refused with the reason, and nothing is sent', (args, reason, otherwise) =>
    withWorld(async ({ cli, internet, env }) => {
      const { stdout, stderr, exitCode } = await cli.run(['run', '--url', URL, ...args], { env });
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^Error: Confirmation required: /);
      expect(stderr).toContain(reason.replace('PROXY', internet.proxy));
      expect(stderr).toContain(`Pass --yes to confirm, or lower ${otherwise}.`);
      expect(internet.wanted).toEqual([]);
    }),
  );

  it('at most 10 webhooks per second are sent, retries included, whatever the concurrency', () =>
    withCli((cli) => {
      let webhooks = 0;
      const seen = new Set<unknown>();
      const busy = { status: 503, json: {} };
      return withInternet(
        async (visit) => {
          if (!isWebhook(visit)) return GOOD;
          webhooks += 1;
          // Each is refused once: a retry may come before the last one is sent.
          const id = visit.headers['x-prod-e2e-test'];
          const isFirst = !seen.has(id);
          seen.add(id);
          return isFirst ? busy : GOOD;
        },
        async ({ env }) => {
          const args = ['run', '--url', URL, '-n', '5', '-c', '10', '--retries', '1', '--json'];
          const { stdout } = await cli.run(args, { env });
          expect(webhooks).toBe(10);
          const report: Report = JSON.parse(stdout);
          // When each left here: on a busy machine they may arrive closer together.
          const atMs = report.results
            .flatMap(({ attempts }) => attempts.map(({ startedAt }) => Date.parse(startedAt)))
            .sort((one, other) => one - other);
          expect(atMs).toHaveLength(10);
          // Nine gaps of 100 ms; timers may be early by one.
          expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(880);
        },
      );
    }));

  it('--yes confirms', () =>
    withWorld(async ({ cli, env, received }) => {
      const { exitCode } = await cli.run(['run', '--url', URL, '-n', '26', '-c', '8', '--yes'], { env });
      expect(exitCode).toBe(0);
      expect(received()).toBe(26);
    }));

  it('PROD_E2E_YES does not confirm, and a hint explains it', () =>
    withWorld(async ({ cli, internet, env }) => {
      const { stdout, exitCode } = await cli.run(['run', '--url', URL, '-n', '26', '--json'], {
        env: { ...env, PROD_E2E_YES: '1' },
      });
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout).error).toMatchObject({
        code: 'NOT_AGREED',
        hint: expect.stringContaining('PROD_E2E_YES has no effect: confirm each run with --yes'),
      });
      expect(internet.wanted).toEqual([]);
    }));

  it('a dry run asks nothing', () =>
    withWorld(async ({ cli, internet, env }) => {
      await withConfig(cli, { quietHours: QUIET_HOURS });
      const options = { env: { ...env, ...clock(cli, WITHIN) } };
      expect((await cli.run(['run', '--url', URL, '-n', '26', '--dry-run'], options)).exitCode).toBe(0);
      expect(internet.wanted).toEqual([]);
    }));
});

describe.concurrent('on a terminal', () => {
  const answered = (keys: Extract<Step, { readonly do: 'type' }>['keys']): readonly Step[] => [
    { after: 'Continue? [y/N]', do: 'type', keys },
  ];

  it.each(['y', 'Y', 'yes'])('%j sends, and nothing is sent before', (answer) =>
    withWorld(async ({ cli, internet, env, received }) => {
      const { unwrapped, exit } = await onTerminal(cli, ['run', '--url', URL, '-n', '26', '-c', '10'], {
        env,
        steps: answered(() => {
          expect(internet.wanted).toEqual([]);
          return answer + ENTER;
        }),
      });
      expect(unwrapped).toContain(
        `This will send 26 webhooks to hooks.test through the proxy ${internet.proxy} (the limit without --yes is 25).\nContinue? [y/N] `,
      );
      expect(exit).toBe(0);
      expect(received()).toBe(26);
    }),
  );

  it.each([
    ['n', `n${ENTER}`, 'Nothing was sent.', 2],
    ['nothing', ENTER, 'Nothing was sent.', 2],
    ['something else', `sure${ENTER}`, 'Nothing was sent.', 2],
    ['Ctrl-D', CTRL_D, 'Nothing was sent.', 2],
    ['Ctrl-C', CTRL_C, 'Interrupted; nothing was sent.', 130],
  ])('%s cancels', (_, keys, says, code) =>
    withWorld(async ({ cli, internet, env }) => {
      const { text, exit } = await onTerminal(cli, ['run', '--url', URL, '-n', '26'], {
        env,
        steps: answered(keys),
      });
      expect(text).toContain(`Error: ${says}\n`);
      expect(exit).toBe(code);
      expect(internet.wanted).toEqual([]);
    }),
  );

  it('a confirmation of the number does not confirm the speed', () =>
    withWorld(async ({ cli, env }) => {
      const { text } = await onTerminal(cli, ['run', '--url', URL, '-n', '26', '-c', '10', '-r', 'json'], {
        env,
        steps: answered(`y${ENTER}`),
      });
      const report: Report = JSON.parse(text.slice(text.indexOf('{\n'), text.lastIndexOf('}') + 1));
      const starts = report.results.map(({ startedAt }) => Date.parse(startedAt));
      // 25 gaps of 100 ms; timers may fire a millisecond early.
      expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThanOrEqual(25 * 99);
    }));

  it('quiet hours require confirmation, which lasts until they end', () =>
    withWorld(async ({ cli, internet, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const { unwrapped, exit } = await onTerminal(cli, ['run'], {
        env: { ...env, ...clock(cli, WITHIN) },
        steps: answered(`y${ENTER}`),
      });
      expect(unwrapped).toContain(
        `This will send 5 webhooks to hooks.test through the proxy ${internet.proxy} in ${HOURS}.\nContinue?`,
      );
      expect(exit).toBe(0);
      expect(received()).toBe(5);
    }));

  it('quiet hours that begin while it waits for an answer are not confirmed', () =>
    withWorld(async ({ cli, internet, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const { text, unwrapped, exit } = await onTerminal(cli, ['run', '-n', '26'], {
        env: { ...env, ...clock(cli, BEFORE) },
        steps: answered(async () => {
          await writeFile(laterFile(cli.home), '');
          return `y${ENTER}`;
        }),
      });
      expect(unwrapped).toContain(`The run stopped for ${HOURS} (use --yes to continue).`);
      expect(text).toContain('INTERRUPTED');
      expect(exit).toBe(2);
      expect([received(), internet.visits]).toEqual([0, []]);
    }));
});

describe.concurrent('quiet hours', () => {
  it('refuse a run that starts in them, if no question can be asked', () =>
    withWorld(async ({ cli, internet, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const refused = await cli.run(['run'], { env: { ...env, ...clock(cli, WITHIN) } });
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain(`Confirmation required: 5 webhooks to hooks.test`);
      expect(refused.stderr).toContain(`in ${HOURS}.`);
      expect(refused.stderr).toContain('or wait until the quiet hours are over.');
      expect(internet.wanted).toEqual([]);
      expect((await cli.run(['run'], { env: { ...env, ...clock(cli, BEFORE) } })).exitCode).toBe(0);
      expect(received()).toBe(5);
      const agreed = await cli.run(['run', '--yes'], { env: { ...env, ...clock(cli, WITHIN) } });
      expect([agreed.exitCode, received()]).toEqual([0, 10]);
    }));

  const beginsWithThird = async (number: number, home: string) => {
    if (number === 3) await writeFile(laterFile(home), '');
  };

  it('stop a run that reaches them: requests in flight finish, the rest is not sent', () =>
    withWorld(async ({ cli, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const options = { env: { ...env, ...clock(cli, BEFORE) } };
      const { stdout, stderr, exitCode } = await cli.run(['run', '-r', 'json'], options);
      const report: Report = JSON.parse(stdout);
      expect(received()).toBe(3);
      expect(report.status).toBe('degraded');
      expect(report.summary).toMatchObject({ total: 3, successful: 3, skipped: 2 });
      expect(report.skippedBecause).toBe(`The run stopped for ${HOURS} (use --yes to continue).`);
      expect(report.findings).toEqual([
        {
          severity: 'warning',
          code: 'quiet-hours',
          message: 'Quiet hours began before everything was sent: 2 webhooks were not sent',
          hint: 'Start earlier, or send fewer webhooks: --count, --rate',
        },
      ]);
      expect(stderr).toContain(`The run stopped for ${HOURS} (use --yes to continue).\n`);
      expect(exitCode).toBe(0);
    }, beginsWithThird));

  it('do not stop a run with --yes', () =>
    withWorld(async ({ cli, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const options = { env: { ...env, ...clock(cli, BEFORE) } };
      expect((await cli.run(['run', '--yes'], options)).exitCode).toBe(0);
      expect(received()).toBe(5);
    }, beginsWithThird));

  it('keep doctor from sending, but not from checking', () =>
    withWorld(async ({ cli, internet, env, received }) => {
      await withConfig(cli, { url: URL, quietHours: QUIET_HOURS });
      const options = { env: { ...env, ...clock(cli, WITHIN) } };
      const looked = await cli.run(['doctor', '--json'], options);
      const { checks } = JSON.parse(looked.stdout);
      expect(checks.map(({ name }: { readonly name: string }) => name)).toEqual([
        ...['config', 'url', 'proxy', 'dsn', 'token', 'webhook'],
      ]);
      expect(checks.at(-1)).toEqual({
        name: 'webhook',
        state: 'warn',
        message: `Not sent in ${HOURS}`,
        advice: ['Run doctor after the quiet hours, or send the webhook now: --yes'],
      });
      expect(looked.exitCode).toBe(0);
      expect(internet.visits).toEqual([]);
      await cli.run(['doctor', '--yes'], options);
      expect(received()).toBe(1);
    }));
});

it('the sandbox is this machine, whatever proxy and hosts are configured', () =>
  withWorld(async ({ cli, internet, env }) => {
    await withConfig(cli, {
      allowHosts: ['hooks.test'],
      quietHours: { ...QUIET_HOURS, from: '00:00', to: '24:00' },
    });
    const run = ['run', '--sandbox', '-n', '26', '--no-verify-traces', '--json'];
    const { stdout, exitCode } = await cli.run(run, { env });
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { total: 26, successful: 26 },
      sentry: { accepted: 26 },
    });
    expect(exitCode).toBe(0);
    const looked = await cli.run(['doctor', '--sandbox', '--no-send'], { env });
    expect([looked.stdout, looked.exitCode]).toEqual([expect.stringContaining('✓ token'), 0]);
    expect(internet.wanted).toEqual([]);
  }));

describe.concurrent('a target', () => {
  it.each([
    'ftp://hooks.test/x',
    'file:///etc/passwd',
    'ws://hooks.test',
    'javascript:alert(1)',
    'hooks.test',
  ])('must be http or https, not %s', (url) =>
    withWorld(async ({ cli, internet, env }) => {
      const { stderr, exitCode } = await cli.run(['run', '--url', url], { env });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`(got "${url}")`);
      expect(stderr).toContain('--url: expected an http:// or https:// URL');
      expect(internet.wanted).toEqual([]);
    }),
  );

  it.each([
    ['a flag', ['--url', 'http://hooks.test@evil.test/'], {}],
    ['a variable', [], { PRODUCTION_URL: 'http://evil.test/hooks.test' }],
    ['a profile', ['--profile', 'evil'], {}],
  ])('of %s must be allowed', (_, args, variables) =>
    withWorld(async ({ cli, internet, env }) => {
      const profiles = { evil: { url: 'http://evil.test/' } };
      await withConfig(cli, { url: URL, allowHosts: ['hooks.test'], profiles });
      const options = { env: { ...env, ...variables } };
      for (const command of [['run', '--yes'], ['doctor']]) {
        const { stdout, stderr, exitCode } = await cli.run([...command, ...args], options);
        expect(exitCode).toBe(command[0] === 'doctor' ? 1 : 2);
        expect(`${stdout}${stderr}`.replace(/\s+/g, ' ')).toContain('evil.test is not an allowed host');
      }
      expect(internet.wanted.filter((host) => host.startsWith('evil.test'))).toEqual([]);
    }),
  );

  it('is allowed if allowHosts is not set', () =>
    withWorld(async ({ cli, env, received }) => {
      await withConfig(cli, { url: URL, allowHosts: ['*.test', 'HOOKS.test:80'] });
      expect((await cli.run(['run', '-n', '1'], { env })).exitCode).toBe(0);
      expect(received()).toBe(1);
    }));
});
