/** A configuration turned towards a running sandbox. */
import { isUnset } from '../config/merge.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings.ts';
import type { SandboxInfo } from '../sandbox/sandbox.ts';

/** The sandbox is on this machine: its traces are there within seconds, and nobody limits the rate of looking. */
const PATIENCE = { intervalMs: 250, settleMs: 5_000, timeoutMs: 15_000 } as const;

export function sandboxSettings(config: ResolvedConfig, info: SandboxInfo): Settings {
  const { settings } = config;
  const { url, dsn, sentryUrl, org, project, token } = info;
  return {
    ...settings,
    url,
    // Where webhooks may go in earnest says nothing about this machine.
    allowHosts: [],
    sentry: { ...settings.sentry, dsn, url: sentryUrl, org, project, token, tokenUrl: sentryUrl },
    trace: { ...settings.trace, ...patience(config) },
  };
}

/** What the user set stays as it was set. */
function patience({ entries, settings }: ResolvedConfig): Partial<Settings['trace']> {
  const isDefault = (key: string) => isUnset(entries, 'trace', key);
  const { trace } = settings;
  return {
    intervalMs: isDefault('interval') ? PATIENCE.intervalMs : trace.intervalMs,
    settleMs: trace.settleMs ?? PATIENCE.settleMs,
    timeoutMs: isDefault('timeout') ? PATIENCE.timeoutMs : trace.timeoutMs,
  };
}

/** A proxy of the environment leads away from this machine, and the sandbox is on it. */
export function reachDirectly({ url, sentryUrl }: SandboxInfo): void {
  const hosts = [url, sentryUrl].map((each) => new URL(each).hostname);
  // proxy-from-env prefers the lower-case name.
  const before = process.env.no_proxy || process.env.NO_PROXY;
  process.env.no_proxy = [...(before ? [before] : []), ...new Set(hosts)].join(',');
}

/** What must not be shown of it. */
export function sandboxSecrets({ token, dsn }: SandboxInfo): readonly string[] {
  return [token, new URL(dsn).username];
}
