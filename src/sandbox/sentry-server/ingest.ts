/** Taking in what SDKs send: accepted, dropped or refused as Sentry's Relay does it. */
import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { textAt } from '../json-fields.ts';
import type { NoticeBoard } from '../notices.ts';
import { decompress, MAX_ENVELOPE_BYTES, TOO_LARGE } from './decompress.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { oversizedItem } from './item-limits.ts';
import { tooLarge } from './outcomes.ts';
import { readEnvelope } from './received-items.ts';
import { refuse } from './refusal.ts';
import { authenticate, type SentryProject } from './sentry-auth.ts';
import type { Serving } from './serving.ts';
import { readStoreBody } from './store-body.ts';

export interface IngestOptions {
  readonly serving: Serving;
  readonly notices: NoticeBoard;
  readonly projects: readonly SentryProject[];
  /** Takes what comes to `/stream` without a DSN. */
  readonly streamProject: SentryProject;
}

const ENVELOPE_TYPE = 'application/x-sentry-envelope';

const newEventId = (): string => randomBytes(16).toString('hex');

interface No {
  readonly status: ContentfulStatusCode;
  readonly detail: string;
  readonly reason: string;
}

/** In the shape of Relay's refusals. */
function refusal(c: Context, { status, detail, reason }: No, { notices }: IngestOptions): Response {
  const causes = [reason];
  notices.refused({ path: new URL(c.req.url).pathname, status, detail, causes });
  return c.json({ detail, causes }, status);
}

/** What was sent, as an envelope; `isStore` for the endpoint that takes bare events as well. */
async function bodyOf(c: Context, isStore: boolean): Promise<Envelope | No> {
  const raw = new Uint8Array(await c.req.arrayBuffer());
  const body = await decompress(raw, c.req.header('content-encoding') ?? '');
  if (!body.ok) return { status: body.status, detail: 'failed to read request body', reason: body.reason };
  const contentType = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (isStore && contentType !== ENVELOPE_TYPE) {
    const read = await readStoreBody(body.bytes, newEventId);
    return read.ok ? read.envelope : { status: 400, detail: read.detail, reason: read.reason };
  }
  const parsed = parseEnvelope(body.bytes);
  return parsed.ok
    ? parsed.envelope
    : { status: 400, detail: 'invalid event envelope', reason: parsed.reason };
}

function projectOf(c: Context, envelope: Envelope, { projects }: IngestOptions): SentryProject | No {
  const project = authenticate(
    {
      pathProject: c.req.param('project') ?? null,
      queryKey: c.req.query('sentry_key') ?? null,
      authHeader: c.req.header('x-sentry-auth') ?? c.req.header('authorization') ?? null,
      envelopeHeader: envelope.header,
    },
    projects,
  );
  return 'detail' in project ? { status: 403, ...project } : project;
}

async function take(c: Context, endpoint: 'envelope' | 'store' | 'stream', options: IngestOptions) {
  const { serving, notices, streamProject } = options;
  const envelope = await bodyOf(c, endpoint === 'store');
  if ('status' in envelope) return refusal(c, envelope, options);
  const project = endpoint === 'stream' ? streamProject : projectOf(c, envelope, options);
  if ('status' in project) return refusal(c, project, options);
  const oversized = oversizedItem(envelope.items);
  if (oversized !== null) {
    const outcome = tooLarge(oversized.type);
    if (outcome !== null) serving.drop(project.id, outcome);
    const detail = `envelope exceeded size limits for type '${oversized.type}'`;
    return refusal(c, { status: 413, detail, reason: oversized.reason }, options);
  }
  const items = readEnvelope(envelope, project.id);
  const refused = serving.receive(items, project.id);
  if (refused !== null) return refuse(c, refused, 'envelope');
  for (const outcome of items.outcomes) notices.dropped(project.slug, outcome);
  const id = textAt(envelope.header, 'event_id');
  return c.json(id === null ? {} : { id });
}

/** The routes; `/api/store/` is of times when the key alone named the project. */
export function ingestRoutes(options: IngestOptions): Hono {
  const app = new Hono({ strict: false });
  const limit = bodyLimit({
    maxSize: MAX_ENVELOPE_BYTES,
    onError: (c) =>
      refusal(c, { status: 413, detail: 'failed to read request body', reason: TOO_LARGE }, options),
  });
  app.post('/api/:project/envelope', limit, (c) => take(c, 'envelope', options));
  app.post('/api/:project/store', limit, (c) => take(c, 'store', options));
  app.post('/api/store', limit, (c) => take(c, 'store', options));
  app.post('/stream', limit, (c) => take(c, 'stream', options));
  return app;
}
