/**
 * Fills `{{response.signal_id}}` and the like into a search. Syntax: getsentry/sentry `api/event_search.py` (a quoted
 * value knows the escapes `\"` and `\*`, and takes any other backslash literally).
 */
import { valueAt } from '../../json/path.ts';
import { isScalar, type JsonObject, type Scalar } from '../../model/json.ts';

export interface FilledQuery {
  readonly query: string;
  /** Attributes that are compared with a value of this test: what joins the trace to it. */
  readonly joins: readonly { readonly attribute: string; readonly value: string }[];
  /** Why it cannot be searched for, in words; null when it can. */
  readonly problem: string | null;
}

const PLACEHOLDER = /\{\{\s*([\w.-](?:[^{}]*[^{}\s])?)\s*\}\}/g;
/** The key in front of a value: `signalId:`, `tags[signalId]:`, `"signal.id":`. */
const KEY_BEFORE = /(?:^|[\s(])(?:tags\[)?"?([\w.-]+)"?\]?:"?$/;
/** Needs no quotes anywhere, and keeps numbers numbers. */
const PLAIN = /^[\w.@+-]+$/;
const UNSAFE_CHARACTERS = /[\\\p{Cc}]/u;

/** @param values what placeholders may name, by dotted path */
export function fillQuery(template: string, values: JsonObject): FilledQuery {
  const joins: { attribute: string; value: string }[] = [];
  const problems: string[] = [];
  let query = '';
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [placeholder, path = ''] = match;
    query += template.slice(end, match.index);
    end = match.index + placeholder.length;
    const value = plainAt(values, path);
    const written =
      value === null ? null : inPlace(String(value), { before: query, after: template.slice(end) });
    if (written === null) {
      problems.push(
        value === null ? `there is no ${path}` : `${path} has a value that is not valid in a search`,
      );
      query += placeholder;
      continue;
    }
    const attribute = KEY_BEFORE.exec(query)?.[1];
    if (attribute !== undefined) joins.push({ attribute, value: String(value) });
    query += written;
  }
  return { query: query + template.slice(end), joins, problem: problems[0] ?? null };
}

/** Null where there is no plain, non-empty value: searching without it would find other tests' work. */
function plainAt(values: JsonObject, path: string): Scalar | null {
  const value = valueAt(values, path);
  return isScalar(value) && value !== '' ? value : null;
}

/** Null when the value cannot stand there without changing what is searched for. */
function inPlace(value: string, place: { readonly before: string; readonly after: string }): string | null {
  if (PLAIN.test(value)) return value;
  if (UNSAFE_CHARACTERS.test(value)) return null;
  const escaped = value.replaceAll(/["*]/g, String.raw`\$&`);
  const quotes = place.before.replaceAll(String.raw`\"`, '').split('"').length - 1;
  if (quotes % 2 === 1) return escaped;
  const standsAlone = /(?:^|[\s:=[,(])$/.test(place.before) && /^(?:$|[\s\],)])/.test(place.after);
  return standsAlone ? `"${escaped}"` : null;
}
