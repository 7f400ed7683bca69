/** Alerts as a user meets them: the built program, a target that breaks and works again, and servers that record what comes. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { checkInProblems, pagerdutyProblems, slackProblems } from '../support/alert-schemas.ts';
import { type Cli, type CliOptions, ROOT, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { accept, type Handler, type ReceivedRequest, type Target, withTarget } from '../support/target.ts';

const ROUTING_KEY = 'R0123456789abcdefABCDEF012345678';
const SECRET = `whsec_${Buffer.from('thirty-two bytes of a secret key').toString('base64')}`;
const SLACK_PATH = '/services/T00000000/B00000000/AbCdEfGh0123456789XyZ';

/** Scenarios that get a 500, or a 422, until this is changed. */
interface Broken {
  scenarios: readonly string[];
  rejected?: readonly string[];
  /** It closes every connection. */
  isGone?: boolean;
}

function breaking(broken: Broken): Handler {
  return (request, response) => {
    const { scenario } = JSON.parse(request.body.toString());
    if (broken.isGone) {
      response.destroy();
      return;
    }
    const isRejected = broken.rejected?.includes(scenario) ?? false;
    if (!isRejected && !broken.scenarios.includes(scenario)) return accept(request, response);
    response.writeHead(isRejected ? 422 : 500, { 'content-type': 'application/json' });
    response.end('{"error":"<!channel> & *all* of it"}');
  };
}

interface World {
  readonly cli: Cli;
  readonly target: Target;
  readonly hooks: Target;
  readonly broken: Broken;
  /** Runs it against the target. */
  readonly run: (...args: string[]) => ReturnType<Cli['run']>;
}

const SCENARIOS = [{ name: 'ORDER' }, { name: 'REFUND' }];

function withWorld(
  notify: (hooks: Target) => readonly object[],
  use: (world: World) => Promise<void>,
  { hook = accept, config = {} }: { readonly hook?: Handler; readonly config?: object } = {},
): Promise<void> {
  const broken: Broken = { scenarios: [] };
  return withCli((cli) =>
    withTarget(breaking(broken), (target) =>
      withTarget(hook, async (hooks) => {
        const settings = { scenarios: SCENARIOS, count: 4, notify: notify(hooks), ...config };
        await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(settings));
        const run = (...args: string[]) => cli.run(['run', '--url', target.url, ...args]);
        await use({ cli, target, hooks, broken, run });
      }),
    ),
  );
}

const at = (hooks: Target, rest: string) => `http://127.0.0.1:${hooks.port}${rest}`;
const bodies = (requests: readonly ReceivedRequest[]) =>
  requests.map(({ body }) => JSON.parse(body.toString()));

const slack = (hooks: Target) => ({ type: 'slack', url: at(hooks, SLACK_PATH) });
const pagerduty = (hooks: Target) => ({
  type: 'pagerduty',
  url: at(hooks, '/v2/enqueue'),
  routingKey: ROUTING_KEY,
});
const webhook = (hooks: Target) => ({ type: 'webhook', url: at(hooks, '/hook'), secret: SECRET });

