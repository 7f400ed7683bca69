/** A Sentry-compatible server: takes envelopes, keeps what they say, gives traces back through Sentry's API. */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decompress, MAX_ENVELOPE_BYTES } from './decompress.ts';
import { parseEnvelope } from './envelope.ts';
import type { Fault } from './faults.ts';
import { textAt } from './json-fields.ts';
import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';
import { readApi } from './read-api.ts';
import { readEnvelope } from './received-items.ts';
import { NOT_FOUND, refuse } from './refusal.ts';
import { authenticate, type SentryProject } from './sentry-auth.ts';
import { createServing, type Serving } from './serving.ts';
import { createSpanStore } from './span-store.ts';

export interface SentrySettings {
  /** 0 for a free one. */
  readonly port: number;
  /** Slug of the one organisation. */
  readonly org: string;
  readonly token: string;
  readonly projects: readonly SentryProject[];
  /** Takes what comes to `/stream` without a DSN. */
  readonly streamProjectId: number;
  /** The project of whoever sends the webhooks. */
  readonly senderProjectId: number;
  readonly faults: readonly Fault[];
}

interface Ingest {
  readonly settings: SentrySettings;
  readonly serving: Serving;
}

type Env = { Bindings: HttpBindings };

const tooLarge = (c: Context): Response =>
  c.json({ detail: `envelope larger than ${MAX_ENVELOPE_BYTES} bytes` }, 413);

/** Answers as Relay does; `pathProject` is null for Spotlight's `/stream`, which needs no key. */
async function ingest(
  c: Context<Env>,
  pathProject: string | null,
  { settings, serving }: Ingest,
): Promise<Response> {
  const raw = new Uint8Array(await c.req.arrayBuffer());
  const body = await decompress(raw, c.req.header('content-encoding') ?? '');
  if (!body.ok) return c.json({ detail: body.reason }, body.status);
  const parsed = parseEnvelope(body.bytes);
  if (!parsed.ok) return c.json({ detail: `invalid envelope: ${parsed.reason}` }, 400);
  const { header } = parsed.envelope;
  let projectId = settings.streamProjectId;
  if (pathProject !== null) {
    const queryKey = c.req.query('sentry_key') ?? null;
    const authHeader = c.req.header('x-sentry-auth') ?? c.req.header('authorization') ?? null;
    const project = authenticate(
      { pathProject, queryKey, authHeader, envelopeHeader: header },
      settings.projects,
    );
    if (typeof project === 'string') return c.json({ detail: project }, 403);
    projectId = project.id;
  }
  const read = readEnvelope(parsed.envelope, projectId);
  if (!read.ok) return c.json({ detail: `invalid envelope: ${read.reason}` }, 400);
  const refusal = serving.receive(read.items);
  if (refusal !== null) return refuse(c, refusal, 'envelope');
  const id = textAt(header, 'event_id');
  return c.json(id === null ? {} : { id });
}

/** The handler alone, without a socket. */
function sentryApp(settings: SentrySettings): Hono<Env> {
  const { faults, org, projects, senderProjectId, token } = settings;
  const store = createSpanStore();
  const serving = createServing({ store, faults, senderProjectId, now: Date.now });
  const app = new Hono<Env>({ strict: false });
  const limit = bodyLimit({ maxSize: MAX_ENVELOPE_BYTES, onError: tooLarge });
  const slugOf = (projectId: number): string =>
    projects.find((project) => project.id === projectId)?.slug ?? String(projectId);

  app.post('/api/:project/envelope', limit, (c) => ingest(c, c.req.param('project'), { settings, serving }));
  app.post('/stream', limit, (c) => ingest(c, null, { settings, serving }));

  app.use('/api/0/*', async (c, next) => {
    const authorization = c.req.header('authorization');
    if (authorization === undefined)
      return c.json({ detail: 'Authentication credentials were not provided.' }, 401);
    return authorization === `Bearer ${token}` ? next() : c.json({ detail: 'Invalid token' }, 401);
  });
  // Not Sentry's: how much came in, so that tests can tell once from twice.
  app.get('/api/0/sandbox/received', (c) => c.json(store.counts()));
  app.route('/api/0', readApi({ serving, org, projects, slugOf }));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.notFound((c) => c.json(NOT_FOUND, 404));
  app.onError((error, c) => c.json({ detail: `Internal error: ${error.message}` }, 500));
  return app;
}

/** Starts the server on 127.0.0.1. @throws Node's own error when the port cannot be had. */
export async function startSentryServer(settings: SentrySettings): Promise<LoopbackServer> {
  const app = sentryApp(settings);
  return serveOnLoopback({
    handler: (request, bindings) => app.fetch(request, bindings),
    port: settings.port,
  });
}
