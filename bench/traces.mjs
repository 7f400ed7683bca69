// Reading traces back from the sandbox: fifty against one (one wait, not fifty), and a trace of 10,000 spans judged and
// drawn, against two seconds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sendLargeTrace } from './support/large-trace.mjs';
import { runAlone } from './support/main.mjs';
import { alternate, ms, row } from './support/measure.mjs';
import { BIN, runNode, SCRATCH } from './support/processes.mjs';
import { runReport } from './support/run-report.mjs';

const SPANS = 10_000;
const GOAL_MS = 2_000;

export async function bench() {
  const sandbox = await startSandbox();
  try {
    const verified = async (count) => {
      const { ms, head } = await runReport(
        ['--url', sandbox.url, '--count', String(count), '--concurrency', '10', '--yes'],
        {
          env: sandbox.env,
        },
      );
      if (head.summary.unverified > 0)
        throw new Error(`${head.summary.unverified} of ${count} traces are unverified`);
      return ms;
    };
    const traceId = await sendLargeTrace(sandbox, SPANS);
    const measured = await alternate(
      {
        one: () => verified(1),
        fifty: () => verified(50),
        drawn: async () => {
          const { ms, stdout } = await runNode([BIN, 'trace', 'show', traceId], {
            env: sandbox.env,
            keepOutput: true,
          });
          if (!stdout.includes('large')) throw new Error('the trace was not drawn');
          return ms;
        },
      },
      { rounds: 7 },
    );
    return [
      row({
        bench: '50 traces verified',
        figure: ms(measured.fifty),
        reference: `1 trace: ${ms(measured.one)}`,
        ratio: measured.fifty / measured.one,
        goal: { atMost: 1.5 },
      }),
      row({
        bench: '10,000 spans read, judged, drawn',
        figure: ms(measured.drawn),
        reference: `goal: ${ms(GOAL_MS)}`,
        ratio: measured.drawn / GOAL_MS,
        goal: { atMost: 1 },
      }),
    ];
  } finally {
    await sandbox.stop();
  }
}

async function startSandbox() {
  const child = spawn(process.execPath, [BIN, 'sandbox', '--json'], {
    env: { ...process.env, HOME: SCRATCH },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { url, dsn, sentryUrl, org, project, token } = JSON.parse(String(line));
  return {
    url,
    dsn,
    env: {
      SENTRY_DSN: dsn,
      SENTRY_URL: sentryUrl,
      SENTRY_ORG: org,
      SENTRY_PROJECT: project,
      SENTRY_AUTH_TOKEN: token,
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

await runAlone(import.meta.url, bench);
