/** Words what the schema refuses: what was found, what is allowed, what was probably meant. */
import type * as z from 'zod';
import { ExactNumber } from '../../model/json.ts';
import { isSecretKey, isUrlKey, looksSecret } from '../../secrets/collect.ts';
import { maskAddress } from '../../secrets/urls.ts';
import { RUN_OPTIONS } from '../keys/table.ts';
import { isPlain, type Path, valueAt } from '../paths.ts';
import { keysAt, typesAt } from '../schema/json-schema.ts';
import { jsonSchema } from '../schema/schema.ts';
import { bareName, type Fault, nearest } from './problems.ts';

/** Longer values are cut in messages. */
const SHOWN_LENGTH = 60;

/** Faults of one source, from zod's issues. */
export function faultsOf(options: {
  readonly issues: readonly z.core.$ZodIssue[];
  readonly input: unknown;
  readonly subject: (path: Path) => string;
  /** Shown in place of the value where that must stay secret. */
  readonly templateAt: (path: Path) => string | null;
}): readonly Fault[] {
  const { input, subject, templateAt } = options;
  return options.issues
    .flatMap((issue) => deepest(issue, input))
    .flatMap((issue): readonly Fault[] => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({
          subject: subject([...path, looksSecret(key) ? '…' : nameAlone(key)]),
          problem: unknownKey(path, key),
          path: [...path, key],
        }));
      }
      const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
      if (inner !== undefined) {
        const name = nameAlone(String(path.at(-1)));
        const place = subject([...path.slice(0, -1), name]);
        return [
          { path, subject: place, problem: `found the name ${shown(name)}; allowed: ${inner.message}` },
        ];
      }
      const value = valueAt(input, path);
      const twin = pluralSuggestion(path, value);
      const found = templateAt(path) ?? describeFound(value, { path, isOfTwin: twin !== null });
      const meant = twin === null ? '' : `; did you mean the key ${twin}?`;
      return [{ path, subject: subject(path), problem: `found ${found}${meant}; allowed: ${issue.message}` }];
    });
}

/** A header written as one text, `Authorization: Bearer …`, has its value in what is taken for its name. */
function nameAlone(key: string): string {
  return key.replace(/[:=].*$/s, ': …');
}

/** Of a choice between shapes, the issues of the one that was meant; the choice itself where that cannot be told. */
function deepest(issue: z.core.$ZodIssue, input: unknown): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const value = valueAt(
    input,
    issue.path.filter((step) => typeof step !== 'symbol'),
  );
  const shapes = issue.errors
    .filter((issues) => !issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys'))
    .map((issues) => ({ issues, missing: issues.filter(({ path }) => isMissing(value, path)).length }))
    .sort((a, b) => a.missing - b.missing);
  const meant = shapes[0];
  if (meant === undefined) return [issue];
  return meant.issues
    .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap((inner) => deepest(inner, input));
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  return (
    valueAt(
      value,
      path.filter((step) => typeof step !== 'symbol'),
    ) === undefined
  );
}

/** Where a value is found, and whether it is one that another key takes. */
interface FoundAt {
  readonly path: Path;
  readonly isOfTwin: boolean;
}

function describeFound(value: unknown, at: FoundAt): string {
  const { path } = at;
  if (mayBeSecret(value, at)) return `a ${typeof value} that is kept secret`;
  if (typeof value === 'string') {
    // Other texts stay whole: of a secret with a part masked nobody downstream could tell that the rest is one.
    return shown(isUrlKey(path) || value.includes('://') ? maskAddress(value) : value);
  }
  if (value === undefined) return 'nothing';
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isPlain(value)) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value);
}

/** `09:30-16:00`. */
const TIMES = /^\d{1,2}:\d{2}[\d:\s–-]*$/;

/** Also a text where a group of keys, or a list of them, belongs: most likely somebody wrote a secret one level too high. */
function mayBeSecret(value: unknown, { path, isOfTwin }: FoundAt): boolean {
  if (value === undefined || (typeof value === 'object' && value !== null)) return false;
  if (isSecretKey(path)) return true;
  if (typeof value !== 'string') return false;
  if (looksSecret(value)) return true;
  if (isOfTwin || TIMES.test(value)) return false;
  const types = typesAt(jsonSchema(), path);
  return types.includes('object') || types.every((type) => type === 'array');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

export function unknownKey(path: Path, key: string): string {
  const known = keysAt(jsonSchema(), path);
  const meant = (isLayer(path) ? keyOfOption(key) : null) ?? nearest(key, known);
  if (meant !== null) return `unknown key; did you mean ${meant}?`;
  return known.length === 0 ? 'unknown key' : `unknown key; allowed: ${known.join(', ')}`;
}

/** Where the keys of a run's options stand: at the top, and in each profile. */
function isLayer(path: Path): boolean {
  return path.length === 0 || (path.length === 2 && path[0] === 'profiles');
}

/** Of what is called like a flag or a variable, however it is written: `cacert`, `traceTimeout`, `SENTRY_DSN`. */
function keyOfOption(name: string): string | null {
  const isCalled = (known: string) => bareName(known) === bareName(name);
  return RUN_OPTIONS.find(({ flag, env }) => [flag, ...env].some(isCalled))?.key ?? null;
}

/** Its plural or singular, where that takes what was found: `scenario` chooses among what `scenarios` holds. */
export function pluralSuggestion(path: Path, found: unknown): string | null {
  const schema = jsonSchema();
  const takes = (place: Path) => typesAt(schema, place).includes(typeOf(found));
  // What its own key takes in general is wrong in itself.
  if (takes(path)) return null;
  for (const [at, key] of path.entries()) {
    const parent = path.slice(0, at);
    const twin = keysAt(schema, parent).find((known) => known === `${key}s` || `${known}s` === key);
    if (twin === undefined) continue;
    const place = [...parent, twin, ...path.slice(at + 1)];
    return takes(place) || takes([...place, 0]) ? twin : null;
  }
  return null;
}

/** In the words of JSON Schema. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return isPlain(value) ? 'object' : typeof value;
}
