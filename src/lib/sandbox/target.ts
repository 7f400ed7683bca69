/** The sandbox's webhook target: a small, honest copy of a signal pipeline, with faults on request. */
import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deliver, reasonOf, type TargetAnswer } from './answer.ts';
import { createDuplicateMemory, type DuplicateMemory } from './duplicate-memory.ts';
import { type AnswerFaults, type AnswerReplacement, answerFaultsFor, type Fault } from './faults.ts';
import { describeRequest, flushWhenIdle, HEALTH_PATH, reportException } from './instrumentation.ts';
import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';
import {
  type AcceptedSignal,
  assignVariant,
  decideAndSave,
  enrich,
  ingest,
  type Trouble,
} from './pipeline.ts';
import { type Signal, scenarioOf } from './signal.ts';
import { createSignalStore, type SignalStore } from './signal-store.ts';
import { createTaskGroup, type TaskGroup } from './task-group.ts';

export const WEBHOOK_PATH = '/webhook';

/** Webhooks are a few hundred bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** How long work begun before the stop may go on, in milliseconds. */
const DRAIN_LIMIT_MS = 1_000;

type Env = { Bindings: HttpBindings };

interface TargetState {
  readonly faults: readonly Fault[];
  readonly memory: DuplicateMemory;
  readonly store: SignalStore;
  readonly tasks: TaskGroup;
  /** One for each request in work; aborted when its client goes and when the process is to stop. */
  readonly open: Set<AbortController>;
}

interface Processed {
  readonly answer: TargetAnswer;
  /** What is left to do once the answer is out. */
  readonly background: (() => Promise<void>) | null;
}

/** How far the pipeline goes: a proxy's answers keep it from starting, a 5xx stands for a failed step. */
function courseOf(replacement: AnswerReplacement | null): 'whole' | 'refused' | 'failing' | 'hanging' {
  switch (replacement?.kind) {
    case 'timeout':
      return 'hanging';
    case 'reset':
    case 'redirect':
    case 'rate-limit':
      return 'refused';
    case 'status':
      if (replacement.status >= 500) return 'failing';
      return replacement.status >= 200 && replacement.status < 300 ? 'whole' : 'refused';
    default:
      return 'whole';
  }
}

function troubleOf(faults: AnswerFaults, gone: AbortSignal): Trouble {
  const course = courseOf(faults.replacement);
  return {
    failing: course === 'failing' ? 'fetch-gex-data' : null,
    hanging: course === 'hanging' ? 'fetch-market-data' : null,
    gone,
  };
}

const only = (status: number, body: TargetAnswer['body']): Processed => ({
  answer: { status, body },
  background: null,
});

function duplicate(signal: Signal, ageMs: number, requestId: string): Processed {
  const { symbol, direction, timeframe } = signal;
  const message = `${symbol} ${direction} ${timeframe} was already received ${Math.round(ageMs / 1_000)} s ago`;
  return only(200, { status: 'DUPLICATE', request_id: requestId, message });
}

/** A webhook's way up to its answer. */
async function processWebhook(
  body: string,
  faults: AnswerFaults,
  gone: AbortSignal,
  state: TargetState,
): Promise<Processed> {
  const requestId = randomUUID();
  const validated = await ingest(body);
  if (!validated.ok) return only(400, { status: 'REJECTED', error: validated.error, request_id: requestId });
  const { signal } = validated;
  if (courseOf(faults.replacement) === 'refused')
    return only(503, { status: 'ERROR', request_id: requestId });
  const ageMs = state.memory.claim(signal, Date.now());
  if (ageMs !== null) return duplicate(signal, ageMs, requestId);
  const accepted: AcceptedSignal = { signalId: randomUUID(), signal };
  describeRequest(`POST ${WEBHOOK_PATH}`, { signalId: accepted.signalId, symbol: signal.symbol });
  try {
    const enrichment = await enrich(accepted, troubleOf(faults, gone));
    const variant = await assignVariant(accepted);
    return {
      answer: {
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
      background: () => decideAndSave(accepted, variant, state.store),
    };
  } catch {
    // The pipeline has reported it; the sender may try again.
    state.memory.release(signal);
    return only(500, { status: 'ERROR', error: reasonOf(500), request_id: requestId });
  }
}

async function receive(c: Context<Env>, state: TargetState): Promise<Response> {
  const { outgoing } = c.env;
  const leaving = new AbortController();
  const gone = leaving.signal;
  state.open.add(leaving);
  outgoing.once('close', () => {
    state.open.delete(leaving);
    leaving.abort();
  });
  const body = await c.req.text();
  const scenario = scenarioOf(body);
  const faults = answerFaultsFor(state.faults, scenario ?? '');
  describeRequest(`POST ${WEBHOOK_PATH}`, scenario === null ? {} : { scenario });
  const { answer, background } = await processWebhook(body, faults, gone, state);
  await deliver({ answer, faults, outgoing, gone });
  if (background !== null) state.tasks.run(background());
  flushWhenIdle();
  return RESPONSE_ALREADY_SENT;
}

function targetApp(state: TargetState): Hono<Env> {
  const app = new Hono<Env>();
  const tooLarge = (c: Context): Response =>
    c.json({ status: 'REJECTED', error: `the body is larger than ${MAX_BODY_BYTES} bytes` }, 413);
  app.post(WEBHOOK_PATH, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), (c) =>
    state.tasks.run(receive(c, state)),
  );
  app.all(WEBHOOK_PATH, (c) => c.json({ error: 'Method not allowed' }, 405, { allow: 'POST' }));
  app.get('/api/signals/:id', (c) => {
    const row = state.store.find(c.req.param('id'));
    return row === null ? c.json({ error: 'Not found' }, 404) : c.json(row);
  });
  app.get(HEALTH_PATH, (c) => c.json({ status: 'ok' }));
  app.notFound((c) => c.json({ error: 'Not found' }, 404));
  app.onError((error, c) => {
    reportException(error);
    return c.json({ error: reasonOf(500) }, 500);
  });
  return app;
}

export interface Target {
  readonly port: number;
  /** Lets begun work end, but no fault keep it; resolves within a second or so. */
  stop(): Promise<void>;
}

/** Starts the target on 127.0.0.1 (port 0: a free one). @throws Node's own error when the port cannot be had. */
export async function startTarget(options: {
  readonly port: number;
  readonly faults: readonly Fault[];
}): Promise<Target> {
  const open = new Set<AbortController>();
  const tasks = createTaskGroup();
  const memory = createDuplicateMemory();
  const app = targetApp({
    faults: options.faults,
    memory,
    store: createSignalStore(),
    tasks,
    open,
  });
  const server: LoopbackServer = await serveOnLoopback({
    handler: (request, bindings) => app.fetch(request, bindings),
    port: options.port,
  });
  return {
    port: server.port,
    async stop() {
      server.refuseMore();
      for (const request of open) request.abort();
      await tasks.settled(DRAIN_LIMIT_MS);
      server.cut();
    },
  };
}
