/** Signed webhooks through the built program, against endpoints that verify and endpoints that do not. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { withOwnId } from '../support/own-ids.ts';
import { A_SECRET, ORACLES } from '../support/signature-oracles.ts';
import { accept, type Handler, type Target, withTarget } from '../support/target.ts';

const SCENARIOS = [
  { name: 'SIGNED' },
  { name: 'WRONG_SIGNATURE', sign: 'wrong-secret' },
  { name: 'OLD_SIGNATURE', sign: 'stale' },
  { name: 'UNSIGNED', sign: 'none' },
];
const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

/** Refuses what its library of Standard Webhooks refuses. */
const verifying: Handler = async (request, response) => {
  const holds = await ORACLES['standard-webhooks'](request, A_SECRET);
  response.writeHead(holds ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify(holds ? withOwnId(GOOD) : { error: 'invalid signature' }));
};

function withSignedRun<Result>(
  handler: Handler,
  config: Readonly<Record<string, unknown>>,
  use: (run: Cli['run'], target: Target, home: string) => Promise<Result>,
): Promise<Result> {
  return withTarget(handler, (target) =>
    withCli(async ({ run, home }) => {
      const whole = { url: target.url, scenarios: SCENARIOS, ...config };
      await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(whole));
      return use(
        (args, options) => run(args, { ...options, env: { WEBHOOK_SECRET: A_SECRET, ...options?.env } }),
        target,
        home,
      );
    }),
  );
}

const STANDARD = { signing: { scheme: 'standard-webhooks', secret: '${env:WEBHOOK_SECRET}' } };
const ALL = ['--scenario', 'SIGNED', '--tag', 'negative', '--count', '4'];

describe.concurrent('against an endpoint that verifies signatures', () => {
  it('signed webhooks work and incorrectly signed ones are refused: healthy', () =>
    withSignedRun(verifying, STANDARD, async (run, target, home) => {
      const { stdout, exitCode } = await run(['run', '--json', ...ALL]);
      const report: Report = JSON.parse(stdout);
      expect(
        report.results.map(({ scenario, response, verdict }) => [scenario, response?.status, verdict]),
      ).toEqual([
        ['SIGNED', 200, 'working'],
        ['WRONG_SIGNATURE', 401, 'working'],
        ['OLD_SIGNATURE', 401, 'working'],
        ['UNSIGNED', 401, 'working'],
      ]);
      expect([report.status, exitCode]).toEqual(['healthy', 0]);
      const signature = String(target.requests[0]?.headers['webhook-signature']);
      await expectNowhere(home, [...secretForms(), signature]);
    }));

  it('incorrectly signed ones are sent only if selected', () =>
    withSignedRun(verifying, STANDARD, async (run, target) => {
      expect((await run(['run', '--count', '3'])).exitCode).toBe(0);
      expect(target.requests).toHaveLength(3);
      for (const request of target.requests)
        expect(await ORACLES['standard-webhooks'](request, A_SECRET)).toBe(true);
    }));
});

describe.concurrent('against an endpoint that does not verify signatures', () => {
  it('each forged webhook is a broken test with a clear message and advice', () =>
    withSignedRun(accept, { ...STANDARD, expect: { required: ['signal_id'] } }, async (run) => {
      const { stdout, exitCode } = await run(['run', ...ALL, '--full', '--seed', 'a+0'], {
        env: { COLUMNS: '200' },
      });
      expect(exitCode).toBe(1);
      const text = stdout.replaceAll(/\s+/g, ' ');
      for (const line of [
        '✓ SIGNED (SPY)',
        '✗ WRONG_SIGNATURE (QQQ)',
        'Cause HTTP 200: accepted a webhook with a wrong signature: the endpoint does not verify signatures',
        '✗ OLD_SIGNATURE (IWM)',
        'Cause HTTP 200: accepted a webhook that was signed an hour ago: the endpoint lets replays through',
        '✗ UNSIGNED (SPY)',
        'Cause HTTP 200: accepted a webhook without a signature: the endpoint does not verify signatures',
        '1. Forged webhooks are accepted',
        '2. Replayed webhooks are accepted',
      ]) {
        expect(text).toContain(line);
      }
    }));
});

