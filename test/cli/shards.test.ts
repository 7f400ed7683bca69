/** Three shards as processes of their own, merged, against the same run in one piece. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { type SandboxInfo, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { said, sentryEnv } from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const RESPONSE = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 } };
const SEEDED = ['-n', '14', '--seed', 'build-7'];

const reportAt = async (file: string): Promise<Report> => JSON.parse(await readFile(file, 'utf8'));

/** What was sent, without what differs from run to run. */
function sentOf({ results }: Report) {
  return results.map(({ index, name, dimensions, verdict, missingData }) => ({
    index,
    name,
    dimensions,
    verdict,
    missingData,
  }));
}

interface ShardsOf {
  readonly url: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function shards(run: Cli['run'], { url, home, env = {} }: ShardsOf) {
  return Promise.all(
    [1, 2, 3].map((index) =>
      run(
        [
          'run',
          '--url',
          url,
          ...SEEDED,
          '--shard',
          `${index}/3`,
          '--full',
          '-r',
          `json=${home}/s${index}.json`,
        ],
        {
          env,
        },
      ),
    ),
  );
}

describe.concurrent('three shards', () => {
  it('merged equal the run they are parts of', async () => {
    await withWebhookTarget({ body: RESPONSE }, async (target) =>
      withCli(async ({ run, home }) => {
        const parts = await shards(run, { url: target.url, home });
        expect(parts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
        expect(parts[1]?.stdout).toContain('shard 2 of 3');
        expect(target.received).toHaveLength(14);
        const whole: Report = JSON.parse(
          (await run(['run', '--url', target.url, ...SEEDED, '--json'])).stdout,
        );
        const files = [3, 1, 2].map((index) => `${home}/s${index}.json`);
        const merge = await run(['report', 'merge', ...files, '-r', `json=${home}/merged.json`, '-r', 'tap']);
        expect(merge.exitCode, merge.stderr).toBe(0);
        expect(merge.stdout).toMatch(/^TAP version 14\n[\s\S]*\n1\.\.14\n$/);
        const merged = await reportAt(`${home}/merged.json`);
        expect(sentOf(merged)).toEqual(sentOf(whole));
        expect(merged.summary).toEqual(whole.summary);
        expect(merged).toMatchObject({ status: whole.status, planned: 14, shard: null, seed: 'build-7' });
        expect(merged.latency.count).toBe(14);
        expect(JSON.parse((await run(['report', 'show', merged.runId, '--json'])).stdout)).toEqual(merged);
        const lacking = await run(['report', 'merge', ...files.slice(1)]);
        expect(lacking.exitCode).toBe(6);
        expect(lacking.stdout.replaceAll(/\s+/g, ' ')).toContain('Shard 3 of 3 is missing');
        const mixed = await run(['report', 'merge', ...files, whole.runId]);
        expect(mixed.exitCode).toBe(2);
        expect(mixed.stderr).toContain('is not a shard');
      }),
    );
  });

  it('are detected from CI variables, and refused if they could not have the same plan', async () => {
    await withWebhookTarget({ body: RESPONSE }, async (target) =>
      withCli(async ({ run }) => {
        const gitlab = { GITLAB_CI: 'true', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '2', CI_PIPELINE_ID: '4711' };
        const told = await run(['run', '--url', target.url, '--json'], { env: gitlab });
        expect(JSON.parse(told.stdout)).toMatchObject({
          seed: '4711',
          planned: 2,
          shard: { index: 2, total: 2, planned: 5 },
        });
        const off = await run(['run', '--url', target.url, '--json', '--shard', 'off'], { env: gitlab });
        expect(JSON.parse(off.stdout)).toMatchObject({ planned: 5, shard: null });
        const before = target.received.length;
        const unseeded = await run(['run', '--url', target.url, '--shard', '1/2']);
        expect(unseeded.exitCode).toBe(2);
        expect(unseeded.stderr).toContain('--seed');
        const indexed = await run(['run', '--url', target.url], { env: { JOB_COMPLETION_INDEX: '0' } });
        expect(indexed.exitCode).toBe(2);
        expect(indexed.stderr).toContain('PROD_E2E_SHARD_TOTAL');
        expect(target.received.length).toBe(before);
      }),
    );
  });
});

describe.concurrent('three shards against the sandbox, whose Sentry is read', () => {
  const FAULTS = ['CHOP=status:500', 'ORB_FAKEOUT=missing:variant', 'VOL_EXPANSION=span-missing:ab-routing'];

  /** A fresh one each: it would take the second sending of the same plan for duplicates. */
  async function withFaultySandbox<Result>(use: (info: SandboxInfo) => Promise<Result>): Promise<Result> {
    const sandbox = await startSandbox({ entryFolder: entryFolder(), faults: FAULTS });
    try {
      return await use(sandbox.info);
    } finally {
      await sandbox.stop();
    }
  }

  /** The sandbox's spans come at once: 15 s of waiting for one that never will is too long here. */
  const settleSoon = (home: string) =>
    writeFile(`${home}/prod-e2e.config.json`, JSON.stringify({ trace: { settle: '3s' } }));

  const inOnePiece = () =>
    withFaultySandbox((info) =>
      withCli(async ({ run, home }) => {
        await settleSoon(home);
        const args = ['run', '--url', info.url, ...SEEDED, '--json'];
        const { stdout, exitCode } = await run(args, { env: sentryEnv(info) });
        return { report: JSON.parse(stdout) as Report, exitCode };
      }),
    );

  const inThree = () =>
    withFaultySandbox((info) =>
      withCli(async ({ run, home }) => {
        await settleSoon(home);
        const env = sentryEnv(info);
        const parts = await shards(run, { url: info.url, home, env });
        const files = [2, 3, 1].map((index) => `${home}/s${index}.json`);
        const { stdout, exitCode, stderr } = await run(['report', 'merge', ...files, '--json']);
        if (stdout === '') throw new Error(stderr);
        const shardReports = await Promise.all(files.map(reportAt));
        return { report: JSON.parse(stdout) as Report, exitCode, parts, shardReports };
      }),
    );

  /** A result without what differs from run to run: ids, points in time, durations, ports. */
  function kept(result: TestResult) {
    const { index, name, scenario, dimensions, verdict, missingData, trace, stages, request } = result;
    return {
      ...{ index, name, scenario, dimensions, verdict, missingData },
      method: request.method,
      status: result.response?.status ?? null,
      said: said(result).toSorted(),
      trace: [trace.state, trace.reason, trace.spanCount, trace.findings.map(({ code }) => code).toSorted()],
      stages: stages.map(({ name, state, evidence }) => ({ name, state, evidence })),
    };
  }

  /** Of the tests themselves, by nearest rank, as a histogram tells them. */
  function percentileOf({ results }: Report, percent: number): number {
    const sorted = results.map(({ timings }) => timings?.totalMs ?? Number.NaN).toSorted((a, b) => a - b);
    return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
  }

  it('merged equal the unsharded run, and their percentiles are those of all tests', async () => {
    const [whole, merged] = await Promise.all([inOnePiece(), inThree()]);
    // CHOP is test 5 and test 10: nothing of it is in the third shard.
    expect(merged.parts.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0]);
    expect(merged.shardReports.map(({ planned }) => planned).toSorted()).toEqual([4, 5, 5]);
    expect([merged.exitCode, merged.report.status]).toEqual([whole.exitCode, whole.report.status]);
    expect(merged.report.results.map(kept)).toEqual(whole.report.results.map(kept));
    // Something of every kind was there to be added up.
    expect(merged.report.summary).toMatchObject({
      total: 14,
      failed: 2,
      missing: 1,
      unverified: 0,
      skipped: 0,
    });
    for (const key of ['summary', 'missingData', 'stages', 'scenarios', 'planned', 'seed'] as const) {
      expect(merged.report[key], key).toEqual(whole.report[key]);
    }
    const { host: _, ...delivered } = merged.report.sentry;
    const { host: __, ...deliveredWhole } = whole.report.sentry;
    expect(delivered).toEqual(deliveredWhole);
    expect(delivered.accepted).toBe(14);
    const { latency } = merged.report;
    expect(latency.count).toBe(14);
    for (const [percent, ms] of [
      [50, latency.p50Ms],
      [90, latency.p90Ms],
      [95, latency.p95Ms],
      [99, latency.p99Ms],
      [100, latency.maxMs],
    ] as const) {
      const exact = percentileOf(merged.report, percent);
      // Three significant digits, of whole microseconds.
      expect(Math.abs((ms ?? 0) - exact), `p${percent}: ${ms}, ${exact}`).toBeLessThan(exact / 500 + 0.002);
    }
  });
});
