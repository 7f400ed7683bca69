/** The work after the response: in the webhook's trace, or in traces of its own as queues and workers make them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Step } from './instrumentation.ts';
import { type Deciding, decideAndSave, type Trouble } from './pipeline.ts';
import { DETACHED_ROOT } from './span-names.ts';
import type { Steps } from './steps.ts';

export interface BackgroundWork {
  readonly deciding: Deciding;
  readonly requestId: string;
  readonly steps: Steps;
  /** How often it runs, each time in a trace of its own; null: once, in the webhook's trace. */
  readonly detachedAttempts: number | null;
}

/** Between a failed attempt and the next one, in milliseconds; a real queue waits for seconds. */
const RETRY_PAUSE_MS = 50;

const NO_TROUBLE: Trouble = { failing: null, hanging: null, gone: new AbortController().signal };

function rootOf({ deciding, requestId }: BackgroundWork, attempt: number): Step {
  const { signalId, signal } = deciding.accepted;
  const { scenario } = signal;
  return {
    name: DETACHED_ROOT,
    op: 'queue.process',
    // Two names for the request, as services have them: `traceId` is not the id of a trace here.
    attributes: { signalId, requestId, traceId: requestId, attempt, ...(scenario !== null && { scenario }) },
  };
}

/** Does the work; of several attempts only the last one succeeds. */
export async function workInBackground(work: BackgroundWork): Promise<void> {
  const { deciding, steps, detachedAttempts } = work;
  if (detachedAttempts === null) return decideAndSave(deciding, { steps, trouble: NO_TROUBLE });
  for (let attempt = 1; attempt < detachedAttempts; attempt += 1) {
    const reason = `attempt ${attempt} found the engine busy`;
    const trouble: Trouble = { ...NO_TROUBLE, failing: { step: 'engine-a-decision', reason } };
    const failed = steps.inOwnTrace(rootOf(work, attempt), () => decideAndSave(deciding, { steps, trouble }));
    // The attempt has reported its failure.
    await failed.catch(() => undefined);
    await pause(RETRY_PAUSE_MS);
  }
  await steps.inOwnTrace(rootOf(work, detachedAttempts), () =>
    decideAndSave(deciding, { steps, trouble: NO_TROUBLE }),
  );
}
