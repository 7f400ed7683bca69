/** What a probe read, in one line: `status "rejected" (expected "approved"), rejection_reason "mtf_bias_missing"`. */

import { valueAt } from '../../json/path.ts';
import { sameJson } from '../../json/text.ts';
import { isScalar, type Json, type JsonObject, type Scalar } from '../../model/json.ts';
import type { StopValues } from '../../model/probe.ts';
import { cut } from '../../validate/cut.ts';

/** With the ellipsis at its end: 300 characters. */
const LENGTH = 299;
const VALUE_LENGTH = 80;
/** Names of columns whose values may be secret or personal: they do not belong in a report. */
const PRIVATE = /pass(word|wd)?|secret|token|api_?key|authorization|cookie|credential/i;

/**
 * Top-level scalar values, those of `match` and `stop` first. JSON and binary values are skipped.
 * @returns null if the row has no such values
 */
export function rowText(
  row: JsonObject,
  { match, stop }: { readonly match: JsonObject | null; readonly stop: StopValues | null },
): string | null {
  const named = [...Object.keys(match ?? {}), ...Object.keys(stop ?? {})];
  const names = [...new Set([...named, ...Object.keys(row)])];
  const parts = names.flatMap((name) => {
    const value = Object.hasOwn(row, name) ? row[name] : valueAt(row, name);
    const expected = match !== null && Object.hasOwn(match, name) ? match[name] : undefined;
    const wanted = isPlain(expected) && !sameJson(expected, value) ? ` (expected ${shown(expected)})` : '';
    if (value === undefined) return wanted === '' ? [] : [`${name} missing${wanted}`];
    if (!isPlain(value) || PRIVATE.test(name) || isOpaque(value)) return [];
    return [`${name} ${shown(value)}${wanted}`];
  });
  return parts.length === 0 ? null : cut(parts.join(', '), LENGTH);
}

function isPlain(value: Json | undefined): value is Scalar | null {
  return value === null || isScalar(value);
}

/** Bytes as PostgreSQL writes them, and texts that hold JSON. */
function isOpaque(value: Scalar | null): boolean {
  if (typeof value !== 'string') return false;
  if (/^\\x[0-9a-f]*$/i.test(value)) return true;
  if (!/^\s*[[{]/.test(value)) return false;
  try {
    return typeof JSON.parse(value) === 'object';
  } catch {
    return false;
  }
}

function shown(value: Scalar | null): string {
  return typeof value === 'string' ? JSON.stringify(cut(value, VALUE_LENGTH)) : String(value);
}
