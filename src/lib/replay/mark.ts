/** Puts the mark of synthetic traffic into a payload, and leaves every other byte as it was. */
import { isNumber } from '../json/decimal.ts';
import { memberOf, startOf } from '../json/parts.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** The field of a payload that holds the mark. */
const FIELD = 'metadata';

/** Why the payload cannot hold the mark, or null. */
export function noPlaceForMark(json: Json | undefined): string | null {
  const expected = 'expected an object to add the mark to';
  const advice = 'send it without the mark with --no-mark';
  if (json === undefined) return `${expected} (got text that is not JSON); ${advice}`;
  if (!isJsonObject(json)) return `${expected} (got ${kindOf(json)}); ${advice}`;
  if (!Object.hasOwn(json, FIELD)) return null;
  const there = json[FIELD];
  if (isJsonObject(there)) return null;
  return `${expected} in ${FIELD} (got ${kindOf(there)}); ${advice}`;
}

/**
 * @param text an object as JSON in which the mark has a place
 * @param mark the members of `metadata`; they win over members of the same name
 */
export function withMark(text: string, mark: JsonObject): string {
  const at = startOf(text);
  const there = memberOf(text, at, FIELD);
  if (there === null) return withMember(text, `${JSON.stringify(FIELD)}:${JSON.stringify(mark)}`);
  const metadata = text.slice(there.from, there.to);
  const marked = Object.entries(mark).reduce(withValue, metadata);
  return text.slice(0, there.from) + marked + text.slice(there.to);
}

/** Replaces the value of the member, or adds the member at the end. */
function withValue(object: string, [key, value]: readonly [string, Json]): string {
  const there = memberOf(object, 0, key);
  if (there === null) return withMember(object, `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return object.slice(0, there.from) + JSON.stringify(value) + object.slice(there.to);
}

/** Adds the member at the end. */
function withMember(object: string, member: string): string {
  const end = object.lastIndexOf('}');
  const before = object.slice(0, end);
  const trimmed = before.trimEnd();
  const separator = trimmed.endsWith('{') ? '' : ',';
  return trimmed + separator + member + before.slice(trimmed.length) + object.slice(end);
}

export function kindOf(json: Json | undefined): string {
  if (json === null || json === undefined) return 'null';
  if (Array.isArray(json)) return 'a list';
  if (isJsonObject(json)) return 'an object';
  if (isNumber(json)) return 'a number';
  return typeof json === 'string' ? 'a string' : `a ${typeof json}`;
}
