// Ten minutes at 200 webhooks per second, one of twenty going wrong in five ways, every trace reported to a Sentry:
// nothing may leak, and every count must be exact. Ends with 1 where something did or was not. `npm run soak` then kills
// more than 200 runs: test/cli/kills.test.ts.
//
//   npm run soak
//   SOAK_SECONDS=60 SOAK_RATE=100 npm run soak
import { runProgram, startServer, storeBytes, table, withHome } from './support/measured-run.mjs';

const seconds = Number(process.env.SOAK_SECONDS ?? 600);
const rate = Number(process.env.SOAK_RATE ?? 200);
const count = Math.round(seconds * rate);
const SAMPLES = 60;

/**
 * What may be more in the last third than in the first, as medians: a share of it, and so much besides. In flight is
 * now more, now less; memory that is not held any more is not given back at once.
 */
const TOLERANCES = {
  heapMiB: { share: 0.1, more: 1 },
  rssMiB: { share: 0.15, more: 10 },
  externalMiB: { share: 0.2, more: 2 },
  files: { share: 0.2, more: 10 },
  sockets: { share: 0.2, more: 10 },
  timers: { share: 0.2, more: 10 },
  processListeners: { share: 0, more: 0 },
  socketListeners: { share: 0, more: 2 },
};

/** The target's faults by the code of the finding that each has to become; slow answers are no failure. */
const FAULTS = { status: 'http-5xx', reset: 'reset', timeout: 'response-timeout', malformed: 'not-json' };

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** @returns rows for the table, and whether all is within its tolerance */
function leaks(samples) {
  // While connections are opened and code is compiled everything grows: the first tenth tells nothing.
  const settled = samples.slice(Math.ceil(samples.length / 10));
  const third = Math.floor(settled.length / 3);
  let ok = third > 0;
  const rows = Object.entries(TOLERANCES).map(([name, { share, more }]) => {
    const first = median(settled.slice(0, third).map((sample) => sample[name]));
    const last = median(settled.slice(-third).map((sample) => sample[name]));
    const most = first * (1 + share) + more;
    const fine = last <= most;
    ok &&= fine;
    return [name, first.toFixed(1), last.toFixed(1), most.toFixed(1), fine ? 'ok' : 'LEAKS'];
  });
  return { ok, rows: [['held', 'first third', 'last third', 'at most', ''], ...rows] };
}

/** Reads the kept run as a stream and compares it with what target and Sentry saw. */
async function counts({ home, log, sentryLog }) {
  const codes = new Map();
  let tests = 0;
  let summary = null;
  const { lines } = await runProgram({ home, args: ['report', 'show', '--reporter', 'ndjson'] });
  for (const line of lines) {
    const read = JSON.parse(line);
    if (read.type === 'summary') summary = read;
    if (read.type !== 'test') continue;
    tests++;
    const code = read.errors[0]?.code ?? 'fine';
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const failed = Object.keys(FAULTS).reduce((sum, fault) => sum + log[fault], 0);
  const pairs = [
    ['webhooks', count, log.webhooks],
    ['results kept', log.webhooks, tests],
    ['total in the report', log.webhooks, summary.summary.total],
    ['failed in the report', failed, summary.summary.failed],
    ['fine, and slow', log.fine + log.slow, codes.get('fine') ?? 0],
    ...Object.entries(FAULTS).map(([fault, code]) => [code, log[fault], codes.get(code) ?? 0]),
    ['traces taken by Sentry', log.webhooks, sentryLog.traces],
    ['traces accepted', sentryLog.traces, summary.sentry.accepted],
  ];
  const rows = pairs.map(([name, expected, actual]) => [
    name,
    expected,
    actual,
    expected === actual ? 'ok' : 'WRONG',
  ]);
  return {
    ok: pairs.every(([, expected, actual]) => expected === actual),
    rows: [['counted', 'expected', 'found', ''], ...rows],
    runId: summary.runId,
  };
}

const ok = await withHome(async (home) => {
  const target = await startServer('fast-target.mjs', ['--faulty-every', '20']);
  const sentry = await startServer('counting-sentry.mjs');
  console.log(`${count} webhooks at ${rate} per second, ${seconds} s`);
  const run = await runProgram({
    home,
    args: [
      ...['run', '--url', target.started.url, '--count', String(count), '--rate', String(rate)],
      ...['--fail-on', 'never'],
    ],
    env: { SENTRY_DSN: sentry.started.dsn },
    node: ['--expose-gc'],
    probeMs: Math.max(500, Math.round((seconds * 1_000) / SAMPLES)),
    onStderr: (text) => process.stderr.write(text),
  });
  const log = await target.stop();
  const sentryLog = await sentry.stop();
  const held = leaks(run.samples);
  const counted = await counts({ home, log, sentryLog });
  const mib = ((await storeBytes(home, counted.runId)) / 1_048_576).toFixed(0);
  console.log(`\n${table(held.rows)}\n\n${table(counted.rows)}\n`);
  console.log(
    `took ${run.seconds.toFixed(0)} s, exit code ${run.exitCode}, peak ${run.peakMiB.toFixed(0)} MiB, ` +
      `store ${mib} MiB, report of ${run.lines.length} lines`,
  );
  return held.ok && counted.ok && run.exitCode === 0;
});
console.log(ok ? 'Nothing leaked, every count is exact.' : 'Something leaked, or a count is wrong.');
process.exitCode = ok ? 0 : 1;
