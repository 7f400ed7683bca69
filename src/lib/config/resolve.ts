/** Builds the settings of a run from flags, environment, profile, file and defaults. */

import path from 'node:path';
import type { ProdE2eError } from '../errors.ts';
import { flagsWithSecrets } from '../secrets/flags.ts';
import { checkTogether } from './checks/check-together.ts';
import { secretsOfConfig } from './config-secrets.ts';
import type { ReadFile } from './layers/file-layers.ts';
import { DEFAULT_ORIGIN, type Entry, entryAt, type Layer, mergeLayers, toObject } from './layers/merge.ts';
import { envLayer, flagLayer } from './layers/option-layers.ts';
import { type ScenariosAt, scenariosAt } from './layers/scenarios-at.ts';
import { formatPath, type Path } from './paths.ts';
import { withLines } from './problems/problem-lines.ts';
import { type ConfigProblem, configInvalid, problemOf } from './problems/problems.ts';
import { isTouched } from './problems/usable-part.ts';
import type { LayerConfig } from './schema/schema.ts';
import { DEFAULT_CONFIG } from './settings/defaults.ts';
import { type Settings, toSettings } from './settings/settings.ts';
import { readSentryFiles } from './sources/sentry-files.ts';
import { sentryPlaces, sentryWarnings } from './sources/sentry-places.ts';
import { type ConfigFile, findConfigFile } from './sources/sources.ts';
import { unknownVariables } from './sources/unknown-variables.ts';

export interface ConfigInput {
  /** By flag name, only those passed on the command line: strings, booleans, lists of strings. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
  /** Absolute, as the following two. */
  readonly cwd: string;
  readonly home: string;
  readonly userConfigDir: string;
  /** `--config`; null to search. */
  readonly configFile: string | null;
  readonly profile: string | null;
  /** A configuration from a program, in the shape of a config file; it overrides everything else. */
  readonly given?: unknown;
  /** Only `given` counts: no file is searched for, and only the variables it names are read. */
  readonly alone?: boolean;
  /** Nothing but the program runs in this process: config code that blocks it may be ended. */
  readonly ownProcess?: boolean;
  /** Checks that otherwise only a run makes, reported together with the others. */
  readonly check?: LateCheck;
  /** Codes of errors that do not end the command on their own: it reports them itself. */
  readonly tolerates?: readonly string[];
  /** Called for each thing that is worth a warning, whether the configuration is valid or not. */
  readonly onWarning?: (warning: string) => void;
}

/** The input of a check after the schema; if there are problems already, the valid part of the configuration. */
export interface Checked {
  readonly config: LayerConfig;
  readonly settings: Settings;
  readonly secrets: readonly string[];
  /** The removed paths: problems that depend on them are not reported. */
  readonly broken: readonly Path[];
  /** There were errors before: the command ends in any case. */
  readonly hasProblems: boolean;
  /** Makes a problem of a path in the configuration, with the source it came from. */
  readonly problemAt: (path: Path, error: ProdE2eError | string) => ConfigProblem;
}

export type LateCheck = (checked: Checked) => Promise<readonly ConfigProblem[]>;

export interface ResolvedConfig {
  readonly settings: Settings;
  /** The winning value of each key that is set, with its source. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** What must not be shown anywhere. */
  readonly secrets: readonly string[];
  /** Flags that were passed with a secret, which other users of the machine can see: `--header authorization`. */
  readonly flagsWithSecrets: readonly string[];
  /** Absolute; null when there is no config file. */
  readonly file: string | null;
  readonly profile: string | null;
  /** Where the scenarios are; null for built-in ones, and those that are in no file. */
  readonly scenariosAt: ScenariosAt | null;
  /** Of {@link ConfigInput.tolerates}. */
  readonly tolerated: readonly ProdE2eError[];
}

/**
 * Reads, checks and merges all sources: flag > environment > profile > file > default.
 * @throws ProdE2eError `CONFIG_INVALID` with all problems at once; `CONFIG_NOT_FOUND` when `--config` names no file
 */
