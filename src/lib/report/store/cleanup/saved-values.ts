/** The values for later clean-up calls: those that the templates use, except secrets. */
import { overlap, stepsOf, valueAt } from '../../../json/path.ts';
import { ORIGIN, pathsIn } from '../../../json/placeholders.ts';
import { writeJson } from '../../../json/text.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { CleanupCall } from '../../../model/probe.ts';
import type { Redact } from '../../../secrets/redact.ts';
import type { SavedValues, SentRecord } from './records.ts';

/** Maximum length of a saved value, as JSON; no id is that long. */
const MAX_VALUE_CHARS = 16_384;
/** Values that every record of a webhook has anyway. */
const OWN = ['testId', 'runId', 'scenario', 'index'] as const;

export interface Saved {
  readonly values: SavedValues;
  /** Paths whose values are not saved. */
  readonly hidden: readonly string[];
}

/** Paths that the calls use, without the values that every record has and the origin, which the run has. */
export function pathsOf(calls: readonly CleanupCall[]): readonly string[] {
  const known = knownPaths.get(calls);
  if (known !== undefined) return known;
  const named = pathsIn(calls.map(({ url, headers, body }) => [url, headers, body]));
  const paths = named.filter((path) => `{{${path}}}` !== ORIGIN && !OWN.some((own) => own === path));
  knownPaths.set(calls, paths);
  return paths;
}

/** The values that every record has. */
export function ownValues({
  testId,
  scenario,
  index,
}: Pick<SentRecord, 'testId' | 'scenario' | 'index'>): Record<(typeof OWN)[number], Json> {
  return { testId, runId: testId.replace(/-\d+$/, ''), scenario, index };
}

/** A cache: all tests of a scenario have the same calls. */
const knownPaths = new WeakMap<readonly CleanupCall[], readonly string[]>();

/** Known only once there is a response. */
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

/** Whether `redact` covers the value, a part of it, or a value that contains it; also catches values too short to be masked in text. */
export function touches(path: string, redactPaths: readonly string[]): boolean {
  const [root, ...own] = stepsOf(path);
  if (root !== 'request' && root !== 'response') return false;
  return redactPaths.some((redacted) => overlap(own, stepsOf(redacted)));
}

function isPlain(value: Json, mask: Redact): boolean {
  const text = typeof value === 'string' ? value : writeJson(value);
  return text.length <= MAX_VALUE_CHARS && mask(text) === text;
}

/** The values as placeholders look them up. */
export function fromSaved(...all: readonly SavedValues[]): JsonObject {
  const root: Record<string, Json> = Object.create(null);
  // Shorter paths first: a value saved as a whole already contains its parts.
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

/** Keys come from the target: `__proto__` is an ordinary key. */
function add(at: Record<string, Json>, key: string): Record<string, Json> {
  const inner: Record<string, Json> = Object.create(null);
  at[key] = inner;
  return inner;
}
