/** A run that a program starts: it prints nothing, emits events, and returns the report. */
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf, ProdE2eError } from '../errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import type { PreparedRun } from '../run/open-run.ts';
import type { SafetyQuestion } from '../safety/safety.ts';
import type { Config } from './config-type.ts';
import { homeFolders } from './home-folders.ts';
import { type Known, knownConfig, type LoadedConfig } from './load-config.ts';
import { publicError } from './public-error.ts';
import { completeReport } from './reports.ts';

export interface RunOptions {
  /**
   * Confirms the safety checks (more than 25 webhooks, 10 per second or 10 at a time to another host, quiet hours). Without it such a
   * run is refused before anything is sent.
   */
  readonly confirm?: boolean;
  /** Stops sending; requests in flight get 1.5 s. The run then resolves with the results so far, as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called for each event as it happens. If it throws, the run stops cleanly and rejects with that error. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Save the run as the command line does (default). False saves nothing and ignores earlier runs. */
  readonly keep?: boolean;
}

/**
 * Sends the webhooks of a configuration, judges them and reports. Failed tests are data: see `status`, `exitCode` and
 * `results` of the report.
 * @param config the result of {@link loadConfig}, or an object in the shape of a config file; then no file is read
 * @throws ProdE2eError for a configuration, target or payload that cannot be used (`CONFIG_INVALID`, `NO_URL`,
 *   `HOST_NOT_ALLOWED`, …), and `NOT_AGREED` where `confirm` is needed; the reason of a signal that was already aborted
 */
export async function run(config: Config | LoadedConfig, options: RunOptions = {}): Promise<Report> {
  options.signal?.throwIfAborted();
  const known = await knownConfig(config);
  const folder = await dataFolder(known, options.keep ?? true);
  const stop = stopOf(options.signal);
  try {
    return await sendAndReport({ known, options, dataDir: folder.path, stop });
  } catch (thrown) {
    throw publicError(thrown, known.resolved.secrets);
  } finally {
    stop.release();
    await folder.remove();
  }
}

/** A run that is not saved gets an empty folder, without earlier runs. */
async function dataFolder({ resolved }: Known, keep: boolean) {
  const { dataDir } = resolved.settings;
  if (keep) {
    const folder = dataDir === null ? homeFolders(process.env).data : path.resolve(dataDir);
    return { path: folder, remove: async () => {} };
  }
  const own = await mkdtemp(path.join(tmpdir(), 'prod-e2e-')).catch((cause: unknown) => {
    throw new ProdE2eError(`A run that is not saved needs a temporary folder (${messageOf(cause)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: ['Free some space in the temporary folder, or save the run.'],
      cause,
    });
  });
  return { path: own, remove: () => rm(own, { recursive: true, force: true }) };
}

interface Stop {
  readonly signal: AbortSignal;
  readonly now: () => void;
  readonly release: () => void;
}

/** A separate signal: with all the listeners of requests in flight on the caller's signal, Node would warn of a leak. */
function stopOf(signal: AbortSignal | undefined): Stop {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const now = () => controller.abort('abort');
  signal?.addEventListener('abort', now, { once: true });
  if (signal?.aborted) now();
  return { signal: controller.signal, now, release: () => signal?.removeEventListener('abort', now) };
}

async function sendAndReport({
  known,
  options,
  dataDir,
  stop,
}: {
  readonly known: Known;
  readonly options: RunOptions;
  readonly dataDir: string;
  readonly stop: Stop;
}): Promise<Report> {
  const { openRun } = await import('../run/open-run.ts');
  const { resolved: config, env } = known;
  const saved = options.keep !== false;
  const opened = await openRun({
    ...{ config, settings: config.settings, secrets: config.secrets, dataDir, saved },
    ...{ confirmed: options.confirm === true, sandbox: false, shardEnv: env, stop: stop.signal },
  });
  const confirmed = await opened.confirm(refuse);
  const events = guardedEvents(options.onEvent, stop);
  const prepared = await confirmed.prepare(events.emit);
  try {
    const { source, failure } = await prepared.start();
    if (failure !== null) throw failure;
    const report = await completeReport(source);
    if (saved) await prune(prepared, events.emit);
    events.rethrow();
    return report;
  } finally {
    await prepared.close();
  }
}

/** A program has no user to ask. */
async function refuse(questions: readonly SafetyQuestion[]): Promise<void> {
  if (questions.length === 0) return;
  const { otherwiseText, questionsText } = await import('../safety/safety.ts');
  throw new ProdE2eError(`Confirmation required: ${questionsText(questions, 'confirm')}.`, {
    code: 'NOT_AGREED',
    hints: [`Pass { confirm: true } to confirm, or ${otherwiseText(questions)}.`],
  });
}

/** An error in the caller's function stops the run cleanly: the caller gets no more events, but the run gets its report. */
function guardedEvents(onEvent: RunOptions['onEvent'], stop: Stop) {
  let thrown: { readonly by: unknown } | null = null;
  return {
    emit: (event: RunEvent) => {
      if (thrown !== null) return;
      try {
        onEvent?.(event);
      } catch (by) {
        thrown = { by };
        stop.now();
      }
    },
    rethrow: () => {
      if (thrown !== null) throw thrown.by;
    },
  };
}

async function prune(prepared: PreparedRun, emit: (event: RunEvent) => void): Promise<void> {
  const warn = (code: string, message: string, hint: string | null) =>
    emit({ type: 'notice', finding: { severity: 'warning', code, message, hint } });
  try {
    const pruned = await prepared.prune();
    if (pruned !== null) warn('left-overs-pruned', pruned, null);
  } catch (thrown) {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    warn('not-pruned', thrown.message, thrown.hint);
  }
}
