/** Which key was probably meant by one that is unknown, or that holds what another one takes. */

import { RUN_OPTIONS } from '../keys/table.ts';
import { isPlain, type Path } from '../paths.ts';
import { keysAt, typesAt } from '../schema/json-schema.ts';
import { jsonSchema } from '../schema/schema.ts';
import { bareName, nearest } from './problems.ts';

export function unknownKey(path: Path, key: string): string {
  const known = keysAt(jsonSchema(), path);
  const meant = (isLayer(path) ? keyOfOption(key) : null) ?? nearest(key, known);
  if (meant !== null) return `unknown key; did you mean ${meant}?`;
  return known.length === 0 ? 'unknown key' : `unknown key; allowed: ${known.join(', ')}`;
}

/** Where the keys of a run's options stand: at the top, and in each profile. */
function isLayer(path: Path): boolean {
  return path.length === 0 || (path.length === 2 && path[0] === 'profiles');
}

/** Of what is called like a flag or a variable, however it is written: `cacert`, `traceTimeout`, `SENTRY_DSN`. */
function keyOfOption(name: string): string | null {
  const isCalled = (known: string) => bareName(known) === bareName(name);
  return RUN_OPTIONS.find(({ flag, env }) => [flag, ...env].some(isCalled))?.key ?? null;
}

/** Its plural or singular, where that takes what was found: `scenario` chooses among what `scenarios` holds. */
export function pluralSuggestion(path: Path, found: unknown): string | null {
  const schema = jsonSchema();
  const takes = (place: Path) => typesAt(schema, place).includes(typeOf(found));
  // What its own key takes in general is wrong in itself.
  if (takes(path)) return null;
  for (const [at, key] of path.entries()) {
    const parent = path.slice(0, at);
    const twin = keysAt(schema, parent).find((known) => known === `${key}s` || `${known}s` === key);
    if (twin === undefined) continue;
    const place = [...parent, twin, ...path.slice(at + 1)];
    return takes(place) || takes([...place, 0]) ? twin : null;
  }
  return null;
}

/** In the words of JSON Schema. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return isPlain(value) ? 'object' : typeof value;
}