describe.concurrent('a change of state', () => {
  it('is reported to Slack once: broken, nothing without a change, working again', () =>
    withWorld(
      (hooks) => [slack(hooks)],
      async ({ run, broken, hooks }) => {
        expect((await run()).exitCode).toBe(0);
        expect(hooks.requests).toHaveLength(0);
        broken.scenarios = ['ORDER'];
        expect((await run()).exitCode).toBe(1);
        // Two tests of the scenario failed alike: one message.
        expect(hooks.requests.map(({ url }) => url)).toEqual([SLACK_PATH]);
        await run();
        expect(hooks.requests).toHaveLength(1);
        broken.scenarios = [];
        expect((await run()).exitCode).toBe(0);
        await run();
        const [first, second, ...more] = bodies(hooks.requests);
        expect(more).toEqual([]);
        expect(slackProblems(first)).toEqual([]);
        expect(slackProblems(second)).toEqual([]);
        expect(first.text).toBe('ORDER is broken: HTTP 500: &lt;!channel&gt; &amp; *all* of it');
        expect(second.text).toMatch(/^ORDER works again: Broken since \d{4}-[-: \d]+ UTC: HTTP 500: /);
        expect(JSON.stringify([first, second])).not.toContain('<!channel>');
      },
    ));

  it('triggers and resolves the same alert of PagerDuty', () =>
    withWorld(
      (hooks) => [pagerduty(hooks)],
      async ({ run, broken, hooks }) => {
        broken.scenarios = ['ORDER'];
        broken.rejected = ['REFUND'];
        await run();
        broken.scenarios = [];
        await run();
        const events = bodies(hooks.requests);
        for (const event of events) expect(pagerdutyProblems(event)).toEqual([]);
        const [order, refund] = ['ORDER', 'REFUND'].map((name) =>
          events.find(({ payload }) => payload?.component === name),
        );
        expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve']);
        expect(events[2]).toEqual({
          routing_key: ROUTING_KEY,
          event_action: 'resolve',
          dedup_key: order.dedup_key,
        });
        expect(order.dedup_key).not.toBe(refund.dedup_key);
        expect(order.payload).toMatchObject({
          severity: 'error',
          class: 'http-5xx',
          custom_details: { broken_tests: 2, judged_tests: 2 },
        });
      },
    ));

  it('is sent as a signed webhook that the Standard Webhooks library accepts', () =>
    withWorld(
      (hooks) => [webhook(hooks)],
      async ({ run, broken, hooks }) => {
        broken.scenarios = ['ORDER'];
        await run();
        broken.scenarios = [];
        await run();
        const verifier = new Webhook(SECRET);
        const seen = hooks.requests.map(({ body, headers }) =>
          verifier.verify(body.toString(), headers as Record<string, string>),
        );
        expect(seen).toMatchObject([
          {
            type: 'prod_e2e.scenario.broken',
            data: { scenario: 'ORDER', code: 'http-5xx', brokenTests: 2, traceId: expect.any(String) },
          },
          { type: 'prod_e2e.scenario.working', data: { scenario: 'ORDER', code: 'http-5xx' } },
        ]);
        const [broke, works] = seen as readonly { data: { key: string } }[];
        expect(works?.data.key).toBe(broke?.data.key);
      },
    ));

  it('is reported again after a failed delivery', () => {
    let refuses = true;
    const hook: Handler = (_request, response) => {
      response.writeHead(refuses ? 503 : 200).end(refuses ? 'down for now' : 'ok');
    };
    return withWorld(
      (hooks) => [slack(hooks)],
      async ({ run, broken, hooks }) => {
        broken.scenarios = ['ORDER'];
        const failed = await run('--json');
        expect(failed.exitCode).toBe(1);
        expect(JSON.parse(failed.stdout).findings).toMatchObject([
          {
            severity: 'warning',
            code: 'notify-failed',
            message: `1 change could not be reported to slack (127.0.0.1:${hooks.port}): HTTP 503: down for now`,
          },
        ]);
        refuses = false;
        await run();
        await run();
        expect(hooks.requests).toHaveLength(2);
      },
      { hook },
    );
  });

  it('is not reported for part of an outage: it ends when each of its scenarios has worked, in any run', () =>
    withWorld(
      (hooks) => [webhook(hooks)],
      async ({ run, broken, hooks }) => {
        broken.scenarios = ['ORDER', 'REFUND'];
        await run();
        broken.scenarios = [];
        await run('--scenario', 'ORDER');
        expect(hooks.requests).toHaveLength(1);
        await run();
        expect(bodies(hooks.requests).map(({ type, data }) => `${data.scenarios} ${type}`)).toEqual([
          'ORDER,REFUND prod_e2e.scenario.broken',
          'ORDER,REFUND prod_e2e.scenario.working',
        ]);
      },
    ));
});

