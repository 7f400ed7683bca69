/** A Sentry-compatible server: takes envelopes, keeps what they say, gives traces back through Sentry's API. */
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Fault } from '../faults/faults.ts';
import { type LoopbackServer, serveOnLoopback } from '../loopback-server.ts';
import { createNoticeBoard, type IngestNotice } from '../notices.ts';
import { ingestRoutes } from './ingest.ts';
import { readApi } from './read-api.ts';
import { NOT_FOUND } from './refusal.ts';
import type { SentryProject } from './sentry-auth.ts';
import { createServing } from './serving.ts';
import { createSpanStore } from './span-store.ts';

export interface SentrySettings {
  /** 0 for a free one. */
  readonly port: number;
  /** Slug of the one organization. */
  readonly org: string;
  readonly token: string;
  readonly projects: readonly SentryProject[];
  /** Takes what comes to `/stream` without a DSN. */
  readonly streamProjectId: number;
  /** The project of the program that sends the webhooks. */
  readonly senderProjectId: number;
  readonly faults: readonly Fault[];
  /** A release that is deployed as the server starts. */
  readonly deployed?: { readonly version: string; readonly environment: string };
}

type Env = { Bindings: HttpBindings };

/** The handler alone, without a socket. */
function sentryApp(settings: SentrySettings, report: (notice: IngestNotice) => void): Hono<Env> {
  const { deployed, faults, org, projects, senderProjectId, token } = settings;
  const store = createSpanStore();
  const serving = createServing({ store, faults, senderProjectId, now: Date.now });
  const app = new Hono<Env>({ strict: false });
  const slugOf = (projectId: number): string =>
    projects.find((project) => project.id === projectId)?.slug ?? String(projectId);
  const deploys = deployed === undefined ? [] : [{ ...deployed, finishedAtMs: Date.now() }];
  const streamProject = projects.find(({ id }) => id === settings.streamProjectId);
  if (streamProject === undefined) throw new Error('streamProjectId is the id of no project');
  const notices = createNoticeBoard(report);
  app.route('/', ingestRoutes({ serving, notices, projects, streamProject }));

  app.use('/api/0/*', async (c, next) => {
    const authorization = c.req.header('authorization');
    if (authorization === undefined)
      return c.json({ detail: 'Authentication credentials were not provided.' }, 401);
    return authorization === `Bearer ${token}` ? next() : c.json({ detail: 'Invalid token' }, 401);
  });
  // Not Sentry's: how much came in, so that tests can distinguish once from twice.
  app.get('/api/0/sandbox/received', (c) =>
    c.json({
      ...store.counts(),
      outcomes: store
        .outcomes()
        .map(({ projectId, ...outcome }) => ({ project: slugOf(projectId), ...outcome })),
    }),
  );
  app.route('/api/0', readApi({ serving, deploys, org, projects, slugOf }));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.notFound((c) => c.json(NOT_FOUND, 404));
  app.onError((error, c) => c.json({ detail: `Internal error: ${error.message}` }, 500));
  return app;
}

/**
 * Starts the server on 127.0.0.1. `report` gets what was refused or dropped.
 * @throws Node's own error when the port cannot be had.
 */
export async function startSentryServer(
  settings: SentrySettings,
  report: (notice: IngestNotice) => void = () => undefined,
): Promise<LoopbackServer> {
  const app = sentryApp(settings, report);
  return serveOnLoopback({
    handler: (request, bindings) => app.fetch(request, bindings),
    port: settings.port,
  });
}
