/**
 * Calls that are no webhooks: probes and clean-up. What they carry is what their own configuration says, nothing of the
 * webhook's.
 */

import type { HttpResponse } from '../model/delivery.ts';
import type { Failure, WebhookRequest } from '../model/result.ts';
import { type Agents, createAgents } from './agents.ts';
import { attemptOnce } from './attempt.ts';
import { createClient, type HttpClient } from './client.ts';
import type { TlsFiles } from './tls-files.ts';

export interface CallerOptions {
  /** Certificates, and the leave to do without, are for its origin alone. */
  readonly targetUrl: string;
  readonly connectTimeoutMs: number;
  /** Largest response that is read, in bytes after decompression. */
  readonly maxBodyBytes: number;
  readonly tls: TlsFiles & { readonly insecure: boolean };
  /** Connections to a host at once. */
  readonly maxSockets: number;
}

export interface CallOutcome {
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
}

export interface Caller {
  /** Makes exactly one request: no retry, no redirect. Never rejects because of the server. */
  readonly call: (
    request: WebhookRequest,
    timing: { readonly withinMs: number; readonly signal: AbortSignal },
  ) => Promise<CallOutcome>;
  readonly close: () => void;
}

const NO_TLS = { ca: null, cert: null, key: null, insecure: false } as const;

/** @throws ProdE2eError `TLS_FILE`; a call throws `PROXY_INVALID` */
export async function createCaller(options: CallerOptions): Promise<Caller> {
  const target = new URL(options.targetUrl).origin;
  const [toTarget, elsewhere] = await Promise.all([
    createClient(options),
    createClient({ ...options, tls: NO_TLS }),
  ]);
  // By origin: hosts are written in the configuration, so there are few.
  const ways = new Map<string, { readonly agents: Agents; readonly client: HttpClient }>();
  const wayTo = (origin: string) => {
    const known = ways.get(origin);
    if (known !== undefined) return known;
    const agents = createAgents({ ...options, url: origin });
    const client = (origin === target ? toTarget : elsewhere).extend({ agent: agents.pair });
    const way = { agents, client };
    ways.set(origin, way);
    return way;
  };
  return {
    call: async (request, { withinMs, signal }) => {
      const { agents, client } = wayTo(new URL(request.url).origin);
      const inFlight = new Set<() => void>();
      const stop = () => {
        for (const each of inFlight) each();
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await attemptOnce(request, {
          body: Buffer.from(request.body, 'utf8'),
          client,
          proxy: agents.proxy,
          timeoutMs: withinMs,
          connectTimeoutMs: Math.min(options.connectTimeoutMs, withinMs),
          maxBodyBytes: options.maxBodyBytes,
          stop: signal,
          inFlight,
        });
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    close: () => {
      for (const { agents } of ways.values()) agents.destroy();
    },
  };
}
