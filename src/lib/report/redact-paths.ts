/** Masks what the user named by its place: dotted paths of payloads and answers (`redact` in the configuration). */
import { deeperThan, JSON_DEPTH_LIMIT } from '../json-depth.ts';
import { createRedactor, type Redact } from './redact.ts';
import { MASK } from './secret-forms.ts';

export interface PathMasking {
  /** A JSON body with the values at the paths masked; any other text as it is. */
  readonly body: (text: string) => string;
  /** Also masks those values where they stand in other text, such as a finding that quotes them. */
  readonly text: Redact;
}

/**
 * A value is looked for in parts of this length, in every form it may be passed on in: one pattern for a value of any
 * length, which the target chooses, could be too large to be compiled, or take minutes to be looked for.
 */
const PART = 200;
/** Of longer values the rest is only looked for as it is: no finding quotes that much. */
const PARTS = 10;

/** Masks all that is secret in what there is to tell of one test: what is known as a secret, and what the paths name. */
export function maskingOf(
  bodies: readonly string[],
  { redact, redactPaths }: { readonly redact: Redact; readonly redactPaths: readonly string[] },
): PathMasking {
  if (redactPaths.length === 0) return { body: redact, text: redact };
  const paths = maskPaths(redactPaths, bodies);
  const text: Redact = (said, kind) => paths.text(redact(said, kind), kind);
  return { body: (body) => text(paths.body(body)), text };
}

/** @param bodies the texts of the request and of the answer of one test */
export function maskPaths(paths: readonly string[], bodies: readonly string[]): PathMasking {
  if (paths.length === 0) return { body: (text) => text, text: (text) => text };
  const values = bodies.flatMap((body) => masked(body, paths).values);
  return { body: (text) => masked(text, paths).text, text: maskValues(values) };
}

function maskValues(values: readonly string[]): Redact {
  const long = values.filter((value) => value.length > PART);
  const redact = createRedactor(values.flatMap(partsOf));
  return (text, kind) =>
    redact(
      long.reduce((current, value) => current.replaceAll(value, MASK), text),
      kind,
    );
}

function partsOf(value: string): readonly string[] {
  const count = Math.min(PARTS, Math.ceil(value.length / PART));
  return Array.from({ length: count }, (_, at) => value.slice(at * PART, (at + 1) * PART));
}

function masked(
  text: string,
  paths: readonly string[],
): { readonly text: string; readonly values: readonly string[] } {
  const values: string[] = [];
  // Nobody could go through it; nothing of it is told, as it may hold what the paths name.
  if (deeperThan(text, JSON_DEPTH_LIMIT)) return { text: MASK, values };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { text, values };
  }
  for (const path of paths) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const holder = keys.reduce<unknown>(own, body);
    const value = own(holder, last);
    if (value === undefined || value === null || typeof holder !== 'object' || holder === null) continue;
    values.push(...textsIn(value));
    Reflect.set(holder, last, MASK);
  }
  return values.length === 0 ? { text, values } : { text: JSON.stringify(body), values };
}

/**
 * Other text quotes the parts of an object one by one. Objects and lists that no finding quotes as a whole, because they
 * are too long for that, are not written down: of one that is nested a thousand times that would be a thousand texts.
 */
function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  const lengthOf = (part: unknown): number => {
    if (typeof part !== 'object' || part === null) {
      texts.push(String(part));
      return String(part).length;
    }
    const length = Object.values(part).reduce<number>((sum, inner) => sum + lengthOf(inner), 2);
    if (length <= PART * PARTS) texts.push(JSON.stringify(part));
    return length;
  };
  lengthOf(value);
  return texts;
}

function own(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? Reflect.get(holder, key)
    : undefined;
}
