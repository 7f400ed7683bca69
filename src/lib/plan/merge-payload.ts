import type { Json, JsonObject } from '../model/json.ts';

/** `over` laid over `base`: objects key by key, everything else replaced. Keys of `base` come first. */
export function mergePayload(base: JsonObject, over: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(result, key) ? result[key] : undefined;
    const merged = isObject(below) && isObject(value) ? mergePayload(below, value) : value;
    // defineProperty and not assignment: a key named __proto__ is data like any other.
    Object.defineProperty(result, key, {
      value: merged,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
