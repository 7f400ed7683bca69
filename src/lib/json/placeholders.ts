/**
 * `{{response.signal_id}}` and the like in probes and cleanup calls, filled in after the response. Unlike payload templates,
 * these take values from outside: a value is inserted only where it cannot change the meaning.
 */
import { canParseUrl } from '../http/url.ts';
import { isJsonObject, isScalar, type Json, type JsonObject } from '../model/json.ts';
import { valueAt } from './path.ts';
import { writeJson } from './text.ts';

/** Names a placeholder can begin with, besides the dimensions. `request` is the payload. */
export const VALUE_NAMES = [
  'response',
  'request',
  'origin',
  'testId',
  'runId',
  'scenario',
  'index',
  'startedAt',
  'openBraces',
] as const;

/** The filled-in value, or why that is not possible. */
export type Filled<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const SINGLE = /^\{\{([^{}]*)\}\}$/;
/** The only placeholder a URL may begin with. */
export const ORIGIN = '{{origin}}';
/** Longer values are not ids; a URL with them would be refused anyway. */
const LONGEST_IN_URL = 2_000;
/** Control characters and everything beyond Latin-1: a header cannot carry them. */
const NO_HEADER = /\p{Cc}|[^\0-\xff]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The dotted paths that the strings in a value name, each once. */
export function pathsIn(value: unknown): readonly string[] {
  return [...new Set(textsIn(value).flatMap(placeholdersIn))];
}

function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, path = '']) => path.trim());
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap(textsIn)
    : [...Object.keys(value), ...Object.values(value).flatMap(textsIn)];
}

/** A string that is a single placeholder becomes the value with its type; other strings stay strings. */
export function fillJson(template: Json, values: JsonObject): Filled<Json> {
  const problems: string[] = [];
  const fill = (part: Json): Json => {
    if (typeof part === 'string') {
      const filled = fillOne(part, values);
      if (filled.ok) return filled.value;
      problems.push(filled.problem);
      return null;
    }
    if (Array.isArray(part)) return part.map(fill);
    if (!isJsonObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, fill(item)]));
  };
  const value = fill(template);
  const [problem] = problems;
  return problem === undefined ? { ok: true, value } : { ok: false, problem };
}

function fillOne(template: string, values: JsonObject): Filled<Json> {
  const single = SINGLE.exec(template)?.[1]?.trim();
  if (single === undefined) return fillText(template, values, (value) => ({ ok: true, value }));
  const value = valueAt(values, single);
  return isNothing(value) ? withoutValue(single) : { ok: true, value };
}

/** A header's value, on one line. */
export function fillHeader(template: string, values: JsonObject): Filled<string> {
  return fillText(template, values, (value, path) =>
    NO_HEADER.test(value)
      ? { ok: false, problem: `${path} has a value that is not valid in a header` }
      : { ok: true, value },
  );
}

/** Values are encoded, so that none of them can end a part of the URL; `.` and `..` would still change the path. */
export function fillUrl(template: string, values: JsonObject): Filled<string> {
  const origin = typeof values.origin === 'string' ? values.origin : '';
  const rest = template.startsWith(ORIGIN) ? template.slice(ORIGIN.length) : template;
  const filled = fillText(rest, values, (value, path) => {
    if (/^\.{1,2}$/.test(value) || value.length > LONGEST_IN_URL || LONE_SURROGATE.test(value)) {
      return { ok: false, problem: `${path} has a value that is not valid in a URL` };
    }
    return { ok: true, value: encodeURIComponent(value) };
  });
  if (!filled.ok) return filled;
  const url = `${rest === template ? '' : origin}${filled.value}`;
  return canParseUrl(url) ? { ok: true, value: url } : { ok: false, problem: 'its URL cannot be used' };
}

/** The values of the placeholders in a template, as text; those without a value are skipped. */
export function valuesNamed(template: unknown, values: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pathsIn(template).flatMap((path) => {
      const value = valueAt(values, path);
      if (isNothing(value) || path === 'origin') return [];
      return [[path, isScalar(value) ? String(value) : writeJson(value)]];
    }),
  );
}

/** A template for display: placeholders with a value show it, others stay unchanged. */
export function shownTemplate(template: string, values: JsonObject): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, inside: string) => {
    const value = valueAt(values, inside.trim());
    return isNothing(value) || !isScalar(value) ? placeholder : String(value);
  });
}

function fillText(
  template: string,
  values: JsonObject,
  write: (value: string, path: string) => Filled<string>,
): Filled<string> {
  const problems: string[] = [];
  const text = template.replaceAll(PLACEHOLDER, (placeholder, inside: string) => {
    const path = inside.trim();
    const value = valueAt(values, path);
    const written =
      isNothing(value) || !isScalar(value) ? withoutValue(path, value) : write(String(value), path);
    if (written.ok) return written.value;
    problems.push(written.problem);
    return placeholder;
  });
  const [problem] = problems;
  return problem === undefined ? { ok: true, value: text } : { ok: false, problem };
}

function withoutValue(path: string, value?: Json): { readonly ok: false; readonly problem: string } {
  const problem =
    value !== undefined && value !== null && value !== ''
      ? `${path} is not a string, a number or a boolean`
      : `there is no ${path}`;
  return { ok: false, problem };
}

/** A query without the value would find, or remove, records of others. */
function isNothing(value: Json | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}
