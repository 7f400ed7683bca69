/** Reading fields of JSON that somebody else wrote: the value when it has the type asked for, else null. */
import { isJsonObject, type Json, type JsonObject } from '../lib/model/json.ts';

/** The object at `key`, empty when it is missing. */
export function objectAt(source: JsonObject, key: string): JsonObject {
  const value = source[key];
  return isJsonObject(value) ? value : {};
}

export function listAt(source: JsonObject, key: string): readonly Json[] {
  const value = source[key];
  return Array.isArray(value) ? value : [];
}

/** The text at `key`; null for anything else and for the empty text. */
export function textAt(source: JsonObject, key: string): string | null {
  const value = source[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** JSON or null; null is no JSON object, and only objects are of use here. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
