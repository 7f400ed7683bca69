/** Words what is wrong with a configuration: what was found, what is allowed, what was probably meant. */
import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod';
import { ProdE2eError } from '../errors.ts';
import { keysAt } from './json-schema.ts';
import { RUN_OPTIONS } from './options.ts';
import { isPlain, type Path, valueAt } from './paths.ts';
import { jsonSchema } from './schema.ts';
import { isSecretKey, isUrlKey, maskUrl } from './secrets.ts';

/** One line of the message. */
export interface Fault {
  /** `prod-e2e.config.yaml: scenarios[1].name`, `--count`, `TEST_COUNT`. */
  readonly subject: string;
  readonly problem: string;
}

/** Longer values are cut in messages. */
const SHOWN_LENGTH = 60;

/** More than half of a name mistyped is another name. */
const MOST_EDITS_SHARE = 0.5;

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
          subject: subject([...path, key]),
          problem: unknownKey(path, key),
        }));
      }
      const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
      if (inner !== undefined) {
        const name = nameAlone(String(path.at(-1)));
        const place = subject([...path.slice(0, -1), name]);
        return [{ subject: place, problem: `found the name ${shown(name)}; allowed: ${inner.message}` }];
      }
      const found = templateAt(path) ?? describeFound(valueAt(input, path), path);
      return [{ subject: subject(path), problem: `found ${found}; allowed: ${issue.message}` }];
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

function unknownKey(path: Path, key: string): string {
  const known = keysAt(jsonSchema(), path);
  const ofFlag = path.length === 0 ? RUN_OPTIONS.find(({ flag }) => flag === key)?.key : undefined;
  const meant = ofFlag ?? nearest(key, known);
  if (meant !== null) return `unknown key; did you mean ${meant}?`;
  return known.length === 0 ? 'unknown key' : `unknown key; allowed: ${known.join(', ')}`;
}

/** The known name that was probably meant; null when none is near. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const bare = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '');
  const byBare = new Map(known.map((name) => [bare(name), name]));
  if (byBare.size === 0) return null;
  const found = closest(bare(typed), [...byBare.keys()]);
  const edits = distance(bare(typed), found);
  return edits <= Math.max(typed.length, found.length) * MOST_EDITS_SHARE
    ? (byBare.get(found) ?? null)
    : null;
}

function describeFound(value: unknown, path: Path): string {
  if (isSecretKey(path) && value !== undefined && typeof value !== 'object')
    return `a ${typeof value} that is kept secret`;
  if (typeof value === 'string') {
    // Other texts stay whole: of a secret with a part masked nobody downstream could tell that the rest is one.
    return shown(isUrlKey(path) || value.includes('://') ? maskUrl(value) : value);
  }
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isPlain(value)) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** The one error for all faults; of several about the same thing the first is told. */
export function configInvalid(faults: readonly Fault[]): ProdE2eError {
  const bySubject = new Map<string, Fault>();
  for (const fault of faults) if (!bySubject.has(fault.subject)) bySubject.set(fault.subject, fault);
  const lines = [...bySubject.values()].map(({ subject, problem }) => `  ${subject}: ${problem}`);
  const head =
    lines.length === 1 ? 'The configuration has a fault:' : `The configuration has ${lines.length} faults:`;
  return new ProdE2eError([head, ...lines].join('\n'), {
    code: 'CONFIG_INVALID',
    hints: [
      'Correct what is listed; nothing was sent.',
      '"prod-e2e init" writes a commented example to start from.',
    ],
  });
}
