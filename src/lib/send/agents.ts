/** The connections of a run: kept alive, through the environment's proxy, trusting what the user said to trust. */
import http from 'node:http';
import https from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { getProxyForUrl } from 'proxy-from-env';
import { ProdE2eError } from '../errors.ts';
import { guardIdle } from './idle-guard.ts';

export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export interface Agents {
  readonly kept: AgentPair;
  /** A new connection for every request, for what must not go into one that may be half closed. */
  readonly fresh: AgentPair;
  /** `host:port` of the proxy, without credentials; null where the target is reached directly. */
  readonly proxy: string | null;
  readonly destroy: () => void;
}

export interface AgentOptions {
  /** Decides whether a proxy is used. */
  readonly url: string;
  /** How long a proxy may take to stand a connection up, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Connections at once; Infinity for no limit. */
  readonly maxSockets: number;
}

/**
 * How long an unused connection is kept, in milliseconds. Common servers drop theirs after 5 s; ours go first, so
 * that a webhook is not written into a connection that is just being closed.
 */
const IDLE_LIMIT_MS = 4_000;

/**
 * Proxy variables (`https_proxy`, `no_proxy`, … in either case) are read by proxy-from-env.
 * @throws ProdE2eError `PROXY_INVALID` for a proxy that is not an http or https URL
 */
export function createAgents(options: AgentOptions): Agents {
  const proxy = proxyOf(options.url);
  const kept = pair({ keepAlive: true, options, proxy });
  const fresh = pair({ keepAlive: false, options, proxy });
  guardIdle(kept.http);
  guardIdle(kept.https);
  return {
    kept,
    fresh,
    proxy: proxy === null ? null : proxy.host,
    destroy: () => {
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}

function pair({
  keepAlive,
  options: { connectTimeoutMs, maxSockets },
  proxy,
}: {
  readonly keepAlive: boolean;
  readonly options: AgentOptions;
  readonly proxy: URL | null;
}): AgentPair {
  const common = { keepAlive, keepAliveMsecs: 1_000, maxSockets, scheduling: 'lifo' } as const;
  if (proxy === null) {
    const options = { ...common, timeout: IDLE_LIMIT_MS };
    return { http: new http.Agent(options), https: new https.Agent(options) };
  }
  // hpagent also bounds its CONNECT by the agent's idle time-out.
  const options = { ...common, timeout: connectTimeoutMs, proxy };
  return { http: new HttpProxyAgent(options), https: new HttpsProxyAgent(options) };
}

/** `host:port` of the proxy that connects to a URL; null where it is reached directly. @throws ProdE2eError `PROXY_INVALID` */
export function proxyHost(url: string): string | null {
  return proxyOf(url)?.host ?? null;
}

/** The URL may hold credentials: the error does not quote it. */
function proxyOf(url: string): URL | null {
  const text = getProxyForUrl(url);
  if (text === '') return null;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy !== null && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return proxy;
  const what = proxy === null ? 'is not a URL' : `is of the kind ${proxy.protocol}//, which is not supported`;
  throw new ProdE2eError(`The proxy that the environment names ${what}.`, {
    code: 'PROXY_INVALID',
    hints: [
      'Set HTTPS_PROXY and HTTP_PROXY to a URL such as http://proxy.example.com:3128.',
      'Or name the target in NO_PROXY to reach it directly.',
    ],
  });
}
