// Preloaded into the program under measurement (node --import): writes what the process holds as lines of JSON into
// the file PROBE_FILE, every PROBE_MS milliseconds (0: not before the end), and at its end the most memory it ever had.
// With --expose-gc the heap is what is left after a collection.
import { appendFileSync, readdirSync } from 'node:fs';
import { Socket } from 'node:net';

const { PROBE_FILE, PROBE_MS = '0' } = process.env;
const BYTES_PER_MIB = 1_048_576;
const KIB_PER_MIB = 1_024;

function sample() {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const sockets = process._getActiveHandles().filter((handle) => handle instanceof Socket);
  return {
    atSeconds: performance.now() / 1_000,
    rssMiB: rss / BYTES_PER_MIB,
    heapMiB: heapUsed / BYTES_PER_MIB,
    externalMiB: external / BYTES_PER_MIB,
    files: openFiles(),
    sockets: resources.filter((kind) => /^(TCP|TLS)/.test(kind)).length,
    timers: resources.filter((kind) => kind === 'Timeout').length,
    processListeners: listenersOf(process),
    socketListeners: Math.max(0, ...sockets.map(listenersOf)),
  };
}

/** Of all its events together. */
function listenersOf(emitter) {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}

function openFiles() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

if (PROBE_FILE !== undefined) {
  const write = (line) => appendFileSync(PROBE_FILE, `${JSON.stringify(line)}\n`);
  if (PROBE_MS !== '0') setInterval(() => write(sample()), Number(PROBE_MS)).unref();
  process.on('exit', () => write({ peakMiB: process.resourceUsage().maxRSS / KIB_PER_MIB }));
}
