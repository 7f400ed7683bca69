/** Where and why JSON text is invalid; Node's own message does not always name a position. */
import { deeperThan, JSON_DEPTH_LIMIT, partsOf, startOf } from './parts.ts';

/** Counted from 1. */
export interface JsonPlace {
  readonly line: number;
  readonly column: number;
}

export interface JsonError extends JsonPlace {
  readonly problem: string;
}

function placeAt(text: string, at: number): JsonPlace {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The second of two equal keys, of which `JSON.parse` silently keeps the last; null if all keys are unique. */
export function duplicateKey(text: string): JsonPlace | null {
  // Such depths are refused later, with their location; here each level would be walked again for the one above it.
  if (deeperThan(text, JSON_DEPTH_LIMIT)) return null;
  const containers = [startOf(text)];
  for (let at = containers.pop(); at !== undefined; at = containers.pop()) {
    if (text[at] !== '{' && text[at] !== '[') continue;
    const keys = new Set<string>();
    for (const part of partsOf(text, at)) {
      if (part.key !== null && keys.has(part.key)) return placeAt(text, part.at);
      if (part.key !== null) keys.add(part.key);
      containers.push(part.from);
    }
  }
  return null;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
/** The content of a string, in limited steps: matching megabytes at once exhausts the regular expression's stack. */
const INSIDE = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,1000}/uy;

/** The first error in text that `JSON.parse` has refused. */
export function findJsonError(text: string): JsonError {
  let at = 0;
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length;
    at += length ?? 0;
    return length !== undefined;
  };
  const skipString = () => {
    const start = at;
    if (text[at] !== '"') return false;
    at++;
    while (skip(INSIDE));
    if (text[at] === '"') {
      at++;
      return true;
    }
    at = start;
    return false;
  };
  const closers: ('}' | ']')[] = [];
  const error = (problem: string): JsonError => {
    const found = at >= text.length ? 'the end of the file' : JSON.stringify(text[at]);
    return { ...placeAt(text, at), problem: `expected ${problem} (got ${found})` };
  };
  const key = () => {
    if (!skipString()) return 'a key in double quotes';
    skip(SPACE);
    if (text[at] !== ':') return '":"';
    at++;
    return null;
  };
  for (;;) {
    skip(SPACE);
    const opener = text[at];
    if (opener === '{' || opener === '[') {
      const closer = opener === '{' ? '}' : ']';
      at++;
      skip(SPACE);
      if (text[at] !== closer) {
        closers.push(closer);
        const problem = closer === '}' ? key() : null;
        if (problem !== null) return error(problem);
        continue;
      }
      at++;
    } else if (!skipString() && !skip(SCALAR)) return error('a JSON value');
    for (;;) {
      skip(SPACE);
      const closer = closers.at(-1);
      if (closer === undefined) return error('the end of the file');
      if (text[at] === ',') break;
      if (text[at] !== closer) return error(`"," or "${closer}"`);
      at++;
      closers.pop();
    }
    at++;
    skip(SPACE);
    const problem = closers.at(-1) === '}' ? key() : null;
    if (problem !== null) return error(problem);
  }
}
