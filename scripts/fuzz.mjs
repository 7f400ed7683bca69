// The long run of test/fuzz: thousands of cases for everything that comes from outside (docs/fuzzing.md).
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Fewer cases than these of any surface are no long run. */
const LEAST_CASES = 10_000;

const runs = process.env.FUZZ_RUNS ?? '10000';
const seed = process.env.FUZZ_SEED ?? String(randomInt(2 ** 31));
const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-fuzz-'));
const log = path.join(folder, 'cases.ndjson');
process.stdout.write(`FUZZ_RUNS=${runs} FUZZ_SEED=${seed}\n`);

const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', 'test/fuzz', ...process.argv.slice(2)];
const env = { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed, FUZZ_LOG: log };
const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
const code = await new Promise((resolve) => child.once('close', resolve));

/** Surface → cases and seconds, over all its properties. */
const surfaces = new Map();
for (const line of (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((text) => text !== '')) {
  const { surface, cases, ms } = JSON.parse(line);
  const known = surfaces.get(surface) ?? { cases: 0, ms: 0 };
  surfaces.set(surface, { cases: known.cases + cases, ms: known.ms + ms });
}
await rm(folder, { recursive: true });

process.stdout.write(`\n${'SURFACE'.padEnd(22)}${'CASES'.padStart(8)}${'SECONDS'.padStart(10)}\n`);
for (const [surface, { cases, ms }] of [...surfaces].sort()) {
  const seconds = (ms / 1_000).toFixed(0).padStart(10);
  process.stdout.write(`${surface.padEnd(22)}${cases.toLocaleString('en-US').padStart(8)}${seconds}\n`);
}
process.stdout.write(`Again: FUZZ_SEED=${seed} npm run fuzz\n`);

// Part of the tests, or fewer cases than usual, was asked for.
const isWhole = process.argv.length === 2 && Number(runs) >= LEAST_CASES;
const few = isWhole ? [...surfaces].filter(([, { cases }]) => cases < LEAST_CASES) : [];
for (const [surface] of few) process.stdout.write(`Fewer than ${LEAST_CASES} cases: ${surface}.\n`);
process.exitCode = code === 0 && few.length === 0 ? 0 : 1;
