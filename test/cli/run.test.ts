import { type ChildProcess, execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { withCli } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { type Handler, withTarget } from '../support/target.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

describe('prod-e2e run', () => {
  it('sends, judges and reports a healthy system', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, stderr, exitCode } = await run(['run', '--url', target.url]);
        expect(exitCode).toBe(0);
        expect(stdout).toContain('Total Tests: 5\n  ✓ Successful: 5\n  ✗ Failed: 0\n  ⚠ Warnings: 0\n');
        expect(stderr).toContain(`Sending 5 webhooks to ${target.url}`);
        expect(target.received).toHaveLength(5);
        for (const { headers } of target.received) expect(stdout).toContain(traceIdOf(headers));
      }),
    );
  });

  it('prints exactly one JSON document with --json, with the trace ids that were sent', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(['run', '--url', target.url, '--count', '10', '--json']);
        const report: Report = JSON.parse(stdout);
        expect(exitCode).toBe(0);
        expect(report.status).toBe('healthy');
        expect(report.results.map(({ trace }) => trace.traceId)).toEqual(
          target.received.map(({ headers }) => traceIdOf(headers)),
        );
        expect(new Set(report.results.map(({ trace }) => trace.traceId)).size).toBe(10);
      }),
    );
  });

  it('reads the variables of the guide', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const env = { PRODUCTION_URL: target.url, TEST_COUNT: '7' };
        expect((await run(['run'], { env })).exitCode).toBe(0);
        expect(target.received).toHaveLength(7);
      }),
    );
  });

  it('exits with 1 if a test is broken, in the words of the guide', async () => {
    await withWebhookTarget({ status: 500, body: { error: 'Internal server error' } }, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(['run', '--url', target.url, '-n', '3', '--seed', 'a+0']);
        expect(exitCode).toBe(1);
        expect(stdout).toContain('  ✗ ORB_BREAKOUT (SPY) ');
        expect(stdout).toContain('    Cause    HTTP 500: Internal server error\n');
        expect(stdout).toContain('Check database connectivity');
      }),
    );
  });

  it('lists missing data, which fails the run only if configured', async () => {
    await withWebhookTarget({ body: { signal_id: null } }, async (target) =>
      withCli(async ({ run }) => {
        const plain = await run(['run', '--url', target.url]);
        expect(plain.exitCode).toBe(0);
        expect(plain.stdout).toMatch(/⚠️ {2}MISSING DATA\n {2}- signal_id/);
        expect(plain.stdout).toContain('variant not in response (A/B routing may not be active)');
        expect((await run(['run', '--url', target.url, '--fail-on', 'missing'])).exitCode).toBe(1);
        expect((await run(['run', '--url', target.url, '--strict'])).exitCode).toBe(1);
      }),
    );
  });

  it('exits with 3 if nothing responds, and stops after three tests without a connection', async () => {
    const url = `http://127.0.0.1:${await freePort()}/webhook`;
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['run', '--url', url, '--json']);
      const report: Report = JSON.parse(stdout);
      expect(exitCode).toBe(3);
      expect(report.summary).toMatchObject({ total: 3, failed: 3, skipped: 2 });
      expect(report.skippedBecause).toContain('3 tests in a row could not connect');
      const goOn: Report = JSON.parse((await run(['run', '--url', url, '--json', '--no-bail'])).stdout);
      expect(goOn.summary).toMatchObject({ total: 5, skipped: 0 });
    });
  });

  it('exits with 4 for an unverified required stage only if configured; a broken test takes precedence', async () => {
    const http = { url: `http://127.0.0.1:${await freePort()}/{{response.signal_id}}`, within: '200ms' };
    const stages = [{ name: 'saved', required: true, http }];
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run, home }) => {
        const sent = async (config: object, ...args: readonly string[]) => {
          const file = path.join(home, 'prod-e2e.config.json');
          await writeFile(file, JSON.stringify({ url: target.url, stages, ...config }));
          const { stdout, exitCode } = await run(['run', '-n', '1', '--json', ...args]);
          const report: Report = JSON.parse(stdout);
          return { report, exits: [report.status, exitCode, report.exitCode] };
        };
        const { report, exits } = await sent({});
        expect(exits).toEqual(['degraded', 0, 0]);
        expect(report.results).toMatchObject([
          {
            verdict: 'working',
            warnings: [{ code: 'stage-unverified', stage: 'saved' }],
            stages: [{ name: 'saved', state: 'unverified', evidence: { http: 'unknown' } }],
            stuckAt: null,
          },
        ]);
        expect((await sent({}, '--require-stages')).exits).toEqual(['degraded', 4, 4]);
        expect((await sent({}, '--fail-on', 'warning')).exits).toEqual(['degraded', 1, 1]);
        const wrong = { requireStages: true, expect: { match: { variant: 'B' } } };
        expect((await sent(wrong)).exits).toEqual(['broken', 1, 1]);
      }),
    );
  });

  it('exits with 4 if every webhook was a duplicate of an earlier run', async () => {
    const handler: Handler = (_request, response) => void response.end(JSON.stringify({ signal_id: 's1' }));
    await withTarget(handler, (target) =>
      withCli(async ({ run }) => {
        const sent = async () => {
          const { stdout, exitCode } = await run(['run', '--url', target.url, '-n', '2', '--json']);
          const { runId, summary, results, findings }: Report = JSON.parse(stdout);
          const codes = results.map(({ warnings }) => warnings.map(({ code, message }) => [code, message]));
          return { exitCode, runId, summary, codes, findings };
        };
        const first = await sent();
        expect(first.exitCode).toBe(0);
        expect(first.summary).toMatchObject({ total: 2, successful: 2, acceptance: 2, duplicates: 1 });
        expect(first.codes[1]).toEqual([
          ['duplicate', 'Treated as a duplicate: test 1 received the same signal_id'],
        ]);
        expect(first.findings).toEqual([]);
        const second = await sent();
        expect(second.exitCode).toBe(4);
        expect(second.summary).toMatchObject({ successful: 2, duplicates: 2, missing: 0 });
        expect(second.codes[0]).toEqual([
          [
            'duplicate',
            expect.stringMatching(
              `^Treated as a duplicate: a test of run ${first.runId} received the same signal_id \\(.* ago\\)$`,
            ),
          ],
        ]);
        // Another seed made other webhooks: which run they are duplicates of is said of each one.
        expect(second.findings).toMatchObject([
          {
            code: 'all-duplicates',
            message: '2 of 2 webhooks were treated as duplicates: nothing new was tested',
          },
        ]);
      }),
    );
  });

  it('stops after --max-failures and reports what was not sent', async () => {
    await withWebhookTarget({ status: 500, body: {} }, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(['run', '--url', target.url, '--max-failures', '2', '--json']);
        expect(exitCode).toBe(1);
        expect(JSON.parse(stdout).summary).toMatchObject({ total: 2, skipped: 3 });
      }),
    );
  });

  it('fails if a threshold is not met', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, exitCode } = await run([
          'run',
          '--url',
          target.url,
          '--threshold',
          'p95<0ms',
          '--json',
        ]);
        expect(exitCode).toBe(1);
        expect(JSON.parse(stdout).thresholds).toMatchObject([{ expression: 'p95<0ms', ok: false }]);
      }),
    );
  });

  it('writes several reports at once, and with ndjson a line per test as it finishes', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run, home }) => {
        const reporters = ['-r', 'ndjson', '-r', 'junit=out/junit.xml', '-r', 'json=out/report.json'];
        const { stdout } = await run(['run', '--url', target.url, ...reporters]);
        const lines = stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line).type);
        expect(lines).toEqual(['run', 'test', 'test', 'test', 'test', 'test', 'summary']);
        expect(await readFile(`${home}/out/junit.xml`, 'utf8')).toContain('tests="5"');
        expect(JSON.parse(await readFile(`${home}/out/report.json`, 'utf8')).summary.total).toBe(5);
      }),
    );
  });

  it('prints a dry run whose curl lines send exactly what a run would send', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const plan = await run(['run', '--url', target.url, '-n', '2', '--dry-run', '-H', "X-Quote: it's"]);
        expect(plan.exitCode).toBe(0);
        expect(target.received).toHaveLength(0);
        const lines = plan.stdout
          .split('\n')
          .filter((line) => line.startsWith('curl') || line.startsWith('  -'));
        await promisify(execFile)('/bin/sh', ['-ec', lines.join('\n')]);
        expect(target.received).toHaveLength(2);
        const [first] = target.received;
        expect(first?.headers['x-quote']).toBe("it's");
        expect(JSON.parse(first?.body ?? '').metadata).toMatchObject({ is_test: true });
      }),
    );
  });

  it.each([
    ['a placeholder', 'https://examplePublicKey@o0.ingest.sentry.io/0', 'it is a placeholder'],
    ['zeros', 'https://00000000000000000000000000000000@o1.ingest.sentry.io/1', 'it is a placeholder'],
    ['no URL', 'sentry', 'it is not a URL'],
    ['no project', 'https://abc@sentry.example.com/', 'it must end with a numeric project id'],
  ])('with an unusable DSN (%s) sends nothing', async (_name, dsn, problem) => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        for (const more of [[], ['--dry-run']]) {
          const { stderr, exitCode } = await run(['run', '--url', target.url, ...more], {
            env: { SENTRY_DSN: dsn },
          });
          expect(stderr).toContain(`Error: The Sentry DSN cannot be used: ${problem}.\n`);
          expect(exitCode).toBe(2);
        }
        expect(target.received).toHaveLength(0);
      }),
    );
  });

  it('continues through the dimensions where the last run against the target stopped', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        for (let times = 0; times < 3; times++) await run(['run', '--url', target.url, '-n', '6']);
        const sent = target.received.map(({ body }) => {
          const { symbol, direction, timeframe } = JSON.parse(body);
          return `${symbol} ${direction} ${timeframe}`;
        });
        expect(new Set(sent).size).toBe(18);
      }),
    );
  });

  it('requires --yes for more than 25 webhooks to another host, and refuses without a terminal', async () => {
    await withCli(async ({ run }) => {
      const { stderr, exitCode } = await run(['run', '--url', 'https://hooks.invalid/webhook', '-n', '26']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('26 webhooks to hooks.invalid (the limit without --yes is 25)');
      expect(stderr).toContain('--yes');
    });
  });

  it('saves and reports the results so far if it is interrupted', async () => {
    let child: ChildProcess | null = null;
    const behaviour = {
      body: GOOD,
      delayMs: 100,
      // Two get a response by then, and the third is in flight.
      arrived: (count: number) => {
        if (count === 3) child?.kill('SIGINT');
      },
    };
    await withWebhookTarget(behaviour, async (target) =>
      withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(['run', '--url', target.url, '-n', '25', '--json'], {
          running: (started) => {
            child = started;
          },
        });
        const report: Report = JSON.parse(stdout);
        expect(exitCode).toBe(130);
        expect(report.status).toBe('interrupted');
        expect(report.summary.total).toBeGreaterThanOrEqual(2);
        expect(report.summary.total + report.summary.skipped).toBe(25);
        expect(report.results).toHaveLength(report.summary.total);
        expect(target.received.length).toBeLessThan(25);
        const shown = await run(['report', 'show', '--json']);
        expect(JSON.parse(shown.stdout)).toEqual(report);
      }),
    );
  });
});

