/**
 * Counts what Sentry answers to each trace. `flush()` of the SDK says only that its queue is empty: it is "true" after
 * 401, 429 and a refused connection alike, so the transport itself is wrapped.
 */
import type { makeNodeTransport } from '@sentry/node';
import type { SentryDelivery } from '../model.ts';

type Transport = ReturnType<typeof makeNodeTransport>;
type Envelope = Parameters<Transport['send']>[0];

export interface DeliveryCount {
  readonly counted: (transport: Transport) => Transport;
  readonly traceEnded: () => void;
  /** Resolves once fewer envelopes than the limit are under way. */
  readonly ready: () => Promise<void>;
  readonly delivery: () => SentryDelivery;
}

export function deliveryCount(options: { readonly host: string; readonly limit: number }): DeliveryCount {
  const refused = new Map<number, number>();
  let ended = 0;
  let accepted = 0;
  let dropped = 0;
  let failed = 0;
  let underWay = 0;
  let retryAfterSeconds: number | null = null;
  let waiting: (() => void)[] = [];

  const send = async (transport: Transport, envelope: Envelope) => {
    const traces = tracesIn(envelope);
    underWay++;
    try {
      const answer = await transport.send(envelope);
      if (answer.statusCode === undefined) dropped += traces;
      else if (answer.statusCode >= 200 && answer.statusCode < 300) accepted += traces;
      else if (traces > 0) refused.set(answer.statusCode, (refused.get(answer.statusCode) ?? 0) + traces);
      retryAfterSeconds = askedToWait(answer.headers) ?? retryAfterSeconds;
      return answer;
    } catch (thrown) {
      failed += traces;
      throw thrown;
    } finally {
      underWay--;
      if (underWay < options.limit) {
        for (const resume of waiting) resume();
        waiting = [];
      }
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
    ready: () =>
      underWay < options.limit ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    delivery: () => {
      const answered =
        accepted + dropped + failed + [...refused.values()].reduce((sum, count) => sum + count, 0);
      return {
        enabled: true,
        host: options.host,
        accepted,
        refused: [...refused].map(([status, count]) => ({ status, count })),
        dropped,
        failed,
        pending: Math.max(0, ended - answered),
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

/** Seconds, from `retry-after` or the longest of `x-sentry-rate-limits` (`60:span:organization, …`). */
function askedToWait(headers: { readonly [name: string]: string | null } | undefined): number | null {
  const limits =
    headers?.['x-sentry-rate-limits']?.split(',').map((limit) => Number.parseInt(limit, 10)) ?? [];
  const plain = Number.parseInt(headers?.['retry-after'] ?? '', 10);
  const known = [...limits, plain].filter((value) => Number.isFinite(value));
  return known.length === 0 ? null : Math.max(...known);
}
