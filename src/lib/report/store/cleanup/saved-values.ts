/** The values from which clean-up calls can be made later: those that their templates name, and none that is secret. */
import { overlap, stepsOf, valueAt } from '../../../json/path.ts';
import { ORIGIN, pathsIn } from '../../../json/placeholders.ts';
import { writeJson } from '../../../json/text.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { CleanupCall } from '../../../model/probe.ts';
import type { Redact } from '../../../secrets/redact.ts';
import type { SavedValues, SentRecord } from './records.ts';

/** Longer values, as JSON, are not saved: no id is that long. */
const LONGEST_VALUE = 16_384;
/** What every record of a webhook holds anyway. */
const OWN = ['testId', 'runId', 'scenario', 'index'] as const;

export interface Saved {
  readonly values: SavedValues;
  /** Paths whose values are not saved. */
  readonly hidden: readonly string[];
}

/** Paths that the calls name, but for what is known of every webhook, and the origin, which is that of the run. */
export function pathsOf(calls: readonly CleanupCall[]): readonly string[] {
  const known = knownPaths.get(calls);
  if (known !== undefined) return known;
  const named = pathsIn(calls.map(({ url, headers, body }) => [url, headers, body]));
  const paths = named.filter((path) => `{{${path}}}` !== ORIGIN && !OWN.some((own) => own === path));
  knownPaths.set(calls, paths);
  return paths;
}

/** What is known of every webhook. */
export function ownValues({
  testId,
  scenario,
  index,
}: Pick<SentRecord, 'testId' | 'scenario' | 'index'>): Record<(typeof OWN)[number], Json> {
  return { testId, runId: testId.replace(/-\d+$/, ''), scenario, index };
}

/** All tests of a scenario have the same calls. */
const knownPaths = new WeakMap<readonly CleanupCall[], readonly string[]>();

/** Known only once the response is there. */
export function comesWithResponse(path: string): boolean {
  return path === 'startedAt' || stepsOf(path)[0] === 'response';
}

export function toSaved(
  paths: readonly string[],
  values: JsonObject,
  { mask, redactPaths }: { readonly mask: Redact; readonly redactPaths: readonly string[] },
): Saved {
  const saved: [string, Json][] = [];
  const hidden: string[] = [];
  for (const path of paths) {
    const value = valueAt(values, path) ?? null;
    const isShown = value === null || path === 'startedAt' || isPlain(value, mask);
    if (isShown && !touches(path, redactPaths)) saved.push([path, value]);
    else hidden.push(path);
  }
  return { values: Object.fromEntries(saved), hidden };
}

/** A value that `redact` names, one with such a part, or a part of one: also where it is too short to be masked in a text. */
export function touches(path: string, redactPaths: readonly string[]): boolean {
  const [root, ...own] = stepsOf(path);
  if (root !== 'request' && root !== 'response') return false;
  return redactPaths.some((redacted) => overlap(own, stepsOf(redacted)));
}

function isPlain(value: Json, mask: Redact): boolean {
  const text = typeof value === 'string' ? value : writeJson(value);
  return text.length <= LONGEST_VALUE && mask(text) === text;
}

/** The values as placeholders look them up. */
export function fromSaved(...all: readonly SavedValues[]): JsonObject {
  const root: Record<string, Json> = Object.create(null);
  // The shorter path first: a part of a value that is there as a whole is in it already.
  const entries = all.flatMap((values) => Object.entries(values)).sort(([a], [b]) => a.length - b.length);
  for (const [path, value] of entries)
    if (value !== null && valueAt(root, path) === undefined) put(root, path, value);
  return root;
}

function put(root: Record<string, Json>, path: string, value: Json): void {
  const keys = stepsOf(path).map((step) => step ?? '');
  const last = keys.pop() ?? '';
  let at = root;
  for (const key of keys) {
    const inner = Object.hasOwn(at, key) ? at[key] : undefined;
    if (isJsonObject(inner)) at = inner as Record<string, Json>;
    else if (inner === undefined) at = add(at, key);
    else return;
  }
  at[last] = value;
}

/** Keys are the target's: `__proto__` is one like any other. */
function add(at: Record<string, Json>, key: string): Record<string, Json> {
  const inner: Record<string, Json> = Object.create(null);
  at[key] = inner;
  return inner;
}
