// Peak resident memory of a run of 100,000 webhooks against one of 1,000: without and with Sentry, and replayed from a file.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runAlone } from './support/main.mjs';
import { row } from './support/measure.mjs';
import { startServer } from './support/processes.mjs';
import { dsnOf, runReport, urlOf } from './support/run-report.mjs';

const SMALL = 1_000;
const LARGE = 100_000;
const GOAL = { atMost: 1.25 };

/** A file of so many payloads, as NDJSON. */
async function payloads(folder, count) {
  const file = path.join(folder, `${count}.ndjson`);
  const stream = createWriteStream(file);
  for (let at = 0; at < count; at++) {
    const line = `${JSON.stringify({ scenario: `KIND_${at % 7}`, id: at, pad: 'x'.repeat(200) })}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return file;
}

export async function bench() {
  const target = await startServer('target.mjs');
  const sentry = await startServer('sentry.mjs');
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-bench-'));
  const peak = async (count, further) => {
    const { peakMb, head } = await runReport(
      ['--url', urlOf(target), '--count', String(count), '--concurrency', '10', ...further],
      { env: { WATCH_MEMORY: '1' } },
    );
    if (head.summary.successful !== count)
      throw new Error(`${head.summary.successful} of ${count} succeeded`);
    return peakMb;
  };
  const compared = async (bench, furtherOf) => {
    const small = await peak(SMALL, await furtherOf(SMALL));
    const large = await peak(LARGE, await furtherOf(LARGE));
    return row({
      bench,
      figure: `${Math.round(large)} MiB`,
      reference: `1,000 webhooks: ${Math.round(small)} MiB`,
      ratio: large / small,
      goal: GOAL,
    });
  };
  try {
    return [
      await compared('peak memory at 100,000, no DSN', () => []),
      await compared('peak memory at 100,000, with Sentry', () => ['--sentry-dsn', dsnOf(sentry)]),
      await compared('peak memory at 100,000 replayed', async (count) => [
        '--from',
        await payloads(folder, count),
      ]),
    ];
  } finally {
    await Promise.all([target.stop(), sentry.stop(), rm(folder, { recursive: true, force: true })]);
  }
}

await runAlone(import.meta.url, bench);
