/** Flags and environment variables as layers of the configuration. */

import { HEADER_NAME } from '../../http/header-syntax.ts';
import type { RunOption } from '../keys/key.ts';
import { isMap, nested, RUN_OPTIONS } from '../keys/table.ts';
import { isPlain, type Path, type Plain } from '../paths.ts';
import type { ConfigProblem } from '../problems/problems.ts';
import { usablePart } from '../problems/usable-part.ts';
import { sentryEnvironment, sentryVariable } from '../sources/sentry-sources.ts';
import type { Layer } from './merge.ts';

export interface ReadLayer {
  readonly layer: Layer;
  readonly problems: readonly ConfigProblem[];
  /** The paths removed from the layer because of these problems. */
  readonly broken: readonly Path[];
  /** Reported, but not an error. */
  readonly warnings: readonly string[];
}

const TRUE_WORDS = ['true', '1', 'yes', 'on'];
const FALSE_WORDS = ['false', '0', 'no', 'off'];

/** Values of options, and the flag or variable each came from. */
interface Given {
  readonly config: Map<string, unknown>;
  readonly names: Map<string, string>;
  readonly problems: ConfigProblem[];
  readonly broken: Path[];
  readonly warnings: string[];
}

function nothingGiven(): Given {
  return { config: new Map(), names: new Map(), problems: [], broken: [], warnings: [] };
}

/** Flags given on the command line, by flag name. */
export async function flagLayer(flags: Readonly<Record<string, unknown>>, cwd: string): Promise<ReadLayer> {
  const given = nothingGiven();
  for (const spec of RUN_OPTIONS) {
    const raw = Object.hasOwn(flags, spec.flag) ? flags[spec.flag] : undefined;
    if (raw === undefined) continue;
    const items = Array.isArray(raw) ? raw.map(String) : [String(raw)];
    take(given, { spec, name: `--${spec.flag}`, value: typeof raw === 'boolean' ? raw : parse(spec, items) });
  }
  return finish(given, { kind: 'flag', cwd });
}

/** Environment variables; an empty one counts as unset. */
export async function envLayer(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<ReadLayer> {
  const given = nothingGiven();
  for (const spec of RUN_OPTIONS) {
    const name = spec.env.find((variable) => (env[variable]?.trim() ?? '') !== '');
    const raw = name === undefined ? undefined : env[name]?.trim();
    if (name === undefined || raw === undefined) continue;
    take(given, { spec, name, value: parse(spec, itemsOf(spec, raw)) });
  }
  const sentry = sentryEnvironment(env);
  for (const [key, value] of Object.entries(sentry)) {
    given.config.set(`sentry.${key}`, value);
    // The organization may come from SENTRY_PROJECT=org/project.
    const org = key === 'org' && (env.SENTRY_ORG ?? '').trim() === '' ? 'SENTRY_PROJECT' : null;
    given.names.set(`sentry.${key}`, org ?? sentryVariable(sentry, key) ?? key);
  }
  return finish(given, { kind: 'env', cwd });
}

function itemsOf(spec: RunOption, raw: string): readonly string[] {
  if (spec.kind !== 'list' && !isMap(spec)) return [raw];
  // Header values may contain commas.
  return raw
    .split(spec.kind === 'headers' ? '\n' : ',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

type Parsed = { readonly problem: string } | { readonly value: unknown; readonly twice: readonly string[] };

/** A value that cannot be parsed stays text, so that the schema reports it. */
function parse(spec: RunOption, items: readonly string[]): unknown {
  const text = items.at(-1) ?? '';
  switch (spec.kind) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      if (TRUE_WORDS.includes(text.toLowerCase())) return true;
      return FALSE_WORDS.includes(text.toLowerCase()) ? false : text;
    case 'list':
      return items;
    case 'headers':
    case 'pins':
      return parseMap(spec, items);
    default:
      return text;
  }
}

/** A malformed entry is not quoted: it may be a header with a secret. */
function parseMap(spec: RunOption, items: readonly string[]): Parsed {
  const isHeader = spec.kind === 'headers';
  const [separator, form] = isHeader ? [':', "'Name: value'"] : ['=', 'KEY=VALUE'];
  const pairs: [string, string][] = [];
  for (const item of items) {
    const at = item.indexOf(separator);
    const key = item.slice(0, Math.max(at, 0)).trim();
    if (key === '')
      return { problem: `expected ${form} (got an entry without a name before "${separator}")` };
    if (isHeader && !HEADER_NAME.test(key))
      return { problem: `expected ${form} (got an invalid header name)` };
    const value = item.slice(at + 1);
    pairs.push([key, isHeader ? value.trim() : value]);
  }
  return { value: Object.fromEntries(pairs), twice: givenTwice(pairs, isHeader) };
}

/** Names that are set more than once; the last entry wins. */
function givenTwice(pairs: readonly (readonly [string, string])[], isHeader: boolean): readonly string[] {
  const names = pairs.map(([name]) => (isHeader ? name.toLowerCase() : name));
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

function take(
  given: Given,
  option: { readonly spec: RunOption; readonly name: string; readonly value: unknown },
): void {
  const { spec, name, value } = option;
  given.names.set(spec.key, name);
  if (!isMap(spec) || !isPlain(value)) given.config.set(spec.key, value);
  else if ('problem' in value) {
    given.problems.push({ subject: name, problem: String(value.problem) });
    given.broken.push(spec.key.split('.'));
  } else {
    given.config.set(spec.key, value.value);
    for (const twice of (value as { readonly twice: readonly string[] }).twice)
      given.warnings.push(`${name} sets ${twice} more than once; the last value is used`);
  }
}

async function finish(
  given: Given,
  options: { readonly kind: 'flag' | 'env'; readonly cwd: string },
): Promise<ReadLayer> {
  const config = nested(given.config);
  const nameOf = (path: Path) =>
    given.names.get(String(path[0])) ?? given.names.get(`${path[0]}.${path[1]}`) ?? String(path[0]);
  const problems = given.config.size === 0 ? [] : await refused(config, nameOf);
  const unusable = problems.flatMap(({ path }) => (path === undefined ? [] : [path]));
  const { value, broken } = usablePart(config, { unusable, invalidPaths: () => [] });
  const usable = isPlain(value) ? value : {};
  return {
    layer: {
      origin: (path) => `${options.kind} ${nameOf(path)}`,
      config: usable,
      display: usable,
      trust: () => 'user',
      baseDir: options.cwd,
    },
    problems: [...given.problems, ...problems.map(({ subject, problem }) => ({ subject, problem }))],
    broken: [...given.broken, ...broken],
    warnings: given.warnings,
  };
}

/** Loads the schema only if there is something to check: that takes longer than loading the rest of the program. */
async function refused(config: Plain, subject: (path: Path) => string): Promise<readonly ConfigProblem[]> {
  const { optionLayerSchema } = await import('../schema/from-table.ts');
  const { error } = optionLayerSchema.safeParse(config);
  if (error === undefined) return [];
  const { problemsOf } = await import('../problems/schema-problems.ts');
  const { issues } = error;
  return problemsOf({ issues, input: config, subject, templateAt: () => null });
}
