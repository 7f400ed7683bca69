/** Builds what the doctor needs out of the configuration. */
import { randomBytes } from 'node:crypto';
import { orError } from '../cli/or-error.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { createDuplicates, NO_EARLIER_IDS } from '../run/duplicates.ts';
import { openTracer } from '../run/open-tracer.ts';
import { preparePlan, targetOf } from '../run/prepare-plan.ts';
import { sendOne } from '../run/send-one.ts';
import { quietAt, quietText } from '../safety/quiet-hours.ts';
import { type Destination, isLoopback, staysHere } from '../safety/safety.ts';
import { maskUrl, ofSentences, type Redact, redactDeep } from '../secrets/redact.ts';
import { createAgents } from '../send/agents.ts';
import type { Dsn } from '../send/dsn.ts';
import { readTlsFiles } from '../send/tls-files.ts';
import type { WaitProgress } from '../trace/reading/read-traces.ts';
import { timeLimit } from '../trace/reading/time-limit.ts';
import { FIRST_RESPONSE } from '../trace/reading/wait-text.ts';
import type { SentryApi } from '../trace/sentry-api/endpoints.ts';
import { openSentryApi } from '../verify/prepare-traces.ts';
import { VERSION } from '../version.ts';
import type { Check } from './check.ts';
import { probeConnection } from './connection.ts';
import type { DoctorPorts, ReadingPort, RoundTrip, TargetPort } from './doctor.ts';
import { awaitTrace } from './read-trace.ts';
import { probeChecks } from './run-probes.ts';

export interface DoctorPreparation {
  readonly settings: Settings;
  readonly config: Pick<ResolvedConfig, 'file' | 'profile' | 'flagsWithSecrets' | 'tolerated'>;
  readonly send: boolean;
  /** `--yes`: also in quiet hours. */
  readonly agreed: boolean;
  readonly dataDir: string;
  readonly redact: Redact;
  readonly emit: (check: Check) => void;
  /** What is waited for; null when that has ended. */
  readonly onProgress: (progress: Pick<WaitProgress, 'progress' | 'resumesInMs'> | null) => void;
  readonly stop: AbortSignal;
}

/** For the questions to Sentry's API before a webhook is sent, in milliseconds; no longer than `trace.timeout`. */
const API_PATIENCE_MS = 20_000;

/** Told how long Sentry took to accept our spans, in milliseconds: a part of the wait for the trace. */
type OnFlushed = (ms: number) => void;

/** @throws ProdE2eError `PROXY_INVALID` of the way to Sentry */
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
  const agents = createAgents({ url, connectTimeoutMs: timeoutMs, maxSockets: 1 });
  const { proxy } = agents;
  agents.destroy();
  const pem = await readTlsFiles(tls);
  return {
    shown: maskUrl(url),
    context: { url, loopback: isLoopback(url), timeoutMs, insecure: tls.insecure },
    probe: proxy === null ? () => probeConnection({ url, timeoutMs, pem }) : null,
    proxy,
    quiet: preparation.agreed ? null : quietNow(settings, { url, proxy }),
    sendOne: (dsn) => roundTrip({ ...preparation, url, dsn, onFlushed }),
  };
}

/** In words; null outside of quiet hours, and for this machine. */
function quietNow({ quietHours }: Settings, to: Destination): string | null {
  const nowMs = Date.now();
  const quiet = staysHere(to) ? null : quietAt(nowMs, quietHours);
  return quiet === null ? null : quietText(quiet, nowMs);
}

async function roundTrip(
  options: DoctorPreparation & {
    readonly url: string;
    readonly dsn: Dsn | null;
    readonly onFlushed: OnFlushed;
  },
): Promise<RoundTrip> {
  const { url, stop } = options;
  // A random place in the dimensions: the next run goes on where the last one stopped, and must not find its first
  // webhook used up by this one. Not tried again: what fails once is what is to be seen.
  const seed = options.settings.seed ?? randomBytes(4).toString('hex');
  const replay = { ...options.settings.replay, from: null };
  const settings = { ...options.settings, count: 1, seed, retries: 0, replay };
  const { dataDir, redact } = options;
  const plan = await preparePlan({ settings, url, version: VERSION, dataDir, redact });
  const [test] = plan.tests();
  if (test === undefined) throw new Error('a plan of one has no test');
  const [{ createSender }, { createResponseValidator }] = await Promise.all([
    import('../send/traced-sender.ts'),
    import('../validate/response-validator.ts'),
  ]);
  const judge = await createResponseValidator({ expectations: [test.expect], strict: settings.strict });
  const tracer = await openTracer({ ...options, runId: plan.runId });
  const sender = await createSender({ ...settings, url });
  stop.addEventListener('abort', sender.abort, { once: true });
  try {
    const duplicates = createDuplicates(NO_EARLIER_IDS, Date.now);
    const ports = { tracer, sender, judge, duplicates, redact, redactPaths: settings.redact };
    const { delivery, judgement, masking } = await sendOne(
      test,
      { lateMs: 0, isResend: false, mayRetry: async () => false },
      ports,
    );
    const begunMs = performance.now();
    await tracer.flush(Math.min(settings.sentry.flushTimeoutMs, settings.trace.timeoutMs));
    options.onFlushed(performance.now() - begunMs);
    return {
      delivery,
      judgement: redactDeep(judgement, ofSentences(masking.text)),
      sentry: tracer.delivery(),
    };
  } finally {
    stop.removeEventListener('abort', sender.abort);
    sender.close();
  }
}

function readingPort(
  api: SentryApi,
  { settings, onProgress, stop }: DoctorPreparation,
  flushedInMs: () => number,
): ReadingPort {
  const { timeoutMs, intervalMs } = settings.trace;
  let leftMs = Math.min(API_PATIENCE_MS, timeoutMs);
  /** Both questions share one limit. */
  const within = async <T>(ask: (patience: { readonly signal: AbortSignal }) => Promise<T>): Promise<T> => {
    onProgress({ progress: FIRST_RESPONSE, resumesInMs: null });
    const begunMs = performance.now();
    const limit = timeLimit(leftMs, stop);
    return ask({ signal: limit.signal }).finally(() => {
      limit.end();
      onProgress(null);
      leftMs -= performance.now() - begunMs;
    });
  };
  return {
    org: settings.sentry.org ?? '',
    readOrganisation: () => within(api.readOrganization),
    readNothing: () =>
      within((patience) =>
        api.readTrace(randomBytes(16).toString('hex'), { ...patience, startedAt: Date.now() }),
      ),
    awaitTrace: (delivery) => {
      onProgress({ progress: FIRST_RESPONSE, resumesInMs: null });
      const left = { timeoutMs: Math.max(0, timeoutMs - flushedInMs()), intervalMs };
      return awaitTrace(delivery, { api, settings: left, onProgress, stop }).finally(() => onProgress(null));
    },
  };
}
