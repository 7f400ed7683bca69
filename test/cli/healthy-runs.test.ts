import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { SandboxInfo } from '../../src/lib/sandbox/sandbox.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { ROOT, withCli } from '../support/cli.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { sentryEnv, type TraceRun, traceRun } from '../support/trace-run.ts';

const RUNS = 50;
/** Most of a run is waiting for its traces. */
const AT_ONCE = 8;
/** A busy machine makes all that is real slower, but not by this: what takes longer hangs. */
const PATIENCE = '1m';

/** Late, but never wrong; on top of the random durations that all work of the target has. */
const DELAYS = [
  'TREND_CONTINUATION=trace-late:400ms',
  'VOL_EXPANSION=trace-late:900ms',
  'ORB_FAKEOUT=span-slow:database-save:300ms',
  'CHOP=slow:150ms',
];
const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];

/** The stages of a run without a config, with a budget that does not depend on the machine. */
const STAGES = BUILT_IN_STAGES.map(({ name, parts, response }) => ({
  name,
  span: name,
  parts: parts.map(({ label }) => label),
  ...(response === null ? {} : { response }),
  maxDuration: PATIENCE,
}));
const CONFIG = {
  stages: STAGES,
  timeout: PATIENCE,
  connectTimeout: PATIENCE,
  sentry: { flushTimeout: PATIENCE },
  trace: { interval: '300ms', settle: PATIENCE, timeout: '2m' },
};

it('raises no false alarm in fifty healthy runs', async () => {
  const runs: TraceRun[] = [];
  await withServedSandbox(async (info) => {
    const numbers = Array.from({ length: RUNS }, (_, at) => at);
    await sideBySide(
      numbers,
      async (number) => {
        runs.push(await healthyRun(info, number));
      },
      AT_ONCE,
    );
  });
  expect(runs).toHaveLength(RUNS);
  for (const { report, exitCode } of runs) {
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ status: 'healthy', findings: [] });
    expect(report.results).toHaveLength(2);
    for (const { errors, warnings, missingData, trace, stages } of report.results) {
      expect([errors, warnings, missingData, trace.findings]).toEqual([[], [], [], []]);
      expect(trace.state).toBe('verified');
      expect(stages.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    }
  }
  const traceIds = runs.flatMap(({ report }) => report.results.map(({ trace }) => trace.traceId));
  expect(new Set(traceIds).size).toBe(2 * RUNS);
});

/** A symbol of its own: the target takes what it has seen within a minute for a duplicate. */
function healthyRun(info: SandboxInfo, number: number): Promise<TraceRun> {
  const scenarios = [number, number + 1].flatMap((at) => ['-s', SCENARIOS[at % SCENARIOS.length] ?? '']);
  return withCli((cli) =>
    traceRun(cli, ['--url', info.url, '--count', '2', '--set', `symbol=S${number}`, ...scenarios], {
      env: sentryEnv(info),
      config: CONFIG,
    }),
  );
}

/** `prod-e2e sandbox --json` in a process of its own, told to stop afterwards. */
async function withServedSandbox(use: (info: SandboxInfo) => Promise<void>): Promise<void> {
  const args = ['sandbox', '--json', ...DELAYS.flatMap((fault) => ['--fault', fault])];
  const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'run.js'), ...args], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    const [line]: Buffer[] = await once(child.stdout, 'data');
    await use(JSON.parse(String(line)));
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}
