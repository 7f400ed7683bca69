/** Paths into JSON, in the same notation everywhere: `a.b`, `items.0.id`, `items[0].id`, `items[].email`, `a."x.y"`. */
import { isJsonObject, type Json } from '../model/json.ts';

/** A key or the index in a list; null stands for each item of a list. */
export type Step = string | null;

export type ParsedPath =
  | { readonly ok: true; readonly steps: readonly Step[] }
  /** What to write instead. */
  | { readonly ok: false; readonly remedy: string };

const KEY = /[^.[\]"]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const BRACKETS = /\[(\d*|"(?:[^"\\]|\\.)*")\]/y;
const ANY_QUOTED = new RegExp(QUOTED.source, 'g');
const PLAIN_KEY = /^[^.[\]"$/][^.[\]"]*$/;

const known = new Map<string, ParsedPath>();
const KNOWN_LIMIT = 1_000;

export function parsePath(path: string): ParsedPath {
  const before = known.get(path);
  if (before !== undefined) return before;
  if (known.size >= KNOWN_LIMIT) known.clear();
  const parsed = parse(path);
  known.set(path, parsed);
  return parsed;
}

function parse(path: string): ParsedPath {
  const meant = inOurSpelling(path);
  if (meant !== null) return { ok: false, remedy: stepsIn(meant) === null ? EXAMPLES : `write ${meant}` };
  const steps = stepsIn(path);
  return steps === null ? { ok: false, remedy: EXAMPLES } : { ok: true, steps };
}

/** Null where this is not a path. */
function stepsIn(path: string): readonly Step[] | null {
  const steps: Step[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(path);
    if (found !== null) at = pattern.lastIndex;
    return found?.[1] ?? found?.[0];
  };
  for (;;) {
    const isInBrackets = path[at] === '[';
    const text = isInBrackets ? take(BRACKETS) : (take(QUOTED) ?? take(KEY));
    if (text === undefined) return null;
    const step = isInBrackets && text === '' ? null : text.startsWith('"') ? unquoted(text) : text;
    if (step === undefined || step === '') return null;
    steps.push(step);
    if (at === path.length) return steps;
    if (path[at] === '.' && path[at + 1] !== '[') at++;
    else if (path[at] !== '[') return null;
  }
}

const EXAMPLES = 'such as data.id, items[0].id, items[].id or a."key.with.dots"';

/** Converts JSONPath (`$.a`, `items[*]`) or JSON Pointer (`/a/b`); null where it is neither. */
function inOurSpelling(path: string): string | null {
  // A quoted key may contain anything.
  const bare = path.replaceAll(ANY_QUOTED, '""');
  if (/^\$(?:$|[.[])/.test(bare) || bare.includes('[*]') || bare.includes("['"))
    return path
      .replace(/^\$\.?/, '')
      .replaceAll('[*]', '[]')
      .replaceAll(/\['([^']*)'\]/g, (_all, key: string) => `.${written(key)}`)
      .replace(/^\./, '');
  if (!path.startsWith('/')) return null;
  const keys = path.slice(1).split('/');
  return pathOf(keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** The path to a value below these keys. */
export function pathOf(keys: readonly string[]): string {
  return keys.map(written).join('.');
}

function written(key: string): string {
  return PLAIN_KEY.test(key) ? key : JSON.stringify(key);
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** For a path that was checked when the configuration was read. */
export function stepsOf(path: string): readonly Step[] {
  const parsed = parsePath(path);
  return parsed.ok ? parsed.steps : path.split('.');
}

/** Why a path cannot be used, and what to write instead; null where it can be used. */
export function pathProblem(path: string, { each = false }: { readonly each?: boolean } = {}): string | null {
  const parsed = parsePath(path);
  if (!parsed.ok)
    return `a path ${parsed.remedy.startsWith('write') ? `in another spelling; ${parsed.remedy}` : parsed.remedy}`;
  if (each || !parsed.steps.includes(null)) return null;
  return `a path to one value; write ${path.replaceAll('[]', '[0]')}`;
}

/**
 * The value at a path, through own properties. A key that itself contains dots also matches literally.
 * Undefined where the path does not exist, or names each item of a list.
 */
export function valueAt(value: Json, path: string): Json | undefined {
  if (isJsonObject(value) && Object.hasOwn(value, path)) return value[path];
  let current: Json | undefined = value;
  for (const step of stepsOf(path)) current = step === null ? undefined : below(current, step);
  return current;
}

/** The values at a path: one per item where it names each item. Undefined for each that does not exist. */
export function valuesAt(value: Json, path: string): readonly (Json | undefined)[] {
  if (isJsonObject(value) && Object.hasOwn(value, path)) return [value[path]];
  let current: readonly (Json | undefined)[] = [value];
  for (const step of stepsOf(path)) {
    current = current.flatMap((each) => {
      if (step !== null) return [below(each, step)];
      // An empty list has nothing the path could name.
      return Array.isArray(each) && each.length > 0 ? each : [undefined];
    });
  }
  return current;
}

function below(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether one path names the other, or a part of it. */
export function overlap(a: readonly Step[], b: readonly Step[]): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((step, at) => isSameStep(step, b[at] ?? null));
}

function isSameStep(a: Step, b: Step): boolean {
  if (a === b) return true;
  return (a === null && /^\d+$/.test(b ?? '')) || (b === null && /^\d+$/.test(a ?? ''));
}
