/** Ends code that blocks this thread. Only another thread can: in this one no timer and no signal comes through. */
import { Worker } from 'node:worker_threads';

/** Through the inspector, as "pause" of a debugger gets into a loop; what was running is ended, and the event loop goes on. */
const ENDING = `
const { Session } = require('node:inspector');
const { workerData } = require('node:worker_threads');
setTimeout(() => {
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution');
}, workerData);
`;

/** @returns to be called in time by the code that is not to be ended */
export function endBlockedCode(afterMs: number): () => void {
  try {
    const watcher = new Worker(ENDING, { eval: true, workerData: afterMs, execArgv: [] });
    watcher.on('error', () => {});
    watcher.unref();
    return () => void watcher.terminate();
  } catch {
    // Where Node has no thread for it (--permission), or has no inspector, a signal ends the loop: none is watched yet.
    return () => {};
  }
}
