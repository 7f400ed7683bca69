/**
 * Counts Sentry's responses to each trace. `flush()` of the SDK only reports an empty queue: it is "true" after 401, 429
 * and a refused connection alike, so the transport itself is wrapped.
 */
import type { makeNodeTransport } from '@sentry/node';
import type { SentryDelivery } from '../model/report.ts';
import { createCapacity } from './capacity.ts';

type Transport = ReturnType<typeof makeNodeTransport>;
type Envelope = Parameters<Transport['send']>[0];

export interface DeliveryCount {
  readonly counted: (transport: Transport) => Transport;
  readonly traceEnded: () => void;
  /** Resolves once fewer envelopes than the limit are in flight, or once Sentry has not responded for `stallMs`. */
  readonly ready: () => Promise<void>;
  readonly releaseWaiters: () => void;
  /** Resolves when no envelope is in flight. */
  readonly idle: () => Promise<void>;
  /** An envelope without a response by now stays pending, even if one arrives later. */
  readonly close: () => void;
  readonly delivery: () => SentryDelivery;
}

export interface DeliveryCountOptions {
  readonly host: string;
  /** Envelopes in flight before {@link DeliveryCount.ready} waits. */
  readonly limit: number;
  /** Envelopes in flight before further ones are dropped. */
  readonly hardLimit: number;
  /** How long nothing may come back, in milliseconds, before sending goes on without waiting for Sentry. */
  readonly stallMs: number;
}

export function deliveryCount(options: DeliveryCountOptions): DeliveryCount {
  const room = createCapacity(options);
  const refused = new Map<number, number>();
  let ended = 0;
  let accepted = 0;
  let dropped = 0;
  let failed = 0;
  let closed = false;
  let retryAfterSeconds: number | null = null;

  const count = (response: Awaited<ReturnType<Transport['send']>>, traces: number) => {
    const { statusCode, headers } = response;
    if (statusCode === undefined) dropped += traces;
    else if (statusCode >= 200 && statusCode < 300) accepted += traces;
    else if (traces > 0) refused.set(statusCode, (refused.get(statusCode) ?? 0) + traces);
    retryAfterSeconds = askedToWait(headers) ?? retryAfterSeconds;
  };

  const send = async (transport: Transport, envelope: Envelope) => {
    const traces = tracesIn(envelope);
    if (room.inFlight() >= options.hardLimit) {
      if (!closed) dropped += traces;
      return {};
    }
    room.enter();
    try {
      const response = await transport.send(envelope);
      if (!closed) count(response, traces);
      return response;
    } catch (thrown) {
      if (!closed) failed += traces;
      throw thrown;
    } finally {
      room.leave();
    }
  };

  return {
    counted: (transport) => ({
      send: (envelope) => send(transport, envelope),
      flush: (timeout) => transport.flush(timeout),
    }),
    traceEnded: () => {
      ended++;
    },
    ready: room.ready,
    releaseWaiters: room.open,
    idle: room.empty,
    close: () => {
      closed = true;
    },
    delivery: () => {
      const counted =
        accepted + dropped + failed + [...refused.values()].reduce((sum, each) => sum + each, 0);
      return {
        enabled: true,
        host: options.host,
        accepted,
        refused: [...refused].map(([status, each]) => ({ status, count: each })),
        dropped,
        failed,
        pending: Math.max(0, ended - counted),
        retryAfterSeconds,
      };
    },
  };
}

/** A trace counts where its root travels: exactly one envelope holds it, in either span format. */
function tracesIn(envelope: Envelope): number {
  let roots = 0;
  for (const [header, payload] of envelope[1]) {
    if (header.type === 'transaction') roots++;
    else if (header.type === 'span' && isSpanContainer(payload)) {
      roots += payload.items.filter((span) => span.is_segment === true).length;
    }
  }
  return roots;
}

function isSpanContainer(
  payload: unknown,
): payload is { readonly items: readonly { readonly is_segment?: boolean }[] } {
  return (
    typeof payload === 'object' && payload !== null && 'items' in payload && Array.isArray(payload.items)
  );
}

/** Categories of data that a trace is counted as, in the two span formats. */
const TRACE_CATEGORIES = new Set(['span', 'transaction']);

/**
 * Seconds, from `retry-after` or the longest of `x-sentry-rate-limits` that concerns traces
 * (`60:span;error:organization, …`; no category concerns all).
 */
function askedToWait(headers: { readonly [name: string]: string | null } | undefined): number | null {
  const limits = (headers?.['x-sentry-rate-limits'] ?? '').split(',').flatMap((limit) => {
    const [seconds, categories = ''] = limit.trim().split(':');
    const concerned = categories === '' || categories.split(';').some((each) => TRACE_CATEGORIES.has(each));
    return concerned ? [Number.parseInt(seconds ?? '', 10)] : [];
  });
  const plain = Number.parseInt(headers?.['retry-after'] ?? '', 10);
  const known = [...limits, plain].filter((value) => Number.isFinite(value));
  return known.length === 0 ? null : Math.max(...known);
}
