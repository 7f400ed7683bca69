import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/**
 * Follows a dotted path (`enrichment.gex`, `items.0.id`) through own properties.
 * A key that itself contains dots is found when it stands literally. Undefined where the path ends in nothing.
 */
export function valueAt(value: Json, path: string): Json | undefined {
  if (isObject(value) && Object.hasOwn(value, path)) return value[path];
  let current: Json | undefined = value;
  for (const key of path.split('.')) {
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? current[Number(key)] : undefined;
    else if (isObject(current)) current = Object.hasOwn(current, key) ? current[key] : undefined;
    else return undefined;
  }
  return current;
}

/** Absent, null, or empty: `""`, `[]`, `{}`. `0` and `false` are data. */
export function isMissing(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return isJsonObject(value);
}
