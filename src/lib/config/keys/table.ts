/**
 * One row per config key, in the order of the schema and of help. Flags, environment variables, the schema, defaults,
 * docs/configuration.md and the keys that may be shown all come from these rows.
 * Every start loads it, `--help` included, so it imports constants only.
 */
import type { ConfigKey, RunOption } from './key.ts';
import { PAYLOAD_KEYS } from './payload-keys.ts';
import { PLAN_KEYS } from './plan-keys.ts';
import { REPORT_KEYS } from './report-keys.ts';
import { REQUEST_KEYS } from './request-keys.ts';
import { SENTRY_KEYS } from './sentry-keys.ts';

const ROWS = [...REQUEST_KEYS, ...PLAN_KEYS, ...SENTRY_KEYS, ...REPORT_KEYS, ...PAYLOAD_KEYS] as const;
/** The rows as literal types, from which the type of a config is derived. */
export type Row = (typeof ROWS)[number];

export const CONFIG_KEYS: readonly ConfigKey[] = ROWS;

export const RUN_OPTIONS: readonly RunOption[] = CONFIG_KEYS.flatMap((row) => {
  if (row.flag === undefined) return [];
  const own = `PROD_E2E_${row.flag.toUpperCase().replaceAll('-', '_')}`;
  return [{ ...row, env: [own, ...(row.alsoEnv ?? [])] }];
});

/** Keys whose value is merged with the lower layer key by key; all others are replaced. */
export const MERGED_KEYS: readonly string[] = CONFIG_KEYS.filter(
  ({ kind, merged }) => kind === 'group' || merged === true,
).map(({ key }) => key);

/** Written as named entries: `Name: value`, `KEY=VALUE`. */
export function isMap({ kind }: RunOption): boolean {
  return kind === 'headers' || kind === 'pins';
}

/** `tls.ca` → `{ group: 'tls', name: 'ca' }`; a key at the top has no group. */
export function splitKey(key: string): { readonly group: string | null; readonly name: string } {
  const at = key.indexOf('.');
  return at < 0 ? { group: null, name: key } : { group: key.slice(0, at), name: key.slice(at + 1) };
}

/** By path: `sentry.dsn` → `{ sentry: { dsn } }`. */
export function nested(values: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of values) {
    const { group, name } = splitKey(key);
    if (group === null) result[name] = value;
    else result[group] = { ...(result[group] as object | undefined), [name]: value };
  }
  return result;
}
