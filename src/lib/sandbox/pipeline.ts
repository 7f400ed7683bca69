/** The stages of the target, each in a span of its name. */
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../model.ts';
import { type Attributes, inSpan, reportException, type Step } from './instrumentation.ts';
import { type Signal, type ValidatedSignal, validateSignal } from './signal.ts';
import type { SignalStore } from './signal-store.ts';

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
  /** The step which throws. */
  readonly failing: WorkName | null;
  /** The step which does not end before `gone` says that nobody waits any more. */
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

/** From half to one and a half of the usual duration. */
async function work(name: WorkName): Promise<void> {
  await pause(USUAL_MS[name] * (0.5 + Math.random()));
}

async function workOrTrouble(name: WorkName, trouble: Trouble): Promise<void> {
  await work(name);
  if (trouble.hanging === name) {
    await new Promise<void>((resolve) => {
      if (trouble.gone.aborted) resolve();
      else trouble.gone.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  if (trouble.hanging !== name && trouble.failing !== name) return;
  const error = new Error(
    trouble.failing === name ? `${name}: the provider answered 503` : `${name}: nobody waits any more`,
  );
  // Captured here, inside of the span that failed, so that the issue hangs on it.
  reportException(error);
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

export function ingest(body: string): Promise<ValidatedSignal> {
  return inSpan(stage('webhook-ingestion', { 'payload.bytes': Buffer.byteLength(body) }), () =>
    inSpan(stage('validate-payload', {}), async (annotate) => {
      await work('validate-payload');
      const validated = validateSignal(body);
      annotate(validated.ok ? { valid: true } : { valid: false, reason: validated.error });
      return validated;
    }),
  );
}

/** Gets the answer's `enrichment`. @throws what `trouble` asks for. */
export function enrich(accepted: AcceptedSignal, trouble: Trouble): Promise<JsonObject> {
  const attributes = attributesOf(accepted);
  return inSpan(stage('data-enrichment', attributes), async () => {
    await inSpan(providerCall('fetch-market-data', 'market-data.example', attributes), () =>
      workOrTrouble('fetch-market-data', trouble),
    );
    await inSpan(providerCall('fetch-gex-data', 'gex.example', attributes), async (annotate) => {
      if (trouble.failing === 'fetch-gex-data') annotate({ 'http.response.status_code': 503 });
      await workOrTrouble('fetch-gex-data', trouble);
    });
    return inSpan(stage('build-snapshot', attributes), async () => {
      await work('build-snapshot');
      const price = Math.round(40_000 + Math.random() * 20_000) / 100;
      return {
        market_data: { symbol: accepted.signal.symbol, price, volume: Math.round(Math.random() * 1e6) },
        gex: { net: Math.round(Math.random() * 2e9 - 1e9), flip: Math.round(price) },
      };
    });
  });
}

export function assignVariant(accepted: AcceptedSignal): Promise<Variant> {
  const attributes = attributesOf(accepted);
  return inSpan(stage('ab-routing', attributes), (annotateStage) =>
    inSpan(stage('assign-variant', attributes), async (annotate) => {
      await work('assign-variant');
      const variant: Variant = Math.random() < 0.5 ? 'A' : 'B';
      annotate({ variant });
      annotateStage({ variant });
      return variant;
    }),
  );
}

/** What real systems do after they have answered: both engines decide, the result is saved. */
export async function decideAndSave(
  accepted: AcceptedSignal,
  variant: Variant,
  store: SignalStore,
): Promise<void> {
  const attributes = { ...attributesOf(accepted), variant };
  const decision = await inSpan(stage('engine-execution', attributes), async () => {
    await inSpan(stage('engine-a-decision', attributes), () => work('engine-a-decision'));
    await inSpan(stage('engine-b-decision', attributes), () => work('engine-b-decision'));
    return Math.random() < 0.5 ? 'ENTER' : 'SKIP';
  });
  const saving: Step = {
    name: 'database-save',
    op: 'db.query',
    attributes: {
      ...attributes,
      'db.system': 'memory',
      'db.system.name': 'memory',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'signals',
    },
  };
  await inSpan(saving, async () => {
    await work('database-save');
    store.save(accepted.signalId, { signal_id: accepted.signalId, ...accepted.signal, variant, decision });
  });
}
