/** One request on the wire, from its start to exactly one of an answer and a failure. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { Got, Request as GotStream } from 'got';
import type { Answer, Attempt, Failure, WebhookRequest } from '../model.ts';
import type { AgentPair } from './agents.ts';
import { decodeBody, flatHeaders, parseJson } from './answer.ts';
import { abortedFailure, classifyFailure, type Progress, tooLarge } from './failures.ts';
import { failedAfter, type PhaseTimings, timingsOf } from './timings.ts';

export interface AttemptOptions {
  readonly client: Got;
  readonly agents: AgentPair;
  /** `host:port` of the proxy in use; null without one. */
  readonly proxy: string | null;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Longest answer read, in bytes after decompression. */
  readonly maxBodyBytes: number;
  /** Ends the attempt as `aborted`. */
  readonly stop: AbortSignal;
}

export interface Outcome {
  readonly attempt: Attempt;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
  readonly timings: PhaseTimings;
}

/**
 * A server that had closed a kept connection says so within a round trip. One that resets later than this many
 * milliseconds had read the webhook, and may have worked on it: sending that again would be a duplicate.
 */
const STALE_WITHIN_MS = 1_000;

/** Methods that go without a body whatever the payload is. */
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

export function sendsBody(method: string): boolean {
  return !WITHOUT_BODY.has(method.toUpperCase());
}

/** Never rejects. */
export function attemptOnce(request: WebhookRequest, options: AttemptOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedAt = new Date().toISOString();
    const start = performance.now();
    const stream = options.client.stream(request.url, {
      // got's type lists the methods it knows; it sends any.
      method: request.method as 'POST',
      headers: request.headers,
      agent: options.agents,
      ...(sendsBody(request.method) ? { body: request.body } : {}),
    });
    const watch = watchConnection(stream);
    const body = collect(options.maxBodyBytes);
    let response: IncomingMessage | null = null;
    let settled = false;

    const settle = (result: { readonly answer: Answer | null; readonly failure: Failure | null }) => {
      if (settled) return;
      settled = true;
      options.stop.removeEventListener('abort', stop);
      const durationMs = performance.now() - start;
      const reused = watch.reused();
      const timings = (result.failure === null ? timingsOf : failedAfter)(stream.timings, {
        totalMs: durationMs,
        reused,
      });
      const status = result.answer?.status ?? response?.statusCode ?? null;
      const staleConnection =
        reused && result.failure?.kind === 'reset' && watch.silent() && durationMs <= STALE_WITHIN_MS;
      stream.destroy();
      resolve({
        ...result,
        timings,
        attempt: { startedAt, durationMs: timings.totalMs, status, failure: result.failure, staleConnection },
      });
    };
    const fail = (failure: Failure) => settle({ answer: null, failure });
    const broken = (thrown: unknown) =>
      fail(classifyFailure(thrown, progressOf({ request, options, watch, answered: response !== null })));
    const stop = () => fail(abortedFailure());

    // After it has settled a destroyed stream may still report an error; that one says nothing new.
    stream.on('error', broken);
    stream.on('response', (arrived: IncomingMessage) => {
      response = arrived;
    });
    stream.on('data', (chunk: Uint8Array) => {
      if (!body.add(chunk)) fail(tooLarge(options.maxBodyBytes));
    });
    stream.on('end', () => {
      if (response !== null) settle({ answer: answerOf(response, body.bytes()), failure: null });
    });
    stream.on('close', () => broken(CLOSED));
    options.stop.addEventListener('abort', stop, { once: true });
    if (options.stop.aborted) stop();
  });
}

/** A stream that ends without a word has lost its connection. */
const CLOSED = Object.assign(new Error('The connection was closed'), { code: 'ECONNRESET' });

function collect(limitBytes: number) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    /** False once there is more than the limit. */
    add: (chunk: Uint8Array): boolean => {
      length += chunk.length;
      if (length > limitBytes) return false;
      chunks.push(chunk);
      return true;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

interface ConnectionWatch {
  readonly begun: () => boolean;
  readonly resolving: () => boolean;
  readonly connected: () => boolean;
  readonly reused: () => boolean;
  /** Nothing has come back on the connection since this request got it. */
  readonly silent: () => boolean;
}

/** got's own points in time cannot tell a tunnel, or a second request on a TLS connection, from one being made. */
function watchConnection(stream: GotStream): ConnectionWatch {
  let socket: Socket | null = null;
  let reused = false;
  let resolving = false;
  let connected = false;
  let readBefore = 0;
  const onSocket = (assigned: Socket) => {
    socket = assigned;
    readBefore = assigned.bytesRead;
    const secure = 'encrypted' in assigned;
    resolving = assigned.connecting;
    connected = reused || (!assigned.connecting && !secure);
    assigned.once('lookup', () => {
      resolving = false;
    });
    assigned.once(secure ? 'secureConnect' : 'connect', () => {
      connected = true;
    });
  };
  stream.on('request', (request: ClientRequest) => {
    reused = request.reusedSocket;
    if (request.socket === null) request.once('socket', onSocket);
    else onSocket(request.socket);
  });
  return {
    begun: () => socket !== null,
    resolving: () => resolving,
    connected: () => connected,
    reused: () => reused,
    silent: () => socket !== null && socket.bytesRead === readBefore,
  };
}

function progressOf({
  request,
  options,
  watch,
  answered,
}: {
  readonly request: WebhookRequest;
  readonly options: AttemptOptions;
  readonly watch: ConnectionWatch;
  readonly answered: boolean;
}): Progress {
  const { protocol, hostname } = new URL(request.url);
  return {
    begun: watch.begun(),
    resolving: watch.resolving() && isIP(hostname.replace(/^\[|\]$/g, '')) === 0,
    connected: watch.connected() || answered,
    answered,
    secure: protocol === 'https:',
    proxy: options.proxy,
    timeoutMs: options.timeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
  };
}

function answerOf(response: IncomingMessage, bytes: Buffer): Answer {
  const body = decodeBody(bytes, response.headers['content-type']);
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    httpVersion: response.httpVersion,
    headers: flatHeaders(response.headers),
    body,
    bodyBytes: bytes.length,
    json: parseJson(body),
  };
}
