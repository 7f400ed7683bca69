/** Sends one webhook in its own trace, and tells exactly what came of it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt, Delivery, FailureKind } from '../model/delivery.ts';
import type { PlannedTest, WebhookRequest } from '../model/plan.ts';
import { createAgents } from './agents.ts';
import { attemptOnce, type Outcome, sendsBody } from './attempt.ts';
import { createClient } from './client.ts';
import { signatureHeadersOf } from './signing.ts';
import type { TlsFiles } from './tls-files.ts';
import { joinBaggage, type TestTrace } from './trace.ts';

export interface SenderOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retries: number;
  /** Longest answer read, in bytes after decompression. */
  readonly maxBodyBytes: number;
  /** Paths of PEM files. */
  readonly tls: TlsFiles & { readonly insecure: boolean };
}

export interface Sender {
  /**
   * Never rejects for what the target does.
   * @param lateMs how much later than planned this send begins; counted into the latency
   */
  readonly send: (test: PlannedTest, trace: TestTrace, lateMs: number) => Promise<Delivery>;
  /** Ends what is under way as `aborted`, and lets no retry begin. */
  readonly abort: () => void;
  readonly close: () => void;
}

/** Failures after which the same webhook may be sent again: no answer had begun. */
const RETRIED: ReadonlySet<FailureKind> = new Set([
  'dns',
  'refused',
  'unreachable',
  'connect-timeout',
  'reset',
  'proxy',
]);
/** Wait before the first retry; doubles with each. */
const RETRY_DELAY_MS = 250;
const RETRY_DELAY_LIMIT_MS = 5_000;

/** @throws ProdE2eError `TLS_FILE` when a certificate file cannot be used, `PROXY_INVALID` */
export async function createSender(options: SenderOptions): Promise<Sender> {
  const agents = createAgents({ ...options, maxSockets: Number.POSITIVE_INFINITY });
  const client = await createClient(options);
  const clients = {
    kept: client.extend({ agent: agents.kept }),
    fresh: client.extend({ agent: agents.fresh }),
  };
  const stopped = new AbortController();
  // Not listeners of the signal: adding and removing one takes as long as judging an answer.
  const underWay = new Set<() => void>();
  const attempt = (request: WebhookRequest, body: Buffer, connection: 'kept' | 'fresh') =>
    attemptOnce(request, {
      body,
      client: clients[connection],
      proxy: agents.proxy,
      timeoutMs: options.timeoutMs,
      connectTimeoutMs: options.connectTimeoutMs,
      maxBodyBytes: options.maxBodyBytes,
      stop: stopped.signal,
      underWay,
    });
  return {
    send: async (test, trace, lateMs) => {
      const attempts: Attempt[] = [];
      const startedAt = new Date().toISOString();
      let connection: 'kept' | 'fresh' = 'kept';
      for (let retries = 0; ; ) {
        const { context, request, outcome } = await traced(test, trace, (sent, body) =>
          attempt(sent, body, connection),
        );
        attempts.push(outcome.attempt);
        const { failure } = outcome;
        if (failure !== null && !stopped.signal.aborted) {
          // The server closed a kept connection just as we wrote into it: the webhook never got there (RFC 9112, 9.3.1).
          if (outcome.attempt.staleConnection) {
            connection = 'fresh';
            continue;
          }
          if (RETRIED.has(failure.kind) && retries < options.retries) {
            const waitMs = Math.min(RETRY_DELAY_MS * 2 ** retries++, RETRY_DELAY_LIMIT_MS);
            await delay(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
            if (!stopped.signal.aborted) continue;
          }
        }
        const timings = { ...outcome.timings, totalMs: outcome.timings.totalMs + lateMs, lateMs };
        return { startedAt, request, answer: outcome.answer, failure, timings, attempts, trace: context };
      }
    },
    abort: () => {
      stopped.abort();
      for (const stop of underWay) stop();
    },
    close: agents.destroy,
  };
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
  span.end({ status: outcome.answer?.status ?? null, failure: outcome.failure });
  return {
    context: { traceId: trace.traceId, spanId: span.spanId, headers: span.headers },
    request,
    outcome,
  };
}
