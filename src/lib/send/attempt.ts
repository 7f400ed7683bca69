/** One request on the wire: it ends with either a response or a failure. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { Got } from 'got';
import type { HttpResponse } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { Attempt, Failure, WebhookRequest } from '../model/result.ts';
import {
  abortedFailure,
  classifyFailure,
  type Progress,
  switchedProtocol,
  timedOut,
  tooLarge,
} from './classify-failure.ts';
import { type ConnectionWatch, watchConnection } from './connection-watch.ts';
import { type Decoding, openDecoding } from './content-coding.ts';
import { arrivalsRead } from './idle-guard.ts';
import { responseBeforeExcess, responseOf } from './response.ts';
import { failedAfter, type PhaseTimings, timingsOf } from './timings.ts';

export interface AttemptOptions {
  /** The bytes to send; empty for a method without a body. */
  readonly body: Buffer;
  /** With its agents and time limits; of each request only method, headers and body are its own. */
  readonly client: Got;
  /** `host:port` of the proxy in use; null without one. */
  readonly proxy: string | null;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Longest response body read, in bytes after decompression. */
  readonly maxBodyBytes: number;
  /** Once aborted, no attempt begins. */
  readonly stop: AbortSignal;
  /** Ends the attempts in flight as `aborted`: each attempt adds its own function while it runs. */
  readonly inFlight: Set<() => void>;
}

export interface Outcome {
  readonly attempt: Attempt;
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
  readonly timings: PhaseTimings;
}

/** Methods that are sent without a body. */
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

export function sendsBody(method: string): boolean {
  return !WITHOUT_BODY.has(method.toUpperCase());
}

/** Never rejects. */
export async function attemptOnce(request: WebhookRequest, options: AttemptOptions): Promise<Outcome> {
  await arrivalsRead();
  return new Promise((resolve) => {
    const startedAt = new Date().toISOString();
    const start = performance.now();
    const stream = options.client.stream(request.url, {
      // got's type lists only some methods; it sends any.
      method: request.method as 'POST',
      headers: request.headers,
      ...(sendsBody(request.method) ? { body: options.body } : {}),
    });
    const watch = watchConnection(stream);
    const body = collect(options.maxBodyBytes);
    let response: IncomingMessage | null = null;
    let decoding: Decoding | null = null;
    let ended = false;
    let settled = false;

    const settle = (result: { readonly response: HttpResponse | null; readonly failure: Failure | null }) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.inFlight.delete(stop);
      const durationMs = performance.now() - start;
      const reused = watch.reused();
      const timings = (result.failure === null ? timingsOf : failedAfter)(stream.timings, {
        totalMs: durationMs,
        reused,
      });
      const status = result.response?.status ?? response?.statusCode ?? null;
      // A refused handshake ends before the request is read, though TLS 1.3 lets it be written.
      const mayHaveArrived =
        progress().connected && (result.failure === null || FAILURE_KINDS[result.failure.kind].connected);
      stream.destroy();
      decoding?.destroy();
      resolve({
        ...result,
        timings,
        attempt: { startedAt, durationMs: timings.totalMs, status, failure: result.failure, mayHaveArrived },
      });
    };
    const fail = (failure: Failure) => settle({ response: null, failure });
    const progress = () => progressOf({ request, options, watch, responded: response !== null });
    const broken = (thrown: unknown) => {
      const completed = watch.completed();
      const there = completed !== null && body.add(completed.unread);
      const response = there ? responseBeforeExcess(completed, body.bytes()) : null;
      if (response === null) fail(classifyFailure(thrown, progress()));
      else settle({ response, failure: null });
    };
    const take = (chunk: Uint8Array) => {
      if (!body.add(chunk)) fail(tooLarge(options.maxBodyBytes));
    };
    const finish = () => {
      if (response === null) return;
      settle({
        response: responseOf({ response, headers: response.headers, bytes: body.bytes() }),
        failure: null,
      });
    };
    // Not got's own timeout: it stops at a response that got does not understand. What has arrived by now is read first.
    const timer = setTimeout(() => setImmediate(() => fail(timedOut(progress()))), options.timeoutMs);
    const stop = () => fail(abortedFailure());

    // A destroyed stream may still report an error after it has settled.
    stream.on('error', broken);
    stream.on('response', (arrived: IncomingMessage) => {
      response = arrived;
      decoding = openDecoding(arrived.headers['content-encoding'], {
        onData: take,
        onEnd: finish,
        onError: broken,
        onDrain: () => stream.resume(),
      });
    });
    stream.on('data', (chunk: Uint8Array) => {
      if (decoding === null) take(chunk);
      else if (!decoding.write(chunk)) stream.pause();
    });
    stream.on('end', () => {
      ended = true;
      if (decoding === null) finish();
      else decoding.end();
    });
    stream.on('upgrade', (arrived: IncomingMessage, socket: Socket) => {
      socket.destroy();
      fail(switchedProtocol(arrived.statusCode ?? 101));
    });
    // A complete response may still be decoded at this point.
    stream.on('close', () => {
      if (!ended) broken(CLOSED);
    });
    options.inFlight.add(stop);
    if (options.stop.aborted) stop();
  });
}

/** A stream that closes without an error has lost its connection. */
const CLOSED = Object.assign(new Error('The connection was closed'), { code: 'ECONNRESET' });

interface Collected {
  /** False once there is more than the limit. */
  readonly add: (chunk: Uint8Array) => boolean;
  readonly bytes: () => Buffer;
}

function collect(limitBytes: number): Collected {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add: (chunk) => {
      length += chunk.length;
      if (length > limitBytes) return false;
      chunks.push(chunk);
      return true;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

function progressOf({
  request,
  options,
  watch,
  responded,
}: {
  readonly request: WebhookRequest;
  readonly options: AttemptOptions;
  readonly watch: ConnectionWatch;
  readonly responded: boolean;
}): Progress {
  const { protocol, hostname } = new URL(request.url);
  return {
    begun: watch.begun(),
    resolving: watch.resolving() && isIP(hostname.replace(/^\[|\]$/g, '')) === 0,
    connected: watch.connected() || responded,
    responded,
    secure: protocol === 'https:',
    proxy: options.proxy,
    timeoutMs: options.timeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
  };
}
