import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { withCli } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const { variant: _, ...WITHOUT_VARIANT } = GOOD;

/** The target's response can be changed between runs. */
async function withChanging<Result>(
  use: (target: { readonly url: string; readonly respondWith: (body: unknown) => void }) => Promise<Result>,
): Promise<Result> {
  const behaviour: { body: unknown } = { body: GOOD };
  const respondWith = (body: unknown) => {
    behaviour.body = body;
  };
  return withWebhookTarget(behaviour, ({ url }) => use({ url, respondWith }));
}

describe('run --baseline', () => {
  it('exits with 5 and names the change if something is worse than the last green run', async () => {
    await withChanging(async (target) =>
      withCli(async ({ run }) => {
        const baseline = ['run', '--url', target.url, '--baseline', 'last-green'];
        const first = await run(baseline);
        expect(first.exitCode).toBe(0);
        expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain(
          'No saved run against this target is green yet',
        );
        const same = await run(baseline);
        expect(same.exitCode).toBe(0);
        expect(same.stdout).not.toContain('Worse than run');
        target.respondWith(WITHOUT_VARIANT);
        const worse = await run(baseline);
        expect(worse.exitCode).toBe(5);
        expect(worse.stdout.replaceAll(/\s+/g, ' ')).toContain(
          'ORB_BREAKOUT variant newly missing (recommended); the same in 4 more scenarios: ',
        );
        target.respondWith({ status: 'REJECTED', error: 'no' });
        const broken: Report = JSON.parse((await run([...baseline, '--json'])).stdout);
        expect(broken.exitCode).toBe(5);
        expect(broken.findings).toContainEqual(
          expect.objectContaining({
            code: 'regression',
            message: expect.stringContaining('ORB_BREAKOUT newly broken, 1 of 1'),
          }),
        );
      }),
    );
  });

  it('detects one slow scenario among five webhooks, and reports if there is nothing to compare', async () => {
    const behaviour = { body: GOOD, delayMs: 0, arrived: () => {} };
    await withWebhookTarget(behaviour, ({ url, received }) =>
      withCli(async ({ run, home }) => {
        const reportOf = async (...args: string[]): Promise<Report> =>
          JSON.parse((await run(['run', '--url', url, '--json', ...args])).stdout);
        const codesOf = ({ findings }: Report) => findings.map(({ code }) => code);
        const runs: string[] = [];
        for (const expected of ['no-baseline', ...Array(4).fill('latency-not-compared')]) {
          const report = await reportOf('--baseline', 'last-green');
          expect(codesOf(report)).toEqual([expected]);
          const file = path.join(home, 'data', 'prod-e2e', 'runs', report.runId, 'results.ndjson');
          // What the machine does meanwhile is far from the limit: some 1.2 s.
          const ms = 300 + 2 * runs.length;
          await writeFile(
            file,
            (await readFile(file, 'utf8')).replaceAll(/"totalMs":[\d.]+/g, `"totalMs":${ms}`),
          );
          runs.push(report.runId);
        }
        behaviour.arrived = () => {
          behaviour.delayMs = received.at(-1)?.body.includes('CHOP') ? 3_000 : 0;
        };
        const found = await reportOf('--baseline', 'last-green');
        expect(found.findings).toMatchObject([
          {
            code: 'regression',
            message: expect.stringMatching(
              /: CHOP slower: 3(\.\d+)? s, usually 304 ms \(\+\d+ %, limit 1(\.\d+)? s\)$/,
            ),
          },
        ]);
        expect(found.exitCode).toBe(5);
        expect((await reportOf('--baseline', runs[4] ?? '')).exitCode).toBe(5);
        behaviour.arrived = () => {
          behaviour.delayMs = 0;
        };
        const { runId } = await reportOf('--scenario', 'CHOP');
        const nothing = await reportOf('--exclude', 'CHOP', '--baseline', runId);
        expect(nothing).toMatchObject({
          ...{ exitCode: 4, findings: [{ code: 'nothing-compared', severity: 'error' }] },
        });
        const compared = await run(['report', 'compare', runId, 'latest']);
        expect(compared.exitCode).toBe(4);
        expect(compared.stdout).toContain('Nothing was compared: run');
      }),
    );
  });

  it('accepts a report file, and refuses an invalid one before anything is sent', async () => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async ({ run, home }) => {
        const file = path.join(home, 'baseline.json');
        await run(['run', '--url', target.url, '-r', `json=${file}`]);
        const sent = target.received.length;
        expect((await run(['run', '--url', target.url, '--baseline', file])).exitCode).toBe(0);
        expect(target.received.length).toBe(2 * sent);
        await writeFile(file, '{}');
        const refused = await run(['run', '--url', target.url, '--baseline', file]);
        expect(refused.exitCode).toBe(2);
        expect(refused.stderr).toContain('cannot be read (it is not a JSON report)');
        expect((await run(['run', '--url', target.url, '--baseline', '2020'])).exitCode).toBe(2);
        expect(target.received.length).toBe(2 * sent);
      }),
    );
  });
});

