// Runs `prod-e2e run` and reads what it kept.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BIN, runNode, SCRATCH } from './processes.mjs';

const RUNS = path.join(SCRATCH, 'data', 'prod-e2e', 'runs');

/** @returns `{ ms, peakMb, head, results }`: the whole program's time, its peak memory, and the kept report. */
export async function runReport(args, options = {}) {
  // Kept runs of other rounds would be read for their seed: a bench measures one run, not the history of benches.
  rmSync(RUNS, { recursive: true, force: true });
  const { ms, peakMb } = await runNode([BIN, 'run', ...args], options);
  const [runId] = readdirSync(RUNS);
  const folder = path.join(RUNS, runId);
  const head = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8'));
  const results = () =>
    readFileSync(path.join(folder, 'results.ndjson'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return { ms, peakMb, head, results };
}

/** The DSN of a Sentry on this machine. */
export const dsnOf = ({ port }) => `http://benchkey@127.0.0.1:${port}/1`;
export const urlOf = ({ port }) => `http://127.0.0.1:${port}/webhook`;

/** Asks the counting Sentry of `sentry.mjs`. */
export async function countsOf({ port }) {
  return (await fetch(`http://127.0.0.1:${port}/`)).json();
}
