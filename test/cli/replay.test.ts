/** Payloads that exist already, through the built program to a real server. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { report as reportSchema } from '../../src/lib/report/schema/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { A_SECRET, ORACLES } from '../support/signature-oracles.ts';
import { accept, type Handler, type Target, withTarget } from '../support/target.ts';

interface Setting {
  readonly target: Target;
  readonly home: string;
  /** `prod-e2e run --url …` with these arguments. */
  readonly send: (args: readonly string[], options?: Parameters<Cli['run']>[1]) => ReturnType<Cli['run']>;
  readonly run: Cli['run'];
  readonly write: (name: string, text: string) => void;
}

function withReplay<Result>(
  use: (setting: Setting) => Promise<Result>,
  handler: Handler = accept,
): Promise<Result> {
  return withTarget(handler, (target) =>
    withCli(({ run, home }) =>
      use({
        target,
        home,
        run,
        send: (args, options) => run(['run', '--url', target.url, ...args], options),
        write: (name, text) => writeFileSync(path.join(home, name), text),
      }),
    ),
  );
}

const bodies = (target: Target) => target.requests.map(({ body }) => body.toString('utf8'));
const LINES = [
  '{"type":"a","id":12345678901234567890}',
  '{"type": "b", "price": 1.50}',
  '{"scenario":"ORDER"}',
];

