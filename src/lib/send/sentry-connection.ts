/**
 * How envelopes travel to Sentry. The SDK's own connection follows other proxy variables than the webhooks do, waits forever for
 * a response, and keeps the process from exiting.
 */
import http, { type Agent, type ClientRequest } from 'node:http';
import https from 'node:https';
import type { makeNodeTransport } from '@sentry/node';
import { createAgents } from './agents.ts';

type HttpModule = NonNullable<Parameters<typeof makeNodeTransport>[0]['httpModule']>;

export interface SentryConnection {
  readonly httpModule: HttpModule;
  /** Ends every request that has no response yet. */
  readonly giveUp: () => void;
}

/** As many as the SDK opens by itself. */
const MAX_SOCKETS = 30;
/** A host that is not there is noticed after this many milliseconds… */
const CONNECT_TIMEOUT_MS = 5_000;
/** …and one that takes an envelope and never responds after this many. */
const RESPONSE_TIMEOUT_MS = 30_000;

/** @throws ProdE2eError `PROXY_INVALID` */
export function sentryConnection(url: string): SentryConnection {
  const agents = createAgents({ url, connectTimeoutMs: CONNECT_TIMEOUT_MS, maxSockets: MAX_SOCKETS });
  const [module, agent] = url.startsWith('https:') ? [https, agents.pair.https] : [http, agents.pair.http];
  const open = new Set<ClientRequest>();
  return {
    httpModule: {
      request: (options, callback) => {
        const through =
          typeof options === 'object' && !(options instanceof URL) ? { ...options, agent } : options;
        const request = module.request(through);
        if (callback !== undefined) request.once('response', callback);
        open.add(request);
        const unbound = bound(request);
        request.once('close', () => {
          unbound();
          open.delete(request);
        });
        return request;
      },
    },
    giveUp: () => {
      // Without a code: the SDK resends what was reset on a reused connection.
      for (const request of open) request.destroy(new Error('Given up'));
      openNoMore(agent);
      agents.destroy();
    },
  };
}

/** Node opens a connection for the next queued request when one closes, even if that request and its agent are destroyed. */
function openNoMore(agent: Agent): void {
  agent.createConnection = () => null;
  // A connection that a proxy is still setting up comes to the agent later.
  agent.keepSocketAlive = () => false;
}

/** Bounds the time from getting a connection; waiting for one is bounded by those before. */
function bound(request: ClientRequest): () => void {
  let timer: NodeJS.Timeout | undefined;
  const within = (ms: number, what: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => request.destroy(new Error(`${what} timed out`)), ms).unref();
  };
  request.once('socket', (socket) => {
    if (!socket.connecting) return within(RESPONSE_TIMEOUT_MS, 'Response');
    within(CONNECT_TIMEOUT_MS, 'Connection');
    socket.once('connect', () => within(RESPONSE_TIMEOUT_MS, 'Response'));
  });
  return () => clearTimeout(timer);
}
