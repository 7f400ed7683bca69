/** From flags, environment, profile, file and defaults to the settings of a run. */

import type { CallTemplate } from '../model/probe.ts';
import type { Scenario } from '../model/scenario.ts';
import { secretsOfCalls } from './call-secrets.ts';
import { checkNotify } from './check-notify.ts';
import { checkProbes } from './check-probes.ts';
import { checkReplay } from './check-replay.ts';
import { checkSigning } from './check-signing.ts';
import { DEFAULT_CONFIG } from './defaults.ts';
import { configInvalid } from './faults.ts';
import type { ReadFile } from './file-layers.ts';
import { flagsWithSecrets } from './flag-secrets.ts';
import { DEFAULT_ORIGIN, type Entry, entryAt, type Layer, mergeLayers, toObject } from './merge.ts';
import { notifierSecrets } from './notify-settings.ts';
import { envLayer, flagLayer } from './option-layers.ts';
import { formatPath, type Path } from './paths.ts';
import { inFull } from './scenarios.ts';
import { type ScenariosAt, scenariosAt } from './scenarios-at.ts';
import type { LayerConfig } from './schema.ts';
import { collectSecrets } from './secrets.ts';
import { decodeSentryToken, sentryFileLayers, tokenUrlOf } from './sentry-sources.ts';
import { type Settings, toSettings } from './settings.ts';
import { formsOfSecret, secretsOf } from './signing-settings.ts';
import { type ConfigFile, findConfigFile } from './sources.ts';

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
}

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
}

/**
 * Reads all sources, checks them and lays them over each other: flag > environment > profile > file > default.
 * @throws ProdE2eError `CONFIG_INVALID` with all faults at once; `CONFIG_NOT_FOUND` when `--config` names no file
 */
export async function resolveConfig(input: ConfigInput): Promise<ResolvedConfig> {
  const { cwd, home, env, profile, alone = false } = input;
  const file = alone ? null : await findConfigFile(input);
  const read = await readFileLayers(file, input);
  const given = await readGiven(input);
  const fromEnv = await envLayer(alone ? {} : env, cwd);
  const fromFlags = await flagLayer(input.flags, cwd);
  const faults = [...read.faults, ...fromEnv.faults, ...given.faults, ...fromFlags.faults];
  if (faults.length > 0) throw configInvalid(faults);

  const layers: readonly Layer[] = [
    defaultLayer(cwd),
    ...(alone ? [] : await sentryFileLayers({ cwd, home })),
    ...read.layers,
    fromEnv.layer,
    ...given.layers,
    fromFlags.layer,
  ];
  const entries = mergeLayers(layers);
  // Each layer was checked when it was read, and valid layers over each other are valid.
  const config = toObject(entries) as LayerConfig;
  const checks = [checkSigning, checkReplay, checkProbes, checkNotify];
  const contradictions = checks
    .flatMap((check) => check(config))
    .map(({ path, problem }) => ({
      subject: subjectOf(entries, path),
      problem,
    }));
  if (contradictions.length > 0) throw configInvalid(contradictions);
  const sentry = sentryPlaces(entries, layers);
  const settings = toSettings({ config, entries, sentry });
  const calls = callsOfSettings(settings);
  return {
    settings,
    entries,
    secrets: collectSecrets({
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
    }),
    flagsWithSecrets: flagsWithSecrets(input.flags),
    file: file?.file ?? null,
    unusedFiles: file?.unused ?? [],
    profile,
    scenariosAt: scenariosAt({ entry: entryAt(entries, 'scenarios'), file, layers: read.layers, profile }),
  };
}

/** The place of a value in the source it came from: `prod-e2e.config.yaml: signing.scheme`, `flag --sender`. */
function subjectOf(entries: ReadonlyMap<string, Entry>, path: Path): string {
  const entry = entryAt(entries, String(path[0])) ?? entryAt(entries, String(path[0]), String(path[1]));
  if (entry === undefined) return formatPath(path);
  return `${entry.layer.origin(path).replace(/^file /, '')}: ${formatPath(path)}`;
}

/** Those of scenarios that are not sent, too: they stand in the same file. */
function signingSecrets({ signing, scenarios = [] }: LayerConfig): readonly string[] {
  return [signing, ...scenarios.map((scenario) => inFull(scenario).signing)]
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
  const { readConfigFile, unknownProfile } = await import('./file-layers.ts');
  if (file !== null) return readConfigFile({ file, profile, env });
  const faults = [unknownProfile(profile ?? '', [], 'any config file: none was found')];
  return { layers: [], interpolations: [], faults };
}

const NOTHING_READ: ReadFile = { layers: [], interpolations: [], faults: [] };

/** Read as a file would be, by the same schema; a program is trusted as its user is. */
async function readGiven({ given, cwd, env }: ConfigInput): Promise<ReadFile> {
  if (given === undefined) return NOTHING_READ;
  const { readConfigFile } = await import('./file-layers.ts');
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

function sourced(entry: Entry | undefined) {
  if (typeof entry?.value !== 'string') return null;
  return { value: entry.value, trust: entry.layer.trust(entry.path) };
}

function withoutSlash(url: string | null): string | null {
  return url === null ? null : url.replace(/(?<!\/)\/+$/, '');
}
