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
  readonly pair: AgentPair;
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
 * Proxy variables (`https_proxy`, `no_proxy`, … in either case) are read by proxy-from-env.
 * @throws ProdE2eError `PROXY_INVALID` for a proxy that is not an http or https URL
 */
export function createAgents(options: AgentOptions): Agents {
  const proxy = proxyOf(options.url);
  const pair = agentPair(options, proxy);
  guardIdle(pair.http);
  guardIdle(pair.https);
  return {
    pair,
    proxy: proxy === null ? null : proxy.host,
    destroy: () => {
      pair.http.destroy();
      pair.https.destroy();
    },
  };
}

function agentPair({ connectTimeoutMs, maxSockets }: AgentOptions, proxy: URL | null): AgentPair {
  const common = { keepAlive: true, keepAliveMsecs: 1_000, maxSockets, scheduling: 'lifo' } as const;
  if (proxy === null) return { http: new http.Agent(common), https: new https.Agent(common) };
  // hpagent bounds its CONNECT by the agent's time-out.
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
