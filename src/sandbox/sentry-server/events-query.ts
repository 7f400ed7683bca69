/** The part of Sentry's search language that the sandbox understands: terms that all must match. */
import type { Json } from '../../lib/model/json.ts';

/** A text with wildcards, as the pieces between them: one piece for a text without. */
export type Glob = readonly string[];

export type QueryTerm =
  /** Null as a key: somewhere in the description, any case. Null as a value: `has:key`. */
  { readonly key: string | null; readonly value: Glob | null; readonly isNegated: boolean };

export type ParsedQuery =
  | { readonly ok: true; readonly terms: readonly QueryTerm[] }
  | { readonly ok: false; readonly reason: string };

/** Much longer than any search a person or a tool writes. */
const MAX_QUERY_CHARACTERS = 4_096;

/** A key, `tags[key,type]`, or nothing before a word of free text; then a quoted or a bare value. */
const TERM = /(!?)(?:([\w.@/-]+(?:\[[^\]\s]*\])?):)?(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s"()]*))(?=\s|$)/y;

/** Undoes escapes and cuts at the wildcards that are not escaped. */
function globOf(text: string): Glob {
  const pieces = [''];
  for (const [part, escaped] of text.matchAll(/\\([\s\S])|[\s\S]/g)) {
    if (part === '*') pieces.push('');
    else pieces.push((pieces.pop() ?? '') + (escaped ?? part));
  }
  return pieces;
}

function termOf(match: RegExpExecArray): QueryTerm | string {
  const [, negation, key = null, quoted = null, bare = ''] = match;
  const isNegated = negation === '!';
  if (quoted === null && bare === '') return key === null ? 'a term is empty' : `${key} has no value`;
  if (key === 'has') return { key: quoted ?? bare, value: null, isNegated };
  if (quoted === null && key !== null && /^([<>=]|\[)/.test(bare))
    return `${key}:${bare} compares or lists; the sandbox only finds equal values`;
  return { key, value: globOf(quoted ?? bare), isNegated };
}

/** Reads a search; the empty one has no terms. What Sentry supports and the sandbox does not is refused, never ignored. */
export function parseEventsQuery(query: string): ParsedQuery {
  if (query.length > MAX_QUERY_CHARACTERS)
    return { ok: false, reason: `longer than ${MAX_QUERY_CHARACTERS} characters` };
  const text = query.trimEnd();
  const terms: QueryTerm[] = [];
  let position = text.search(/\S|$/);
  while (position < text.length) {
    TERM.lastIndex = position;
    const match = TERM.exec(text);
    if (match === null || match[0] === 'OR' || match[0] === '') {
      const rest = text.slice(position, position + 20);
      return { ok: false, reason: `not understood at "${rest}"; the sandbox knows no groups and no OR` };
    }
    const term = match[0] === 'AND' ? null : termOf(match);
    if (typeof term === 'string') return { ok: false, reason: term };
    if (term !== null) terms.push(term);
    position += match[0].length;
    position += text.slice(position).search(/\S|$/);
  }
  return { ok: true, terms };
}

function matchesGlob(text: string, glob: Glob): boolean {
  const [first = '', ...others] = glob;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let position = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return position <= text.length - last.length;
}

const asText = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function holds({ key, value }: QueryTerm, fieldOf: (name: string) => Json): boolean {
  const actual = fieldOf(key ?? 'span.description');
  if (value === null) return actual !== null;
  if (key === null) {
    const pieces = ['', ...value, ''].map((piece) => piece.toLowerCase());
    return actual !== null && matchesGlob(asText(actual).toLowerCase(), pieces);
  }
  // An empty text is how Sentry spells that there is no value.
  if (actual === null) return value.length === 1 && value[0] === '';
  if (typeof actual === 'boolean' && matchesGlob(actual ? '1' : '0', value)) return true;
  return matchesGlob(asText(actual), value);
}

/** Whether all terms match these fields. */
export function matchesQuery(terms: readonly QueryTerm[], fieldOf: (name: string) => Json): boolean {
  return terms.every((term) => holds(term, fieldOf) !== term.isNegated);
}

/** The one trace a search is confined to, in lower case; null where it is not. */
export function traceOf(terms: readonly QueryTerm[]): string | null {
  const term = terms.find(
    ({ key, value, isNegated }) => key === 'trace' && !isNegated && value?.length === 1,
  );
  return term?.value?.[0]?.toLowerCase() ?? null;
}
