/** Whether a response contains what is expected: objects as subsets, lists item by item, scalars as equals. */

import { sameJson, writeJson } from '../json/text.ts';
import type { Finding } from '../model/finding.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { cut } from './cut.ts';

/** Maximum differences shown: with more, the response is a different one. */
const DIFFERENCES_SHOWN = 5;
const VALUE_SHOWN = 80;

export function matchFindings(actual: Json, expected: JsonObject): readonly Finding[] {
  const differences = [...differencesBetween(actual, expected, '')];
  const shown = differences.slice(0, DIFFERENCES_SHOWN).map((message) => mismatch(message));
  const more = differences.length - shown.length;
  return more > 0
    ? [...shown, mismatch(`Response differs in ${more} more ${more === 1 ? 'place' : 'places'}`)]
    : shown;
}

function mismatch(message: string): Finding {
  return { severity: 'error', code: 'match', message, hint: null };
}

function* differencesBetween(actual: Json | undefined, expected: Json, path: string): Iterable<string> {
  const place = path === '' ? 'Response' : path;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) yield `${place} is ${show(actual)}, expected a list`;
    else if (actual.length !== expected.length) {
      yield `${place} has ${actual.length} items, expected ${expected.length}`;
    } else {
      for (const [at, item] of expected.entries()) {
        yield* differencesBetween(actual[at], item, path === '' ? String(at) : `${path}.${at}`);
      }
    }
  } else if (isJsonObject(expected)) {
    if (!isJsonObject(actual)) yield `${place} is ${show(actual)}, expected an object`;
    else {
      for (const [key, value] of Object.entries(expected)) {
        const below = Object.hasOwn(actual, key) ? actual[key] : undefined;
        yield* differencesBetween(below, value, path === '' ? key : `${path}.${key}`);
      }
    }
  } else if (!sameJson(actual, expected)) {
    yield `${place} is ${show(actual)}, expected ${show(expected)}`;
  }
}

function show(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  return cut(writeJson(value), VALUE_SHOWN);
}
