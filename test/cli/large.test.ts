/** Size: ten thousand webhooks in one run. `npm run bench:memory` does it with 100,000, `npm run soak` for ten minutes. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import { type Cli, type CliResult, ROOT, withCli } from '../support/cli.ts';
import { withFastTarget } from '../support/fast-target.ts';

const SMALL = 1_000;
const LARGE = 10_000;
/** Holding every result would make it two. */
const MOST_TIMES_MORE = 1.35;
/** Ends a program that hangs. */
const DEADLINE_MS = 300_000;

/** Runs the program and reads how much memory it had at its most, in MiB. */
async function measured(
  cli: Cli,
  args: readonly string[],
): Promise<CliResult & { readonly peakMiB: number }> {
  const probe = pathToFileURL(path.join(ROOT, 'bench', 'support', 'probe.mjs')).href;
  const file = path.join(cli.home, 'probe.ndjson');
  const env = { NODE_OPTIONS: `--import=${probe}`, PROBE_FILE: file, COLUMNS: '80' };
  const result = await cli.run(args, { env, deadlineMs: DEADLINE_MS });
  const last = (await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? '';
  return { ...result, peakMiB: JSON.parse(last).peakMiB };
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') count++;
  return count;
}

it('ten thousand webhooks need no more memory than a thousand, are counted exactly, and make a short report', async () => {
  await withFastTarget({ faultyEvery: 100 }, async (target) =>
    withCli(async (cli) => {
      const flags = ['--url', target.url, '--timeout', '10s', '--concurrency', '20'];
      const countedRun = (from: Cli, count: number) =>
        measured(from, ['run', ...flags, '--count', String(count)]);
      // Side by side: both spend seconds on waiting for responses that never come.
      const [small, large] = await Promise.all([
        withCli((other) => countedRun(other, SMALL)),
        countedRun(cli, LARGE),
      ]);
      expect([small.exitCode, large.exitCode]).toEqual([1, 1]);
      expect(large.peakMiB).toBeLessThan(small.peakMiB * MOST_TIMES_MORE);
      expect(large.stdout.split('\n').length).toBeLessThanOrEqual(60);

      const list = await measured(cli, ['report', 'list', '--json']);
      const [head]: readonly ReportHead[] = JSON.parse(list.stdout).runs;
      if (head === undefined) throw new Error('The run is not kept.');
      // 100 faulty ones: 20 of each kind, of which the slow ones work.
      expect(head.summary).toMatchObject({ total: LARGE, failed: 80, successful: LARGE - 80, skipped: 0 });
      const full = await measured(cli, ['report', 'show', '--full']);
      for (const kind of ['HTTP 500', 'Request failed: Connection reset', 'Request failed: No response'])
        expect(full.stdout).toContain(`✗ 20 × ${kind}`);
      expect(large.stdout).toContain('… and 1 more cause: prod-e2e report show ');
      expect(large.stdout).toContain('✓ Successful: 9,920');
      const folder = path.join(cli.home, 'data', 'prod-e2e', 'runs', head.runId);
      expect(await countLines(path.join(folder, 'results.ndjson'))).toBe(LARGE);

      const show = await measured(cli, ['report', 'show']);
      expect(show.stdout).toBe(large.stdout);
      expect(show.peakMiB).toBeLessThan(small.peakMiB * MOST_TIMES_MORE);

      // What the target saw is the two runs; numbers of tests are the same in both, and repeated attempts come on top.
      const { webhooks, requests } = await target.log();
      expect(webhooks).toBe(LARGE);
      expect(requests).toBeGreaterThanOrEqual(SMALL + LARGE);
    }),
  );
});
