/** Builds the settings and ports of a run. Heavy rooms are loaded here, once the configuration is known to be valid. */
import type { Settings } from '../config/settings/settings.ts';
import type { RunFacts } from '../model/report.ts';
import { prepareAlerts } from '../notify/prepare-alerts.ts';
import { preflightFindings } from '../preflight/preflight-findings.ts';
import { parseThreshold } from '../report/digest/threshold.ts';
import { historyOf } from '../report/history/broken-since.ts';
import { type CleanupLog, openCleanupLog } from '../report/store/cleanup/log.ts';
import { createRecorder, type Recorder } from '../report/store/recorder.ts';
import { thisProcess } from '../report/store/run-owner.ts';
import { unconfirmedGapMs } from '../safety/safety.ts';
import { ofSentences, redactDeep } from '../secrets/redact.ts';
import { type LinkSettings, traceUrl } from '../trace/trace-links.ts';
import { prepareProbes } from '../verify/prepare-probes.ts';
import { prepareTraceReading } from '../verify/prepare-traces.ts';
import { createDuplicates, readEarlierIds } from './duplicates.ts';
import { factsOf } from './facts.ts';
import { openSending } from './open-sending.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import type { RunWiring } from './wiring.ts';

/** @throws ProdE2eError for what makes the run impossible; nothing has been sent then */
export async function prepareRun(
  wiring: RunWiring,
  { plan, quiet, emit }: Pick<RunSettings, 'plan' | 'quiet'> & Pick<RunPorts, 'emit'>,
): Promise<{
  readonly settings: RunSettings;
  readonly ports: RunPorts;
  readonly close: () => Promise<void>;
}> {
  const { settings, config, url, proxy, dsn, redact, variables, dataDir, saved, sandbox, stop } = wiring;
  const facts = await factsOf(wiring, plan);
  const thresholds = settings.thresholds.map(parseThreshold);
  const baseline = await baselineOf(wiring, facts);
  const asking = await prepareProbes(settings, {
    ...{ url, redact, variables },
    used: plan.used,
    planned: plan.planned,
  });
  const { tracer, sender, judge } = await openSending({
    ...{ settings, url, dsn, redact, runId: plan.runId },
    // Also of scenarios that are not sent: an expectation that cannot be used is an error.
    expectations: [...settings.scenarios, ...plan.used].flatMap(({ expect, repeat }) => [
      expect,
      ...(repeat === null ? [] : [repeat.expect]),
    ]),
  });
  const reading = await prepareTraceReading(settings, {
    dataDir,
    target: facts.target,
  });
  // Found before this run is saved itself.
  const earlier = await readEarlierIds(dataDir, facts);
  const recorder = createRecorder({
    dataDir,
    started: { ...facts, endedAt: null, nextOffset: plan.nextOffset },
    stays: saved && settings.keep > 0,
  });
  const alerts = await prepareAlerts({
    ...{ settings, dataDir, facts, dsn, stop },
    onlyHere: sandbox,
    forgets: !saved,
  });
  return {
    settings: {
      facts,
      plan,
      pace: paceOf(wiring),
      bail: settings.bail,
      maxFailures: settings.maxFailures,
      quiet,
      thresholds,
      failOn: settings.failOn,
      requireStages: settings.requireStages,
      flushTimeoutMs: settings.sentry.flushTimeoutMs,
      findings: redactDeep(
        [
          ...reading.findings,
          ...baseline.findings,
          ...alerts.findings,
          ...preflightFindings({ settings, plan, sandbox, flagsWithSecrets: config.flagsWithSecrets }),
        ],
        ofSentences(redact),
      ),
    },
    ports: {
      tracer,
      proxy,
      tracesTo: dsn?.host ?? null,
      sender,
      judge,
      duplicates: createDuplicates(earlier, Date.now),
      latestRun: earlier.latest,
      recorder,
      redact,
      redactPaths: settings.redact,
      traceUrl: (traceId) => {
        // The traces of the sandbox end with it.
        const link = sandbox ? null : traceUrl(linkSettings(settings), { traceId });
        return link === null ? null : redact(link);
      },
      // Without traces and probes, only the user's own stages can be judged: by the response.
      verification:
        reading.port === null && asking.probes === null && settings.stages === null ? null : reading.settings,
      traces: reading.port,
      baseline: baseline.port,
      history: historyOf(dataDir, facts),
      probes: asking.probes,
      cleanup: asking.cleanup && { ...asking.cleanup, log: cleanupLog(wiring, recorder) },
      alerts: alerts.port,
      contacts: { ...asking.contacts, alerts: alerts.hosts },
      emit,
      now: () => new Date(),
      monotonicMs: () => performance.now(),
      stop,
    },
    close: async () => {
      sender.close();
      reading.close();
      alerts.close();
      await asking.close();
    },
  };
}

/** Null where nothing can be removed after the run. */
function cleanupLog({ saved, sandbox }: RunWiring, recorder: Recorder): CleanupLog | null {
  const folder = recorder.folder();
  if (folder === null || !saved || sandbox) return null;
  const log = openCleanupLog(folder, { open: 0, removeEmpty: true });
  log.write({ type: 'process', ...thisProcess() });
  return log;
}

/** Loaded only with `--baseline`. @throws ProdE2eError if the run does not exist */
async function baselineOf({ settings, dataDir }: RunWiring, facts: RunFacts) {
  const reference = settings.baseline;
  if (reference === null) return { port: null, findings: [] };
  const { prepareBaseline } = await import('../report/compare/prepare-baseline.ts');
  return prepareBaseline({ reference, dataDir, facts });
}

function linkSettings({ sentry, trace }: Settings): LinkSettings {
  return { org: sentry.org, baseUrl: sentry.url, template: trace.urlTemplate };
}

function paceOf({ settings, url, proxy, confirmed, shard }: RunWiring): RunSettings['pace'] {
  const { concurrency } = settings;
  // All shards together keep the rate.
  const rate = settings.rate === null ? null : settings.rate / (shard?.total ?? 1);
  // With a rate, a concurrency of 1 would turn the open model into a closed one: only a larger one is a limit.
  const limit = rate !== null && concurrency === 1 ? null : concurrency;
  return { concurrency: limit, rate, gapMs: unconfirmedGapMs({ url, proxy, confirmed }) };
}
