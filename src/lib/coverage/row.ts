/** Reads the saved text of a row: `status "approved", amount 5`, with `(expected "x")` after a value that differs. */
import { tryParseJson } from '../json/text.ts';
import type { Json, JsonObject } from '../model/json.ts';

/** A column and its value, up to the next column. */
const COLUMN = /([^\s",()]+) ("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)(?:, |$)/y;

/** Null if the text is cut, or has values that cannot be read back. */
export function rowOf(text: string): JsonObject | null {
  const columns: [string, Json][] = [];
  COLUMN.lastIndex = 0;
  while (COLUMN.lastIndex < text.length) {
    const [, name, written] = COLUMN.exec(text) ?? [];
    const value = written === undefined ? undefined : tryParseJson(written);
    if (name === undefined || value === undefined) return null;
    if (typeof value === 'string' && value.endsWith('…')) return null;
    columns.push([name, value]);
  }
  return columns.length === 0 ? null : Object.fromEntries(columns);
}