export async function resolveConfig(input: ConfigInput): Promise<ResolvedConfig> {
  const { cwd, env, alone = false, onWarning = () => {} } = input;
  const file = alone ? null : await findConfigFile(input);
  const read = await readFileLayers(file, input);
  const given = await readGiven(input);
  const fromEnv = await envLayer(alone ? {} : env, cwd);
  const fromFlags = await flagLayer(input.flags, cwd);
  const sources = [read, fromEnv, given, fromFlags];
  const problems = sources.flatMap((source) => source.problems);
  const broken = [
    ...read.broken.map((path) => inLayer(path, input.profile)),
    ...[fromEnv, given, fromFlags].flatMap((source) => source.broken),
  ];
  const sentryFiles = alone ? NO_SENTRY_FILES : await readSentryFiles(input);
  const layers: readonly Layer[] = [
    defaultLayer(cwd),
    ...sentryFiles.layers,
    ...read.layers,
    fromEnv.layer,
    ...given.layers,
    fromFlags.layer,
  ];
  const isUnreadable = broken.some((path) => path.length === 0);
  const warnings = [
    ...unusedFiles(file, cwd),
    ...sentryFiles.warnings,
    // Without the file it is unknown which variables it uses.
    ...(alone || isUnreadable ? [] : unknownVariables(env, namesUsed(read, given))),
    ...fromEnv.warnings,
    ...fromFlags.warnings,
  ];
  for (const warning of warnings) onWarning(warning);
  const basis: Basis = { input, file, read, given, layers, broken, hasProblems: problems.length > 0 };
  if (problems.length === 0) {
    const { resolved, found } = await settle(basis);
    const isTolerated = ({ error }: ConfigProblem) =>
      error !== undefined && input.tolerates?.includes(error.code) === true;
    if (!found.every(isTolerated)) throw configInvalid(await withLines(found, file));
    // Each with its location, as if it had ended the command.
    const tolerated = (await withLines(found, file)).map((each) => configInvalid([each]));
    return { ...resolved, tolerated };
  }
  // The valid part may still have problems: report those that are known as well.
  const further = isUnreadable
    ? []
    : await settle(basis).then(
        ({ found }) => found,
        () => [],
      );
  throw configInvalid(await withLines([...problems, ...further], file));
}

interface Basis {
  readonly input: ConfigInput;
  readonly file: ConfigFile | null;
  readonly read: ReadFile;
  readonly given: ReadFile;
  readonly layers: readonly Layer[];
  readonly broken: readonly Path[];
  readonly hasProblems: boolean;
}

function namesUsed(...read: readonly ReadFile[]): readonly string[] {
  return read.flatMap(({ interpolations }) => interpolations.flatMap(({ names }) => names));
}

/** Further config files in the same folder. */
function unusedFiles(file: ConfigFile | null, cwd: string): readonly string[] {
  if (file === null || file.unused.length === 0) return [];
  return [`using ${path.relative(cwd, file.file)}; ${file.unused.join(', ')} in the same folder is ignored`];
}

/** Turns a path in the file into one of the merged configuration; other profiles are not part of it. */
function inLayer(path: Path, profile: string | null): Path {
  return profile !== null && path[0] === 'profiles' && path[1] === profile ? path.slice(2) : path;
}

/** Merges the layers, and checks the result. */
async function settle({ input, file, read, given, layers, broken, hasProblems }: Basis) {
  const { env, profile } = input;
  const entries = mergeLayers(layers);
  // Each layer was checked when it was read, and merging valid layers gives a valid result.
  const config = toObject(entries) as LayerConfig;
  const contradictions = checkTogether(config, broken).map(({ path, problem }) =>
    placed(entries, path, problem),
  );
  const ofPart = (key: string, warnings: readonly string[]) =>
    broken.some(([part]) => part === key) ? [] : warnings;
  for (const warning of [
    ...ofPart('sentry', sentryWarnings(entries)),
    ...ofPart('monitor', monitorWarnings(config)),
  ])
    input.onWarning?.(warning);
  const sentry = sentryPlaces(entries, layers);
  const settings = toSettings({ config, entries, sentry });
  const interpolations = [...read.interpolations, ...given.interpolations];
  const secrets = secretsOfConfig({ config, settings, interpolations, env });
  const late =
    (await input.check?.({
      ...{ config, settings, secrets, broken },
      hasProblems: hasProblems || contradictions.length > 0,
      problemAt: (path, problem) => placed(entries, path, problem),
    })) ?? [];
  const resolved: ResolvedConfig = {
    settings,
    entries,
    secrets,
    flagsWithSecrets: flagsWithSecrets(input.flags),
    file: file?.file ?? null,
    profile,
    scenariosAt: scenariosAt({ entry: entryAt(entries, 'scenarios'), file, layers: read.layers, profile }),
    tolerated: [],
  };
  return {
    resolved,
    found: [
      ...contradictions,
      ...late.filter(({ path }) => path === undefined || !isTouched(inLayer(path, profile), broken)),
    ],
  };
}

