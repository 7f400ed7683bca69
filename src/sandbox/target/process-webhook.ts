/** What becomes of one webhook: rejected, recognized as a duplicate, processed, or failed on the way. */
import { randomUUID } from 'node:crypto';
import type { ResponseReplacement } from '../faults/fault-kinds.ts';
import { workInBackground } from './background.ts';
import type { DuplicateMemory } from './duplicate-memory.ts';
import type { ActiveSpan } from './instrumentation.ts';
import { type AcceptedSignal, assignVariant, enrich, ingest, type Trouble } from './pipeline.ts';
import { type ResponseFaults, reasonOf, type TargetResponse } from './response.ts';
import type { Signal } from './signal.ts';
import type { SignalStore } from './signal-store.ts';
import type { Steps } from './steps.ts';

interface Processed {
  readonly response: TargetResponse;
  /** What is left to do once the response is out. */
  readonly background: (() => Promise<void>) | null;
}

/** How far the pipeline goes: a proxy's responses keep it from starting, a 5xx stands for a failed step. */
function courseOf(replacement: ResponseReplacement | null): 'complete' | 'refused' | 'failing' | 'hanging' {
  switch (replacement?.kind) {
    case 'timeout':
      return 'hanging';
    case 'reset':
    case 'redirect':
    case 'rate-limit':
      return 'refused';
    case 'status':
      if (replacement.status >= 500) return 'failing';
      return replacement.status >= 200 && replacement.status < 300 ? 'complete' : 'refused';
    default:
      return 'complete';
  }
}

function troubleOf(faults: ResponseFaults, gone: AbortSignal): Trouble {
  const course = courseOf(faults.replacement);
  return {
    failing: course === 'failing' ? { step: 'fetch-gex-data', reason: 'the provider answered 503' } : null,
    hanging: course === 'hanging' ? 'fetch-market-data' : null,
    gone,
  };
}

const only = (status: number, body: TargetResponse['body']): Processed => ({
  response: { status, body },
  background: null,
});

function duplicate(signal: Signal, ageMs: number, requestId: string): Processed {
  const { symbol, direction, timeframe } = signal;
  const message = `${symbol} ${direction} ${timeframe} was already received ${Math.round(ageMs / 1_000)} s ago`;
  return only(200, { status: 'DUPLICATE', request_id: requestId, message });
}

export interface Webhook {
  readonly body: string;
  readonly faults: ResponseFaults;
  /** The client has gone, or the process is to stop. */
  readonly gone: AbortSignal;
  readonly steps: Steps;
  /** Traces of their own for the background work; null for the webhook's. */
  readonly detachedAttempts: number | null;
  readonly isUnsaved: boolean;
}

/** What the target remembers from one webhook to the next. */
interface TargetMemory {
  readonly memory: DuplicateMemory;
  readonly store: SignalStore;
}

/** A webhook's way up to its response, in `span`, which learns the signal's id. */
export async function processWebhook(
  { body, faults, gone, steps, detachedAttempts, isUnsaved }: Webhook,
  span: ActiveSpan,
  state: TargetMemory,
): Promise<Processed> {
  const requestId = randomUUID();
  const validated = await ingest(body, steps);
  if (!validated.ok) return only(400, { status: 'REJECTED', error: validated.error, request_id: requestId });
  const { signal } = validated;
  if (courseOf(faults.replacement) === 'refused')
    return only(503, { status: 'ERROR', request_id: requestId });
  const ageMs = state.memory.claim(signal, Date.now());
  if (ageMs !== null) return duplicate(signal, ageMs, requestId);
  const accepted: AcceptedSignal = { signalId: randomUUID(), signal };
  span.annotate({ signalId: accepted.signalId, symbol: signal.symbol });
  try {
    const enrichment = await enrich(accepted, { steps, trouble: troubleOf(faults, gone) });
    const variant = await assignVariant(accepted, steps);
    const deciding = { accepted, variant, requestId, store: state.store, isUnsaved };
    return {
      response: {
        status: 200,
        body: {
          status: 'ACCEPTED',
          signal_id: accepted.signalId,
          request_id: requestId,
          enrichment,
          variant,
          received_at: new Date().toISOString(),
        },
      },
      background: () => workInBackground({ deciding, requestId, steps, detachedAttempts }),
    };
  } catch {
    // The pipeline has reported it; the sender may try again.
    state.memory.release(signal);
    return only(500, { status: 'ERROR', error: reasonOf(500), request_id: requestId });
  }
}
