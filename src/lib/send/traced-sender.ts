/** Sends one webhook in its own trace and returns the delivery: request, response or failure, timings, attempts. */

import { ProdE2eError } from '../errors.ts';
import type { Delivery } from '../model/delivery.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { Attempt, WebhookRequest } from '../model/result.ts';
import { createAgents } from './agents.ts';
import { attemptOnce, type Outcome, sendsBody } from './attempt.ts';
import { createClient } from './client.ts';
import { isRetryable, type RetryGate, retryDelayMs, tooLongToWaitMs } from './retries.ts';
import { signatureHeadersOf } from './signing.ts';
import type { TlsFiles } from './tls-files.ts';
import { joinBaggage, type TestTrace } from './trace.ts';

export interface SenderOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retries: number;
  /** Largest response that is read, in bytes after decompression. */
  readonly maxBodyBytes: number;
  /** Paths of PEM files. */
  readonly tls: TlsFiles & { readonly insecure: boolean };
}

export interface SendHow {
  /** How much later than planned this send begins, in milliseconds; counted into the latency. */
  readonly lateMs: number;
  readonly mayRetry: RetryGate;
}

export interface Sender {
  /** Never rejects because of the target. Without `retries`, at most one request is sent. */
  readonly send: (test: PlannedTest, trace: TestTrace, how: SendHow) => Promise<Delivery>;
  /** Ends the requests in flight as `aborted`; no retry begins after it. */
  readonly abort: () => void;
  readonly close: () => void;
}

/** @throws ProdE2eError `TLS_FILE` when a certificate file cannot be used, `PROXY_INVALID` */
export async function createSender(options: SenderOptions): Promise<Sender> {
  const agents = createAgents({ ...options, maxSockets: Number.POSITIVE_INFINITY });
  const client = (await createClient(options)).extend({ agent: agents.pair });
  const stopped = new AbortController();
  // Not listeners of the signal: adding and removing one takes as long as judging a response.
  const inFlight = new Set<() => void>();
  const attempt = (request: WebhookRequest, body: Buffer) =>
    attemptOnce(request, {
      body,
      client,
      proxy: agents.proxy,
      timeoutMs: options.timeoutMs,
      connectTimeoutMs: options.connectTimeoutMs,
      maxBodyBytes: options.maxBodyBytes,
      stop: stopped.signal,
      inFlight,
    });
  return {
    send: async (test, trace, { lateMs, mayRetry }) => {
      const attempts: Attempt[] = [];
      const startedAt = new Date().toISOString();
      for (let retry = 0; ; retry++) {
        const { context, request, outcome } = await traced(test, trace, attempt);
        attempts.push(outcome.attempt);
        const { response, failure } = outcome;
        if (failure !== null && OUT_OF_FILES.has(failure.code ?? '')) throw outOfFiles();
        const isLeft = retry < options.retries && isRetryable(outcome, test.expect.status);
        const tooLongMs = isLeft ? tooLongToWaitMs(outcome, Date.now()) : null;
        if (isLeft && tooLongMs === null) {
          const waitMs = retryDelayMs(outcome, { retry, random: Math.random(), nowMs: Date.now() });
          if ((await mayRetry(waitMs)) && !stopped.signal.aborted) continue;
        }
        const timings = { ...outcome.timings, totalMs: outcome.timings.totalMs + lateMs, lateMs };
        const delivery = { startedAt, request, response, failure, timings, attempts, trace: context };
        return tooLongMs === null ? delivery : { ...delivery, notRetriedForMs: tooLongMs };
      }
    },
    abort: () => {
      stopped.abort();
      for (const stop of inFlight) stop();
    },
    close: agents.destroy,
  };
}

/** This machine cannot open another connection, which is no evidence about the target. */
const OUT_OF_FILES = new Set(['EMFILE', 'ENFILE']);

function outOfFiles(): ProdE2eError {
  return new ProdE2eError('This machine allows no more open files or connections.', {
    code: 'TOO_MANY_OPEN_FILES',
    hints: ['Raise the limit on open files (ulimit -n), or lower --concurrency.'],
  });
}

/** One attempt within the test's trace, signed for this very moment, its span ended either way. */
async function traced(
  test: PlannedTest,
  trace: TestTrace,
  attempt: (request: WebhookRequest, body: Buffer) => Promise<Outcome>,
): Promise<{ context: Delivery['trace']; request: WebhookRequest; outcome: Outcome }> {
  const span = trace.startAttempt(test.request);
  const baggage = joinBaggage(test.request.headers.baggage, span.headers.baggage ?? '');
  const { method, url, headers } = test.request;
  const body = sendsBody(method) ? test.request.body : '';
  // These bytes are signed, and these are sent.
  const bytes = Buffer.from(body, 'utf8');
  const signature = signatureHeadersOf(test, { body: bytes, atMs: Date.now() });
  const request = { method, url, headers: { ...headers, ...span.headers, baggage, ...signature }, body };
  const outcome = await attempt(request, bytes);
  span.end({ status: outcome.response?.status ?? null, failure: outcome.failure });
  return {
    context: { traceId: trace.traceId, spanId: span.spanId, headers: span.headers },
    request,
    outcome,
  };
}