describe.concurrent('an outage', () => {
  const FIVE = ['CHOP', 'ORB', 'GAMMA', 'FLOW', 'TREND'].map((name) => ({ name }));
  const kinds = (requests: readonly ReceivedRequest[]) =>
    requests.map(({ url, body }) => {
      const { event_action, type, text } = JSON.parse(body.toString());
      return `${url} ${event_action ?? type ?? text}`;
    });

  it.each([
    ['responds with 500', 'HTTP 500: &lt;!channel&gt; &amp; *all* of it'],
    ['closes every connection', 'Connection reset before a response'],
  ])(
    'of a target that %s is one message per channel for five scenarios, and one when it ends',
    (how, cause) =>
      withWorld(
        (hooks) => [slack(hooks), pagerduty(hooks), webhook(hooks)],
        async ({ run, hooks, broken }) => {
          if (how === 'responds with 500') broken.scenarios = FIVE.map(({ name }) => name);
          else broken.isGone = true;
          await run('--no-bail');
          await run('--no-bail');
          expect(kinds(hooks.requests).toSorted()).toEqual([
            '/hook prod_e2e.scenario.broken',
            `${SLACK_PATH} CHOP and 4 more scenarios are broken: ${cause}`,
            '/v2/enqueue trigger',
          ]);
          broken.scenarios = [];
          broken.isGone = false;
          await run();
          await run();
          expect(kinds(hooks.requests.slice(3)).toSorted()).toEqual([
            '/hook prod_e2e.scenario.working',
            expect.stringContaining('CHOP and 4 more scenarios work again: Broken since '),
            '/v2/enqueue resolve',
          ]);
        },
        { config: { scenarios: FIVE, count: 5 } },
      ),
  );

  it('is reported after the configured number of failing runs, also with keep: 1 and runs of another target in between', () =>
    withWorld(
      (hooks) => [{ ...slack(hooks), after: 2, recoverAfter: 2 }],
      async ({ run, broken, hooks, cli, target }) => {
        const messages = async (...scenarios: readonly string[]) => {
          const before = hooks.requests.length;
          broken.scenarios = [];
          await cli.run(['run', '--url', target.url, '--environment', 'elsewhere']);
          broken.scenarios = scenarios;
          await run();
          return bodies(hooks.requests.slice(before)).map(({ text }) => text.split(':')[0]);
        };
        expect(await messages('ORDER')).toEqual([]);
        expect(await messages()).toEqual([]);
        expect(await messages('ORDER')).toEqual([]);
        expect(await messages('ORDER')).toEqual(['ORDER is broken']);
        expect(await messages()).toEqual([]);
        expect(await messages('ORDER')).toEqual([]);
        expect(await messages()).toEqual([]);
        expect(await messages()).toEqual(['ORDER works again']);
      },
      { config: { keep: 1 } },
    ));

  it('at a stage names the stage and its failure', () =>
    withWorld(
      (hooks) => [slack(hooks)],
      async ({ cli, hooks }) => {
        const faults = FIVE.flatMap(({ name }) => ['--fault', `${name}=status:500`]);
        const { exitCode } = await cli.run(['run', '--sandbox', '-n', '5', ...faults]);
        expect(exitCode).toBe(1);
        const [{ text }, ...more] = bodies(hooks.requests);
        expect(more).toEqual([]);
        expect(text).toBe(
          'CHOP and 4 more scenarios are broken at data-enrichment: fetch-gex-data: the provider answered 503',
        );
      },
      { config: { scenarios: FIVE, count: 5 } },
    ));
});

