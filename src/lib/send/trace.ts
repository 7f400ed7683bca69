/** What a sender needs of tracing, and the form of it that needs no Sentry: real ids in real headers. */
import { randomFillSync } from 'node:crypto';
import type { PlannedTest } from '../model/plan.ts';
import type { SentryDelivery } from '../model/report.ts';
import { NO_DELIVERY } from '../model/report-source.ts';
import type { Failure, Verdict, WebhookRequest } from '../model/result.ts';

/** Name and operation of the root span of every test. */
export const ROOT_SPAN_NAME = 'production-e2e-webhook-test';
export const ROOT_SPAN_OP = 'test.webhook';

export interface AttemptTrace {
  /** 16 hex characters: the span the target's spans hang below. */
  readonly spanId: string;
  /** `sentry-trace`, `baggage`, `traceparent`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly end: (outcome: { readonly status: number | null; readonly failure: Failure | null }) => void;
}

export interface TestTrace {
  /** 32 hex characters. */
  readonly traceId: string;
  readonly startAttempt: (request: WebhookRequest) => AttemptTrace;
  /** Ends the root span; after this the trace is on its way to Sentry. */
  readonly finish: (outcome: {
    readonly verdict: Verdict;
    readonly status: number | null;
    readonly problem: string | null;
  }) => void;
}

export interface Tracer {
  readonly startTest: (test: PlannedTest) => TestTrace;
  /** Resolves once there is room for another trace: at once, unless Sentry is slower than the sending. */
  readonly ready: () => Promise<void>;
  /** From now on {@link Tracer.ready} lets everybody through: the run is to end. */
  readonly releaseWaiters: () => void;
  /** Sends the queue and waits for Sentry's responses, up to this many milliseconds. */
  readonly flush: (timeoutMs: number) => Promise<void>;
  readonly delivery: () => SentryDelivery;
}

/** Merges Sentry's baggage behind what the user's own headers carry; a Sentry entry of theirs would belong to another trace. */
export function joinBaggage(own: string | undefined, ours: string): string {
  const theirs = (own ?? '').split(',').filter((entry) => entry.trim() !== '' && !/^\s*sentry-/.test(entry));
  return [...theirs, ours].filter((part) => part !== '').join(',');
}

/**
 * Traces that exist only in the headers: the target's own SDK continues them, nothing is reported from here.
 * Baggage keys: Sentry's dynamic sampling context; without a DSN there is no public key to name.
 */
export function headerTracer(options: { readonly environment: string; readonly release: string }): Tracer {
  const constant = Object.entries({
    environment: options.environment,
    release: options.release,
    transaction: ROOT_SPAN_NAME,
    sampled: 'true',
    sample_rate: '1',
  })
    .map(([key, value]) => `sentry-${key}=${encodeURIComponent(value)}`)
    .join(',');
  const baggage = (traceId: string) => {
    const sampleRand = (Number.parseInt(randomHex(4), 16) / 2 ** 32).toFixed(10);
    return `${constant},sentry-trace_id=${traceId},sentry-sample_rand=${sampleRand}`;
  };
  return {
    startTest: () => {
      const traceId = randomHex(16);
      const frozen = baggage(traceId);
      return {
        traceId,
        startAttempt: () => {
          const spanId = randomHex(8);
          const headers = {
            'sentry-trace': `${traceId}-${spanId}-1`,
            baggage: frozen,
            traceparent: `00-${traceId}-${spanId}-01`,
          };
          return { spanId, headers, end: () => {} };
        },
        finish: () => {},
      };
    },
    ready: () => Promise.resolve(),
    releaseWaiters: () => {},
    flush: () => Promise.resolve(),
    delivery: () => NO_DELIVERY,
  };
}

// Random ids, drawn from the operating system a block at a time: a call for each id costs more than the id.

/** Bytes of one block; enough for the ids of some 150 webhooks. */
const BLOCK_BYTES = 4_096;

const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
let used = BLOCK_BYTES;

/** @param bytes number of bytes, up to 64; each gives two hex digits */
export function randomHex(bytes: number): string {
  if (used + bytes > BLOCK_BYTES) {
    randomFillSync(block);
    used = 0;
  }
  used += bytes;
  return block.toString('hex', used - bytes, used);
}
