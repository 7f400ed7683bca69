/**
 * Wires one run. The run command, the library and doctor each open theirs here; nothing is sent before `start` or `sendFirst`.
 */
import type { RunEvent } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { SentryDelivery } from '../model/report.ts';
import { checkSafety, type SafetyQuestion } from '../safety/safety.ts';
import { furtherContacts } from '../verify/prepare-probes.ts';
import { createDuplicates, NO_EARLIER_IDS } from './duplicates.ts';
import { preparePlan } from './prepare-plan.ts';
import { openSending, prepareRun } from './prepare-run.ts';
import { type FinishedRun, run } from './run.ts';
import { type SentOne, sendOne } from './send-one.ts';
import { type RunOptions, type RunWiring, wireRun } from './wiring.ts';

export interface OpenRun {
  readonly plan: Plan;
  /** Shows what would be sent. */
  readonly dryRun: (options: { readonly json: boolean }) => Promise<Iterable<string>>;
  /**
   * @param ask resolves once all questions are confirmed, else throws
   * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
   */
  readonly confirm: (ask: (questions: readonly SafetyQuestion[]) => Promise<void>) => Promise<ConfirmedRun>;
  /**
   * Sends the first webhook alone, and judges its response. It is not retried, so doctor shows a failure that a retry would hide.
   */
  readonly sendFirst: () => Promise<FirstSend>;
}

/** Only a confirmed run can be prepared, and only a prepared one sends. */
export interface ConfirmedRun {
  /** @throws ProdE2eError for what makes the run impossible */
  readonly prepare: (emit: (event: RunEvent) => void) => Promise<PreparedRun>;
}

export interface PreparedRun {
  /** Traces or probes may change a result after its response was judged. */
  readonly resultsMayChange: boolean;
  readonly start: () => Promise<FinishedRun>;
  /** Removes saved runs beyond `keep`. @returns a warning, or null */
  readonly prune: () => Promise<string | null>;
  readonly close: () => Promise<void>;
}

export interface FirstSend extends SentOne {
  readonly sentry: SentryDelivery;
  /** How long Sentry took to accept our spans, in milliseconds. */
  readonly flushedInMs: number;
}

/** @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED`, `DSN_INVALID`, `PROXY_INVALID`, and for a plan that cannot be made */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const wiring = wireRun(options);
  const plan = await preparePlan(wiring);
  return {
    plan,
    dryRun: ({ json }) => dryRunOf(wiring, { plan, json }),
    confirm: async (ask) => {
      const quiet = await checkSafety({ ...wiring, sends: plan.sends, ask, nowMs: Date.now() });
      return { prepare: (emit) => prepare(wiring, { plan, quiet, emit }) };
    },
    sendFirst: () => sendFirst(wiring, plan),
  };
}

async function prepare(wiring: RunWiring, ready: Parameters<typeof prepareRun>[1]): Promise<PreparedRun> {
  const { settings, ports, close } = await prepareRun(wiring, ready);
  const { plan, quiet } = ready;
  const {
    dataDir,
    settings: { keep },
  } = wiring;
  return {
    resultsMayChange: ports.traces !== null || ports.probes !== null,
    start: () => run({ ...settings, plan, quiet }, ports),
    prune: async () => {
      const { droppedText, pruneRuns } = await import('../report/store/prune.ts');
      return droppedText(await pruneRuns(dataDir, { keep, own: plan.runId }));
    },
    close,
  };
}

async function dryRunOf(
  { settings, url, redact, variables }: RunWiring,
  { plan, json }: { readonly plan: Plan; readonly json: boolean },
): Promise<Iterable<string>> {
  const { dryRun } = await import('../view/dry-run.ts');
  return dryRun({
    ...{ plan, json, redact, redactPaths: settings.redact, variables },
    contacts: furtherContacts(settings, { url, used: plan.used }),
    now: () => new Date(),
  });
}

async function sendFirst({ settings, url, dsn, redact, stop }: RunWiring, plan: Plan): Promise<FirstSend> {
  const [test] = plan.tests();
  if (test === undefined) throw new Error('a plan has at least one test');
  const { runId } = plan;
  const sending = await openSending({ settings, url, dsn, runId, redact, expectations: [test.expect] });
  const { tracer, sender } = sending;
  stop.addEventListener('abort', sender.abort, { once: true });
  try {
    const duplicates = createDuplicates(NO_EARLIER_IDS, Date.now);
    const how = { lateMs: 0, isResend: false, mayRetry: async () => false };
    const sent = await sendOne(test, how, { ...sending, duplicates, redact, redactPaths: settings.redact });
    const beganMs = performance.now();
    await tracer.flush(Math.min(settings.sentry.flushTimeoutMs, settings.trace.timeoutMs));
    return { ...sent, sentry: tracer.delivery(), flushedInMs: performance.now() - beganMs };
  } finally {
    stop.removeEventListener('abort', sender.abort);
    sender.close();
  }
}
