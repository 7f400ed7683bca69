/** Prepares what the doctor needs from the configuration. */
import { randomBytes } from 'node:crypto';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { orError, ProdE2eError } from '../errors.ts';
import { targetOf } from '../run/prepare-plan.ts';
import { quietAt, quietText } from '../safety/quiet-hours.ts';
import { type Destination, isLoopback, staysHere } from '../safety/safety.ts';
import { maskUrl, ofSentences, redactDeep } from '../secrets/redact.ts';
import { proxyHost } from '../send/agents.ts';
import type { Dsn } from '../send/dsn.ts';
import { readTlsFiles } from '../send/tls-files.ts';
import type { WaitProgress } from '../trace/reading/read-traces.ts';
import { openSentryApi } from '../verify/prepare-traces.ts';
import type { Check } from './check.ts';
import { probeConnection } from './connection.ts';
import type { DoctorPorts, RoundTrip, TargetPort } from './doctor.ts';
import { readingPort } from './read-trace.ts';
import { probeChecks } from './run-probes.ts';

export interface DoctorPreparation {
  readonly settings: Settings;
  readonly config: Pick<
    ResolvedConfig,
    'file' | 'profile' | 'scenariosAt' | 'flagsWithSecrets' | 'tolerated'
  >;
  readonly secrets: readonly string[];
  readonly send: boolean;
  /** `--yes`: send in quiet hours too. */
  readonly confirmed: boolean;
  readonly dataDir: string;
  readonly emit: (check: Check) => void;
  /** Reports what the doctor is waiting for; null when the wait is over. */
  readonly onProgress: (progress: Pick<WaitProgress, 'progress' | 'resumesInMs'> | null) => void;
  readonly stop: AbortSignal;
}

/** Called with the time Sentry took to accept our spans, in milliseconds; it is part of the wait for the trace. */
type OnFlushed = (ms: number) => void;

/** @throws ProdE2eError `PROXY_INVALID` for the connection to Sentry */
export async function prepareDoctor(
  preparation: DoctorPreparation,
): Promise<{ readonly ports: DoctorPorts; readonly close: () => void }> {
  const { settings, config, send, emit, stop } = preparation;
  let flushedInMs = 0;
  const api = settings.sentry.token === null ? null : await orError(() => openSentryApi(settings));
  const target = await orError(() =>
    targetPort(preparation, (ms) => {
      flushedInMs = ms;
    }),
  );
  const targetUrl = target instanceof ProdE2eError ? null : targetOf(settings);
  return {
    ports: {
      config: { file: config.file, profile: config.profile },
      flagsWithSecrets: config.flagsWithSecrets,
      target,
      dsn: settings.sentry.dsn,
      dsnError: config.tolerated.find(({ code }) => code === 'DSN_INVALID') ?? null,
      alerts: settings,
      sentryUrl: settings.sentry.url,
      reading:
        api === null || api instanceof ProdE2eError ? api : readingPort(api, preparation, () => flushedInMs),
      probes: (targetIsThere) => probeChecks({ settings, targetUrl: targetIsThere ? targetUrl : null, stop }),
      send,
      emit,
      nowMs: Date.now,
      stop,
    },
    close: () => {
      if (api !== null && !(api instanceof ProdE2eError)) api.close();
    },
  };
}

/** @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED`, `PROXY_INVALID`, `TLS_FILE` */
async function targetPort(preparation: DoctorPreparation, onFlushed: OnFlushed): Promise<TargetPort> {
  const { settings } = preparation;
  const url = targetOf(settings);
  const { tls, connectTimeoutMs: timeoutMs } = settings;
  const proxy = proxyHost(url);
  const pem = await readTlsFiles(tls);
  return {
    shown: maskUrl(url),
    context: { url, loopback: isLoopback(url), timeoutMs, insecure: tls.insecure },
    probe: proxy === null ? () => probeConnection({ url, timeoutMs, pem }) : null,
    proxy,
    quiet: preparation.confirmed ? null : quietNow(settings, { url, proxy }),
    sendOne: (dsn) => sendOne(preparation, dsn, onFlushed),
  };
}

/** The current quiet hours as text; null outside of them, and for this machine. */
function quietNow({ quietHours }: Settings, to: Destination): string | null {
  const nowMs = Date.now();
  const quiet = staysHere(to) ? null : quietAt(nowMs, quietHours);
  return quiet === null ? null : quietText(quiet, nowMs);
}

async function sendOne(
  options: DoctorPreparation,
  dsn: Dsn | null,
  onFlushed: OnFlushed,
): Promise<RoundTrip> {
  const { openRun } = await import('../run/open-run.ts');
  const { settings, config, secrets, dataDir, stop } = options;
  const { masking, delivery, judgment, sentry, flushedInMs } = await openRun({
    ...{
      config,
      secrets,
      dataDir,
      stop,
      saved: false,
      confirmed: options.confirmed,
      sandbox: false,
      shardEnv: {},
    },
    settings: {
      ...settings,
      count: 1,
      // A random place in the dimensions: the next run continues where the last one stopped, and its first webhook must not
      // be a duplicate of this one.
      seed: settings.seed ?? randomBytes(4).toString('hex'),
      retries: 0,
      shard: 'off',
      replay: { ...settings.replay, from: null },
      sentry: dsn === null ? { ...settings.sentry, dsn } : settings.sentry,
    },
  }).then((opened) => opened.sendFirst());
  onFlushed(flushedInMs);
  return { delivery, judgment: redactDeep(judgment, ofSentences(masking.text)), sentry };
}
