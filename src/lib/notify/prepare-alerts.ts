/** Prepares the alerts of a run from the configuration. */
import type { Settings } from '../config/settings/settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Notifier } from '../model/notifier.ts';
import type { RunFacts } from '../model/report.ts';
import { staysHere } from '../safety/safety.ts';
import { type Agents, createAgents, proxyHost } from '../send/agents.ts';
import type { Dsn } from '../send/dsn.ts';
import { randomHex } from '../send/trace.ts';
import { VERSION } from '../version.ts';
import type { Alerts } from './alerts.ts';
import type { CheckInPort, OpenNotifier } from './send-alerts.ts';

export interface AlertSetup {
  /** Null where no alerts are configured or usable. */
  readonly port: Alerts | null;
  /** The hosts of all notifiers but those that use the DSN, each once. */
  readonly hosts: readonly string[];
  /** Which notifiers cannot be used, and why. */
  readonly findings: readonly Finding[];
  readonly close: () => void;
}

export interface AlertPreparation {
  readonly settings: Settings;
  readonly dataDir: string;
  readonly facts: RunFacts;
  /** Null without a usable DSN. */
  readonly dsn: Dsn | null;
  /** In the sandbox: send only to notifiers on this machine. */
  readonly thisMachineOnly: boolean;
  /** The data folder is removed after the run. */
  readonly forgets: boolean;
  readonly stop: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 3_000;
const CONNECTIONS = 8;

/** Loads the sending code only if something is configured. */
export async function prepareAlerts(preparation: AlertPreparation): Promise<AlertSetup> {
  const { settings, dsn } = preparation;
  if (settings.notifiers.length === 0 && settings.monitor === null) return NO_ALERTS;
  const findings: Finding[] = [];
  const notifiers = settings.notifiers.flatMap((notifier): readonly OpenNotifier[] => {
    const address = addressOf(notifier, dsn);
    const problem = problemOf(notifier, { address, onlyHere: preparation.thisMachineOnly });
    if (problem !== null) findings.push(notUsed(`No alerts are sent to ${notifier.name}`, problem));
    return problem === null && address !== null ? [{ notifier, host: new URL(address).host }] : [];
  });
  if (settings.monitor !== null && dsn === null)
    findings.push(notUsed(`No check-ins are sent to the monitor ${settings.monitor.slug}`, NO_DSN));
  const hasMonitor = settings.monitor !== null && dsn !== null;
  if (notifiers.length === 0 && !hasMonitor) return { ...NO_ALERTS, findings };
  return { ...(await openAlerts(preparation, notifiers)), findings };
}

const NO_ALERTS: AlertSetup = { port: null, hosts: [], findings: [], close: () => {} };

const NO_DSN = 'it needs a usable Sentry DSN (SENTRY_DSN)';

/** Null where the notifier needs a DSN and none is set. */
function addressOf(notifier: Notifier, dsn: Dsn | null): string | null {
  return notifier.type === 'sentry-issue' ? (dsn?.text ?? null) : notifier.url;
}

function problemOf(
  notifier: Notifier,
  { address, onlyHere }: { readonly address: string | null; readonly onlyHere: boolean },
): string | null {
  if (address === null) return NO_DSN;
  const proxy = proxyHost(address);
  if (onlyHere && notifier.type !== 'sentry-issue' && !staysHere({ url: address, proxy }))
    return 'with --sandbox, alerts are sent only to this machine';
  return null;
}

function notUsed(what: string, why: string): Finding {
  return { severity: 'warning', code: 'notify-not-used', message: `${what}: ${why}`, hint: null };
}

async function openAlerts(
  preparation: AlertPreparation,
  notifiers: readonly OpenNotifier[],
): Promise<Omit<AlertSetup, 'findings'>> {
  const [{ createAlerts }, { createPost }, { postingsFor }, state] = await Promise.all([
    import('./alerts.ts'),
    import('./post.ts'),
    import('./postings.ts'),
    import('./state-file.ts'),
  ]);
  const { settings, dataDir, facts, dsn, forgets, stop } = preparation;
  const connections = connectionsByOrigin();
  const post = createPost((url) => connections.to(url).pair);
  const release = `prod-e2e@${VERSION}`;
  const envelope = () => ({ dsn, version: VERSION, sentAt: new Date().toISOString() });
  const { createCheckIn } = await import('./check-in.ts');
  const { monitor, environment } = settings;
  const checkIn: CheckInPort | null =
    monitor === null || dsn === null
      ? null
      : createCheckIn({ monitor, dsn, environment, release, post, newId: () => randomHex(16) });
  return {
    port: createAlerts({
      checkIn,
      notifiers,
      required: { traces: settings.trace.require, stages: settings.requireStages },
      openState: (until) => state.openAlertState(dataDir, facts, until),
      remembers: !forgets,
      postingsOf: (notifier, { changes, facts: alertFacts }) =>
        postingsFor(notifier, {
          changes,
          facts: alertFacts,
          envelope: envelope(),
          release,
          newId: () => randomHex(16),
          nowMs: Date.now(),
        }),
      post,
      stop,
    }),
    hosts: [
      ...new Set(
        notifiers.filter(({ notifier }) => notifier.type !== 'sentry-issue').map(({ host }) => host),
      ),
    ],
    close: connections.close,
  };
}

/** Whether a proxy is used depends on the host. */
function connectionsByOrigin() {
  const agents = new Map<string, Agents>();
  return {
    /** @throws ProdE2eError `PROXY_INVALID` */
    to: (url: string): Agents => {
      const { origin } = new URL(url);
      const known = agents.get(origin);
      if (known !== undefined) return known;
      const made = createAgents({ url, connectTimeoutMs: CONNECT_TIMEOUT_MS, maxSockets: CONNECTIONS });
      agents.set(origin, made);
      return made;
    },
    close: () => {
      for (const each of agents.values()) each.destroy();
    },
  };
}
