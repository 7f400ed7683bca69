/** Merges the sources of a configuration and remembers which one each value came from. */
import { MERGED_KEYS } from '../keys/table.ts';
import { isPlain, type Path, type Plain } from '../paths.ts';

/** Whether a value may decide where a token is sent: anyone who can commit to a project can change its files. */
export type Trust = 'user' | 'project';

export interface Layer {
  /** `flag --count`, `file prod-e2e.config.yaml`; a function of the key, because flags and variables differ by key. */
  readonly origin: (path: Path) => string;
  readonly config: Plain;
  /** The same values for display: secret interpolations as written. */
  readonly display: Plain;
  readonly trust: (path: Path) => Trust;
  /** Folder that relative file names are relative to. */
  readonly baseDir: string;
  /** Where in the config file the layer is: `profiles.staging`; absent for other sources. */
  readonly place?: Path;
}

export interface Entry {
  readonly path: Path;
  readonly value: unknown;
  readonly display: unknown;
  readonly layer: Layer;
}

/** The origin of a value that no source sets. */
export const DEFAULT_ORIGIN = 'default';

/** Header names are case-insensitive: `X-Key` from a flag replaces `x-key` from a file. */
const canonical = (key: string, sub: string) => (key === 'headers' ? sub.toLowerCase() : sub);

/** The winning value of each key; layers are ordered lowest first. */
export function mergeLayers(layers: readonly Layer[]): ReadonlyMap<string, Entry> {
  const winners = new Map<string, Entry>();
  for (const layer of layers) {
    for (const entry of entriesOf(layer)) winners.set(idOf(entry.path), entry);
  }
  return winners;
}

/** One key of the merged configuration. */
export function entryAt(entries: ReadonlyMap<string, Entry>, ...path: string[]): Entry | undefined {
  return entries.get(idOf(path));
}

/** Whether no source sets this key; it may still have a default. */
export function isUnset(entries: ReadonlyMap<string, Entry>, ...path: string[]): boolean {
  const entry = entryAt(entries, ...path);
  return entry === undefined || entry.layer.origin(entry.path) === DEFAULT_ORIGIN;
}

function idOf(path: Path): string {
  return JSON.stringify(path);
}

function entriesOf(layer: Layer): readonly Entry[] {
  return Object.entries(layer.config).flatMap(([key, value]): readonly Entry[] => {
    if (value === undefined) return [];
    const display = layer.display[key];
    if (!MERGED_KEYS.includes(key) || !isPlain(value)) return [{ path: [key], value, display, layer }];
    return Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([sub, item]) => ({
        path: [key, canonical(key, sub)],
        value: item,
        display: isPlain(display) ? display[sub] : undefined,
        layer,
      }));
  });
}

/** The merged configuration as one object. */
export function toObject(entries: ReadonlyMap<string, Entry>): Plain {
  const merged = new Map<string, unknown>();
  const nested = new Map<string, [string, unknown][]>();
  for (const { path, value } of entries.values()) {
    const [key, sub] = path;
    if (typeof key !== 'string') continue;
    if (typeof sub === 'string') nested.set(key, [...(nested.get(key) ?? []), [sub, value]]);
    else merged.set(key, value);
  }
  for (const [key, pairs] of nested) merged.set(key, Object.fromEntries(pairs));
  return Object.fromEntries(merged);
}