describe('report compare', () => {
  it('reports what changed between two saved runs, as text and as JSON', async () => {
    await withChanging(async (target) =>
      withCli(async ({ run, home }) => {
        await run(['run', '--url', target.url]);
        target.respondWith(WITHOUT_VARIANT);
        await run(['run', '--url', target.url, '-r', `json=${home}/head.json`]);
        const text = await run(['report', 'compare', 'last-green', '--fail-on-regression']);
        expect(text.exitCode, text.stderr).toBe(5);
        expect(text.stdout).toMatch(
          /^Base .*healthy[\s\S]*\nWORSE\n[\s\S]*variant newly missing \(recommended\); the same in 4 more\s+scenarios: [\s\S]*Worse: 1 regression\.\n$/,
        );
        const unasked = await run(['report', 'compare', 'last-green', `${home}/head.json`, '--json']);
        expect(unasked.exitCode).toBe(0);
        const comparison = JSON.parse(unasked.stdout);
        expect(comparison).toMatchObject({
          schemaVersion: 1,
          regression: true,
          head: { status: 'degraded' },
        });
        const { runId } = JSON.parse(await readFile(`${home}/head.json`, 'utf8'));
        expect(comparison.head.runId).toBe(runId);
        const markdown = await run(['report', 'compare', 'last-green', '--reporter', 'markdown']);
        expect(markdown.stdout).toMatch(
          /^## ❌ prod-e2e: 1 regression\n[\s\S]*Note: Latency was not compared: 5 working tests in 1 saved run \\\(minimum 25\\\)\.\n$/,
        );
        const json = await run(['report', 'compare', 'last-green', `${home}/head.json`, '-r', 'json']);
        expect(JSON.parse(json.stdout)).toEqual(comparison);
        const none = await run(['report', 'compare', 'last-green', '-r', 'markdwn']);
        expect(none.exitCode).toBe(2);
        expect(none.stderr).toContain('Did you mean "markdown"?');
        const back = await run([
          'report',
          'compare',
          'latest',
          comparison.base.runId,
          '--fail-on-regression',
        ]);
        expect(back.exitCode).toBe(0);
        expect(back.stdout).toContain('Better, and nothing worse.');
        expect((await run(['report', 'list'])).stdout).toMatch(
          /\nLast runs, oldest first:\n {2}✓⚠ {2}100 % working .* http:\S+\n/,
        );
      }),
    );
  });

  it('reports that there is no green run', async () => {
    await withWebhookTarget({ body: { status: 'REJECTED' } }, async (target) =>
      withCli(async ({ run }) => {
        await run(['run', '--url', target.url, '-n', '1']);
        const { exitCode, stderr } = await run(['report', 'compare', 'last-green']);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('is green (last-green)');
      }),
    );
  });
});
