/** Whether fields are absent from what was read, rather than having another value than expected. */
import { sameJson } from '../../json/text.ts';
import { isJsonObject, type Json } from '../../model/json.ts';

/** Every difference is a field that is missing or null. */
export function isMissingOnly(actual: Json | undefined, expected: Json): boolean {
  if (actual === undefined || actual === null) return expected !== null;
  if (isJsonObject(expected) && isJsonObject(actual))
    return Object.entries(expected).every(([key, value]) =>
      isMissingOnly(Object.hasOwn(actual, key) ? actual[key] : undefined, value),
    );
  return sameJson(actual, expected);
}
