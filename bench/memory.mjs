// Peak resident memory of a run of 100,000 webhooks against one of 1,000, without and with Sentry.
import { runAlone } from './support/main.mjs';
import { row } from './support/measure.mjs';
import { startServer } from './support/processes.mjs';
import { dsnOf, runReport, urlOf } from './support/run-report.mjs';

const SMALL = 1_000;
const LARGE = 100_000;
const GOAL = { atMost: 1.25 };

export async function bench() {
  const target = await startServer('target.mjs');
  const sentry = await startServer('sentry.mjs');
  const peak = async (count, further) => {
    const { peakMb, head } = await runReport(
      ['--url', urlOf(target), '--count', String(count), '--concurrency', '10', ...further],
      { env: { WATCH_MEMORY: '1' } },
    );
    if (head.summary.successful !== count)
      throw new Error(`${head.summary.successful} of ${count} succeeded`);
    return peakMb;
  };
  const compared = async (bench, further) => {
    const small = await peak(SMALL, further);
    const large = await peak(LARGE, further);
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
      await compared('peak memory at 100,000, no DSN', []),
      await compared('peak memory at 100,000, with Sentry', ['--sentry-dsn', dsnOf(sentry)]),
    ];
  } finally {
    await Promise.all([target.stop(), sentry.stop()]);
  }
}

await runAlone(import.meta.url, bench);