describe.concurrent('a dry run', () => {
  it('shows signed lines that work when pasted, how long they are valid, and no secret', () =>
    withSignedRun(verifying, STANDARD, async (run, target) => {
      const { stdout } = await run(['run', '--dry-run', ...ALL]);
      expect(target.requests).toHaveLength(0);
      for (const secret of secretForms()) expect(stdout).not.toContain(secret);
      expect(stdout).toMatch(
        /^# Signed \(standard-webhooks\) for \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: endpoints reject it a few minutes later\. A run signs each request as it sends it\.$/m,
      );
      expect(stdout).toContain('\n# Signed (standard-webhooks) with a wrong secret, deliberately.\n');
      expect(stdout).toContain('\n# Signed (standard-webhooks) with a time one hour ago, deliberately.\n');
      expect(stdout).toContain('\n# Deliberately not signed (standard-webhooks).\n');
      const lines = stdout.split('\n').filter((line) => !/^(Plan|Each|#)/.test(line));
      expect(await pasted(lines.join('\n'))).toEqual(['200', '401', '401', '401']);
    }));

  it('has the same in JSON', () =>
    withSignedRun(verifying, STANDARD, async (run) => {
      const { stdout } = await run(['run', '--dry-run', '--json', ...ALL]);
      const { tests } = JSON.parse(stdout);
      expect(
        tests.map(({ signed }: { signed: { scheme: string; sign: string } }) => [signed.scheme, signed.sign]),
      ).toEqual([
        ['standard-webhooks', 'valid'],
        ['standard-webhooks', 'wrong-secret'],
        ['standard-webhooks', 'stale'],
        ['standard-webhooks', 'none'],
      ]);
      const [{ request }] = tests;
      const arrived = { headers: request.headers, body: Buffer.from(request.body, 'utf8') };
      expect(await ORACLES['standard-webhooks'](arrived, A_SECRET)).toBe(true);
    }));
});

describe.concurrent('a sender', () => {
  it('warns about what the real one would have done, and about webhooks it would have signed', () => {
    const broken: Handler = (_request, response) => {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{"error":"try later"}');
    };
    return withSignedRun(broken, { scenarios: [{ name: 'A' }] }, async (run, target) => {
      const { stdout, exitCode } = await run(['run', '--json', '--count', '1', '--sender', 'shopify']);
      const report: Report = JSON.parse(stdout);
      expect(exitCode).toBe(1);
      expect(report.findings.map(({ code, message }) => `${code}: ${message}`)).toContain(
        'unsigned: Shopify signs every webhook, but no signing secret is set: webhooks are sent unsigned',
      );
      expect(report.results[0]?.warnings).toEqual([
        {
          severity: 'warning',
          code: 'sender-resends',
          message:
            'HTTP 503: the real sender (Shopify) would have resent it (up to 8 times in 4 h), which creates a duplicate if it was processed anyway',
          hint: 'Deduplicate webhooks by id, and process each only once',
        },
      ]);
      expect(target.requests[0]?.headers).toMatchObject({
        'x-shopify-topic': 'orders/create',
        'user-agent': expect.stringMatching(/^prod-e2e\//),
      });
    });
  });

  it('that would have timed out causes a warning, and the test works', () => {
    const slow: Handler = (request, response) => {
      setTimeout(() => accept(request, response), 3_050);
    };
    return withSignedRun(
      slow,
      { sender: 'tradingview', scenarios: [{ name: 'A', expect: {} }] },
      async (run) => {
        const { stdout, exitCode } = await run(['run', '--json', '--count', '1']);
        const [result] = (JSON.parse(stdout) as Report).results;
        expect([result?.verdict, exitCode]).toEqual(['working', 0]);
        expect(result?.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
          expect.stringMatching(
            /^sender-gave-up: Response took 3\.\d+ s \(limit 3 s\): the real sender \(TradingView\) would have timed out and not resent it$/,
          ),
        ]);
      },
    );
  });
});

it.concurrent('scenarios show prints the sender and the signature', () =>
  withSignedRun(accept, { ...STANDARD, sender: 'standard-webhooks' }, async (run) => {
    const { stdout } = await run(['scenarios', 'show', 'WRONG_SIGNATURE']);
    expect(stdout).toMatch(
      /^WRONG_SIGNATURE \[negative\]\nImitates standard-webhooks\.\nSigned with a wrong secret, on purpose \(standard-webhooks\)\.\n/,
    );
    expect(stdout).toMatch(/\n {2}status {7}400, 401, 403\n/);
  }));

function secretForms(): readonly string[] {
  const key = Buffer.from(A_SECRET.slice('whsec_'.length), 'base64');
  return [A_SECRET.slice('whsec_'.length), key.toString('utf8'), key.toString('hex')];
}

/** The statuses that the curl lines get from the endpoint. */
async function pasted(lines: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', lines]);
  return [...stdout.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);
}

/** None of the texts is in any file that the program left behind. */
async function expectNowhere(home: string, texts: readonly string[]): Promise<void> {
  const entries = await readdir(path.join(home, 'data'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const content = await readFile(path.join(file.parentPath, file.name), 'utf8');
    for (const text of texts) expect(content).not.toContain(text);
  }
}
