/** From flags, environment, profile, file and defaults to the settings of a run. */

import type { ProdE2eError } from '../errors.ts';
import type { CallTemplate } from '../model/probe.ts';
import type { Scenario } from '../model/scenario.ts';
import { secretsOfCalls } from '../secrets/calls.ts';
import { collectSecrets } from '../secrets/collect.ts';
import { flagsWithSecrets } from '../secrets/flags.ts';
import { checkEffects } from './checks/check-effects.ts';
import { checkHeaders } from './checks/check-headers.ts';
import { checkNotify } from './checks/check-notify.ts';
import { checkProbes } from './checks/check-probes.ts';
import { checkRepeats } from './checks/check-repeats.ts';
import { checkReplay } from './checks/check-replay.ts';
import { checkSigning } from './checks/check-signing.ts';
import type { ReadFile } from './layers/file-layers.ts';
import { DEFAULT_ORIGIN, type Entry, entryAt, type Layer, mergeLayers, toObject } from './layers/merge.ts';
import { envLayer, flagLayer } from './layers/option-layers.ts';
import { type ScenariosAt, scenariosAt } from './layers/scenarios-at.ts';
import { formatPath, type Path } from './paths.ts';
import { withLines } from './problems/problem-lines.ts';
import { configInvalid, type Fault, faultOf } from './problems/problems.ts';
import { isTouched } from './problems/usable-part.ts';
import type { LayerConfig } from './schema/schema.ts';
import { DEFAULT_CONFIG } from './settings/defaults.ts';
import { notifierSecrets } from './settings/notify.ts';
import { normalizeScenario } from './settings/scenarios.ts';
import { type Settings, toSettings } from './settings/settings.ts';
import { formsOfSecret, secretsOf } from './settings/signing.ts';
import { readSentryFiles } from './sources/sentry-files.ts';
import { decodeSentryToken, tokenUrlOf } from './sources/sentry-sources.ts';
import { type ConfigFile, findConfigFile } from './sources/sources.ts';
import { unknownVariables } from './sources/unknown-variables.ts';

export interface ConfigInput {
  /** By flag name, only those given on the command line: texts, booleans, lists of texts. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
  /** Absolute, as the following two. */
  readonly cwd: string;
  readonly home: string;
  readonly userConfigDir: string;
  /** `--config`; null to search. */
  readonly configFile: string | null;
  readonly profile: string | null;
  /** What a program gives, in the shape of a config file; it comes before all else. */
  readonly given?: unknown;
  /** Only what is given counts: no file is looked for, and no variable is read but those that it names. */
  readonly alone?: boolean;
  /** Nothing runs in this process but the program: code of a config file that blocks it may be ended. */
  readonly ownProcess?: boolean;
  /** What only a run would notice, found with all else; without, what the schema and the keys beside each other say. */
  readonly check?: LateCheck;
  /** Codes of errors that alone do not end the command: it says of them itself what is to be said. */
  readonly tolerates?: readonly string[];
}

/** What a check after the schema is given; where there are faults already, the part of the configuration that has none. */
export interface Checked {
  readonly config: LayerConfig;
  readonly settings: Settings;
  readonly secrets: readonly string[];
  /** Was taken out: what depends on it is not to be told. */
  readonly broken: readonly Path[];
  /** Errors were found before: the run ends in any case. */
  readonly isFaulty: boolean;
  /** The fault of a place in the configuration, with the source it came from. */
  readonly fault: (path: Path, error: ProdE2eError | string) => Fault;
}

export type LateCheck = (checked: Checked) => Promise<readonly Fault[]>;

