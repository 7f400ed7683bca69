/** The configuration of a program that uses the library: what the command line would read, or an object. */
import path from 'node:path';
import { workingFolder } from '../cli/environment.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Config } from './config-type.ts';
import { homeFolders } from './home-folders.ts';
import { publicError } from './public-error.ts';

export interface ConfigOptions {
  /** Where the search for a config file starts, and what relative names are relative to; default: the working directory. */
  readonly cwd?: string;
  /** Use this config file instead of searching for one. */
  readonly file?: string;
  /** A profile of the config file to apply. */
  readonly profile?: string;
  /** Overrides file and environment, as flags do on the command line. */
  readonly override?: Config;
}

declare const made: unique symbol;

/** A valid configuration that was read. Its content, which contains secrets, is not accessible. */
export interface LoadedConfig {
  /** Only {@link loadConfig} creates one. */
  readonly [made]: true;
  /** Absolute; null without a config file. */
  readonly file: string | null;
  readonly profile: string | null;
  /** The endpoint, credentials masked; null where none is set. */
  readonly url: string | null;
}

export interface Known {
  readonly resolved: ResolvedConfig;
  /** Variables that may name the shard. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const known = new WeakMap<LoadedConfig, Known>();

/**
 * Reads what `prod-e2e run` would read: config file, profile, environment, Sentry's own files.
 * @throws ProdE2eError `CONFIG_INVALID` with all problems at once, `CONFIG_NOT_FOUND`
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<LoadedConfig> {
  const { cwd = workingFolder(), file, profile, override } = options;
  const { PROD_E2E_CONFIG, PROD_E2E_PROFILE } = process.env;
  return read({
    cwd,
    configFile: file ?? (PROD_E2E_CONFIG || null),
    profile: profile ?? (PROD_E2E_PROFILE || null),
    given: override,
    alone: false,
  });
}

/** The result of {@link loadConfig}; for an object, that object is read now, and nothing else. */
export async function knownConfig(config: Config | LoadedConfig): Promise<Known> {
  const loaded = known.get(config as LoadedConfig);
  if (loaded !== undefined) return loaded;
  const alone = await read({
    cwd: workingFolder(),
    configFile: null,
    profile: null,
    given: config,
    alone: true,
  });
  return knownConfig(alone);
}

async function read(
  input: Pick<
    Parameters<typeof import('../config/resolve.ts').resolveConfig>[0],
    'cwd' | 'configFile' | 'profile' | 'given' | 'alone'
  >,
): Promise<LoadedConfig> {
  const { resolveConfig } = await import('../config/resolve.ts');
  const { maskAddress } = await import('../secrets/urls.ts');
  const { lateProblems } = await import('../preflight/late-problems.ts');
  const { env } = process;
  const { home, config } = homeFolders(env);
  let secrets: readonly string[] = [];
  try {
    const cwd = path.resolve(input.cwd);
    const late = lateProblems({
      env: input.alone === true ? {} : env,
      sandbox: false,
      // The file may be written after this, and before the run.
      replay: 'read-if-invalid',
      dataDir: (configured) => (configured === null ? homeFolders(env).data : path.resolve(configured)),
    });
    const check: typeof late = (checked) => {
      secrets = checked.secrets;
      return late(checked);
    };
    const flags = {};
    // A configuration without an endpoint can be loaded; its `url` is null.
    const tolerates = ['NO_URL'];
    const resolved = await resolveConfig({
      ...input,
      flags,
      env,
      cwd,
      home,
      userConfigDir: config,
      check,
      tolerates,
    });
    const { file, profile, settings } = resolved;
    const url = settings.url === null ? null : maskAddress(settings.url);
    // The symbol exists for the compiler only.
    const loaded = Object.freeze({ file, profile, url }) as LoadedConfig;
    known.set(loaded, { resolved, env: input.alone === true ? {} : { ...env } });
    return loaded;
  } catch (thrown) {
    throw publicError(thrown, secrets);
  }
}
