/** Reads and writes JSON of the user and of the target. Numbers keep every digit and their spelling. */

import { ExactNumber, isJsonObject, type Json } from '../model/json.ts';
import { canonicalNumber, isNumber, isNumberText, numberOf, sameNumber } from './decimal.ts';
import { stringEnd } from './parts.ts';

/**
 * A number that JavaScript would write differently, or part of a text that looks like one: more than 15 digits, a trailing zero
 * in its fraction, an exponent, a negative zero.
 */
const SUSPECT = /(?:^|[:,[\s])(?:-0|-?\d+\.\d*0|-?\d[\d.]{15,}|-?[\d.]+[eE][-+]?\d+)(?=[\s,\]}]|$)/;
const TELLING = /["\d-]/g;
const NUMBER = /-?\d[\d.eE+-]*/y;
const SPACE = /[ \t\r\n]*/y;

/** Like `JSON.parse`, except for numbers that it would change. @throws SyntaxError */
export function parseJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  return SUSPECT.test(text) ? exactly(text) : value;
}

/** Undefined where it is not JSON. */
export function tryParseJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * `JSON.parse` still decides about keys, escapes and nesting: it gets the numbers as strings. All strings get a
 * letter that says what they are.
 */
function exactly(text: string): Json {
  const parts: string[] = [];
  let copied = 0;
  TELLING.lastIndex = 0;
  for (let found = TELLING.exec(text); found !== null; found = TELLING.exec(text)) {
    const at = found.index;
    if (found[0] === '"') {
      const end = stringEnd(text, at);
      if (!isKey(text, end)) {
        parts.push(text.slice(copied, at), '"s');
        copied = at + 1;
      }
      TELLING.lastIndex = end;
      continue;
    }
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(text)?.[0] ?? '';
    if (numberOf(number) instanceof ExactNumber) {
      parts.push(text.slice(copied, at), `"n${number}"`);
      copied = at + number.length;
    }
    TELLING.lastIndex = at + number.length;
  }
  return unmarked(JSON.parse(parts.join('') + text.slice(copied)));
}

function isKey(text: string, end: number): boolean {
  return text[afterSpace(text, end)] === ':';
}

/** In place and without recursion: JSON may be nested deeper than the stack allows. */
function unmarked(root: Json): Json {
  const holder = [root];
  const waiting: unknown[] = [holder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const container = next as Record<string, unknown>;
    for (const key of Object.keys(container)) {
      const value = container[key];
      if (typeof value === 'string')
        container[key] = value[0] === 'n' ? new ExactNumber(value.slice(1)) : value.slice(1);
      else if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return holder[0] ?? null;
}

/** Like `JSON.stringify`, with exact numbers as written. */
export function writeJson(value: unknown, indent = 0): string {
  return holdsExact(value) ? written(value, { indent, margin: '' }) : JSON.stringify(value, null, indent);
}

export function holdsExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ExactNumber) return true;
  return Array.isArray(value) ? value.some(holdsExact) : Object.values(value).some(holdsExact);
}

function written(
  value: unknown,
  { indent, margin }: { readonly indent: number; readonly margin: string },
): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null || !holdsExact(value)) {
    const text = JSON.stringify(value, null, indent) ?? 'null';
    return indent === 0 ? text : text.replaceAll('\n', `\n${margin}`);
  }
  const inner = margin + ' '.repeat(indent);
  const items = Array.isArray(value)
    ? value.map((item) => written(item, { indent, margin: inner }))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(
          ([key, item]) =>
            `${JSON.stringify(key)}:${indent === 0 ? '' : ' '}${written(item, { indent, margin: inner })}`,
        );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (indent === 0) return `${open}${items.join()}${close}`;
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`;
}

/** The same JSON, indented: every string, number and key as written. @throws SyntaxError */
export function indentJson(text: string): string {
  JSON.parse(text);
  let result = '';
  let margin = '\n';
  for (let at = afterSpace(text, 0); at < text.length; at = afterSpace(text, at)) {
    const char = text[at] ?? '';
    const end = char === '"' ? stringEnd(text, at) : at + 1;
    const inside = afterSpace(text, end);
    if (char === '{' || char === '[') {
      const isEmpty = text[inside] === '}' || text[inside] === ']';
      if (!isEmpty) margin += '  ';
      result += isEmpty ? `${char}${text[inside]}` : `${char}${margin}`;
      at = isEmpty ? inside + 1 : end;
      continue;
    }
    if (char === '}' || char === ']') margin = margin.slice(0, -2);
    if (char === '}' || char === ']') result += margin + char;
    else if (char === ',') result += `,${margin}`;
    else result += char === ':' ? ': ' : text.slice(at, end);
    at = end;
  }
  return result;
}

function afterSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

/** Whether two values are the same JSON: numbers by value, in any spelling; objects with keys in any order. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

/** The same text for the same JSON. */
export function canonicalJson(value: unknown): string {
  if (isNumber(value)) return canonicalNumber(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${entries.sort().join()}}`;
}

/** Whether two scalars are the same, even if one is written as text: databases and configurations differ in that. */
export function sameAsWritten(a: unknown, b: unknown): boolean {
  if (String(a) === String(b)) return true;
  const [left, right] = [asNumber(a), asNumber(b)];
  return left !== null && right !== null && (isNumber(a) || isNumber(b)) && sameNumber(left, right);
}

function asNumber(value: unknown): number | ExactNumber | null {
  if (isNumber(value)) return value;
  return typeof value === 'string' && isNumberText(value) ? numberOf(value) : null;
}
