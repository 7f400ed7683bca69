/** What all parts of a run share, from the configuration and the caller. */
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { type PreparedShard, shardFor } from '../plan/prepare-shard.ts';
import { createRedactor, type Redact } from '../secrets/redact.ts';
import { secretVariables } from '../secrets/variables.ts';
import { proxyHost } from '../send/agents.ts';
import { type Dsn, usableDsn } from '../send/dsn.ts';
import { targetOf } from './prepare-plan.ts';

export interface RunOptions {
  /** Those of `config`, or what the sandbox or doctor makes of them. */
  readonly settings: Settings;
  readonly config: Pick<ResolvedConfig, 'profile' | 'scenariosAt' | 'flagsWithSecrets'>;
  readonly secrets: readonly string[];
  readonly dataDir: string;
  /** False where the data folder is removed after the run. */
  readonly saved: boolean;
  /**
   * Set by `--yes`, or when nothing is sent: no minimum gap between webhooks. Confirming a question confirms only what it asks.
   */
  readonly confirmed: boolean;
  /** The target is the sandbox of this run, which ends with it. */
  readonly sandbox: boolean;
  /** Environment variables that may name the shard. */
  readonly shardEnv: Readonly<Record<string, string | undefined>>;
  /** Aborted when the run is to stop. */
  readonly stop: AbortSignal;
}

export interface RunWiring extends RunOptions {
  readonly url: string;
  /** `host:port` of the proxy that connects to the target; null without one. */
  readonly proxy: string | null;
  readonly dsn: Dsn | null;
  readonly redact: Redact;
  /** Secret value → environment variable that holds it. */
  readonly variables: ReadonlyMap<string, string>;
  readonly shard: PreparedShard | null;
}

/** @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED`, `DSN_INVALID`, `PROXY_INVALID`, `SHARD_INVALID`, `SHARD_SEED` */
export function wireRun(options: RunOptions): RunWiring {
  const { settings, secrets } = options;
  const url = targetOf(settings);
  return {
    ...options,
    url,
    dsn: usableDsn(settings.sentry.dsn),
    proxy: proxyHost(url),
    redact: createRedactor(secrets),
    variables: secretVariables(secrets, process.env),
    shard: shardFor(settings, options.shardEnv),
  };
}
