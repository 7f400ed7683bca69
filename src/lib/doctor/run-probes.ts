/** Checks whether the configured probes could run: connects to their hosts and has their queries accepted, but runs none. */

import type { Settings } from '../config/settings/settings.ts';
import { orError, ProdE2eError } from '../errors.ts';
import { ORIGIN } from '../json/placeholders.ts';
import type { SqlProbe } from '../model/probe.ts';
import { checkAllowedHost, isLoopback } from '../safety/safety.ts';
import { proxyHost } from '../send/agents.ts';
import type { SqlClient } from '../stages/probes/sql-client.ts';
import { databaseOf, originOf } from '../verify/prepare-probes.ts';
import type { Check } from './check.ts';
import { probeConnection } from './connection.ts';
import {
  type HttpProbeFacts,
  httpProbeCheck,
  refusedProbeCheck,
  type SqlProbeFacts,
  sqlProbeCheck,
} from './probe-checks.ts';

/** Time for a query to be accepted, including the connection, in milliseconds. */
const ACCEPT_LIMIT_MS = 10_000;
const NO_PEM = { ca: null, cert: null, key: null } as const;

interface Context {
  readonly settings: Settings;
  /** Null without a usable target. */
  readonly targetUrl: string | null;
  readonly stop: AbortSignal;
}

/** What was found out; an error where the check is not allowed. */
type Said<Facts> = Facts | ProdE2eError;

/** HTTP first, then SQL, in the order of the stages; equal results are one check. Empty without probes. */
export async function probeChecks(context: Context): Promise<readonly Check[]> {
  const [ofHttp, ofSql] = await Promise.all([httpChecks(context), sqlChecks(context)]);
  return [...ofHttp, ...ofSql];
}

async function httpChecks(context: Context): Promise<readonly Check[]> {
  const { settings, targetUrl } = context;
  const target = targetUrl === null ? null : new URL(targetUrl).origin;
  const probes = (settings.stages ?? []).flatMap(({ name, http }) => {
    // Problems of the target are reported by the target's own checks.
    if (http === null || (target === null && http.url.startsWith(ORIGIN))) return [];
    return [{ name, origin: originOf(http, target ?? '') }];
  });
  const byOrigin = alike(probes, ({ origin }) => origin);
  return Promise.all(
    byOrigin.map(async ({ names, first: { origin } }) => {
      const said = await orError(() => httpFacts(origin, target, settings));
      return said instanceof ProdE2eError ? refusedProbeCheck(names, said) : httpProbeCheck(names, said);
    }),
  );
}

/** @throws ProdE2eError `HOST_NOT_ALLOWED`, `PROXY_INVALID` */
async function httpFacts(origin: string, target: string | null, settings: Settings): Promise<HttpProbeFacts> {
  const { host } = new URL(origin);
  checkAllowedHost(origin, settings.allowHosts);
  if (origin === target) return { kind: 'target', host };
  const timeoutMs = settings.connectTimeoutMs;
  const proxy = proxyHost(origin);
  if (proxy !== null) return { kind: 'proxy', host, proxy };
  // The configured certificates are for the target only.
  const facts = await probeConnection({ url: origin, timeoutMs, pem: NO_PEM });
  const context = { url: origin, loopback: isLoopback(origin), timeoutMs, nowMs: Date.now() };
  return { kind: 'connected', facts, context };
}

async function sqlChecks({ settings, stop }: Context): Promise<readonly Check[]> {
  const probes = (settings.stages ?? []).flatMap(({ name, sql }) => (sql === null ? [] : [{ name, sql }]));
  if (probes.length === 0) return [];
  const { createSqlClient } = await import('../stages/probes/sql-client.ts');
  const client = createSqlClient();
  try {
    const looked = await Promise.all(
      probes.map(async ({ name, sql }) => ({
        name,
        said: await orError(() => sqlFacts(sql, { client, settings, stop })),
      })),
    );
    const wordsOf = (said: Said<SqlProbeFacts>) =>
      said instanceof ProdE2eError ? said.message : JSON.stringify(said);
    return alike(looked, ({ said }) => wordsOf(said)).map(({ names, first: { said } }) =>
      said instanceof ProdE2eError ? refusedProbeCheck(names, said) : sqlProbeCheck(names, said),
    );
  } finally {
    await client.close();
  }
}

/** @throws ProdE2eError `HOST_NOT_ALLOWED` */
async function sqlFacts(
  { url, query, params }: SqlProbe,
  { client, settings, stop }: Pick<Context, 'settings' | 'stop'> & { readonly client: SqlClient },
): Promise<SqlProbeFacts> {
  const host = databaseOf(url);
  if (host !== null) checkAllowedHost(host, settings.allowHosts);
  const at = host === null ? 'a socket of this machine' : new URL(host).host;
  return { at, ...(await client.explain({ url, query, params, withinMs: ACCEPT_LIMIT_MS, signal: stop })) };
}

/** Groups equal items, in the order of their first ones. */
function alike<Item extends { readonly name: string }>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly { readonly names: readonly string[]; readonly first: Item }[] {
  const byKey = new Map<string, { readonly names: readonly string[]; readonly first: Item }>();
  for (const item of items) {
    const known = byKey.get(keyOf(item)) ?? { names: [], first: item };
    byKey.set(keyOf(item), { ...known, names: [...known.names, item.name] });
  }
  return [...byKey.values()];
}
