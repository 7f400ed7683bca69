/** The sandbox's webhook target: a small, honest copy of a signal pipeline, with faults on request. */
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Fault } from '../faults/faults.ts';
import { spanFaultsFor } from '../faults/span-faults.ts';
import { type LoopbackServer, serveOnLoopback } from '../loopback-server.ts';
import { createDuplicateMemory, type DuplicateMemory } from './duplicate-memory.ts';
import { flushWhenIdle, reportException, type Step } from './instrumentation.ts';
import { processWebhook } from './process-webhook.ts';
import { deliver, reasonOf, responseFaultsFor } from './response.ts';
import { scenarioOf } from './signal.ts';
import { createSignalStore, type SignalStore } from './signal-store.ts';
import { stepsFor } from './steps.ts';

const WEBHOOK_PATH = '/webhook';

/** What was saved, for probes and clean-up. */
const SIGNAL_PATH = '/api/signals/:id';

/** For monitors of the process. */
const HEALTH_PATH = '/health';

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
  /** Aborted when the process is to stop. */
  readonly stopping: AbortSignal;
}

function requestStep(c: Context<Env>, scenario: string | null): Step {
  const userAgent = c.req.header('user-agent');
  return {
    name: `${c.req.method} ${WEBHOOK_PATH}`,
    op: 'http.server',
    attributes: {
      'http.request.method': c.req.method,
      'http.route': WEBHOOK_PATH,
      'url.full': c.req.url,
      ...(userAgent !== undefined && { 'user_agent.original': userAgent }),
      ...(scenario !== null && { scenario }),
    },
  };
}

/** Aborts when the client has gone or the process is to stop. */
function goneSignal(outgoing: HttpBindings['outgoing'], open: Set<AbortController>): AbortSignal {
  const leaving = new AbortController();
  open.add(leaving);
  outgoing.once('close', () => {
    open.delete(leaving);
    leaving.abort();
  });
  return leaving.signal;
}

async function receive(c: Context<Env>, state: TargetState): Promise<Response> {
  const { outgoing } = c.env;
  const gone = goneSignal(outgoing, state.open);
  const body = await c.req.text();
  const scenario = scenarioOf(body);
  const faults = responseFaultsFor(state.faults, scenario ?? '');
  const spanFaults = spanFaultsFor(state.faults, scenario ?? '');
  const steps = stepsFor(spanFaults, state.stopping);
  const trace = { sentryTrace: c.req.header('sentry-trace'), baggage: c.req.header('baggage') };
  await steps.inRequest(trace, requestStep(c, scenario), async (span) => {
    const { detachedAttempts, isUnsaved } = spanFaults;
    const webhook = { body, faults, gone, steps, detachedAttempts, isUnsaved };
    const { response, background } = await processWebhook(webhook, span, state);
    await deliver({ response, faults, outgoing, gone });
    if (outgoing.headersSent) span.responded(outgoing.statusCode);
    // Begun here, where the request's span is the active one, and not waited for.
    if (background !== null) void state.tasks.run(background().finally(flushWhenIdle));
  });
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
  app.get(SIGNAL_PATH, async (c) => {
    const row = await state.store.find(c.req.param('id'));
    return row === null ? c.json({ error: 'Not found' }, 404) : c.json(row);
  });
  app.delete(SIGNAL_PATH, async (c) => {
    const removed = await state.store.remove(c.req.param('id'));
    return removed ? c.body(null, 204) : c.json({ error: 'Not found' }, 404);
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
  /** Where signals are saved; in memory without. Closed with the target. */
  readonly store?: SignalStore;
}): Promise<Target> {
  const open = new Set<AbortController>();
  const stop = new AbortController();
  const tasks = createTaskGroup();
  const memory = createDuplicateMemory();
  const store = options.store ?? createSignalStore();
  const app = targetApp({
    faults: options.faults,
    memory,
    store,
    tasks,
    open,
    stopping: stop.signal,
  });
  const server: LoopbackServer = await serveOnLoopback({
    handler: (request, bindings) => app.fetch(request, bindings),
    port: options.port,
  });
  return {
    port: server.port,
    async stop() {
      server.refuseMore();
      stop.abort();
      for (const request of open) request.abort();
      await tasks.settled(DRAIN_LIMIT_MS);
      server.cut();
      await store.close().catch(() => undefined);
    },
  };
}

/** Knowing what still goes on, so that a stop can wait for it. */
interface TaskGroup {
  /** Watches `task` and gives it back. */
  run<Result>(task: Promise<Result>): Promise<Result>;
  /** Resolves when nothing goes on any more, or after `limitMs`. */
  settled(limitMs: number): Promise<void>;
}

export function createTaskGroup(): TaskGroup {
  const running = new Set<Promise<unknown>>();
  const allDone = async (): Promise<void> => {
    // A task may start another as its last act.
    while (running.size > 0) await Promise.allSettled(running);
  };
  return {
    run(task) {
      running.add(task);
      const done = (): void => void running.delete(task);
      task.then(done, done);
      return task;
    },
    async settled(limitMs) {
      const timer = new AbortController();
      const limit = pause(limitMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([allDone(), limit]);
      timer.abort();
    },
  };
}