describe('run --from', () => {
  it('sends every payload unchanged except for the mark, and names scenarios', () =>
    withReplay(async ({ send, write, target }) => {
      write('p.ndjson', LINES.join('\n'));
      const { stdout, exitCode } = await send(['--from', 'p.ndjson', '--json']);
      const report: Report = JSON.parse(stdout);
      expect(exitCode).toBe(0);
      const mark = (name: string) =>
        `"metadata":{"is_test":true,"test_session_id":"${report.runId}","test_scenario":"${name}"}}`;
      expect(bodies(target)).toEqual([
        `{"type":"a","id":12345678901234567890,${mark('REPLAY')}`,
        `{"type": "b", "price": 1.50,${mark('REPLAY')}`,
        `{"scenario":"ORDER",${mark('ORDER')}`,
      ]);
      expect(report.results.map(({ name, from }) => [name, from])).toEqual([
        ['REPLAY #1', 'p.ndjson, line 1'],
        ['REPLAY #2', 'p.ndjson, line 2'],
        ['ORDER #1', 'p.ndjson, line 3'],
      ]);
      expect(report.planned).toBe(3);
      expect(() => reportSchema.parse(report)).not.toThrow();
      expect(target.requests.map(({ headers }) => headers['x-prod-e2e-test'])).toEqual(
        report.results.map(({ testId }) => testId),
      );
    }));

  it('--no-mark leaves every byte unchanged, including lists and HAR bodies that are not JSON', () =>
    withReplay(async ({ send, write, target }) => {
      write('p.json', '[ {"a" : 1.0}, [1, 2] ]');
      await send(['--from', 'p.json', '--no-mark']);
      const request = {
        method: 'PUT',
        url: 'https://elsewhere.example/',
        headers: [
          { name: 'Cookie', value: 'session=canary-cookie' },
          { name: 'X-Api-Key', value: 'canary-key' },
        ],
        cookies: [{ name: 'session', value: 'canary-cookie' }],
        postData: { mimeType: 'application/x-www-form-urlencoded', text: 'a=1&b=ä' },
      };
      write('p.har', JSON.stringify({ log: { entries: [{ request }, { request: { method: 'GET' } }] } }));
      const { stdout } = await send(['--from', 'p.har', '--no-mark']);
      expect(bodies(target)).toEqual(['{"a" : 1.0}', '[1, 2]', 'a=1&b=ä']);
      const [last] = target.requests.slice(-1);
      expect(last).toMatchObject({ method: 'PUT', url: '/webhook' });
      expect(last?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(JSON.stringify(last?.rawHeaders)).not.toContain('canary');
      expect(stdout).toContain('Skipped 1 entry of p.har without a body');
    }));

  it('reads stdin and named pipes', () =>
    withReplay(async ({ send, write, target }) => {
      write('p.ndjson', LINES.join('\n'));
      const piped = await send(['--from', '-', '--no-mark'], { through: 'cat p.ndjson | "$@"' });
      expect(piped.exitCode).toBe(0);
      const named = await send(['--from', 'pipe', '--no-mark'], {
        through: 'mkfifo pipe && (cat p.ndjson > pipe &) && "$@"',
      });
      expect(named.exitCode).toBe(0);
      expect(bodies(target)).toEqual([...LINES, ...LINES]);
    }));

  it('reports every invalid line before anything is sent', () =>
    withReplay(async ({ send, write, target }) => {
      write('p.ndjson', ['{"a":1}', '{"a":', '[1]', '{"metadata":"x"}', ...Array(30).fill('7')].join('\n'));
      const { stderr, stdout, exitCode } = await send(['--from', 'p.ndjson']);
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('p.ndjson has 33 payloads that cannot be sent:');
      expect(stderr).toContain('p.ndjson, line 2, column 6: expected a JSON value (got the end of the line)');
      expect(stderr).toContain('p.ndjson, line 3: expected an object to add the mark to (got a list)');
      expect(stderr).toContain(
        'p.ndjson, line 4: expected an object to add the mark to in metadata (got a string)',
      );
      expect(stderr).toContain('and 13 more problems');
      expect(target.requests).toHaveLength(0);
    }));

  it('reports missing files, empty files and selections without a match', () =>
    withReplay(async ({ send, write }) => {
      write('empty.ndjson', '');
      write('p.ndjson', LINES.join('\n'));
      expect((await send(['--from', 'no.ndjson'])).stderr).toContain('does not exist');
      expect((await send(['--from', 'empty.ndjson'])).stderr).toContain('contains no payload');
      const typo = await send(['--from', 'p.ndjson', '--scenario', 'ORDRE']);
      expect(typo.stderr).toContain('There is no scenario "ORDRE".');
      expect(typo.stderr).toContain('Did you mean "ORDER"?');
      const none = await send(['--from', 'p.ndjson', '--scenario', 'CHOP']);
      expect(none.stderr).toContain('3 payloads, but none of the selected scenarios');
      expect((await send(['--from', 'p.ndjson', '--set', 'symbol=SPY'])).stderr).toContain(
        '--set symbol has no effect',
      );
    }));

  it('--count sends the first ones, with a warning; --scenario and --exclude select', () =>
    withReplay(async ({ send, write, target }) => {
      write('p.ndjson', LINES.join('\n'));
      const { stdout } = await send(['--from', 'p.ndjson', '--count', '2', '--no-mark']);
      expect(stdout).toContain('Only the first 2 are sent of the 3 payloads in p.ndjson (--count)');
      await send(['--from', 'p.ndjson', '--no-mark', '--scenario', 'ORDER']);
      await send(['--from', 'p.ndjson', '--no-mark', '--exclude', 'REPLAY']);
      expect(bodies(target)).toEqual([...LINES.slice(0, 2), LINES[2], LINES[2]]);
    }));

  it('asks before sending more than 25 to another host, resends included', () =>
    withReplay(async ({ run, write }) => {
      write('p.ndjson', Array(26).fill('{"a":1}').join('\n'));
      const far = ['run', '--url', 'https://hooks.example.com/', '--from', 'p.ndjson'];
      expect((await run(far)).stderr).toContain('Confirmation required: 26 webhooks to hooks.example.com');
      write('prod-e2e.config.json', '{"repeat":1}');
      expect((await run([...far, '--count', '13'])).stderr).toContain('Confirmation required: 26 webhooks');
    }));

  it('leaves the position in the dimensions for the next run', () =>
    withReplay(async ({ send, write }) => {
      write('p.ndjson', LINES.join('\n'));
      const offset = async (args: readonly string[]) => {
        const { seed, nextOffset }: Report = JSON.parse((await send([...args, '--json'])).stdout);
        return { seed: Number(seed.split('+')[1]), next: nextOffset };
      };
      const first = await offset(['--count', '2']);
      const replay = await offset(['--from', 'p.ndjson']);
      expect(replay.next).toBe(first.next);
      expect((await offset(['--count', '1'])).seed).toBe(first.next);
    }));

  it('shows the requests in a dry run, and a payload by its number', () =>
    withReplay(async ({ send, run, write, target }) => {
      write('p.ndjson', LINES.join('\n'));
      const dry = await send(['--from', 'p.ndjson', '--dry-run', '--seed', 'x']);
      expect(dry.stdout).toContain('Plan of 3 webhooks (seed x)');
      expect(dry.stdout).toContain('# 3. ORDER #1');
      expect(dry.stdout).toContain('# From p.ndjson, line 3.');
      expect(dry.stdout).toContain('--data-raw \'{"type":"a","id":12345678901234567890,"metadata":{');
      const shown = await run(['scenarios', 'show', '--from', 'p.ndjson', '3', '--json']);
      expect(JSON.parse(shown.stdout)).toMatchObject({
        name: 'ORDER',
        from: 'p.ndjson, line 3',
        request: { body: { scenario: 'ORDER', metadata: { is_test: true } } },
        expect: { status: ['2xx'] },
      });
      const beyond = await run(['scenarios', 'show', '--from', 'p.ndjson', '4']);
      expect(beyond.stderr).toContain('There is no payload 4: 3 payloads would be sent.');
      expect(target.requests).toHaveLength(0);
    }));

  it('stops at the first change of the file during sending, and reports what was sent', () => {
    let file = '';
    return withReplay(
      async ({ send, home, target }) => {
        file = path.join(home, 'p.ndjson');
        // Larger than one piece, so that the rest is read later.
        const lines = Array.from({ length: 400 }, (_, at) => JSON.stringify({ at, pad: 'x'.repeat(300) }));
        writeFileSync(file, lines.join('\n'));
        const { stderr, stdout, exitCode } = await send(['--from', 'p.ndjson', '--json']);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('p.ndjson has changed since it was checked');
        const report: Report = JSON.parse(stdout);
        expect(report.status).toBe('interrupted');
        expect(report.results.length).toBe(target.requests.length);
        expect(bodies(target).join()).not.toContain('changed');
        expect(report.skippedBecause).toContain('has changed');
      },
      (request, response) => {
        const last = '{"changed":1}\n';
        writeFileSync(file, readFileSync(file, 'utf8').slice(0, -last.length) + last);
        return accept(request, response);
      },
    );
  });
});

describe('the scenario of a payload', () => {
  const CONFIG = {
    signing: { scheme: 'standard-webhooks', secret: '${env:WEBHOOK_SECRET}' },
    expect: { status: 200 },
    scenarios: [
      {
        name: 'ORDER',
        headers: { 'X-Kind': 'order' },
        path: '/orders',
        expect: { match: { kind: 'order' } },
      },
    ],
    replay: {
      from: 'data/p.ndjson',
      scenario: 'event.type',
      rules: [
        { match: { event: { type: 'order.created' } }, scenario: 'ORDER' },
        { match: { event: { type: 'order.bad' } }, scenario: 'ORDER', expect: { status: 400 } },
        { match: { broken: true }, scenario: 'BROKEN', expect: { status: 400 } },
      ],
    },
  };
  const handler: Handler = async (request, response) => {
    const signed = await ORACLES['standard-webhooks'](request, A_SECRET);
    const bad = /bad|"broken":true/.test(request.body.toString('utf8'));
    response.writeHead(signed ? (bad ? 400 : 200) : 401, { 'content-type': 'application/json' });
    const kind = request.url.endsWith('/orders') ? 'order' : 'other';
    response.end(JSON.stringify({ kind, error: bad ? 'bad' : undefined }));
  };

  it('comes from the first matching rule, or a field; with its headers, path, signing and expectations', () =>
    withReplay(async ({ send, home, target }) => {
      const { mkdir, writeFile } = await import('node:fs/promises');
      await mkdir(path.join(home, 'conf', 'data'), { recursive: true });
      await writeFile(path.join(home, 'conf', 'prod-e2e.config.json'), JSON.stringify(CONFIG));
      const payloads = [
        { event: { type: 'order.created', n: 1 } },
        { event: { type: 'order.bad' } },
        { broken: true },
        { event: { type: 'refund created!' } },
        { event: { type: 7 } },
        { event: 'none' },
      ];
      await writeFile(
        path.join(home, 'conf', 'data', 'p.ndjson'),
        payloads.map((one) => JSON.stringify(one)).join('\n'),
      );
      const { stdout, stderr } = await send(['--json', '--config', 'conf/prod-e2e.config.json'], {
        env: { WEBHOOK_SECRET: A_SECRET },
      });
      const report: Report = JSON.parse(stdout || stderr);
      expect(report.results.map(({ name, verdict, response }) => [name, verdict, response?.status])).toEqual([
        ['ORDER #1', 'working', 200],
        ['ORDER #2', 'working', 400],
        ['BROKEN #1', 'working', 400],
        ['refund-created #1', 'working', 200],
        ['7 #1', 'working', 200],
        ['REPLAY #1', 'working', 200],
      ]);
      expect(target.requests.map(({ url, headers }) => [url, headers['x-kind']])).toEqual([
        ['/webhook/orders', 'order'],
        ['/webhook/orders', 'order'],
        ...Array(4).fill(['/webhook', undefined]),
      ]);
      expect(stdout).not.toContain(A_SECRET);
    }, handler));

  it('is refused if a rule names an unknown one', () =>
    withReplay(async ({ send, write }) => {
      const rules = [{ match: { a: 1 }, scenario: 'ODER' }];
      write('prod-e2e.config.json', JSON.stringify({ ...CONFIG, replay: { rules, harHeaders: ['Cookie'] } }));
      const { stderr, exitCode } = await send([], { env: { WEBHOOK_SECRET: A_SECRET } });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(
        'prod-e2e.config.json:1: replay.rules[0].scenario: unknown scenario "ODER"; did you mean ORDER? (known: ORDER; a new name requires expect)',
      );
      expect(stderr).toContain('replay.harHeaders: Cookie may hold a recorded secret');
    }));

  it('has at most 100 names from payloads, and none that is a secret', () =>
    withReplay(async ({ send, write }) => {
      const names = Array.from({ length: 101 }, (_, at) => `EVENT_${at}`);
      const secret = 'canary-secret-name';
      const lines = [...names, secret].map((scenario) => JSON.stringify({ scenario }));
      write('p.ndjson', lines.join('\n'));
      const { stdout } = await send([
        '--from',
        'p.ndjson',
        '--json',
        '-c',
        '10',
        '-H',
        `X-Api-Key: ${secret}`,
      ]);
      const report: Report = JSON.parse(stdout);
      expect(report.scenarios).toHaveLength(101);
      expect(report.results.filter(({ scenario }) => scenario === 'REPLAY')).toHaveLength(2);
      expect(report.findings.map(({ code }) => code)).toContain('replay-names');
      expect(stdout).not.toContain(secret);
    }));
});
