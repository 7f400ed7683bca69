/**
 * Whom the program contacts: the target, the host of the DSN, the API of Sentry, what probes and clean-up name, notifiers,
 * and nobody else. No telemetry, no look for updates. What it does is noted below all libraries, in the processes it starts, too (support/record-contacts.mjs).
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Cli, type CliOptions, ROOT, withCli } from '../support/cli.ts';
import { withInternet } from '../support/internet.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { accept, withTarget } from '../support/target.ts';

const RECORDER = pathToFileURL(path.join(ROOT, 'test', 'support', 'record-contacts.mjs'));

interface Recorded {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** `connect 127.0.0.1:80`, `lookup localhost`, `spawn node file.js`; each once, in order of the alphabet. */
  readonly contacts: readonly string[];
}

async function recorded(cli: Cli, args: readonly string[], options: CliOptions = {}): Promise<Recorded> {
  const log = path.join(
    cli.home,
    `contacts-${args
      .join('-')
      .replaceAll(/[^a-z-]/g, '')
      .slice(0, 60)}.log`,
  );
  const recorder = new URL(RECORDER);
  recorder.searchParams.set('log', log);
  const result = await cli.run(args, { ...options, nodeArgs: ['--import', recorder.href] });
  const text = await readFile(log, 'utf8').catch(() => '');
  const contacts = text.split('\n').filter((line) => line !== '');
  return { ...result, contacts: [...new Set(contacts.map((line) => line.replace('contact ', '')))].sort() };
}

const TOKEN = {
  SENTRY_AUTH_TOKEN: 'sntryu_0123456789abcdef',
  SENTRY_ORG: 'acme',
  SENTRY_URL: 'http://api.test',
};
const DSN = { SENTRY_DSN: 'http://abcdef0123456789abcdef0123456789@dsn.test/42' };
const RUN = ['run', '--url', 'http://hooks.test/webhook', '-n', '2', '--trace-timeout', '1s'];
const TRACE_ID = '0123456789abcdef0123456789abcdef';

/** Every name leads to a server that responds like a good target. */
function withEverybody(
  use: (world: {
    readonly cli: Cli;
    readonly proxy: string;
    readonly env: Record<string, string>;
    readonly wanted: () => readonly string[];
  }) => Promise<void>,
): Promise<void> {
  const response = { status: 200, json: { signal_id: 's1', enrichment: { a: 1 }, variant: 'A' } };
  return withCli((cli) =>
    withInternet(
      () => response,
      ({ proxy, env, wanted }) =>
        use({ cli, proxy, env: { ...env }, wanted: () => [...new Set(wanted)].sort() }),
    ),
  );
}

describe.concurrent('no host is contacted by', () => {
  it.each([
    ['--version'],
    ['--help'],
    ['help', 'run'],
    ['nonsense'],
    ['autocomplete'],
    ['autocomplete', 'script', 'bash'],
    ['init', '--url', 'http://hooks.test/webhook'],
    ['config', 'show'],
    ['scenarios', 'list'],
    ['scenarios', 'show', 'CHOP'],
    ['report', 'list'],
    ['report', 'show'],
    ['trace', 'open', TRACE_ID],
    ['trace', 'open', TRACE_ID, '--print'],
    ['run', '--url', 'http://hooks.test/webhook', '--dry-run'],
    ['run', '--url', 'http://hooks.test/webhook', '-n', '26'],
    ['run'],
  ])('%s %s %s', (...args) =>
    withEverybody(async ({ cli, env, wanted }) => {
      const { contacts } = await recorded(cli, args, { env: { ...env, ...TOKEN, ...DSN } });
      expect(contacts).toEqual([]);
      expect(wanted()).toEqual([]);
    }),
  );

  it('commands that read the reports of a saved run', () =>
    withEverybody(async ({ cli, env, wanted }) => {
      await cli.run(RUN, { env });
      const before = wanted();
      for (const args of [
        ['report', 'show'],
        ['report', 'list', '--json'],
        ['trace', 'open', '1', '--print'],
      ]) {
        const { contacts, exitCode } = await recorded(cli, args, { env: { ...env, ...TOKEN, ...DSN } });
        expect([args, exitCode, contacts]).toEqual([args, 0, []]);
      }
      expect(wanted()).toEqual(before);
    }));
});

