import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

describe('scenarios', () => {
  it('lists the five built-in scenarios', async () => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['scenarios', 'list']);
      expect(exitCode).toBe(0);
      expect(stdout).toBe(
        [
          'NAME                DESCRIPTION',
          'ORB_BREAKOUT        Opening Range Breakout scenario',
          'TREND_CONTINUATION  Trend continuation pattern',
          'VOL_EXPANSION       Volatility expansion scenario',
          'ORB_FAKEOUT         False breakout scenario',
          'CHOP                Choppy market conditions',
          '',
        ].join('\n'),
      );
      const { scenarios } = JSON.parse((await run(['scenarios', 'list', '--json'])).stdout);
      expect(scenarios).toHaveLength(5);
    });
  });

  it('shows a custom scenario of the guide, rendered', async () => {
    await withCli(async ({ run, home }) => {
      const config =
        'scenarios:\n  - { symbol: SPY, direction: long, timeframe: 5m, scenario: CUSTOM_SCENARIO }\n';
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), config);
      const { stdout } = await run(['scenarios', 'show', 'CUSTOM_SCENARIO', '--json']);
      const { request, expect: expected } = JSON.parse(stdout);
      expect(request.body).toMatchObject({
        symbol: 'SPY',
        direction: 'long',
        timeframe: '5m',
        scenario: 'CUSTOM_SCENARIO',
      });
      expect(expected).toMatchObject({ required: ['signal_id'], recommended: ['enrichment', 'variant'] });
    });
  });

  it('uses payload functions of a JavaScript config', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run, home }) => {
        const config = `export default { scenarios: [{ name: 'F', payload: ({ index }) => ({ order: index * 10 }) }] };`;
        await writeFile(path.join(home, 'prod-e2e.config.mjs'), config);
        expect((await run(['run', '--url', target.url, '-n', '2'])).exitCode).toBe(0);
        expect(target.received.map(({ body }) => JSON.parse(body).order)).toEqual([10, 20]);
      }),
    );
  });
});

describe('report', () => {
  it('shows saved runs in every format, newest first', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run }) => {
        const sent: Report = JSON.parse((await run(['run', '--url', target.url, '--json'])).stdout);
        await run(['run', '--url', target.url, '-n', '2']);
        const { runs } = JSON.parse((await run(['report', 'list', '--json'])).stdout);
        expect(runs).toHaveLength(2);
        expect(runs[1].runId).toBe(sent.runId);
        expect(JSON.parse((await run(['report', 'show', sent.runId, '--json'])).stdout)).toEqual(sent);
        expect((await run(['report', 'show', sent.runId])).stdout).toContain('📊 SUMMARY\n  Total Tests: 5');
        expect((await run(['report', 'show', '-r', 'junit'])).stdout).toContain('tests="2"');
        expect((await run(['report', 'list'])).stdout).toContain(`${sent.runId}  `);
      }),
    );
  });

  it('annotates in GitHub Actions in addition to the readable report, and adds to the summary and outputs of the step', async () => {
    await withWebhookTarget({ body: { status: 'REJECTED', error: 'no' } }, async (target) =>
      withCli(async ({ run, home }) => {
        const file = path.join(home, 'summary.md');
        const outputs = path.join(home, 'outputs');
        const env = { GITHUB_STEP_SUMMARY: file, GITHUB_OUTPUT: outputs };
        const { stdout, exitCode } = await run(['run', '--url', target.url, '-r', 'github'], { env });
        expect(exitCode).toBe(1);
        expect(stdout).toMatch(
          /📊 SUMMARY[\s\S]*\n::error title=ORB_BREAKOUT%2C .* and 2 more are broken%3A .* \(5 tests\)::.*\n::notice .*\n$/,
        );
        const first = await readFile(file, 'utf8');
        expect(first).toMatch(/^## ❌ All 5 webhooks are broken\n/);
        expect(await readFile(outputs, 'utf8')).toMatch(
          /^status=broken\nrun-id=[\d-]+\w+\ntrace-ids=\["[\da-f]{32}"(,"[\da-f]{32}"){4}\]\n$/,
        );
        expect((await run(['report', 'show', '-r', 'github'], { env })).stdout).toMatch(/^::error /);
        expect(await readFile(file, 'utf8')).toBe(`${first}\n${first}`);
      }),
    );
  });

  it('conforms to the published JSON Schema', async () => {
    const schema = JSON.parse(await readFile(path.join(ROOT, 'schemas', 'report.schema.json'), 'utf8'));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const behaviour of [{ body: GOOD }, { body: {} }, { status: 500, body: 'no' }]) {
      await withWebhookTarget(behaviour, async (target) =>
        withCli(async ({ run }) => {
          const report = JSON.parse((await run(['run', '--url', target.url, '--json'])).stdout);
          validate(report);
          expect(validate.errors ?? []).toEqual([]);
        }),
      );
    }
  });
});