describe.concurrent('no alert is sent', () => {
  it('by a dry run', () =>
    withWorld(
      (hooks) => [slack(hooks)],
      async ({ run, broken, hooks, target }) => {
        broken.scenarios = ['ORDER'];
        expect((await run('--dry-run')).exitCode).toBe(0);
        expect(hooks.requests).toHaveLength(0);
        expect(target.requests).toHaveLength(0);
      },
    ));

  it('by doctor, which lists the notifiers', () =>
    withWorld(
      (hooks) => [slack(hooks), pagerduty(hooks), { type: 'sentry-issue' }],
      async ({ cli, hooks, target }) => {
        const { stdout } = await cli.run(['doctor', '--url', target.url, '--json']);
        const { checks } = JSON.parse(stdout);
        const alerts = checks.filter(({ name }: { name: string }) => name === 'notify');
        expect(
          alerts.map(({ state, message }: { state: string; message: string }) => [state, message]),
        ).toEqual([
          ['ok', `slack will alert 127.0.0.1:${hooks.port} (nothing was sent to it now)`],
          ['ok', `pagerduty will alert 127.0.0.1:${hooks.port} (nothing was sent to it now)`],
          ['warn', 'sentry-issue needs a valid DSN'],
        ]);
        expect(hooks.requests).toHaveLength(0);
        expect(stdout).not.toContain(SLACK_PATH);
      },
    ));

  it('to other machines by a run in the sandbox', () =>
    withWorld(
      (hooks) => [slack(hooks), { type: 'pagerduty', routingKey: ROUTING_KEY }],
      async ({ cli, hooks }) => {
        const args = ['run', '--sandbox', '-n', '1', '-s', 'ORDER', '--fault', 'ORDER=status:500', '--json'];
        const { stdout, exitCode } = await cli.run(args);
        expect(exitCode).toBe(1);
        expect(hooks.requests).toHaveLength(1);
        const findings = JSON.parse(stdout).findings.filter(({ code }: { code: string }) =>
          code.startsWith('notify'),
        );
        expect(findings).toMatchObject([
          {
            code: 'notify-not-used',
            message: 'No alerts are sent to pagerduty: with --sandbox, alerts are sent only to this machine',
          },
        ]);
      },
    ));
});

/** Notes what the program waited for in vain, and how long. */
function recordingWaits({ home }: Cli) {
  const log = path.join(home, 'waits.log');
  const recorder = pathToFileURL(path.join(ROOT, 'test', 'support', 'record-timers.mjs'));
  recorder.searchParams.set('log', log);
  const options: CliOptions = { nodeArgs: ['--import', recorder.href] };
  /** Of a second or more, in milliseconds, in the order in which they ran out. */
  const waitsMs = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  return { options, waitsMs };
}

describe.concurrent('a notifier that never responds', () => {
  it('delays the run by at most five seconds and does not change the exit code', () => {
    const hungUpOn: string[] = [];
    return withWorld(
      (hooks) => [slack(hooks), pagerduty(hooks), webhook(hooks)],
      async ({ cli, target, broken, hooks }) => {
        broken.scenarios = ['ORDER', 'REFUND'];
        const { options, waitsMs } = recordingWaits(cli);
        const begun = performance.now();
        const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '--json'], options);
        const tookMs = performance.now() - begun;
        expect(exitCode).toBe(1);
        const { findings, durationMs } = JSON.parse(stdout);
        expect(findings.map(({ code }: { code: string }) => code)).toEqual([
          'notify-failed',
          'notify-failed',
          'notify-failed',
        ]);
        expect(findings[0].message).toBe(
          `1 change could not be reported to slack (127.0.0.1:${hooks.port}): no response in time`,
        );
        expect(tookMs - durationMs).toBeGreaterThan(4_900);
        // Five seconds in all: nothing else was waited for, and what comes in order is not begun after them.
        expect(await waitsMs()).toEqual(['5000']);
        const paths = [SLACK_PATH, '/hook', '/v2/enqueue'].toSorted();
        expect(hooks.requests.map(({ url }) => url).toSorted()).toEqual(paths);
        await eventually(async () => (hungUpOn.length === paths.length ? true : null));
        expect(hungUpOn.toSorted()).toEqual(paths);
      },
      {
        hook: ({ url }, response) => {
          response.once('close', () => hungUpOn.push(url));
        },
      },
    );
  });

  it.each([
    ['SIGKILL', null, []],
    // Two seconds are left to one that is to stop, not five.
    ['SIGINT', 1, ['2000']],
  ] as const)(
    'is reported by the next run if this one is killed in the meantime (%s)',
    (signal, exit, waits) => {
      let hangs = true;
      let child: { kill: (signal: 'SIGKILL' | 'SIGINT') => void } | null = null;
      const hook: Handler = (_request, response) => {
        if (!hangs) {
          response.end('ok');
          return;
        }
        child?.kill(signal);
      };
      return withWorld(
        (hooks) => [slack(hooks)],
        async ({ cli, target, run, broken, hooks }) => {
          broken.scenarios = ['ORDER'];
          const { options, waitsMs } = recordingWaits(cli);
          const ended = await cli.run(['run', '--url', target.url], {
            ...options,
            running: (started) => {
              child = started;
            },
          });
          expect(ended.exitCode).toBe(exit);
          expect(await waitsMs()).toEqual(waits);
          hangs = false;
          await run();
          await run();
          expect(hooks.requests).toHaveLength(2);
        },
        { hook },
      );
    },
  );

  it('does not delay a run that is stopped', () => {
    let stop = () => {};
    return withSentryReceiver({ status: 200 }, ({ dsn, envelopes }) =>
      withCli((cli) =>
        withTarget(
          () => stop(),
          async (target) => {
            const settings = { monitor: { slug: 'e2e', schedule: '15 minutes' }, sentry: { dsn } };
            await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(settings));
            const { exitCode } = await cli.run(['run', '--url', target.url], {
              running: (child) => {
                stop = () => child.kill('SIGINT');
              },
            });
            expect(exitCode).toBe(130);
            expect(checkIns(envelopes).map(({ status }) => status)).toEqual(['in_progress', 'error']);
          },
        ),
      ),
    );
  });
});

