/** A config file as layers of the configuration: its own keys, and those of the chosen profile. */

import { isHidden } from '../../secrets/collect.ts';
import { checkScenarios } from '../checks/check-scenarios.ts';
import { checkTree } from '../checks/check-tree.ts';
import { formatPath, isPlain, type Path, type Plain, valueAt, withValueAt } from '../paths.ts';
import type { ConfigProblem } from '../problems/problems.ts';
import { nearest } from '../problems/problems.ts';
import { problemsOf } from '../problems/schema-problems.ts';
import { usablePart } from '../problems/usable-part.ts';
import { configSchema } from '../schema/schema.ts';
import {
  hasPlaceholder,
  type Interpolated,
  type Interpolation,
  interpolate,
} from '../sources/interpolate.ts';
import type { ConfigFile } from '../sources/sources.ts';
import type { Layer } from './merge.ts';

export interface ReadFile {
  /** Lowest first. */
  readonly layers: readonly Layer[];
  readonly interpolations: readonly Interpolation[];
  readonly problems: readonly ConfigProblem[];
  /** The paths removed because of these problems; the empty path if nothing is usable. */
  readonly broken: readonly Path[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the whole file, including unused profiles, so that all its problems are reported at once. */
export function readConfigFile(options: {
  readonly file: ConfigFile;
  readonly profile: string | null;
  readonly env: Environment;
}): ReadFile {
  const { file, profile, env } = options;
  const subject = (path: Path) => (path.length === 0 ? file.name : `${file.name}: ${formatPath(path)}`);
  const { value: tree, problems: treeProblems, usable: walkable } = checkTree(file.config ?? {});
  const problems: ConfigProblem[] = treeProblems.map(({ path, problem }) => ({
    subject: subject(path),
    problem,
    path,
  }));
  if (!walkable || !isPlain(tree)) return { layers: [], interpolations: [], problems, broken: [[]] };

  const { profiles, ...base } = tree;
  const overlay = profile === null ? undefined : chosenProfile({ profiles, profile, name: file.name });
  if (overlay !== undefined && 'problem' in overlay) problems.push(overlay.problem);
  const prefix: Path = profile === null ? [] : ['profiles', profile];

  const sources = { env, baseDir: file.baseDir, isTemplate };
  const own = interpolate(base, sources);
  const over = interpolate(overlay !== undefined && 'config' in overlay ? overlay.config : {}, sources);
  const unusable: Path[] = [];
  for (const [part, at] of [
    [own, []],
    [over, prefix],
  ] as const) {
    for (const { path: inside, problem } of part.problems) {
      const path = [...at, ...inside];
      unusable.push(path);
      problems.push({ subject: subject(path), problem, path });
    }
  }

  const uses = new Map([...located(own, []), ...located(over, prefix)]);
  const merged = { ...asPlain(own.value), ...withProfile(profiles, profile, over.value) };
  const { value: typed, issues } = validate(merged, uses);
  problems.push(
    ...checkScenarios(typed).map(({ path, problem }) => ({ subject: subject(path), problem, path })),
  );
  const templateAt = (path: Path) => {
    const use = uses.get(formatPath(path));
    return use === undefined || !isHidden(use) ? null : use.template;
  };
  problems.push(...problemsOf({ issues, input: typed, subject, templateAt }));

  const usable = problems.length === 0 ? { value: typed, broken: [] } : usableOf(typed, unusable);
  if (overlay !== undefined && 'problem' in overlay) usable.broken.push([]);
  const { $schema: _forEditors, profiles: typedProfiles, ...config } = asPlain(usable.value);
  const layers: Layer[] = [
    { ...layerOf({ file, config, part: own, origin: `file ${file.name}` }), place: [] },
  ];
  if (profile !== null) {
    const chosen = asPlain(valueAt(typedProfiles, [profile]));
    const origin = `profile ${profile} (${file.name})`;
    layers.push({ ...layerOf({ file, config: chosen, part: over, origin }), place: prefix });
  }
  return { layers, interpolations: [...own.uses, ...over.uses], problems, broken: usable.broken };
}

/** Whether the text at a key may contain `{{placeholders}}`. */
function isTemplate(path: Path): boolean {
  const [first, second, third, fourth] = path[0] === 'scenarios' ? path.slice(2) : path;
  switch (first) {
    case 'payload':
    case 'headers':
    case 'cleanup':
      return true;
    case 'stages':
      return third === 'http' || (third === 'sql' && (fourth === 'params' || fourth === 'match'));
    case 'trace':
      return second === 'urlTemplate' || second === 'follow';
    default:
      return false;
  }
}

const asPlain = (value: unknown): Plain => (isPlain(value) ? value : {});

function chosenProfile(options: {
  readonly profiles: unknown;
  readonly profile: string;
  readonly name: string;
}) {
  const profiles = asPlain(options.profiles);
  const { profile } = options;
  if (Object.hasOwn(profiles, profile)) return { config: profiles[profile] };
  return { problem: unknownProfile(profile, Object.keys(profiles), options.name) };
}

/** The error for a profile that the config file does not have. @param file null if there is no config file */
export function unknownProfile(
  profile: string,
  known: readonly string[],
  file: string | null,
): ConfigProblem {
  const meant = nearest(profile, known);
  const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
  const list = known.length === 0 ? 'has no profiles' : `has: ${known.join(', ')}`;
  const problem =
    file === null ? 'no config file was found' : `unknown profile${suggestion} (${file} ${list})`;
  return { subject: `--profile ${profile}`, problem };
}

function withProfile(profiles: unknown, profile: string | null, value: unknown): Plain {
  if (profiles === undefined) return {};
  if (profile === null || !isPlain(profiles) || !Object.hasOwn(profiles, profile)) return { profiles };
  return { profiles: { ...profiles, [profile]: value } };
}

function located(part: Interpolated, prefix: Path): readonly (readonly [string, Interpolation])[] {
  return part.uses.map((use) => [formatPath([...prefix, ...use.path]), use]);
}

/** Numbers and booleans that a placeholder inserted as text are parsed where the schema expects them. */
function validate(merged: Plain, uses: ReadonlyMap<string, Interpolation>) {
  let value: unknown = merged;
  let checked = configSchema.safeParse(value);
  for (const issue of checked.error?.issues ?? []) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const text = valueAt(value, path);
    if (issue.code !== 'invalid_type' || typeof text !== 'string' || !uses.has(formatPath(path))) continue;
    if (/^-?\d+(\.\d+)?$/.test(text)) value = withValueAt(value, path, Number(text));
    else if (text === 'true' || text === 'false') value = withValueAt(value, path, text === 'true');
  }
  if (value !== merged) checked = configSchema.safeParse(value);
  const issues = (checked.error?.issues ?? []).filter(
    (issue) => !isUnresolved(valueAt(value, withoutSymbols(issue.path))),
  );
  return { value, issues };
}

/** Removes what the schema refuses. */
function usableOf(typed: unknown, unusable: readonly Path[]) {
  const placesIn = (value: unknown): readonly Path[] =>
    problemsOf({
      issues: configSchema.safeParse(value).error?.issues ?? [],
      input: value,
      subject: formatPath,
      templateAt: () => null,
    }).flatMap(({ path }) => (path === undefined ? [] : [path]));
  const { value, broken } = usablePart(typed, { unusable, invalidPaths: placesIn });
  return { value, broken: [...broken] };
}

const withoutSymbols = (path: readonly PropertyKey[]): Path =>
  path.filter((step) => typeof step !== 'symbol');

/** Already reported as an unset variable, or in a profile that is not used now. */
function isUnresolved(value: unknown): boolean {
  return typeof value === 'string' && hasPlaceholder(value);
}

function layerOf(options: {
  readonly file: ConfigFile;
  readonly config: Plain;
  readonly part: Interpolated;
  readonly origin: string;
}): Layer {
  const { file, config, part } = options;
  let display: unknown = config;
  for (const use of part.uses) {
    if (isHidden(use)) display = withValueAt(display, use.path, use.template);
  }
  const fromOutside = new Set(part.uses.filter((use) => use.fromOutside).map(({ path }) => formatPath(path)));
  return {
    origin: () => options.origin,
    config,
    display: asPlain(display),
    trust: (path) => (fromOutside.has(formatPath(path)) ? 'user' : file.trust),
    baseDir: file.baseDir,
  };
}
