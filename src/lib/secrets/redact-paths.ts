/** Masks values that the user named by their path: dotted paths in payloads and responses (`redact` in the configuration). */
import { canonicalNumber, isNumber } from '../json/decimal.ts';
import { deeperThan, JSON_DEPTH_LIMIT, type Part, partsOf as partsOfJson, startOf } from '../json/parts.ts';
import { type Step, stepsOf } from '../json/path.ts';
import { parseJson, tryParseJson, writeJson } from '../json/text.ts';
import { type ExactNumber, isScalar, type Json } from '../model/json.ts';
import { MASK } from './forms.ts';
import { createRedactor, type Redact } from './redact.ts';
import { SHORTEST_SECRET } from './search.ts';

export interface PathMasking {
  /** A JSON body with the values at the paths masked; other text unchanged. */
  readonly body: (text: string) => string;
  /** Also masks these values in other text, such as a finding that quotes them. */
  readonly text: Redact;
}

/**
 * A value is searched for in parts of this length, in every form it may have: the target chooses its length, and a
 * single pattern could be too large to compile, or take minutes to search for.
 */
const PART = 200;
/** The rest of a longer value is searched for only unchanged: no finding quotes that much. */
const PARTS = 10;

/** Masks the secrets in everything that is reported about one test: the known ones, and the values at the paths. */
export function maskingOf(
  bodies: readonly string[],
  { redact, redactPaths }: { readonly redact: Redact; readonly redactPaths: readonly string[] },
): PathMasking {
  if (redactPaths.length === 0) return { body: redact, text: redact };
  const paths = maskPaths(redactPaths, bodies);
  const text: Redact = (sentence, kind) => paths.text(redact(sentence, kind), kind);
  return { body: (body) => text(paths.body(body)), text };
}

/** @param bodies the texts of the request and of the response of one test */
export function maskPaths(paths: readonly string[], bodies: readonly string[]): PathMasking {
  if (paths.length === 0) return { body: (text) => text, text: (text) => text };
  const values = bodies.flatMap((body) => masked(body, paths).values);
  return { body: (text) => masked(text, paths).text, text: maskValues(values) };
}

type Value = string | number | ExactNumber;

function maskValues(values: readonly Value[]): Redact {
  const texts = values.map(String);
  const long = texts.filter((value) => value.length > PART);
  const redact = createRedactor(texts.flatMap(partsOf));
  const numbers = new Set(
    values.filter((value) => isNumber(value) && String(value).length >= SHORTEST_SECRET).map(canonicalNumber),
  );
  return (text, kind) => {
    const shown = redact(
      long.reduce((current, value) => current.replaceAll(value, MASK), text),
      kind,
    );
    if (numbers.size === 0) return shown;
    return shown.replaceAll(NUMBER, (number) => (numbers.has(canonicalNumber(number)) ? MASK : number));
  };
}

/** In any spelling: `12345E2` and `1234500` are one number. */
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d{1,9}(?!\d))?/g;

function partsOf(value: string): readonly string[] {
  const count = Math.min(PARTS, Math.ceil(value.length / PART));
  return Array.from({ length: count }, (_, at) => value.slice(at * PART, (at + 1) * PART));
}

/** Masks values in place: every other byte stays unchanged. */
function masked(
  text: string,
  paths: readonly string[],
): { readonly text: string; readonly values: readonly Value[] } {
  // Too deep to search, so nothing of it is shown: it may contain what the paths name.
  if (deeperThan(text, JSON_DEPTH_LIMIT)) return { text: MASK, values: [] };
  if (tryParseJson(text) === undefined) return { text, values: [] };
  const places = paths
    .flatMap((path) => [...placesOf(text, path)])
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const values: Value[] = [];
  let result = '';
  let end = 0;
  for (const { from, to } of places) {
    // Inside a value that is already masked.
    if (from < end) continue;
    values.push(...textsIn(parseJson(text.slice(from, to))));
    result += `${text.slice(end, from)}${JSON.stringify(MASK)}`;
    end = to;
  }
  return { text: result + text.slice(end), values };
}

type Place = Pick<Part, 'from' | 'to'>;

/** A key that itself contains dots also matches literally. Of duplicate keys, each matches. */
function* placesOf(text: string, path: string): Iterable<Place> {
  const from = startOf(text);
  const steps = stepsOf(path);
  if (steps.length > 1 && text[from] === '{') yield* placesBelow(text, from, [path]);
  yield* placesBelow(text, from, steps);
}

function* placesBelow(text: string, at: number, [step, ...further]: readonly Step[]): Iterable<Place> {
  if (step === undefined || (text[at] !== '{' && text[at] !== '[')) return;
  let index = 0;
  for (const { key, from, to } of partsOfJson(text, at)) {
    const fits = key === null ? step === null || Number(step) === index : step === key;
    index++;
    if (!fits) continue;
    if (further.length > 0) yield* placesBelow(text, from, further);
    else if (text[from] !== 'n') yield { from, to };
  }
}

/**
 * The texts by which other text may quote a value: each part of it. Long objects and lists, which no finding quotes as a
 * whole, are skipped: one that is nested a thousand levels deep would give a thousand texts.
 */
function textsIn(value: Json): readonly Value[] {
  const texts: Value[] = [];
  const lengthOf = (part: Json): number => {
    if (part === null || isScalar(part)) {
      texts.push(isNumber(part) ? part : String(part));
      return String(part).length;
    }
    const length = Object.values<Json>(part).reduce<number>((sum, inner) => sum + lengthOf(inner), 2);
    if (length <= PART * PARTS) texts.push(writeJson(part));
    return length;
  };
  lengthOf(value);
  return texts;
}