describe.concurrent('through the proxy of the environment, the only host contacted,', () => {
  const [HOOKS, SENTRY, API] = ['hooks.test:80', 'dsn.test:80', 'api.test:80'];

  it.each([
    ['run without a DSN and a token', RUN, {}, [HOOKS]],
    ['run with a DSN', RUN, DSN, [SENTRY, HOOKS]],
    ['run with a token', RUN, TOKEN, [API, HOOKS]],
    ['run with both', RUN, { ...TOKEN, ...DSN }, [API, SENTRY, HOOKS]],
    [
      'doctor with both',
      ['doctor', '--url', 'http://hooks.test/webhook', '--trace-timeout', '1s'],
      { ...TOKEN, ...DSN },
      [API, SENTRY, HOOKS],
    ],
    [
      'doctor --no-send',
      ['doctor', '--url', 'http://hooks.test/webhook', '--no-send'],
      { ...TOKEN, ...DSN },
      [API],
    ],
    ['trace show', ['trace', 'show', TRACE_ID], { ...TOKEN, ...DSN }, [API]],
  ])('%s reaches only the configured hosts', (_, args, variables, hosts) =>
    withEverybody(async ({ cli, proxy, env, wanted }) => {
      const { contacts } = await recorded(cli, args, { env: { ...env, ...variables } });
      expect(contacts).toEqual([`connect ${proxy}`]);
      expect(wanted()).toEqual(hosts);
    }),
  );

  it('a run with probes and clean-up also reaches their hosts, and announces it', () =>
    withEverybody(async ({ cli, proxy, env, wanted }) => {
      const http = { url: 'http://probe.test/{{response.signal_id}}', required: ['signal_id'] };
      const config = {
        stages: [{ name: 'saved', http }],
        cleanup: { url: 'http://clean.test/{{response.signal_id}}' },
      };
      await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(config));
      const { contacts, stderr } = await recorded(cli, RUN, { env });
      expect(contacts).toEqual([`connect ${proxy}`]);
      expect(wanted()).toEqual(['clean.test:80', HOOKS, 'probe.test:80']);
      expect(stderr).toContain('Probes will query probe.test; clean-up will call clean.test\n');
      // The doctor does not connect through a proxy, and asks nothing.
      const looked = await recorded(cli, ['doctor', ...RUN.slice(1, 3), '--no-send'], { env });
      expect([looked.contacts, wanted().length]).toEqual([[], 3]);
      expect(looked.stdout.replaceAll(/\s+/g, ' ')).toMatch(/the proxy \S+ connects to probe\.test/);
      // Looking at it contacts nobody.
      const dry = await recorded(cli, [...RUN.slice(0, 3), '--dry-run'], { env });
      expect([dry.contacts, wanted().length]).toEqual([[], 3]);
      expect(dry.stdout).toContain(
        'Probes will query probe.test; clean-up will call clean.test, after all webhooks are sent.',
      );
    }));

  describe.concurrent('with notifiers and a monitor', () => {
    const NOTIFIERS = {
      monitor: { slug: 'e2e', schedule: '@hourly' },
      notify: [
        { type: 'slack', url: 'http://slack.test/services/T0/B0/0123456789abcdef' },
        { type: 'pagerduty', url: 'http://pager.test/v2/enqueue', routingKey: '0'.repeat(32) },
        { type: 'webhook', url: 'http://receiver.test/alerts', secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAA' },
        { type: 'sentry-issue' },
      ],
    };
    const ALERTED = ['pager.test:80', 'receiver.test:80', 'slack.test:80'];

    it.each([
      [
        'a run of which something broke tells them',
        RUN,
        { expect: { status: 400 } },
        [...ALERTED, SENTRY, HOOKS],
      ],
      ['a run of which nothing broke tells none of them', RUN, {}, [SENTRY, HOOKS]],
      ['a dry run tells nobody', [...RUN, '--dry-run'], {}, []],
      ['doctor tells none of them', ['doctor', '--url', 'http://hooks.test/webhook'], {}, [SENTRY, HOOKS]],
    ])('%s', (_, args, config, hosts) =>
      withEverybody(async ({ cli, proxy, env, wanted }) => {
        await writeFile(
          path.join(cli.home, 'prod-e2e.config.json'),
          JSON.stringify({ ...NOTIFIERS, ...config }),
        );
        const { contacts } = await recorded(cli, args, { env: { ...env, ...DSN } });
        expect(contacts).toEqual(hosts.length === 0 ? [] : [`connect ${proxy}`]);
        expect(wanted()).toEqual([...hosts].sort());
      }),
    );

    it('a run in the sandbox contacts none of them, whatever breaks', () =>
      withEverybody(async ({ cli, env, wanted }) => {
        await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(NOTIFIERS));
        const args = ['run', '--sandbox', '-n', '1', '--fault', '*=status:500'];
        const { exitCode } = await recorded(cli, args, { env });
        expect(exitCode).toBe(1);
        expect(wanted()).toEqual([]);
      }));
  });

  it('trace learn contacts Sentry only', () =>
    withEverybody(async ({ cli, proxy, env, wanted }) => {
      await cli.run(RUN, { env: { ...env, ...TOKEN } });
      const { contacts } = await recorded(cli, ['trace', 'learn'], { env: { ...env, ...TOKEN, ...DSN } });
      expect([`connect ${proxy}`]).toEqual(expect.arrayContaining([...contacts]));
      expect(wanted()).toEqual([API, HOOKS]);
    }));
});