export interface ResolvedConfig {
  readonly settings: Settings;
  /** The winning value of each key that is set, and the source it came from. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** What must not be shown anywhere. */
  readonly secrets: readonly string[];
  /** Flags that were given with a secret, which other users of the machine can see: `--header authorization`. */
  readonly flagsWithSecrets: readonly string[];
  /** Absolute; null when there is no config file. */
  readonly file: string | null;
  /** Config files beside that one, which are not used, by name. */
  readonly unusedFiles: readonly string[];
  readonly profile: string | null;
  /** Where the scenarios stand; null for built-in ones, and those that are in no file. */
  readonly scenariosAt: ScenariosAt | null;
  /** What is told, and does not keep anything from going on. */
  readonly warnings: readonly string[];
  /** Of {@link ConfigInput.tolerates}. */
  readonly tolerated: readonly ProdE2eError[];
}

/**
 * Reads all sources, checks them and lays them over each other: flag > environment > profile > file > default.
 * @throws ProdE2eError `CONFIG_INVALID` with all faults at once; `CONFIG_NOT_FOUND` when `--config` names no file
 */
export async function resolveConfig(input: ConfigInput): Promise<ResolvedConfig> {
  const { cwd, env, alone = false } = input;
  const file = alone ? null : await findConfigFile(input);
  const read = await readFileLayers(file, input);
  const given = await readGiven(input);
  const fromEnv = await envLayer(alone ? {} : env, cwd);
  const fromFlags = await flagLayer(input.flags, cwd);
  const sources = [read, fromEnv, given, fromFlags];
  const faults = sources.flatMap((source) => source.faults);
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
  const basis: Basis = { input, file, read, given, layers, broken, isFaulty: faults.length > 0 };
  if (faults.length === 0) {
    const { resolved, found } = await settle(basis);
    const isTolerated = ({ error }: Fault) =>
      error !== undefined && input.tolerates?.includes(error.code) === true;
    if (!found.every(isTolerated)) throw configInvalid(await withLines(found, file));
    const { warnings } = resolved;
    const used = [...read.interpolations, ...given.interpolations].flatMap(({ names }) => names);
    return {
      ...resolved,
      // Each with its place, as if it had ended the command alone.
      tolerated: (await withLines(found, file)).map((fault) => configInvalid([fault])),
      warnings: [
        ...sentryFiles.warnings,
        ...(alone ? [] : unknownVariables(env, used)),
        ...fromEnv.warnings,
        ...fromFlags.warnings,
        ...warnings,
      ],
    };
  }
  // Of what is left something may still be unusable: what is known is told all the same.
  const further = broken.some((path) => path.length === 0)
    ? []
    : await settle(basis).then(
        ({ found }) => found,
        () => [],
      );
  throw configInvalid(await withLines([...faults, ...further], file));
}

interface Basis {
  readonly input: ConfigInput;
  readonly file: ConfigFile | null;
  readonly read: ReadFile;
  readonly given: ReadFile;
  readonly layers: readonly Layer[];
  readonly broken: readonly Path[];
  readonly isFaulty: boolean;
}

/** A place in the file as one of the merged configuration; other profiles are none. */
function inLayer(path: Path, profile: string | null): Path {
  return profile !== null && path[0] === 'profiles' && path[1] === profile ? path.slice(2) : path;
}

const CHECKS = [
  { check: checkSigning, needs: ['signing', 'sender'] },
  { check: checkReplay, needs: ['replay', 'scenarios'] },
  { check: checkProbes, needs: ['stages', 'dimensions', 'cleanup'] },
  { check: checkNotify, needs: [] },
  { check: checkRepeats, needs: ['repeat', 'scenarios'] },
  { check: checkEffects, needs: ['tls'] },
  { check: checkHeaders, needs: [] },
] as const;

