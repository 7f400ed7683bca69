/** Turns the configured probes and cleanup into settings. */

import { isScalar, type Scalar } from '../../model/json.ts';
import type { CallTemplate, CleanupCall, HttpProbe, SqlProbe, StopValues } from '../../model/probe.ts';
import type { StatusPattern } from '../../model/status-pattern.ts';
import type { CleanupConfig, HttpProbeConfig, SqlProbeConfig } from '../schema/probe.ts';
import { parseDuration } from './units.ts';

/** Data saved before the response is there at once; a background worker needs `within`. */
const DEFAULT_WITHIN_MS = 10_000;
const PROBE_STATUS: readonly StatusPattern[] = ['2xx'];
/** A record that is already gone counts as removed. */
const CLEANUP_STATUS: readonly StatusPattern[] = ['2xx', 404, 410];

export function toHttpProbe(config: HttpProbeConfig): HttpProbe {
  return {
    ...toCall(config, 'GET'),
    status: listed(config.status) ?? PROBE_STATUS,
    required: listed(config.required) ?? [],
    match: config.match ?? null,
    stop: toStop(config.stop),
    schema: config.schema ?? null,
    withinMs: withinMs(config.within),
  };
}

export function toSqlProbe({ url, query, params, rows, match, stop, within }: SqlProbeConfig): SqlProbe {
  return {
    url,
    // The query becomes part of a cursor declaration, which allows no trailing semicolon.
    query: query.trim().replace(/;\s*$/, ''),
    params: params ?? [],
    rows:
      rows === undefined || typeof rows === 'object'
        ? { min: rows?.min ?? (rows?.max === undefined ? 1 : 0), max: rows?.max ?? null }
        : { min: rows, max: rows },
    match: match ?? null,
    stop: toStop(stop),
    withinMs: withinMs(within),
  };
}

function toStop(stop: HttpProbeConfig['stop']): StopValues | null {
  if (stop === undefined) return null;
  return Object.fromEntries(Object.entries(stop).map(([path, values]) => [path, listed(values) ?? []]));
}

/** A list, even for a single call. */
export function callsOf(cleanup: CleanupConfig | undefined) {
  if (cleanup === undefined) return [];
  return Array.isArray(cleanup) ? cleanup : [cleanup];
}

export function toCleanup(config: CleanupConfig | undefined): readonly CleanupCall[] {
  return callsOf(config).map((call) => ({
    ...toCall(call, 'DELETE'),
    status: listed(call.status) ?? CLEANUP_STATUS,
  }));
}

function toCall(
  config: Pick<HttpProbeConfig, 'url' | 'method' | 'headers' | 'body'>,
  method: string,
): CallTemplate {
  return {
    method: config.method ?? method,
    url: config.url.replace(/^\{\{origin\}\}/i, '{{origin}}'),
    headers: Object.fromEntries(
      Object.entries(config.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: config.body ?? null,
  };
}

function withinMs(text: string | undefined): number {
  return (text === undefined ? null : parseDuration(text)) ?? DEFAULT_WITHIN_MS;
}

function listed<Item extends Scalar>(value: Item | readonly Item[] | undefined): readonly Item[] | null {
  if (value === undefined) return null;
  return isScalar(value) ? [value] : value;
}
