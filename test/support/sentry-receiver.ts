/** A small receiver of Sentry envelopes that is not this project's own: it keeps what it receives and responds as configured. */
import { once } from 'node:events';
import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly root: boolean;
  readonly name: string;
  readonly op: string;
  /** `ok`, or anything else for an error. */
  readonly status: string;
  readonly attributes: Attributes;
}

export interface ReceivedEnvelope {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The whole envelope, decompressed. */
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly itemTypes: readonly string[];
  readonly spans: readonly ReceivedSpan[];
  /** The status of the response. */
  readonly status: number;
}

export interface ReceiverResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Takes the envelope and says nothing. */
  readonly never?: boolean;
}

export interface SentryReceiver {
  readonly dsn: string;
  readonly host: string;
  readonly envelopes: readonly ReceivedEnvelope[];
  /** Of all envelopes, in order of arrival. */
  readonly spans: () => readonly ReceivedSpan[];
  /** Envelopes without a response now. */
  readonly pending: () => number;
  /** The most envelopes without a response at the same time. */
  readonly mostPending: () => number;
  /** Connections open now. */
  readonly connections: () => number;
  /** Connections opened since the start. */
  readonly opened: () => number;
  /** Responses what `never` left open; what comes later is left open as well. */
  readonly respondToHeld: () => void;
  /** Responses what `never` left open, and everything from now on, as told. */
  readonly release: (respondWith: ReceiverResponse) => void;
}

/** @param respondWith for each envelope, by its number from 1 */
export async function withSentryReceiver<Result>(
  respondWith: ReceiverResponse | ((number: number) => ReceiverResponse),
  use: (receiver: SentryReceiver) => Promise<Result>,
): Promise<Result> {
  const envelopes: ReceivedEnvelope[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;
  const held: (() => void)[] = [];
  let released: ReceiverResponse | null = null;
  let pending = 0;
  let mostPending = 0;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const chosen =
      released ?? (typeof respondWith === 'function' ? respondWith(envelopes.length + 1) : respondWith);
    envelopes.push({
      url: request.url ?? '',
      headers: request.headers,
      text,
      status: chosen.status,
      ...parseEnvelope(text),
    });
    mostPending = Math.max(mostPending, ++pending);
    const respond = ({ status, headers = {} }: ReceiverResponse) => {
      pending--;
      response.writeHead(status, headers).end('{"id":""}');
    };
    if (chosen.never === true) held.push(() => respond(released ?? chosen));
    else if (chosen.delayMs === undefined) respond(chosen);
    else setTimeout(respond, chosen.delayMs, chosen);
  });
  const respondToHeld = () => {
    for (const respond of held.splice(0)) respond();
  };
  server.on('connection', (socket) => {
    opened++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await use({
      dsn: `http://abcdef0123456789abcdef0123456789@${host}/42`,
      host,
      envelopes,
      spans: () => envelopes.flatMap(({ spans }) => spans),
      pending: () => pending,
      mostPending: () => mostPending,
      connections: () => sockets.size,
      opened: () => opened,
      respondToHeld,
      release: (then) => {
        released = then;
        respondToHeld();
      },
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

function parseEnvelope(text: string): Pick<ReceivedEnvelope, 'header' | 'itemTypes' | 'spans'> {
  const lines = text.split('\n').filter((line) => line !== '');
  const [header = {}, ...rest] = lines.map((line) => JSON.parse(line));
  const items = Array.from({ length: Math.floor(rest.length / 2) }, (_, at) => ({
    type: String(rest[2 * at].type),
    payload: rest[2 * at + 1],
  }));
  return {
    header,
    itemTypes: items.map(({ type }) => type),
    spans: items.flatMap(({ type, payload }) => {
      if (type === 'span') return payload.items.map(streamedSpan);
      return type === 'transaction' ? transactionSpans(payload) : [];
    }),
  };
}

/** As the wire has it; only what the tests look at. */
interface StreamedSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly is_segment: boolean;
  readonly name: string;
  readonly status: string;
  readonly attributes: Readonly<Record<string, { readonly value: string | number | boolean }>>;
}

function streamedSpan(span: StreamedSpan): ReceivedSpan {
  const attributes = Object.fromEntries(
    Object.entries(span.attributes).map(([name, { value }]) => [name, value]),
  );
  return {
    traceId: span.trace_id,
    spanId: span.span_id,
    parentSpanId: span.parent_span_id ?? null,
    root: span.is_segment,
    name: span.name,
    op: String(attributes['sentry.op']),
    status: span.status,
    attributes,
  };
}

interface TransactionSpan {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly op: string;
  readonly description?: string;
  readonly status: string;
  readonly data: Attributes;
}

function transactionSpans(payload: {
  readonly transaction: string;
  readonly contexts: { readonly trace: TransactionSpan };
  readonly spans: readonly TransactionSpan[];
}): readonly ReceivedSpan[] {
  const plain = (span: TransactionSpan, name: string, root: boolean): ReceivedSpan => ({
    traceId: span.trace_id,
    spanId: span.span_id,
    parentSpanId: span.parent_span_id ?? null,
    root,
    name,
    op: span.op,
    status: span.status,
    attributes: span.data,
  });
  return [
    plain(payload.contexts.trace, payload.transaction, true),
    ...payload.spans.map((span) => plain(span, span.description ?? '', false)),
  ];
}
