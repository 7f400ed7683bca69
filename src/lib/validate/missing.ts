/** Whether there is data at a place in JSON. */
import { valuesAt } from '../json/path.ts';
import { isJsonObject, type Json } from '../model/json.ts';

/** Whether the path, or one of its places where it names each item of a list, has no data. */
export function isMissingAt(value: Json, path: string): boolean {
  return valuesAt(value, path).some(isMissing);
}

/** Absent, null, or empty: `""`, `[]`, `{}`. `0` and `false` are data. */
export function isMissing(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