/** The entry of a path; for a key that is merged key by key, any of its parts if there is no entry for the whole. */
function entryOf(entries: ReadonlyMap<string, Entry>, path: Path): Entry | undefined {
  const [key, sub] = path.map(String);
  return (
    entryAt(entries, key ?? '') ??
    entryAt(entries, key ?? '', sub ?? '') ??
    [...entries.values()].findLast((entry) => entry.path[0] === key)
  );
}

function placed(
  entries: ReadonlyMap<string, Entry>,
  path: Path,
  problem: ProdE2eError | string,
): ConfigProblem {
  const { layer } = entryOf(entries, path) ?? {};
  const inFile = layer?.place === undefined ? {} : { path: [...layer.place, ...path] };
  const subject = subjectOf(entries, path);
  return typeof problem === 'string'
    ? { subject, problem, ...inFile }
    : { ...problemOf(subject, problem), ...inFile };
}

/** The location of a value in its source: `prod-e2e.config.yaml: signing.scheme`, `flag --sender`. */
function subjectOf(entries: ReadonlyMap<string, Entry>, path: Path): string {
  const entry = entryOf(entries, path);
  if (entry === undefined) return formatPath(path);
  const origin = entry.layer.origin(path);
  if (origin === DEFAULT_ORIGIN) return formatPath(path);
  // A flag or a variable has a single value, so the path adds nothing.
  if (/^(flag|env) /.test(origin)) return origin.replace(/^(flag|env) /, '');
  return `${origin.replace(/^file /, '')}: ${formatPath(path)}`;
}

async function readFileLayers(file: ConfigFile | null, { profile, env }: ConfigInput): Promise<ReadFile> {
  if (file === null && profile === null) return NOTHING_READ;
  const { readConfigFile, unknownProfile } = await import('./layers/file-layers.ts');
  if (file !== null) return readConfigFile({ file, profile, env });
  const problems = [unknownProfile(profile ?? '', [], null)];
  return { layers: [], interpolations: [], problems, broken: [[]] };
}

const NOTHING_READ: ReadFile = { layers: [], interpolations: [], problems: [], broken: [] };
const NO_SENTRY_FILES = { layers: [], warnings: [] };

/** Read like a file, by the same schema; a program is trusted as its user is. */
async function readGiven({ given, cwd, env }: ConfigInput): Promise<ReadFile> {
  if (given === undefined) return NOTHING_READ;
  const { readConfigFile } = await import('./layers/file-layers.ts');
  const file: ConfigFile = {
    file: '',
    name: 'config',
    trust: 'user',
    baseDir: cwd,
    config: given,
    unused: [],
  };
  return readConfigFile({ file, profile: null, env });
}

function defaultLayer(cwd: string): Layer {
  return {
    origin: () => DEFAULT_ORIGIN,
    config: DEFAULT_CONFIG,
    display: DEFAULT_CONFIG,
    trust: () => 'user',
    baseDir: cwd,
  };
}

/** Without a slug, no run checks in, even if other settings of the monitor are set. */
function monitorWarnings({ monitor }: LayerConfig): readonly string[] {
  if (monitor === undefined || monitor.slug !== undefined) return [];
  return ['monitor has no effect without a slug (monitor.slug, --monitor)'];
}
