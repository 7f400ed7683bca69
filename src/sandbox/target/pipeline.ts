/** The stages of the target, each in a span of its name. */
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { ActiveSpan, Attributes, Step } from './instrumentation.ts';
import { type Signal, type ValidatedSignal, validateSignal } from './signal.ts';
import type { SignalStore } from './signal-store.ts';
import type { Steps } from './steps.ts';

/** Usual durations in milliseconds: about a twentieth of a real system's, so that a run stays quick. */
const USUAL_MS = {
  'validate-payload': 1,
  'fetch-market-data': 3,
  'fetch-gex-data': 3,
  'build-snapshot': 2,
  'assign-variant': 1,
  'engine-a-decision': 2,
  'engine-b-decision': 2,
  'database-save': 2,
} as const;

type WorkName = keyof typeof USUAL_MS;

export type Variant = 'A' | 'B';

/** What goes wrong on the way. */
export interface Trouble {
  /** The step which throws, and what it says. */
  readonly failing: { readonly step: WorkName; readonly reason: string } | null;
  /** The step that hangs until `gone` says that the client has disconnected. */
  readonly hanging: WorkName | null;
  readonly gone: AbortSignal;
}

/** A signal that was taken in. */
export interface AcceptedSignal {
  readonly signalId: string;
  readonly signal: Signal;
}

function attributesOf({ signalId, signal }: AcceptedSignal): Attributes {
  const { symbol, direction, timeframe, scenario, testId } = signal;
  return { signalId, symbol, direction, timeframe, ...(scenario && { scenario }), ...(testId && { testId }) };
}

/** What a part of the pipeline works with. */
export interface Course {
  readonly steps: Steps;
  readonly trouble: Trouble;
}

/** From half to one and a half of the usual duration. */
async function work(name: WorkName): Promise<void> {
  await pause(USUAL_MS[name] * (0.5 + Math.random()));
}

/** Resolves at once for a signal that has been aborted. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function workOrTrouble(
  name: WorkName,
  { failing, hanging, gone }: Trouble,
  span: ActiveSpan,
): Promise<void> {
  await work(name);
  if (hanging === name) await untilAborted(gone);
  if (hanging !== name && failing?.step !== name) return;
  const reason = failing?.step === name ? failing.reason : 'nobody waits any more';
  const error = new Error(`${name}: ${reason}`);
  // Captured here, inside of the span that failed, so that the issue hangs on it.
  span.capture(error);
  throw error;
}

const stage = (name: string, attributes: Attributes): Step => ({ name, op: 'function', attributes });

/** `.example` can never resolve: no such service is called. */
const providerCall = (name: string, host: string, attributes: Attributes): Step => ({
  name,
  op: 'http.client',
  attributes: {
    ...attributes,
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'server.address': host,
    'url.full': `https://${host}/v1/${attributes.symbol}`,
  },
});

export function ingest(body: string, steps: Steps): Promise<ValidatedSignal> {
  return steps.inSpan(stage('webhook-ingestion', { 'payload.bytes': Buffer.byteLength(body) }), () =>
    steps.inSpan(stage('validate-payload', {}), async (span) => {
      await work('validate-payload');
      const validated = validateSignal(body);
      span.annotate(validated.ok ? { valid: true } : { valid: false, reason: validated.error });
      return validated;
    }),
  );
}

/** Gets the response's `enrichment`. @throws what the trouble asks for. */
export function enrich(accepted: AcceptedSignal, { steps, trouble }: Course): Promise<JsonObject> {
  const attributes = attributesOf(accepted);
  return steps.inSpan(stage('data-enrichment', attributes), async () => {
    await steps.inSpan(providerCall('fetch-market-data', 'market-data.example', attributes), (span) =>
      workOrTrouble('fetch-market-data', trouble, span),
    );
    await steps.inSpan(providerCall('fetch-gex-data', 'gex.example', attributes), async (span) => {
      if (trouble.failing?.step === 'fetch-gex-data') span.annotate({ 'http.response.status_code': 503 });
      await workOrTrouble('fetch-gex-data', trouble, span);
    });
    return steps.inSpan(stage('build-snapshot', attributes), async () => {
      await work('build-snapshot');
      const price = Math.round(40_000 + Math.random() * 20_000) / 100;
      return {
        market_data: { symbol: accepted.signal.symbol, price, volume: Math.round(Math.random() * 1e6) },
        gex: { net: Math.round(Math.random() * 2e9 - 1e9), flip: Math.round(price) },
      };
    });
  });
}

export function assignVariant(accepted: AcceptedSignal, steps: Steps): Promise<Variant> {
  const attributes = attributesOf(accepted);
  return steps.inSpan(stage('ab-routing', attributes), (routing) =>
    steps.inSpan(stage('assign-variant', attributes), async (span) => {
      await work('assign-variant');
      const variant: Variant = Math.random() < 0.5 ? 'A' : 'B';
      span.annotate({ variant });
      routing.annotate({ variant });
      return variant;
    }),
  );
}

/** What is left to do once the response is out. */
export interface Deciding {
  readonly accepted: AcceptedSignal;
  readonly variant: Variant;
  readonly requestId: string;
  readonly store: SignalStore;
  /** The row is not written, although nothing says so. */
  readonly isUnsaved: boolean;
}

/** Both engines decide, the result is saved. @throws what the trouble asks for; nothing is saved then. */
export async function decideAndSave(
  { accepted, variant, requestId, store, isUnsaved }: Deciding,
  { steps, trouble }: Course,
): Promise<void> {
  const attributes = { ...attributesOf(accepted), variant };
  const decision = await steps.inSpan(stage('engine-execution', attributes), async () => {
    await steps.inSpan(stage('engine-a-decision', attributes), (span) =>
      workOrTrouble('engine-a-decision', trouble, span),
    );
    await steps.inSpan(stage('engine-b-decision', attributes), () => work('engine-b-decision'));
    return Math.random() < 0.5 ? 'ENTER' : 'SKIP';
  });
  const saving: Step = {
    name: 'database-save',
    op: 'db.query',
    attributes: {
      ...attributes,
      'db.system': store.system,
      'db.system.name': store.system,
      'db.operation.name': 'INSERT',
      'db.collection.name': 'signals',
    },
  };
  const { testId, ...signal } = accepted.signal;
  const row = {
    signal_id: accepted.signalId,
    request_id: requestId,
    ...signal,
    test_id: testId,
    variant,
    decision,
  };
  await steps.inSpan(saving, async (span) => {
    await work('database-save');
    if (isUnsaved) return;
    await store.save(accepted.signalId, row).catch((thrown: unknown) => {
      const error = new Error(`database-save: ${messageOf(thrown)}`);
      span.capture(error);
      throw error;
    });
  });
}