describe('trace open', () => {
  const env = { SENTRY_ORG: 'acme' };

  async function aRun({ run }: Cli): Promise<Report> {
    return withWebhookTarget({ body: GOOD }, async (target) =>
      JSON.parse((await run(['run', '--url', target.url, '--json'])).stdout),
    );
  }

  it('prints the link for a result number, a test id, a trace id and the slowest test', async () => {
    await withCli(async (cli) => {
      const { results } = await aRun(cli);
      const base = 'https://acme.sentry.io/explore/traces/trace';
      const link = (result: TestResult | undefined) => {
        const seconds = Math.floor(Date.parse(result?.startedAt ?? '') / 1_000);
        const spanId = result?.request.headers['sentry-trace']?.split('-')[1];
        return `${base}/${result?.trace.traceId}/?timestamp=${seconds}&node=span-${spanId}\n`;
      };
      const open = async (...args: readonly string[]) =>
        (await cli.run(['trace', 'open', ...args], { env })).stdout;
      expect(await open('3')).toBe(link(results[2]));
      expect(await open(results[1]?.testId ?? '')).toBe(link(results[1]));
      expect(await open(results[3]?.trace.traceId ?? '')).toBe(link(results[3]));
      const elsewhere = '0123456789abcdef0123456789abcdef';
      expect(await open(elsewhere)).toBe(`${base}/${elsewhere}/\n`);
      const [slowest] = results.toSorted((a, b) => b.timings.totalMs - a.timings.totalMs);
      expect(await open('--slowest')).toBe(link(slowest));
      const failed = await cli.run(['trace', 'open', '--failed'], { env });
      expect(failed.exitCode).toBe(2);
      expect(failed.stderr).toContain('has no broken test');
    });
  });

  it('links to a self-hosted Sentry, and reads .sentryclirc', async () => {
    const id = '0123456789abcdef0123456789abcdef';
    await withCli(async ({ run, home }) => {
      await writeFile(
        path.join(home, '.sentryclirc'),
        '[defaults]\norg=own\nurl=https://sentry.example.com/\n',
      );
      const { stdout } = await run(['trace', 'open', id, '--print']);
      expect(stdout).toBe(`https://sentry.example.com/organizations/own/explore/traces/trace/${id}/\n`);
    });
  });

  it('names the three ways to set an unknown organization', async () => {
    await withCli(async ({ run }) => {
      const { stderr, exitCode } = await run(['trace', 'open', '0123456789abcdef0123456789abcdef']);
      expect(exitCode).toBe(2);
      for (const way of ['org: your-org', 'SENTRY_ORG=your-org', '.sentryclirc'])
        expect(stderr).toContain(way);
    });
  });
});

describe('config show', () => {
  it('applies flag > environment > profile > file > default, and masks secrets', async () => {
    await withCli(async ({ run, home }) => {
      const config = [
        'count: 2',
        'concurrency: 2',
        'timeout: 2s',
        'headers: { Authorization: "Bearer ${env:API_TOKEN}" }',
        'profiles: { staging: { count: 3, concurrency: 3 } }',
      ].join('\n');
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), config);
      const env = { TEST_COUNT: '4', API_TOKEN: 'canary-0815' };
      const show = async (...args: readonly string[]) => {
        const { stdout } = await run(['config', 'show', '--json', ...args], { env });
        expect(stdout).not.toContain('canary-0815');
        const { values }: { values: { key: string; value: unknown; origin: string }[] } = JSON.parse(stdout);
        return (key: string) => values.find((entry) => entry.key === key);
      };
      const both = await show('--count', '5', '--profile', 'staging');
      expect(both('count')).toMatchObject({ value: 5, origin: 'flag --count' });
      const value = await show('--profile', 'staging');
      expect(value('count')).toMatchObject({ value: 4, origin: 'env TEST_COUNT' });
      expect(value('concurrency')).toMatchObject({ value: 3 });
      expect(value('concurrency')?.origin).toContain('profile staging');
      expect(value('timeout')?.origin).toContain('file');
      expect(value('retries')).toMatchObject({ value: 0, origin: 'default' });
    });
  });

  it('without an endpoint shows the values, and warns about errors that a run would report', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'count: 2\n');
      const text = await run(['config', 'show']);
      expect(text.exitCode).toBe(0);
      expect(text.stdout).toMatch(/^count +2 +/m);
      expect(text.stderr).toMatch(
        /^Warning: No webhook URL configured\.\n {2}Set one with --url, PRODUCTION_URL or url in the config file: prod-e2e run --url /,
      );
      const json = await run(['config', 'show', '--json']);
      expect([json.exitCode, json.stderr]).toEqual([0, '']);
      const { values, error } = JSON.parse(json.stdout);
      expect(values.length).toBeGreaterThan(10);
      expect(error).toMatchObject({ code: 'NO_URL', message: 'No webhook URL configured.' });
      const given = await run(['config', 'show', '--json', '--url', 'http://127.0.0.1:9/']);
      expect(JSON.parse(given.stdout)).not.toHaveProperty('error');
    });
  });

  it('reports all errors of a file at once', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(
        path.join(home, 'prod-e2e.config.yaml'),
        'cuont: 3\ntimeout: 5\nscenarios: [{ name: A, wieght: 2 }]\n',
      );
      const { stderr, exitCode } = await run(['config', 'show']);
      expect(exitCode).toBe(2);
      for (const fault of ['cuont', 'count', 'timeout', 'scenarios[0]', 'wieght', 'weight'])
        expect(stderr).toContain(fault);
    });
  });
});

describe('init', () => {
  it('writes a config that config show accepts, and does not overwrite an existing one', async () => {
    await withCli(async ({ run }) => {
      const url = 'https://hooks.example.com/webhook';
      expect((await run(['init', '--url', url])).exitCode).toBe(0);
      const { values } = JSON.parse((await run(['config', 'show', '--json'])).stdout);
      expect(values).toContainEqual(expect.objectContaining({ key: 'url', value: url }));
      const again = await run(['init']);
      expect(again.exitCode).toBe(2);
      expect(again.stderr).toContain('--force');
    });
  });
});
