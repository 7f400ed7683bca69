import { valueAt, valuesAt } from '../json-path.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

export { valueAt };

/** Whether the path, or one of its places where it names each item of a list, has no data. */
export function lacks(value: Json, path: string): boolean {
  return valuesAt(value, path).some(isMissing);
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
