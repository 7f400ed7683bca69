/** Turns schema errors into messages: `expected an http:// or https:// URL (got "foo")`. */
import type * as z from 'zod';
import { ExactNumber } from '../../model/json.ts';
import { isSecretKey, isUrlKey, looksSecret } from '../../secrets/collect.ts';
import { maskAddress } from '../../secrets/urls.ts';
import { RUN_OPTIONS } from '../keys/table.ts';
import { isPlain, type Path, valueAt } from '../paths.ts';
import { keysAt, typesAt } from '../schema/json-schema.ts';
import { jsonSchema } from '../schema/schema.ts';
import { bareName, type ConfigProblem, nearest } from './problems.ts';

/** Longer values are cut in messages. */
const SHOWN_LENGTH = 60;

/** The problems of one source, from zod's issues. */
export function problemsOf(options: {
  readonly issues: readonly z.core.$ZodIssue[];
  readonly input: unknown;
  readonly subject: (path: Path) => string;
  /** The template to show instead of a value that must stay secret. */
  readonly templateAt: (path: Path) => string | null;
}): readonly ConfigProblem[] {
  const { input, subject, templateAt } = options;
  return options.issues
    .flatMap((issue) => deepest(issue, input))
    .flatMap((issue): readonly ConfigProblem[] => {
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
          { path, subject: place, problem: expectedText(inner.message, `got the name ${shown(name)}`) },
        ];
      }
      const value = valueAt(input, path);
      const suggestion = pluralSuggestion(path, value);
      const found = templateAt(path) ?? describeFound(value, { path, hasCounterpart: suggestion !== null });
      const meant = suggestion === null ? '' : `; did you mean the key ${suggestion}?`;
      const problem =
        found === null ? `required; expected ${issue.message}` : expectedText(issue.message, `got ${found}`);
      return [{ path, subject: subject(path), problem: `${problem}${meant}` }];
    });
}

/** In a header written as one text, `Authorization: Bearer …`, the name includes the value. */
function nameAlone(key: string): string {
  return key.replace(/[:=].*$/s, ': …');
}

/** For a choice between shapes, the issues of the intended one; the choice itself where that is unclear. */
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

/** `expected an IANA time zone (got "Europe/Berln"); nearest: Europe/Berlin`: advice comes last. */
function expectedText(message: string, got: string): string {
  const [expected = '', ...advice] = message.split('; ');
  return [`expected ${expected} (${got})`, ...advice].join('; ');
}

/** Where a value is, and whether the key with the other number (plural or singular) accepts it. */
interface FoundAt {
  readonly path: Path;
  readonly hasCounterpart: boolean;
}

/** Null if there is no value. */
function describeFound(value: unknown, at: FoundAt): string | null {
  const { path } = at;
  if (mayBeSecret(value, at)) return `a ${typeof value}, not shown because it may be secret`;
  if (typeof value === 'string') {
    // Other texts are shown complete: after masking a part, later code could not recognize the rest as a secret.
    return shown(isUrlKey(path) || value.includes('://') ? maskAddress(value) : value);
  }
  if (value === undefined) return null;
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isPlain(value)) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value);
}

/** `09:30-16:00`. */
const TIMES = /^\d{1,2}:\d{2}[\d:\s–-]*$/;

/** Also true for a string where an object or a list belongs: most likely a secret written one level too high. */
function mayBeSecret(value: unknown, { path, hasCounterpart }: FoundAt): boolean {
  if (value === undefined || (typeof value === 'object' && value !== null)) return false;
  if (isSecretKey(path)) return true;
  if (typeof value !== 'string') return false;
  if (looksSecret(value)) return true;
  if (hasCounterpart || TIMES.test(value)) return false;
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
  return known.length === 0 ? 'unknown key' : `unknown key (known: ${known.join(', ')})`;
}

/** Whether run options are valid here: at the top, and in each profile. */
function isLayer(path: Path): boolean {
  return path.length === 0 || (path.length === 2 && path[0] === 'profiles');
}

/** The key of a name that looks like a flag or a variable, in any spelling: `cacert`, `traceTimeout`, `SENTRY_DSN`. */
function keyOfOption(name: string): string | null {
  const isCalled = (known: string) => bareName(known) === bareName(name);
  return RUN_OPTIONS.find(({ flag, env }) => [flag, ...env].some(isCalled))?.key ?? null;
}

/** The plural or singular of the key, if that accepts the value: `scenario` chooses among what `scenarios` holds. */
export function pluralSuggestion(path: Path, found: unknown): string | null {
  const schema = jsonSchema();
  const takes = (place: Path) => typesAt(schema, place).includes(typeOf(found));
  // If the key accepts values of this type, the value itself is wrong.
  if (takes(path)) return null;
  for (const [at, key] of path.entries()) {
    const parent = path.slice(0, at);
    const counterpart = keysAt(schema, parent).find((known) => known === `${key}s` || `${known}s` === key);
    if (counterpart === undefined) continue;
    const place = [...parent, counterpart, ...path.slice(at + 1)];
    return takes(place) || takes([...place, 0]) ? counterpart : null;
  }
  return null;
}

/** The type's name in JSON Schema. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return isPlain(value) ? 'object' : typeof value;
}