describe('usage errors', () => {
  it.each([
    { args: ['run'], says: 'No webhook URL configured.', hint: 'prod-e2e run --sandbox' },
    { args: ['run', '--conut', '3'], says: 'Unknown flag --conut.', hint: 'Did you mean --count?' },
    {
      args: ['run', '--url', 'http://127.0.0.1:1', '-r', 'jnit'],
      says: 'There is no reporter "jnit".',
      hint: '"junit"',
    },
    { args: ['run', '--sandbox', '-s', 'CHOPP'], says: 'There is no scenario "CHOPP".', hint: '"CHOP"' },
    { args: ['scenarios', 'show', 'CHOPP'], says: 'There is no scenario "CHOPP".', hint: '"CHOP"' },
    { args: ['report', 'show'], says: 'No runs are saved yet.', hint: 'prod-e2e run --sandbox' },
    { args: ['nonsense'], says: 'nonsense', hint: '' },
  ])('$args exits with 2 and gives advice', async ({ args, says, hint }) => {
    await withCli(async ({ run }) => {
      const text = await run(args);
      expect(text.exitCode).toBe(2);
      expect(text.stdout).toBe('');
      expect(text.stderr).toContain(says);
      expect(text.stderr).toContain(hint);
      const json = await run([...args, '--json']);
      expect(json.exitCode).toBe(2);
      const { error } = JSON.parse(json.stdout);
      expect(error.message).toContain(says);
      expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
    });
  });
});

function traceIdOf(headers: Readonly<Record<string, unknown>>): string {
  return String(headers['sentry-trace']).slice(0, 32);
}
