/** Three shards as processes of their own, merged, against the same run in one piece. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const ANSWER = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 } };
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

async function shards(run: Cli['run'], { url, home }: { readonly url: string; readonly home: string }) {
  return Promise.all(
    [1, 2, 3].map((index) =>
      run(['run', '--url', url, ...SEEDED, '--shard', `${index}/3`, '-r', `json=${home}/s${index}.json`]),
    ),
  );
}

describe('three shards', () => {
  it('merged are the run they are parts of', async () => {
    await withWebhookTarget({ answer: ANSWER }, async (target) =>
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
        expect(lacking.stdout.replaceAll(/\s+/g, ' ')).toContain('Shard 3 is missing, of 3');
        const mixed = await run(['report', 'merge', ...files, whole.runId]);
        expect(mixed.exitCode).toBe(2);
        expect(mixed.stderr).toContain('is no shard');
      }),
    );
  });

  it('are told by CI systems, and refused where they could not have the same plan', async () => {
    await withWebhookTarget({ answer: ANSWER }, async (target) =>
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