/** Lays the layers over each other, and checks what they are together. */
async function settle({ input, file, read, given, layers, broken, isFaulty }: Basis) {
  const { env, profile } = input;
  const entries = mergeLayers(layers);
  // Each layer was checked when it was read, and valid layers over each other are valid.
  const config = toObject(entries) as LayerConfig;
  const isWhole = (key: string) => !broken.some((path) => path[0] === key);
  const contradictions = CHECKS.flatMap(({ check, needs }) => (needs.every(isWhole) ? check(config) : []))
    .filter(({ path }) => !isTouched(path, broken))
    .map(({ path, problem }) => placed(entries, path, problem));
  const sentry = sentryPlaces(entries, layers);
  const settings = toSettings({ config, entries, sentry });
  const calls = callsOfSettings(settings);
  const secrets = collectSecrets({
    urls: urlsOf(settings),
    dsn: settings.sentry.dsn,
    token: settings.sentry.token,
    headers: [settings.headers, ...allScenarios(settings).map(({ headers }) => headers)],
    calls: secretsOfCalls(calls),
    signing: [...signingSecrets(config), ...notifierSecrets(config.notify)],
    interpolations: [...read.interpolations, ...given.interpolations],
    redact: settings.redact,
    payloads: [
      settings.payload,
      ...settings.scenarios.map(({ payload }) => payload),
      ...calls.map(({ body }) => body),
    ],
    env,
  });
  const late =
    (await input.check?.({
      ...{ config, settings, secrets, broken },
      isFaulty: isFaulty || contradictions.length > 0,
      fault: (path, problem) => placed(entries, path, problem),
    })) ?? [];
  const resolved: ResolvedConfig = {
    settings,
    entries,
    secrets,
    flagsWithSecrets: flagsWithSecrets(input.flags),
    file: file?.file ?? null,
    unusedFiles: file?.unused ?? [],
    profile,
    scenariosAt: scenariosAt({ entry: entryAt(entries, 'scenarios'), file, layers: read.layers, profile }),
    warnings: [...sentryWarnings(entries), ...monitorWarnings(config)],
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

/** Of a key that is laid over key by key, and is meant as a whole or lacks something, any part of it. */
function entryOf(entries: ReadonlyMap<string, Entry>, path: Path): Entry | undefined {
  const [key, sub] = path.map(String);
  return (
    entryAt(entries, key ?? '') ??
    entryAt(entries, key ?? '', sub ?? '') ??
    [...entries.values()].findLast((entry) => entry.path[0] === key)
  );
}

function placed(entries: ReadonlyMap<string, Entry>, path: Path, problem: ProdE2eError | string): Fault {
  const { layer } = entryOf(entries, path) ?? {};
  const inFile = layer?.place === undefined ? {} : { path: [...layer.place, ...path] };
  const subject = subjectOf(entries, path);
  return typeof problem === 'string'
    ? { subject, problem, ...inFile }
    : { ...faultOf(subject, problem), ...inFile };
}

/** The place of a value in the source it came from: `prod-e2e.config.yaml: signing.scheme`, `flag --sender`. */
function subjectOf(entries: ReadonlyMap<string, Entry>, path: Path): string {
  const entry = entryOf(entries, path);
  if (entry === undefined) return formatPath(path);
  const origin = entry.layer.origin(path);
  if (origin === DEFAULT_ORIGIN) return formatPath(path);
  // A flag or a variable is one value.
  if (/^(flag|env) /.test(origin)) return origin.replace(/^(flag|env) /, '');
  return `${origin.replace(/^file /, '')}: ${formatPath(path)}`;
}

/** Those of scenarios that are not sent, too: they stand in the same file. */
function signingSecrets({ signing, scenarios = [] }: LayerConfig): readonly string[] {
  return [signing, ...scenarios.map((scenario) => normalizeScenario(scenario).signing)]
    .flatMap((each) => (each === undefined ? [] : secretsOf(each)))
    .flatMap(formsOfSecret);
}

/** The endpoint, Sentry, other tracing systems; of what scenarios put behind the endpoint only the query matters. */
function urlsOf(settings: Settings): readonly (string | null)[] {
  const { url, scenarios, sentry, trace } = settings;
  const paths = scenarios.map(({ path }) => `http://scenario${path}`);
  const calls = callsOfSettings(settings).map((call) => call.url.replace(/^\{\{origin\}\}/, 'http://origin'));
  const databases = (settings.stages ?? []).flatMap(({ sql }) => (sql === null ? [] : [sql.url]));
  const templates = [trace.urlTemplate, ...calls].map(withoutPlaceholders);
  return [url, ...paths, sentry.url, sentry.tokenUrl, ...templates, ...databases];
}

/** Those of scenarios that are not sent, too. */
function callsOfSettings(settings: Settings): readonly CallTemplate[] {
  const probes = (settings.stages ?? []).flatMap(({ http }) => (http === null ? [] : [http]));
  return [...probes, ...allScenarios(settings).flatMap(({ cleanup }) => cleanup)];
}

/** Also those that payloads of a file become. */
function allScenarios({ scenarios, replay }: Settings): readonly Scenario[] {
  return [...scenarios, ...replay.rules.map(({ scenario }) => scenario), replay.otherwise];
}

/** `?traceId={{traceId}}` is no key, nor is its name. */
function withoutPlaceholders(template: string | null): string | null {
  return template === null ? null : template.replaceAll(/\{\{[^{}]*\}\}/g, 'x');
}

async function readFileLayers(file: ConfigFile | null, { profile, env }: ConfigInput): Promise<ReadFile> {
  if (file === null && profile === null) return NOTHING_READ;
  const { readConfigFile, unknownProfile } = await import('./layers/file-layers.ts');
  if (file !== null) return readConfigFile({ file, profile, env });
  const faults = [unknownProfile(profile ?? '', [], 'any config file: none was found')];
  return { layers: [], interpolations: [], faults, broken: [[]] };
}

const NOTHING_READ: ReadFile = { layers: [], interpolations: [], faults: [], broken: [] };
const NO_SENTRY_FILES = { layers: [], warnings: [] };

/** Read as a file would be, by the same schema; a program is trusted as its user is. */
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

function sentryPlaces(entries: ReadonlyMap<string, Entry>, layers: readonly Layer[]) {
  const token = sourced(entryAt(entries, 'sentry', 'token'));
  const urls = [...layers].reverse().flatMap((layer) => {
    const url = sourced(entryAt(mergeLayers([layer]), 'sentry', 'url'));
    return url === null ? [] : [url];
  });
  const own = token === null ? { org: null, url: null } : decodeSentryToken(token.value);
  const tokenUrl = tokenUrlOf(token, urls);
  return {
    org: sourced(entryAt(entries, 'sentry', 'org'))?.value ?? own.org,
    url: withoutSlash(urls[0]?.value ?? own.url),
    tokenUrl: withoutSlash(tokenUrl),
  };
}

/** Without a slug no run checks in, whatever else is said of the monitor. */
function monitorWarnings({ monitor }: LayerConfig): readonly string[] {
  if (monitor === undefined || monitor.slug !== undefined) return [];
  return ['monitor has no effect without a slug (monitor.slug, --monitor)'];
}

/** An organization token belongs to one organization: with the name of another one nothing can be read. */
function sentryWarnings(entries: ReadonlyMap<string, Entry>): readonly string[] {
  const token = entryAt(entries, 'sentry', 'token');
  const org = entryAt(entries, 'sentry', 'org');
  if (typeof token?.value !== 'string' || typeof org?.value !== 'string') return [];
  const own = decodeSentryToken(token.value).org;
  if (own === null || own === org.value) return [];
  const [tokenFrom, orgFrom] = [token.layer.origin(token.path), org.layer.origin(org.path)];
  return [
    `the Sentry token (${tokenFrom}) belongs to the organization ${own}, but ${org.value} is set (${orgFrom})`,
  ];
}

function sourced(entry: Entry | undefined) {
  if (typeof entry?.value !== 'string') return null;
  return { value: entry.value, trust: entry.layer.trust(entry.path) };
}

function withoutSlash(url: string | null): string | null {
  return url === null ? null : url.replace(/(?<!\/)\/+$/, '');
}
