/** A Sentry-compatible server: takes envelopes, keeps what they say, gives traces back through Sentry's API. */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decompress, MAX_ENVELOPE_BYTES } from './decompress.ts';
import { parseEnvelope } from './envelope.ts';
import { textAt } from './json-fields.ts';
import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';
import { readEnvelope } from './received-items.ts';
import { authenticate, type SentryProject } from './sentry-auth.ts';
import { createSpanStore, type SpanStore } from './span-store.ts';
import { traceResponse } from './trace-response.ts';

export interface SentrySettings {
  /** 0 for a free one. */
  readonly port: number;
  /** Slug of the one organisation. */
  readonly org: string;
  readonly token: string;
  readonly projects: readonly SentryProject[];
  /** Takes what comes to `/stream` without a DSN. */
  readonly streamProjectId: number;
}

type Env = { Bindings: HttpBindings };

const NOT_FOUND = { detail: 'The requested resource does not exist' };

const tooLarge = (c: Context): Response =>
  c.json({ detail: `envelope larger than ${MAX_ENVELOPE_BYTES} bytes` }, 413);

/** Answers as Relay does; `pathProject` is null for Spotlight's `/stream`, which needs no key. */
async function ingest(
  c: Context<Env>,
  pathProject: string | null,
  settings: SentrySettings,
  store: SpanStore,
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
  store.add(read.items);
  const id = textAt(header, 'event_id');
  return c.json(id === null ? {} : { id });
}

function organization(c: Context, org: string): Response {
  const { origin } = new URL(c.req.url);
  return c.json({
    id: '1',
    slug: org,
    name: 'prod-e2e sandbox',
    status: { id: 'active', name: 'active' },
    features: [],
    links: { regionUrl: origin, organizationUrl: `${origin}/organizations/${org}` },
  });
}

/** The handler alone, without a socket. */
export function sentryApp(settings: SentrySettings, store: SpanStore): Hono<Env> {
  const app = new Hono<Env>({ strict: false });
  const limit = bodyLimit({ maxSize: MAX_ENVELOPE_BYTES, onError: tooLarge });
  const slugOf = (projectId: number): string =>
    settings.projects.find((project) => project.id === projectId)?.slug ?? String(projectId);

  app.post('/api/:project/envelope', limit, (c) => ingest(c, c.req.param('project'), settings, store));
  app.post('/stream', limit, (c) => ingest(c, null, settings, store));

  app.use('/api/0/*', async (c, next) => {
    const authorization = c.req.header('authorization');
    if (authorization === undefined)
      return c.json({ detail: 'Authentication credentials were not provided.' }, 401);
    if (authorization !== `Bearer ${settings.token}`) return c.json({ detail: 'Invalid token' }, 401);
    return next();
  });
  app.use('/api/0/organizations/:org/*', async (c, next) => {
    return c.req.param('org') === settings.org ? next() : c.json(NOT_FOUND, 404);
  });
  app.get('/api/0/organizations/:org', (c) => organization(c, settings.org));
  app.get('/api/0/organizations/:org/trace/:trace{[0-9a-fA-F]{32}}', (c) => {
    const trace = store.trace(c.req.param('trace').toLowerCase());
    return c.json(traceResponse(trace, { slugOf, attributes: c.req.queries('additional_attributes') ?? [] }));
  });
  // Not Sentry's: how much came in, so that tests can tell once from twice.
  app.get('/api/0/sandbox/received', (c) => c.json(store.counts()));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.notFound((c) => c.json(NOT_FOUND, 404));
  app.onError((error, c) => c.json({ detail: `Internal error: ${error.message}` }, 500));
  return app;
}

/** Starts the server on 127.0.0.1. @throws Node's own error when the port cannot be had. */
export async function startSentryServer(settings: SentrySettings): Promise<LoopbackServer> {
  const app = sentryApp(settings, createSpanStore());
  return serveOnLoopback({
    handler: (request, bindings) => app.fetch(request, bindings),
    port: settings.port,
  });
}
