// One run of the built program against a target and a Sentry in processes of their own, with a fresh home.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BIN = path.join(HERE, '..', '..', 'bin', 'run.js');

/** A server of this folder: `started` is its first line of JSON; `stop` ends it and gives its last line, its log. */
export async function startServer(name, args = []) {
  const child = spawn(process.execPath, [path.join(HERE, name), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const started = await next();
  return {
    started,
    stop: () => {
      child.stdin.end();
      return next();
    },
  };
}

/** Hands in a folder that is the program's home, and removes it afterwards. */
export async function withHome(use) {
  const home = await mkdtemp(path.join(tmpdir(), 'prod-e2e-bench-'));
  try {
    return await use(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * Runs the program; it inherits nothing of the environment but PATH.
 * @param options.probeMs how often the process tells what it holds; 0 for at its end only
 * @param options.node arguments for node itself
 */
export async function runProgram({ home, args, env = {}, probeMs = 0, node = [], onStderr = () => {} }) {
  const probeFile = path.join(home, 'probe.ndjson');
  await rm(probeFile, { force: true });
  const began = performance.now();
  const child = spawn(process.execPath, [...node, '--import', path.join(HERE, 'probe.mjs'), BIN, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_DATA_HOME: path.join(home, 'data'),
      XDG_CONFIG_HOME: path.join(home, 'config'),
      XDG_CACHE_HOME: path.join(home, 'cache'),
      COLUMNS: '80',
      PROBE_FILE: probeFile,
      PROBE_MS: String(probeMs),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stderr.setEncoding('utf8').on('data', onStderr);
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const exitCode = await ended;
  const probes = (await readFile(probeFile, 'utf8')).trim().split('\n').map(JSON.parse);
  return {
    exitCode,
    lines,
    seconds: (performance.now() - began) / 1_000,
    samples: probes.filter(({ peakMiB }) => peakMiB === undefined),
    peakMiB: probes.at(-1).peakMiB,
  };
}

/** Size of the results of the run that was kept last, in bytes. */
export async function storeBytes(home, runId) {
  return (await stat(path.join(home, 'data', 'prod-e2e', 'runs', runId, 'results.ndjson'))).size;
}

/** Rows as aligned columns, the first to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => String(row[at]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? String(cell).padEnd(widths[at]) : String(cell).padStart(widths[at])))
        .join('  '),
    )
    .join('\n');
}
