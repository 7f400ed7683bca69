// Are the reported times true? Against a target with known delays (0, 5, 50, 500 ms) the percentiles of the report are
// compared with the target's own log: they may differ by 2 ms + 1%. And an open model must show a stall: at 100 per second a
// target that stands still for a second has a p99 of most of a second, which a closed model would hide. There the reference
// is, by the target's log, when it answered, less when the schedule had the webhook sent.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runAlone } from './support/main.mjs';
import { row } from './support/measure.mjs';
import { SCRATCH, startServer } from './support/processes.mjs';
import { runReport, urlOf } from './support/run-report.mjs';

const PERCENTILES = [50, 90, 95, 99];

/** In percent, so that no percentile lies between two delays: of p50 5 ms are expected, of p90 50, of p95 and p99 500. */
const SHARES = { 0: 20, 5: 50, 50: 22.5, 500: 7.5 };
/** The least number of webhooks in which each delay comes a whole number of times. */
const PERIOD = 40;
const DELAYS = dealt();

export async function bench() {
  return [...(await knownDelays()), await stall()];
}

async function knownDelays() {
  const log = path.join(SCRATCH, 'delays.json');
  const target = await startServer('target.mjs', { DELAYS: DELAYS.join(','), LOG: log });
  const { head } = await runReport(['--url', urlOf(target), '--count', '400', '--concurrency', '8']);
  await target.stop();
  const own = JSON.parse(readFileSync(log, 'utf8')).map(({ tookMs }) => tookMs);
  return PERCENTILES.map((at) => {
    const reported = head.latency[`p${at}Ms`];
    const logged = percentile(own, at);
    return row({
      bench: `accuracy: p${at} of 0, 5, 50, 500 ms`,
      figure: `${reported.toFixed(2)} ms`,
      reference: `target's log: ${logged.toFixed(2)} ms`,
      ratio: Math.abs(reported - logged) / (2 + logged / 100),
      goal: { atMost: 1 },
    });
  });
}

/** 300 webhooks at 100 per second; from the 100th on the target stands still for a second. */
async function stall() {
  const rate = 100;
  const log = path.join(SCRATCH, 'stall.json');
  const target = await startServer('target.mjs', { STALL: '100:1000', LOG: log });
  const { head } = await runReport(['--url', urlOf(target), '--count', '300', '--rate', String(rate)]);
  await target.stop();
  const responses = JSON.parse(readFileSync(log, 'utf8')).sort((a, b) => a.number - b.number);
  const waits = responses.map(
    ({ number, began, tookMs }) => began + tookMs - responses[0].began - (number - 1) * (1000 / rate),
  );
  const expected = percentile(waits, 99);
  return row({
    bench: 'accuracy: p99 with a stall of 1 s, 100/s',
    figure: `${head.latency.p99Ms.toFixed(1)} ms`,
    reference: `log and schedule: ${expected.toFixed(1)} ms`,
    ratio: Math.abs(head.latency.p99Ms - expected) / (2 + expected / 100),
    goal: { atMost: 1 },
  });
}

/** The delays in turn, spread: each comes again after the same number of webhooks. */
function dealt() {
  const wanted = Object.entries(SHARES).map(([delay, share]) => ({ delay, share: share / 100, given: 0 }));
  return Array.from({ length: PERIOD }, (_, at) => {
    const next = wanted.reduce((a, b) =>
      b.share * (at + 1) - b.given > a.share * (at + 1) - a.given ? b : a,
    );
    next.given++;
    return next.delay;
  });
}

/** Nearest rank, as HDR histograms count. */
function percentile(values, at) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((at / 100) * sorted.length) - 1)];
}

await runAlone(import.meta.url, bench);
