/** Builds everything a run needs out of the configuration. Heavy rooms are loaded here, after all of it is valid. */
import type { ScenariosAt } from '../config/layers/scenarios-at.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts } from '../model/report.ts';
import { prepareAlerts } from '../notify/prepare-alerts.ts';
import { shardFacts } from '../plan/prepare-shard.ts';
import { preflightFindings } from '../preflight/preflight-findings.ts';
import { parseThreshold } from '../report/digest/threshold.ts';
import { historyOf } from '../report/history/broken-since.ts';
import { type CleanupLog, openCleanupLog } from '../report/store/cleanup/log.ts';
import { createRecorder, type Recorder } from '../report/store/recorder.ts';
import { thisProcess } from '../report/store/run-owner.ts';
import type { QuietSpell } from '../safety/quiet-hours.ts';
import { unconfirmedGapMs } from '../safety/safety.ts';
import { ofSentences, redactDeep } from '../secrets/redact.ts';
import { type Dsn, usableDsn } from '../send/dsn.ts';
import type { Tracer } from '../send/trace.ts';
import { type LinkSettings, traceUrl } from '../trace/trace-links.ts';
import { prepareProbes } from '../verify/prepare-probes.ts';
import { prepareTraceReading } from '../verify/prepare-traces.ts';
import { createDuplicates, readEarlierIds } from './duplicates.ts';
import { openTracer } from './open-tracer.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import { type PlanPreparation, shownTarget } from './prepare-plan.ts';
import { type ReportRoots, scenarioSource } from './scenario-source.ts';

export interface Preparation extends PlanPreparation {
  readonly profile: string | null;
  /** `--yes`, or nothing leaves: webhooks keep no distance. An answer to a question is a yes to what was asked, not to all. */
  readonly agreed: boolean;
  /** `host:port` of the proxy that connects to the target; null without one. */
  readonly proxy: string | null;
  /** The quiet hours at which sending stops; null for none. */
  readonly quiet: QuietSpell | null;
  /** Traces can still be looked at when the run is over. */
  readonly links: boolean;
  /** The target is the sandbox of this run: nobody outside of this machine is told of it. */
  readonly sandbox?: boolean;
  /** The run stays among the saved ones when it is over. */
  readonly stays: boolean;
  /** The data folder is gone after the run: what alerts would count is forgotten. */
  readonly alertsForget?: boolean;
  /** What clean-up leaves can be removed later: the run is kept, and its target does not end with it. */
  readonly savesCleanup: boolean;
  /** Where the scenarios stand; null where they are in no file. */
  readonly scenariosAt: ScenariosAt | null;
  readonly roots: ReportRoots;
  /** Flags that were given with a secret. */
  readonly flagsWithSecrets?: readonly string[];
  /** Secret value → environment variable that holds it. */
  readonly variables: ReadonlyMap<string, string>;
}