interface CheckIn {
  readonly check_in_id: string;
  readonly status: string;
  readonly monitor_config?: unknown;
  readonly duration?: number;
}

function checkIns(envelopes: readonly { readonly text: string; readonly itemTypes: readonly string[] }[]) {
  return envelopes
    .filter(({ itemTypes }) => itemTypes.includes('check_in'))
    .map(({ text }): CheckIn => JSON.parse(text.split('\n')[2] ?? ''));
}

describe.concurrent('a monitor', () => {
  it.each([
    ['ok', [], 0],
    ['error', ['ORDER'], 1],
  ])('gets a check-in at the start and at the end: %s', (status, scenarios, exit) =>
    withSentryReceiver({ status: 200 }, ({ dsn, envelopes }) =>
      withWorld(
        () => [],
        async ({ run, broken }) => {
          broken.scenarios = scenarios;
          const { exitCode } = await run('--monitor', 'hourly-e2e');
          expect(exitCode).toBe(exit);
          const sent = checkIns(envelopes);
          for (const each of sent) expect(checkInProblems(each)).toEqual([]);
          expect(sent.map((each) => each.status)).toEqual(['in_progress', status]);
          const [first, last] = sent;
          expect(last?.check_in_id).toBe(first?.check_in_id);
          expect(last?.duration).toBeGreaterThan(0);
          expect(first).toMatchObject({
            monitor_slug: 'hourly-e2e',
            environment: 'production-e2e-test',
            monitor_config: {
              schedule: { type: 'crontab', value: '*/15 * * * *' },
              timezone: 'Europe/Berlin',
              checkin_margin: 5,
              max_runtime: 10,
            },
          });
        },
        {
          config: {
            sentry: { dsn },
            monitor: {
              schedule: '*/15 * * * *',
              timezone: 'Europe/Berlin',
              checkinMargin: '5m',
              maxRuntime: '10m',
              slug: 'named-in-the-file',
            },
          },
        },
      ),
    ),
  );

  it('that cannot be reached is a warning', () =>
    withSentryReceiver({ status: 403 }, ({ dsn }) =>
      withWorld(
        () => [],
        async ({ run }) => {
          const { exitCode, stdout } = await run('--monitor', 'e2e', '--json');
          expect(exitCode).toBe(0);
          expect(JSON.parse(stdout).findings).toContainEqual(
            expect.objectContaining({ code: 'check-in-failed', severity: 'warning' }),
          );
        },
        { config: { sentry: { dsn } } },
      ),
    ));

  it('without a DSN is a warning', () =>
    withWorld(
      () => [],
      async ({ run }) => {
        const { exitCode, stdout } = await run('--monitor', 'e2e', '--json');
        expect(exitCode).toBe(0);
        expect(JSON.parse(stdout).findings).toMatchObject([{ code: 'notify-not-used' }]);
      },
    ));
});

