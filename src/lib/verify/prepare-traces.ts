/** Decides whether traces are read back, and builds what that needs. */

import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { REQUESTS_AT_ONCE } from '../limit-concurrency.ts';
import type { Finding } from '../model/finding.ts';
import type {
  FollowSearch,
  SpanExpectation,
  StageExpectation,
  TraceExpectation,
} from '../model/trace-expectation.ts';
import { usualDurations } from '../report/history/usual-durations.ts';
import { BUILT_IN_STAGES } from '../stages/built-in.ts';
import type { UsualDurations } from '../trace/judging/usual-limit.ts';
import type { TraceReader } from '../trace/reading/watched-trace.ts';
import type { SentryApi } from '../trace/sentry-api/endpoints.ts';

export interface TracePort {
  readonly api: TraceReader & Pick<SentryApi, 'readDeploy'>;
  /** A trace that could not be verified fails the run. */
  readonly required: boolean;
}

/** For one request to Sentry's API, in milliseconds, without its retries. */
const API_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

export interface TraceReadingSetup {
  /** For stages and traces. Holds only usual durations that traces can be compared with. */
  readonly settings: VerificationSettings;
  /** Null if traces are not read. */
  readonly port: TracePort | null;
  /** Why they are not read although a token is set. */
  readonly findings: readonly Finding[];
  readonly close: () => void;
}

/** @throws ProdE2eError `TRACES_UNREADABLE` where reading is required and not possible */
export async function prepareTraceReading(
  settings: Settings,
  history: { readonly dataDir: string; readonly target: string; readonly sandbox: boolean },
): Promise<TraceReadingSetup> {
  const { trace } = settings;
  const none: TraceReadingSetup = {
    ...{ settings: verificationSettings(settings), port: null },
    ...{ findings: [], close: () => {} },
  };
  if (trace.verify === false) return none;
  const problem = traceReadingError(settings);
  if (problem !== null) throw problem;
  const missing = missingSetting(settings);
  if (missing !== null) {
    return settings.sentry.token === null ? none : { ...none, findings: [notRead(missing)] };
  }
  const api = await createApi(settings, { links: !history.sandbox });
  const usual = await usualDurations(history);
  return {
    settings: verificationSettings(settings, usual),
    port: { api, required: trace.require },
    findings: [],
    close: api.close,
  };
}

/** The error if reading is required and not possible, else null. */
export function traceReadingError(settings: Settings): ProdE2eError | null {
  const { verify, require: required } = settings.trace;
  const missing = missingSetting(settings);
  if (missing === null || verify === false || (verify !== true && !required)) return null;
  return unreadable(missing, ['Or disable reading traces: --no-verify-traces.']);
}

/** An API of the Sentry that the configuration names. @throws ProdE2eError `TRACES_UNREADABLE` */
export async function openSentryApi(settings: Settings): Promise<SentryApi> {
  const missing = missingSetting(settings);
  if (missing !== null) throw unreadable(missing);
  return createApi(settings, { links: true });
}

async function createApi({ sentry }: Settings, { links }: { readonly links: boolean }): Promise<SentryApi> {
  const [{ createSentryApi }, { createAgents }] = await Promise.all([
    import('../trace/sentry-api/client.ts'),
    import('../send/agents.ts'),
  ]);
  const baseUrl = sentry.tokenUrl ?? '';
  const agents = createAgents({
    url: baseUrl,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    maxSockets: REQUESTS_AT_ONCE,
  });
  const api = createSentryApi({
    baseUrl,
    org: sentry.org ?? '',
    token: sentry.token ?? '',
    timeoutMs: API_TIMEOUT_MS,
    links,
    agents: agents.pair,
  });
  return {
    ...api,
    close: () => {
      api.close();
      agents.destroy();
    },
  };
}

/** The setting that reading traces still needs; null if nothing is missing. */
export function missingSetting({ sentry }: Settings): string | null {
  if (sentry.token === null) return 'no Sentry token is set (SENTRY_AUTH_TOKEN)';
  if (sentry.org === null) return 'the Sentry organization is unknown (SENTRY_ORG)';
  if (sentry.tokenUrl === null) {
    return 'the only Sentry URL comes from a less trusted place than the token (set SENTRY_URL where the token is set)';
  }
  return null;
}

function unreadable(missing: string, furtherHints: readonly string[] = []): ProdE2eError {
  return new ProdE2eError(`Traces cannot be read back: ${missing}.`, {
    code: 'TRACES_UNREADABLE',
    hints: [
      'Set SENTRY_AUTH_TOKEN (scope org:read) and SENTRY_ORG, and SENTRY_URL for a self-hosted Sentry.',
      ...furtherHints,
    ],
  });
}

function notRead(missing: string): Finding {
  const message = `Traces are not read back: ${missing}`;
  return { severity: 'warning', code: 'traces-not-read', message, hint: null };
}

export function verificationSettings(
  { trace, stages }: Settings,
  usual: UsualDurations = new Map(),
): VerificationSettings {
  return {
    usualDurations: usual,
    stages: stages ?? BUILT_IN_STAGES,
    spans: trace.expect,
    checks: trace.checks,
    follow: trace.follow,
    limit: trace.limit,
    deadlineMs: trace.timeoutMs,
    intervalMs: trace.intervalMs,
    settleMs: trace.settleMs,
  };
}

export interface VerificationSettings {
  readonly stages: readonly StageExpectation[];
  /** Spans that are expected in addition to those of the stages. */
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly follow: readonly FollowSearch[];
  readonly usualDurations: UsualDurations;
  readonly limit: number;
  readonly deadlineMs: number;
  readonly intervalMs: number;
  /** Time after which a trace that misses only optional spans counts as complete. */
  readonly settleMs: number;
}