export async function prepareRun(
  preparation: Preparation,
  plan: Plan,
  { emit, stop }: Pick<RunPorts, 'emit' | 'stop'>,
): Promise<{
  readonly settings: RunSettings;
  readonly ports: RunPorts;
  readonly close: () => Promise<void>;
}> {
  const { settings, url, redact } = preparation;
  const facts = await factsOf(preparation, plan);
  const thresholds = settings.thresholds.map(parseThreshold);
  const [{ createSender }, { createResponseValidator }] = await Promise.all([
    import('../send/traced-sender.ts'),
    import('../validate/response-validator.ts'),
  ]);
  const judge = await createResponseValidator({
    // Also of those that are not sent: what cannot be used is told.
    expectations: [...settings.scenarios, ...plan.used].flatMap(({ expect, repeat }) => [
      expect,
      ...(repeat === null ? [] : [repeat.expect]),
    ]),
    strict: settings.strict,
  });
  const baseline = await baselineOf(preparation, facts);
  const asking = await prepareProbes(settings, {
    ...preparation,
    used: plan.used,
    planned: plan.total,
  });
  const { tracer, dsn } = await prepareTracer(preparation, plan);
  const sender = await createSender({ ...settings, url });
  const reading = await prepareTraceReading(settings, {
    dataDir: preparation.dataDir,
    target: facts.target,
  });
  // Before this run is among the saved ones.
  const earlier = await readEarlierIds(preparation.dataDir, facts);
  const recorder = createRecorder({
    dataDir: preparation.dataDir,
    started: { ...facts, endedAt: null, nextOffset: plan.nextOffset },
    stays: preparation.stays,
  });
  const alerts = await prepareAlerts({
    ...{ settings, dataDir: preparation.dataDir, facts, dsn, stop },
    onlyHere: preparation.sandbox ?? false,
    forgets: preparation.alertsForget ?? false,
  });
  return {
    settings: {
      facts,
      plan,
      pace: paceOf(preparation),
      bail: settings.bail,
      maxFailures: settings.maxFailures,
      quiet: preparation.quiet,
      thresholds,
      failOn: settings.failOn,
      requireStages: settings.requireStages,
      flushTimeoutMs: settings.sentry.flushTimeoutMs,
      findings: redactDeep(
        [
          ...reading.findings,
          ...baseline.findings,
          ...alerts.findings,
          ...preflightFindings({ flagsWithSecrets: [], ...preparation, plan }),
        ],
        ofSentences(redact),
      ),
    },
    ports: {
      tracer,
      proxy: preparation.proxy,
      tracesTo: dsn?.host ?? null,
      sender,
      judge,
      duplicates: createDuplicates(earlier, Date.now),
      latestRun: earlier.latest,
      recorder,
      redact,
      redactPaths: settings.redact,
      traceUrl: (traceId) => {
        const link = preparation.links ? traceUrl(linkSettings(settings), { traceId }) : null;
        return link === null ? null : redact(link);
      },
      // Without traces and probes only the user's own stages have something to be judged by: the response.
      verification:
        reading.port === null && asking.probes === null && settings.stages === null ? null : reading.settings,
      traces: reading.port,
      baseline: baseline.port,
      history: historyOf(preparation.dataDir, facts),
      probes: asking.probes,
      cleanup: asking.cleanup && { ...asking.cleanup, log: cleanupLog(preparation, recorder) },
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

/** Null where nothing can be removed later. */
function cleanupLog({ savesCleanup }: Preparation, recorder: Recorder): CleanupLog | null {
  const folder = recorder.folder();
  if (folder === null || !savesCleanup) return null;
  const log = openCleanupLog(folder, { open: 0, removeEmpty: true });
  log.write({ type: 'process', ...thisProcess() });
  return log;
}

/** Loaded only where it is asked for. @throws ProdE2eError where there is no such run */
async function baselineOf({ settings, dataDir }: Preparation, facts: RunFacts) {
  const reference = settings.baseline;
  if (reference === null) return { port: null, findings: [] };
  const { prepareBaseline } = await import('../report/compare/prepare-baseline.ts');
  return prepareBaseline({ reference, dataDir, facts });
}

function linkSettings({ sentry, trace }: Settings): LinkSettings {
  return { org: sentry.org, baseUrl: sentry.url, template: trace.urlTemplate };
}

async function factsOf(preparation: Preparation, plan: Plan): Promise<RunFacts> {
  const { settings, profile, version, redact, shard = null } = preparation;
  const scenarios = [...new Set(plan.scenarios)];
  const source = await scenarioSource(preparation.scenariosAt, { ...preparation.roots, used: scenarios });
  return {
    schemaVersion: 1,
    tool: { name: 'prod-e2e', version },
    runId: plan.runId,
    target: shownTarget(preparation),
    ...(preparation.sandbox === true ? { sandbox: true } : {}),
    seed: plan.seed,
    profile,
    environment: redact(settings.environment),
    startedAt: new Date().toISOString(),
    planned: plan.total,
    scenarios,
    shard: shard === null ? null : shardFacts(shard, plan, settings),
    ...(source === null ? {} : { source }),
  };
}

function paceOf({ settings, url, proxy, agreed, shard }: Preparation): RunSettings['pace'] {
  const { concurrency } = settings;
  // All shards together keep the rate.
  const rate = settings.rate === null ? null : settings.rate / (shard?.total ?? 1);
  // With a rate, a concurrency of 1 would turn the open model into a closed one: only a larger one is a limit.
  const limit = rate !== null && concurrency === 1 ? null : concurrency;
  return { concurrency: limit, rate, gapMs: unconfirmedGapMs({ url, proxy, agreed }) };
}

interface Tracing {
  readonly tracer: Tracer;
  readonly dsn: Dsn | null;
}

async function prepareTracer({ settings, redact }: Preparation, plan: Plan): Promise<Tracing> {
  const dsn = usableDsn(settings.sentry.dsn);
  const tracer = await openTracer({ dsn, settings, runId: plan.runId, redact });
  return { tracer, dsn };
}
