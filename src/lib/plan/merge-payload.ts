import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** `over` laid over `base`: objects key by key, everything else replaced. Keys of `base` come first. */
export function mergePayload(base: JsonObject, over: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(result, key) ? result[key] : undefined;
    const merged = isJsonObject(below) && isJsonObject(value) ? mergePayload(below, value) : value;
    setOwn(result, key, merged);
  }
  return result;
}

/** A key named `__proto__` is data like any other, which assignment would take for the prototype. */
export function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
