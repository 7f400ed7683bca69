/** Builds what probes and clean-up need. Loads nothing if none are configured. */

import { CALLS_AT_ONCE, type CleanupPort } from '../cleanup/call.ts';
import { MAX_CLEANED } from '../cleanup/cleanup.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { ORIGIN } from '../json/placeholders.ts';
import type { FurtherContacts } from '../model/event.ts';
import type { CallTemplate } from '../model/probe.ts';
import type { WebhookRequest } from '../model/result.ts';
import type { Scenario } from '../model/scenario.ts';
import { checkAllowedHost } from '../safety/safety.ts';
import type { Redact } from '../secrets/redact.ts';
import { proxyFor } from '../send/proxy.ts';
import { BUILT_IN_STAGES } from '../stages/built-in.ts';
import { MAX_PROBES_IN_FLIGHT } from '../stages/probes/poll-probe.ts';
import type { ProbePorts } from '../stages/probes/probe-result.ts';
import { countProbes, probesDeadlineMs } from '../stages/probes/run-probes.ts';
import { numberText } from '../terminal/quantities.ts';
import { VERSION } from '../version.ts';
import { verificationSettings } from './prepare-traces.ts';

export interface ProbePort {
  readonly ports: ProbePorts;
  /** For all probes together, in milliseconds. */
  readonly deadlineMs: number;
}

export interface ProbeSetup {
  /** Null if no stage has a probe. */
  readonly probes: ProbePort | null;
  /** Null if no scenario of the plan has clean-up. */
  readonly cleanup: CleanupPort | null;
  readonly contacts: FurtherContacts;
  readonly close: () => Promise<void>;
}

interface Preparing {
  readonly url: string;
  /** The scenarios that are sent. Replayed payloads may name scenarios that are not in the configuration. */
  readonly used: readonly Scenario[];
  readonly redact: Redact;
  readonly planned: number;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Hosts that probes and clean-up contact, known before anything is sent.
 * @throws ProdE2eError `HOST_NOT_ALLOWED`
 */
export function furtherContacts(
  settings: Settings,
  { url, used }: Pick<Preparing, 'url' | 'used'>,
): FurtherContacts {
  const stages = settings.stages ?? BUILT_IN_STAGES;
  const { origin } = new URL(url);
  const asked = [
    ...stages.flatMap(({ http }) => (http === null ? [] : [originOf(http, origin)])),
    ...stages.flatMap(({ sql }) => (sql === null ? [] : [databaseOf(sql.url)])),
  ];
  const called = cleanupCalls(used).map((call) => originOf(call, origin));
  // The database counts as a host like any other.
  for (const each of [...asked, ...called]) if (each !== null) checkAllowedHost(each, settings.allowHosts);
  // An unusable proxy is found before anything is sent.
  for (const each of [...asked, ...called]) if (each?.startsWith('http')) proxyFor(each);
  return { probes: hosts(asked), cleanup: hosts(called) };
}

/** @throws ProdE2eError `TLS_FILE`, `SCHEMA_INVALID`, `CLEANUP_TOO_MANY`, `HOST_NOT_ALLOWED` */
export async function prepareProbes(settings: Settings, preparing: Preparing): Promise<ProbeSetup> {
  const contacts = furtherContacts(settings, preparing);
  const verification = verificationSettings(settings);
  const { stages } = verification;
  const hasProbes = countProbes(stages) > 0;
  const hasCleanup = cleanupCalls(preparing.used).length > 0;
  const tooMany = cleanupTooMany(preparing.used, preparing.planned);
  if (tooMany !== null) throw tooMany;
  if (!hasProbes && !hasCleanup) return { probes: null, cleanup: null, contacts, close: async () => {} };
  const userAgent = `prod-e2e/${VERSION} (synthetic test traffic)`;
  const [{ createCaller }, { compileSchemas }, { pastedLine }] = await Promise.all([
    import('../send/caller.ts'),
    import('../validate/schema.ts'),
    import('../view/pasted-line.ts'),
  ]);
  const schemas = stages.flatMap(({ http }) => (http === null || http.schema === null ? [] : [http.schema]));
  const checkSchema = await compileSchemas([...new Set(schemas)]);
  const caller = await createCaller({
    ...settings,
    targetUrl: preparing.url,
    maxSockets: MAX_PROBES_IN_FLIGHT + CALLS_AT_ONCE,
  });
  // pg is loaded only where there is a SQL probe.
  const sql = stages.some((stage) => stage.sql !== null)
    ? (await import('../stages/probes/sql-client.ts')).createSqlClient()
    : null;
  const query: ProbePort['ports']['query'] = async (question) =>
    sql === null ? { ok: false, reason: 'there is no SQL probe', final: true } : sql.query(question);
  return {
    contacts,
    probes: hasProbes
      ? {
          ports: { call: caller.call, query, checkSchema, userAgent },
          deadlineMs: probesDeadlineMs(stages),
        }
      : null,
    cleanup: hasCleanup
      ? {
          call: caller.call,
          userAgent,
          commandFor: (request: WebhookRequest, redact: Redact) =>
            pastedLine(request, { redact, variables: preparing.variables }),
          redact: preparing.redact,
          redactPaths: settings.redact,
          log: null,
        }
      : null,
    close: async () => {
      caller.close();
      await sql?.close();
    },
  };
}

/** Null if clean-up can remove the data of this many webhooks. */
export function cleanupTooMany(used: readonly Scenario[], planned: number): ProdE2eError | null {
  if (planned <= MAX_CLEANED || cleanupCalls(used).length === 0) return null;
  return new ProdE2eError(
    `Clean-up supports up to ${numberText(MAX_CLEANED)} webhooks per run (planned: ${numberText(planned)}).`,
    { code: 'CLEANUP_TOO_MANY', hints: ['Split them into several runs (--count), or remove cleanup.'] },
  );
}

function cleanupCalls(used: readonly Scenario[]): readonly CallTemplate[] {
  return used.flatMap(({ cleanup }) => cleanup);
}

/** Where a call goes: scheme, host and port; null at a target that is not known. */
export function originOf<Target extends string | null>(
  { url }: Pick<CallTemplate, 'url'>,
  targetOrigin: Target,
): string | Target {
  return url.startsWith(ORIGIN) ? targetOrigin : new URL(url.replace(/\{\{.*$/s, '')).origin;
}

/** Null for a socket of this machine. */
export function databaseOf(url: string): string | null {
  const { hostname, port, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? (hostname === '' ? 'localhost' : hostname);
  if (host.startsWith('/')) return null;
  return `postgres://${host}:${searchParams.get('port') ?? (port === '' ? '5432' : port)}`;
}

function hosts(origins: readonly (string | null)[]): readonly string[] {
  const shown = origins.map((origin) =>
    origin === null ? 'a database on this machine' : new URL(origin).host,
  );
  return [...new Set(shown)];
}
