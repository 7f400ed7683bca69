/** Tags of events and spans. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { listAt } from '../json-fields.ts';

/** SDKs send them as an object, or as a list of pairs. */
export function tagsOf(source: JsonObject): JsonObject {
  const { tags } = source;
  if (isJsonObject(tags)) return tags;
  const pairs = listAt(source, 'tags').flatMap((pair): [string, Json][] =>
    Array.isArray(pair) && typeof pair[0] === 'string' ? [[pair[0], pair[1] ?? null]] : [],
  );
  return Object.fromEntries(pairs);
}
