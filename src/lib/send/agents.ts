/** The connections of a run: kept alive, through the environment's proxy, trusting what the user said to trust. */
import http from 'node:http';
import https from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { guardIdle } from './idle-guard.ts';
import { proxyFor } from './proxy.ts';

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

/** @throws ProdE2eError `PROXY_INVALID` */
export function createAgents(options: AgentOptions): Agents {
  const proxy = proxyFor(options.url);
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
  return proxyFor(url)?.host ?? null;
}
