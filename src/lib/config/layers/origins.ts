/** The effective configuration, value by value, with where each came from and secrets masked. */

import { isSecretKey, isUrlKey, MASK } from '../../secrets/collect.ts';
import { maskAddress } from '../../secrets/urls.ts';
import { DEFAULT_SENTRY_URL } from '../keys/sentry-keys.ts';
import { MERGED_KEYS } from '../keys/table.ts';
import { isPlain, type Path } from '../paths.ts';
import type { ResolvedConfig } from '../resolve.ts';
import { keysAt } from '../schema/json-schema.ts';
import { jsonSchema } from '../schema/schema.ts';
import { DEFAULT_ORIGIN, type Entry, entryAt } from './merge.ts';

export interface Origin {
  readonly key: string;
  /** As written in the config, secrets masked; null where nothing is set. */
  readonly value: unknown;
  /** `flag --count`, `env TEST_COUNT`, `profile staging (prod-e2e.config.yaml)`, `file prod-e2e.config.yaml`, `default`. */
  readonly origin: string;
}

/** Shown only where the config sets them: their defaults depend on the scenario, or are unlimited. */
const ONLY_IF_SET = ['expect', 'signing', 'scenarios', 'monitor', 'notify', '$schema', 'profiles'];

/** In the order of the schema. */
export function originsOf({ entries, settings }: ResolvedConfig): readonly Origin[] {
  return withDerived(toOrigins(entries), { entries, sentry: settings.sentry });
}

function toOrigins(entries: ReadonlyMap<string, Entry>): readonly Origin[] {
  const schema = jsonSchema();
  return keysAt(schema, []).flatMap((key) => {
    const set = [...entries.values()].filter(({ path }) => path[0] === key);
    // A value that is replaced as a whole is shown as a whole.
    const subs = MERGED_KEYS.includes(key) ? keysAt(schema, [key]) : [];
    const unset = ONLY_IF_SET.includes(key) ? [] : unsetKeys(entries, { key, subs });
    const order = (origin: Origin) => subs.indexOf(origin.key.slice(key.length + 1));
    return [...set.map(toOrigin), ...unset].sort((a, b) => order(a) - order(b));
  });
}

/** Maps with user-defined keys have no unset ones. */
const OPEN_MAPS = ['headers', 'set', 'dimensions'];

function unsetKeys(
  entries: ReadonlyMap<string, Entry>,
  { key, subs }: { readonly key: string; readonly subs: readonly string[] },
): readonly Origin[] {
  const nothing = (name: string): Origin => ({ key: name, value: null, origin: 'default' });
  if (OPEN_MAPS.includes(key)) return [];
  if (subs.length === 0) return entryAt(entries, key) === undefined ? [nothing(key)] : [];
  return subs
    .filter((sub) => entryAt(entries, key, sub) === undefined)
    .map((sub) => nothing(`${key}.${sub}`));
}

function toOrigin({ path, display, layer }: Entry): Origin {
  return { key: path.join('.'), value: masked(display, path), origin: layer.origin(path) };
}

function masked(value: unknown, path: Path): unknown {
  if (typeof value === 'function') return '(function)';
  if (typeof value === 'string') return isSecretKey(path) ? MASK : maskIfUrl(value, path);
  if (Array.isArray(value)) return value.map((item, at) => masked(item, [...path, at]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, [...path, key])]));
}

function maskIfUrl(text: string, path: Path): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || isUrlKey(path) ? maskAddress(text) : text;
}

/** Values that no source sets by key: the organization and URL in the token, and Sentry's default URL. */
function withDerived(
  origins: readonly Origin[],
  {
    entries,
    sentry,
  }: {
    readonly entries: ReadonlyMap<string, Entry>;
    readonly sentry: ResolvedConfig['settings']['sentry'];
  },
): readonly Origin[] {
  const token = entryAt(entries, 'sentry', 'token');
  const byToken = token === undefined ? null : `Sentry token of ${token.layer.origin(token.path)}`;
  const derived = new Map<string, Omit<Origin, 'key'>>();
  if (byToken !== null && sentry.org !== null)
    derived.set('sentry.org', { value: sentry.org, origin: byToken });
  derived.set(
    'sentry.url',
    byToken !== null && sentry.url !== null
      ? { value: maskAddress(sentry.url), origin: byToken }
      : { value: DEFAULT_SENTRY_URL, origin: DEFAULT_ORIGIN },
  );
  return origins.map((entry) => {
    const [key, sub = ''] = entry.key.split('.');
    const found = entryAt(entries, key ?? '', sub) === undefined ? derived.get(entry.key) : undefined;
    return found === undefined ? entry : { ...entry, ...found };
  });
}
