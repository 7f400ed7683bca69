// Child processes of the benches: servers beside, and whole programs that are timed from their start to their end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = path.join(ROOT, 'bin', 'run.js');
/** No program of the benches takes longer, in milliseconds. */
const DEADLINE_MS = 300_000;

/** A folder of this bench, removed when the bench ends. */
export const SCRATCH = mkdtempSync(path.join(tmpdir(), 'prod-e2e-bench-'));
process.on('exit', () => rmSync(SCRATCH, { recursive: true, force: true }));

const ENV = {
  PATH: process.env.PATH,
  HOME: SCRATCH,
  XDG_DATA_HOME: path.join(SCRATCH, 'data'),
  XDG_CONFIG_HOME: path.join(SCRATCH, 'config'),
  XDG_CACHE_HOME: path.join(SCRATCH, 'cache'),
  // Where Node keeps compiled code: cold at first, warm as for somebody who has run the program before.
  NODE_COMPILE_CACHE: path.join(SCRATCH, 'compile-cache'),
  LANG: 'C.UTF-8',
  SHELL: '/bin/sh',
};

/** Starts a server of this folder that prints its port; `stop` resolves when it has ended. */
export async function startServer(file, env = {}) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    env: { ...ENV, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return {
    port: Number(String(port)),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs `node ARGS` to its end. `peakMb` is the peak resident set in MiB, from the kernel; null where it does not tell. */
export async function runNode(args, { env = {}, keepOutput = false, expectExit = 0 } = {}) {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: SCRATCH,
    env: { ...ENV, ...env },
    stdio: ['ignore', keepOutput ? 'pipe' : 'ignore', 'pipe'],
    timeout: DEADLINE_MS,
  });
  const watch = watchMemory(child.pid, env.WATCH_MEMORY === '1');
  const output = [];
  const complaints = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => complaints.push(chunk));
  const [exitCode] = await once(child, 'close');
  const ms = performance.now() - began;
  if (exitCode !== expectExit)
    throw new Error(`node ${args.join(' ')} ended with ${exitCode}: ${Buffer.concat(complaints)}`);
  return { ms, peakMb: watch.peakMb(), stdout: Buffer.concat(output).toString('utf8') };
}

/** The kernel's own high-water mark, read again and again because it is gone with the process. */
function watchMemory(pid, wanted) {
  let peak = null;
  if (!wanted) return { peakMb: () => peak };
  const timer = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (kilobytes !== undefined) peak = Number(kilobytes) / 1024;
    } catch {
      clearInterval(timer);
    }
  }, 20);
  timer.unref();
  return {
    peakMb: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
