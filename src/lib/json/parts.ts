/**
 * Where the items of a list or the members of an object are in JSON text that `JSON.parse` accepted. With it, a payload
 * can be sent as written, with numbers of any length and digits unchanged.
 */

export interface Part {
  /** The key of a member; null for an item. */
  readonly key: string | null;
  /** Where its key begins, or its value if it has no key. */
  readonly at: number;
  /** Where its value begins and ends. */
  readonly from: number;
  readonly to: number;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /[^ \t\r\n,\]}]+/y;
const TELLING = /["[\]{}]/g;

/** @param at where the list or object begins */
export function* partsOf(text: string, at: number): Iterable<Part> {
  const isList = text[at] === '[';
  let next = after(SPACE, text, at + 1);
  while (text[next] !== ']' && text[next] !== '}') {
    let key: string | null = null;
    const begins = next;
    if (!isList) {
      const end = stringEnd(text, next);
      key = JSON.parse(text.slice(next, end)) as string;
      // After the colon.
      next = after(SPACE, text, after(SPACE, text, end) + 1);
    }
    const to = valueEnd(text, next);
    yield { key, at: begins, from: next, to };
    next = after(SPACE, text, to);
    if (text[next] === ',') next = after(SPACE, text, next + 1);
  }
}

/** Where the value of this text begins. */
export function startOf(text: string): number {
  return after(SPACE, text, 0);
}

/** The last member with that name, which is the one `JSON.parse` keeps; null if it is missing. */
export function memberOf(text: string, at: number, key: string): Part | null {
  let found: Part | null = null;
  for (const part of partsOf(text, at)) if (part.key === key) found = part;
  return found;
}

function valueEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  if (text[at] !== '{' && text[at] !== '[') return after(SCALAR, text, at);
  let depth = 0;
  TELLING.lastIndex = at;
  for (let found = TELLING.exec(text); found !== null; found = TELLING.exec(text)) {
    if (found[0] === '"') TELLING.lastIndex = stringEnd(text, found.index);
    else depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return text.length;
}

/** After the closing quote: one with an even number of backslashes before it. */
export function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

/** A webhook response is never nested deeper; walking such a value could exhaust the stack. */
export const JSON_DEPTH_LIMIT = 200;

/** Counts brackets outside strings; exact for JSON, harmless for other text. */
export function deeperThan(text: string, limit: number): boolean {
  // Each level needs a character to open it.
  if (text.length <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > limit) return true;
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  return false;
}
