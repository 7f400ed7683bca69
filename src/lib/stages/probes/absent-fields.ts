/** Whether what was read lacks fields, rather than having others than expected. */
import type { Json } from '../../model/json.ts';
import { isObject } from '../../validate/json-path.ts';

/** Every difference is a field that is missing or null. */
export function lacksOnly(actual: Json | undefined, expected: Json): boolean {
  if (actual === undefined || actual === null) return expected !== null;
  if (isObject(expected) && isObject(actual))
    return Object.entries(expected).every(([key, value]) =>
      lacksOnly(Object.hasOwn(actual, key) ? actual[key] : undefined, value),
    );
  return JSON.stringify(actual) === JSON.stringify(expected);
}