describe.concurrent('without a proxy', () => {
  it('a run resolves and connects to the target and the DSN host', () =>
    withTarget(accept, ({ port }) =>
      withSentryReceiver({ status: 200 }, ({ dsn, host }) =>
        withCli(async (cli) => {
          const args = ['run', '--url', `http://localhost:${port}/webhook`];
          const { contacts, exitCode } = await recorded(cli, args, { env: { SENTRY_DSN: dsn } });
          expect(exitCode).toBe(0);
          // Whether localhost is ::1 first, is a matter of the machine.
          expect(contacts.filter((each) => each !== `connect ::1:${port}`)).toEqual(
            [`connect ${host}`, `connect 127.0.0.1:${port}`, 'lookup localhost'].sort(),
          );
        }),
      ),
    ));

  it.each([
    ['run', ['run', '--sandbox', '-n', '2']],
    ['doctor', ['doctor', '--sandbox']],
  ])('%s --sandbox connects only to the two processes it starts', (_, args) =>
    withCli(async (cli) => {
      const { contacts, exitCode } = await recorded(cli, args);
      expect(exitCode).toBe(0);
      const elsewhere = contacts.filter((each) => !/^connect 127\.0\.0\.1:\d+$/.test(each));
      expect(elsewhere.map((each) => each.replace(`${ROOT}`, ''))).toEqual([
        'listen tcp',
        'spawn node dist/sandbox/sentry-server.js',
        'spawn node dist/sandbox/target.js',
      ]);
      expect(contacts.filter((each) => each.startsWith('connect'))).toHaveLength(2);
    }),
  );

  it('a waiting sandbox contacts no host', () =>
    withCli(async (cli) => {
      const { contacts, exitCode } = await recorded(cli, ['sandbox', '--json'], {
        running: (child) => {
          child.stdout?.once('data', () => child.kill('SIGTERM'));
        },
      });
      expect(exitCode).toBe(0);
      expect(contacts.map((each) => each.replace(`${ROOT}`, ''))).toEqual([
        'listen tcp',
        'spawn node dist/sandbox/sentry-server.js',
        'spawn node dist/sandbox/target.js',
      ]);
    }));
});

it('the recorder records every contact', async () => {
  const script = `
    import { execSync, spawn } from 'node:child_process';
    import { createSocket } from 'node:dgram';
    import dns, { Resolver } from 'node:dns';
    import https from 'node:https';
    import net from 'node:net';
    const ignore = () => {};
    net.connect(1, '127.0.0.2').on('error', ignore);
    net.connect('/nowhere.sock').on('error', ignore);
    https.get('https://127.0.0.3:1/').on('error', ignore);
    fetch('http://127.0.0.4:9999/').catch(ignore);
    dns.lookup('a.invalid', ignore);
    const resolver = new Resolver({ timeout: 1, tries: 1 });
    resolver.setServers(['127.0.0.1:9']);
    resolver.resolve4('b.invalid', ignore);
    createSocket('udp4').close();
    execSync('true c');
    spawn(process.execPath, ['-e', 'require("node:net").connect(1, "127.0.0.5").on("error", () => {})']);
  `;
  const recorder = new URL(RECORDER);
  recorder.searchParams.set('log', '2');
  const args = ['--import', recorder.href, '--input-type=module', '-e', script];
  const { stderr } = await promisify(execFile)(process.execPath, args);
  const contacts = stderr.split('\n').filter((line) => line.startsWith('contact '));
  expect(contacts.map((line) => line.replace('contact ', '')).sort()).toEqual([
    'connect 127.0.0.2:1',
    'connect 127.0.0.3:1',
    'connect 127.0.0.4:9999',
    'connect pipe /nowhere.sock',
    'lookup a.invalid',
    'resolve b.invalid',
    'spawn execSync true c',
    expect.stringMatching(/^spawn node -e /),
    'udp socket',
  ]);
});
