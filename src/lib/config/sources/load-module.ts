/** Runs a config file that is code, within limits: it must not print to stdout, end the program, or run forever. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { codeOf, messageOf } from '../../errors.ts';
import { checkTree } from '../checks/check-tree.ts';
import { unreadable } from './config-file.ts';

/** Time for a module to load and return its config, in milliseconds. */
const LOAD_LIMIT_MS = 10_000;
/** This thread's timer fires first, unless the module blocks it: only that one can report what is wrong. */
const BLOCKED_LIMIT_MS = LOAD_LIMIT_MS + 1_000;

/**
 * The default export: an object, a promise of one, or a function that returns either. Output of the module goes to
 * stderr, because stdout is the result.
 * @param options.ownProcess code that blocks this thread may be ended: nothing but this program runs
 * @throws ProdE2eError `CONFIG_INVALID`
 */
export async function loadModule(
  file: string,
  { ownProcess }: { readonly ownProcess: boolean },
): Promise<{ readonly config: unknown }> {
  const hints = [`For details, run it directly: node ${path.basename(file)}`];
  const ended = new AbortController();
  const restore = guardProcess((code) => {
    const problem = `calls process.exit(${code ?? ''})`;
    ended.abort(unreadable({ file, problem, hints: ['Throw an error instead; it will be reported.'] }));
    throw ended.signal.reason;
  });
  const timer = setTimeout(() => {
    const problem = `did not finish loading within ${LOAD_LIMIT_MS / 1_000} s`;
    const hint = 'Check for a top-level await that never resolves, and for endless loops.';
    ended.abort(unreadable({ file, problem, hints: [hint, ...hints] }));
  }, LOAD_LIMIT_MS);
  const isRunning = ownProcess ? endBlockedCode(BLOCKED_LIMIT_MS) : () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    ended.signal.addEventListener('abort', () => reject(ended.signal.reason), { once: true });
  });
  try {
    return { config: await Promise.race([configOf(file), aborted]) };
  } catch (cause) {
    if (ended.signal.aborted) throw ended.signal.reason;
    throw describe(cause, { file, hints });
  } finally {
    clearTimeout(timer);
    isRunning();
    restore();
  }
}

class NoDefaultExport extends Error {}

async function configOf(file: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !('default' in module)) throw new NoDefaultExport();
  const config = await module.default;
  const given: unknown = typeof config === 'function' ? await config() : config;
  // Getters run here, where they can fail and be ended.
  checkTree(given);
  return given;
}

function describe(cause: unknown, { file, hints }: { readonly file: string; readonly hints: string[] }) {
  if (cause instanceof NoDefaultExport) {
    return unreadable({
      file,
      problem: 'has no default export',
      hints: ['Add: export default { url: … }'],
    });
  }
  if (codeOf(cause) === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return unreadable({
      file,
      problem: `Node ${process.versions.node} cannot load TypeScript files`,
      hints: ['Use Node 22.18 or newer, or rename the file to prod-e2e.config.mjs and remove the types.'],
      cause,
    });
  }
  const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : '';
  return unreadable({ file, problem: `cannot be loaded: ${name}${messageOf(cause)}`, hints, cause });
}

/** @returns a function that undoes it */
function guardProcess(onExit: (code: unknown) => never): () => void {
  const { exit } = process;
  const { write } = process.stdout;
  process.exit = onExit;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return () => {
    process.exit = exit;
    process.stdout.write = write;
  };
}

/**
 * Ends code that blocks this thread. Only another thread can: no timer and no signal gets through to this one.
 * It uses the inspector, like a debugger that pauses a loop; the code is terminated, and the event loop continues.
 */
const ENDING = `
const { Session } = require('node:inspector');
const { workerData } = require('node:worker_threads');
setTimeout(() => {
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution');
}, workerData);
`;

/** @returns a function that cancels it; code that finishes in time calls it */
export function endBlockedCode(afterMs: number): () => void {
  try {
    const watcher = new Worker(ENDING, { eval: true, workerData: afterMs, execArgv: [] });
    watcher.on('error', () => {});
    watcher.unref();
    return () => void watcher.terminate();
  } catch {
    // If Node cannot start a thread (--permission), or has no inspector, a signal ends the loop: none is handled yet.
    return () => {};
  }
}
