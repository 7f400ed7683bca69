/** Taking in what SDKs send: accepted, dropped or refused as Sentry's Relay does it. */
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { codeOf, messageOf } from '../../lib/errors.ts';
import { isJsonObject } from '../../lib/model/json.ts';
import { parseJson, textAt } from '../json-fields.ts';
import type { NoticeBoard } from '../notices.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { eventIdOf } from './error-records.ts';
import { oversizedItem } from './item-limits.ts';
import { tooLarge } from './outcomes.ts';
import { readEnvelope } from './received-items.ts';
import { refuse } from './refusal.ts';
import { authenticate, type SentryProject } from './sentry-auth.ts';
import type { Serving } from './serving.ts';

interface IngestOptions {
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

// Undoing the `content-encoding` of an envelope; @sentry/node compresses bodies over 32 KiB.

const MIB = 1024 * 1024;

/**
 * Decompressed, so that a few envelopes at once fit into memory. Sentry's own limit is 200 MiB; SDKs cut spans at 5 MB
 * per envelope, the rest is room for attachments.
 */
export const MAX_ENVELOPE_BYTES = 32 * MIB;

/** Why a larger body is refused. */
export const TOO_LARGE = `the body is larger than ${MAX_ENVELOPE_BYTES / MIB} MiB, the limit of the sandbox; the limit of Sentry is 200 MiB`;

type Decompressed =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly reason: string };

type Decoder = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const DECODERS = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Decodes a body by its `content-encoding`, never into more than {@link MAX_ENVELOPE_BYTES}. */
export async function decompress(body: Uint8Array, contentEncoding: string): Promise<Decompressed> {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return { ok: true, bytes: body };
  const decode = DECODERS.get(encoding);
  if (decode === undefined)
    return { ok: false, status: 415, reason: `content-encoding ${encoding} is not supported` };
  try {
    return { ok: true, bytes: await decode(body, { maxOutputLength: MAX_ENVELOPE_BYTES }) };
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      return { ok: false, status: 413, reason: TOO_LARGE };
    }
    return { ok: false, status: 400, reason: `the body is not valid ${encoding}: ${messageOf(error)}` };
  }
}

// The body of `POST /api/{project}/store/`, the endpoint of older SDKs: one event or transaction, bare.

/** As much as Relay decompresses of it; a larger event is refused afterwards. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

const OPENING_BRACE = 0x7b;

const inflated = promisify(inflate);

type ReadStoreBody =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly detail: string; readonly reason: string };

/** Old SDKs send Base64 of JSON, or of JSON that zlib compressed. */
async function decoded(body: Uint8Array): Promise<Uint8Array> {
  if (body[0] === OPENING_BRACE) return body;
  const text = new TextDecoder('latin1').decode(body).trim();
  if (!/^[A-Za-z0-9+/\s]+=*$/.test(text)) throw new Error('it is neither a JSON object nor Base64');
  const bytes = Buffer.from(text, 'base64');
  return bytes[0] === OPENING_BRACE ? bytes : inflated(bytes, { maxOutputLength: MAX_EVENT_BYTES });
}

/** The event as the one item of an envelope. `newId` makes the id of an event without one. */
export async function readStoreBody(body: Uint8Array, newId: () => string): Promise<ReadStoreBody> {
  if (body.length === 0) return { ok: false, detail: 'empty request body', reason: 'there is no event' };
  let payload: Uint8Array;
  try {
    payload = await decoded(body);
  } catch (error) {
    return { ok: false, detail: 'invalid request body', reason: messageOf(error) };
  }
  const event = parseJson(new TextDecoder().decode(payload));
  if (!isJsonObject(event))
    return { ok: false, detail: 'invalid JSON data', reason: 'the event is not a JSON object' };
  const id = event.event_id ?? null;
  const eventId = id === null ? newId() : eventIdOf(id);
  if (eventId === null)
    return { ok: false, detail: 'invalid JSON data', reason: 'event_id is not 32 hex characters' };
  const type = event.type === 'transaction' ? 'transaction' : 'event';
  return {
    ok: true,
    envelope: { header: { event_id: eventId }, items: [{ type, header: { type }, payload }] },
  };
}