describe.concurrent('an issue in Sentry', () => {
  interface Issue {
    readonly fingerprint: readonly string[];
    readonly contexts: { readonly trace: { readonly trace_id: string; readonly span_id: string } };
    readonly tags: Readonly<Record<string, string>>;
  }
  const issues = (envelopes: readonly { readonly text: string; readonly itemTypes: readonly string[] }[]) =>
    envelopes
      .filter(({ itemTypes }) => itemTypes.includes('event'))
      .map(({ text }): Issue => JSON.parse(text.split('\n')[2] ?? ''));

  it('has the same fingerprint each time, and the trace of a failing test', () =>
    withSentryReceiver({ status: 200 }, ({ dsn, envelopes }) =>
      withWorld(
        () => [{ type: 'sentry-issue' }],
        async ({ run, broken }) => {
          broken.scenarios = ['ORDER'];
          const { stdout } = await run('--json');
          await run();
          broken.scenarios = [];
          await run();
          broken.scenarios = ['ORDER'];
          await run();
          const [first, again, ...more] = issues(envelopes);
          expect(more).toEqual([]);
          expect(again?.fingerprint).toEqual(first?.fingerprint);
          expect(first?.fingerprint.at(-1)).toBe('target');
          const failing = JSON.parse(stdout).results.find(
            ({ verdict }: { verdict: string }) => verdict === 'broken',
          );
          expect(first?.contexts.trace.trace_id).toBe(failing.trace.traceId);
          expect(failing.request.headers['sentry-trace']).toContain(first?.contexts.trace.span_id);
          expect(first?.tags['prod_e2e.test_id']).toBe(failing.testId);
        },
        { config: { sentry: { dsn } } },
      ),
    ));

  it('is in the trace that the sandbox returns', () =>
    withCli(async (cli) => {
      const config = { notify: [{ type: 'sentry-issue' }], monitor: { slug: 'e2e', schedule: '@hourly' } };
      await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(config));
      let sandbox: ReturnType<typeof JSON.parse>;
      await cli.run(['sandbox', '--json', '--fault', 'CHOP=status:500'], {
        running: (child) => {
          child.stdout?.once('data', async (line: Buffer) => {
            sandbox = JSON.parse(line.toString());
            try {
              const run = [
                'run',
                '-u',
                sandbox.url,
                '--sentry-dsn',
                sandbox.dsn,
                '-s',
                'CHOP',
                '-n',
                '1',
                '--json',
              ];
              const { stdout } = await cli.run(run);
              const [{ trace }] = JSON.parse(stdout).results;
              const headers = { authorization: `Bearer ${sandbox.token}` };
              const base = `${sandbox.sentryUrl}/api/0`;
              const read = (rest: string) => fetch(`${base}${rest}`, { headers }).then((each) => each.json());
              sandbox.received = await read('/sandbox/received');
              sandbox.trace = await read(`/organizations/${sandbox.org}/trace/${trace.traceId}/`);
            } finally {
              child.kill('SIGTERM');
            }
          });
        },
      });
      expect(JSON.stringify(sandbox.trace)).toContain('CHOP is broken: HTTP 500: Internal server error');
      expect(sandbox.received).toMatchObject({ checkIns: 2 });
    }));
});

describe.concurrent('secrets', () => {
  it('of notifiers do not appear in output or saved files', () =>
    withWorld(
      (hooks) => [slack(hooks), pagerduty(hooks), webhook(hooks)],
      async ({ cli, run, broken }) => {
        broken.scenarios = ['ORDER'];
        const outputs = [
          await run('--json'),
          await run(),
          await cli.run(['config', 'show']),
          await cli.run(['config', 'show', '--json']),
          await cli.run(['run', '--url', 'http://127.0.0.1:9/', '--dry-run'], { env: { DEBUG: '*' } }),
        ];
        const runs = path.join(cli.home, 'data');
        const files = await readdir(runs, { recursive: true, withFileTypes: true });
        const kept = await Promise.all(
          files
            .filter((file) => file.isFile())
            .map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
        );
        expect(files.map(({ name }) => name)).toContain('alerts');
        const everything = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...kept].join('\n');
        for (const secret of [ROUTING_KEY, SECRET, SECRET.slice(6), SLACK_PATH, SLACK_PATH.slice(-21)]) {
          expect(everything).not.toContain(secret);
        }
      },
      {
        // Services quote what they were called with.
        hook: (request, response) => {
          response.writeHead(400).end(`no such key: ${ROUTING_KEY} at ${request.url} ${SECRET}`);
        },
      },
    ));
});
