/** Adapts a configuration to a running sandbox. */
import path from 'node:path';
import { isUnset } from '../config/layers/merge.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ORIGIN } from '../json/placeholders.ts';
import type { Scenario } from '../model/scenario.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { isLoopback } from '../safety/safety.ts';
import { SANDBOX_STAGES } from '../stages/built-in.ts';
import type { SandboxInfo } from './sandbox.ts';

/** The sandbox is on this machine: traces arrive within seconds, and polling is cheap. */
const TRACE_TIMES = { intervalMs: 250, settleMs: 5_000, timeoutMs: 15_000 } as const;

function sandboxSettings(config: ResolvedConfig, info: SandboxInfo): Settings {
  const { settings } = config;
  const { url, dsn, sentryUrl, org, project, token } = info;
  return {
    ...settings,
    url,
    // The hosts allowed in production do not include this machine.
    allowHosts: [],
    stages: settings.stages === null ? SANDBOX_STAGES : settings.stages.map(withoutProbesElsewhere),
    scenarios: settings.scenarios.map(withoutCallsElsewhere),
    replay: {
      ...settings.replay,
      rules: settings.replay.rules.map((rule) => ({
        ...rule,
        scenario: withoutCallsElsewhere(rule.scenario),
      })),
      otherwise: withoutCallsElsewhere(settings.replay.otherwise),
    },
    sentry: { ...settings.sentry, dsn, url: sentryUrl, org, project, token, tokenUrl: sentryUrl },
    trace: { ...settings.trace, ...traceTimes(config) },
  };
}

/** The sandbox has no data on other hosts, so nothing is queried or removed there. */
function withoutProbesElsewhere(stage: StageExpectation): StageExpectation {
  const { http, sql } = stage;
  return {
    ...stage,
    http: http !== null && staysOnMachine(http.url) ? http : null,
    sql: sql !== null && isLoopback(sql.url) ? sql : null,
  };
}

function withoutCallsElsewhere(scenario: Scenario): Scenario {
  return { ...scenario, cleanup: scenario.cleanup.filter(({ url }) => staysOnMachine(url)) };
}

function staysOnMachine(url: string): boolean {
  return url.startsWith(ORIGIN) || isLoopback(url.replace(/\{\{.*$/s, ''));
}

/** The finding that a run in the sandbox skips probes or clean-up of the configuration; null if it skips none. */
export function skippedLine({ settings }: ResolvedConfig): string | null {
  const probes = (settings.stages ?? []).filter((stage) => {
    const { http, sql } = withoutProbesElsewhere(stage);
    return http !== stage.http || sql !== stage.sql;
  });
  const { from, rules, otherwise } = settings.replay;
  const replayed = from === null ? [] : [...rules.map(({ scenario }) => scenario), otherwise];
  const calls = [...settings.scenarios, ...replayed].flatMap(({ cleanup }) =>
    cleanup.filter(({ url }) => !staysOnMachine(url)),
  );
  if (probes.length + calls.length === 0) return null;
  return 'In the sandbox, probes and clean-up calls to other hosts are skipped.';
}

/** Values that the user set are not changed. */
function traceTimes({ entries, settings }: ResolvedConfig): Partial<Settings['trace']> {
  const isDefault = (key: string) => isUnset(entries, 'trace', key);
  const { trace } = settings;
  return {
    intervalMs: isDefault('interval') ? TRACE_TIMES.intervalMs : trace.intervalMs,
    settleMs: isDefault('settle') ? TRACE_TIMES.settleMs : trace.settleMs,
    timeoutMs: isDefault('timeout') ? TRACE_TIMES.timeoutMs : trace.timeoutMs,
  };
}

/** `no_proxy` with the sandbox's hosts added: a proxy cannot reach a server on this machine. */
function directHosts({ url, sentryUrl }: SandboxInfo, env: NodeJS.ProcessEnv): string {
  const hosts = [url, sentryUrl].map((each) => new URL(each).hostname);
  // In the order of send/proxy: the lower-case name first.
  const before = env.no_proxy || env.NO_PROXY;
  return [...(before ? [before] : []), ...new Set(hosts)].join(',');
}

function reachDirectly(info: SandboxInfo): void {
  process.env.no_proxy = directHosts(info, process.env);
}

/** The variables of a shell in which `prod-e2e` and Sentry's CLI read from the sandbox, in the order to show them. */
export function sandboxVariables(
  info: SandboxInfo,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const hasProxy = ['http_proxy', 'https_proxy', 'all_proxy'].some(
    (name) => env[name] || env[name.toUpperCase()],
  );
  return {
    SENTRY_DSN: info.dsn,
    SENTRY_URL: info.sentryUrl,
    SENTRY_ORG: info.org,
    SENTRY_PROJECT: info.project,
    SENTRY_AUTH_TOKEN: info.token,
    BACKEND_SENTRY_DSN: info.backendDsn,
    ...(hasProxy && { no_proxy: directHosts(info, env) }),
  };
}

/** Its secrets, which must not be shown. */
function sandboxSecrets({ token, dsn, backendDsn }: SandboxInfo): readonly string[] {
  return [token, new URL(dsn).username, new URL(backendDsn).username];
}

/** The configuration of one command, adapted to its sandbox. */
export interface SandboxedConfig {
  readonly settings: Settings;
  readonly secrets: readonly string[];
}

/** Runs work against its own sandbox, which ends with the work. @throws ProdE2eError as {@link startSandbox} */
export async function inSandbox<Result>(
  {
    config,
    root,
    faults,
  }: { readonly config: ResolvedConfig; readonly root: string; readonly faults: readonly string[] },
  work: (sandboxed: SandboxedConfig) => Promise<Result>,
): Promise<Result> {
  const { startSandbox } = await import('./sandbox.ts');
  const sandbox = await startSandbox({ entryFolder: path.join(root, 'dist', 'sandbox'), faults });
  try {
    reachDirectly(sandbox.info);
    return await work({
      settings: sandboxSettings(config, sandbox.info),
      secrets: [...config.secrets, ...sandboxSecrets(sandbox.info)],
    });
  } finally {
    await sandbox.stop();
  }
}
