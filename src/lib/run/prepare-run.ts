/** Builds the settings and ports of a run. Heavy rooms are loaded here, once the configuration is known to be valid. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { scenarioLines } from '../config/layers/scenario-lines.ts';
import type { ScenariosAt } from '../config/layers/scenarios-at.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts, ScenarioSource } from '../model/report.ts';
import type { Expectation } from '../model/scenario.ts';
import { prepareAlerts } from '../notify/prepare-alerts.ts';
import { shardFacts } from '../plan/prepare-shard.ts';
import { preflightFindings } from '../preflight/preflight-findings.ts';
import { parseThreshold } from '../report/digest/threshold.ts';
import { historyOf } from '../report/history/broken-since.ts';
import { type CleanupLog, openCleanupLog } from '../report/store/cleanup/log.ts';
import { createRecorder, type Recorder } from '../report/store/recorder.ts';
import { thisProcess } from '../report/store/run-owner.ts';
import { unconfirmedGapMs } from '../safety/safety.ts';
import { ofSentences, type Redact, redactDeep } from '../secrets/redact.ts';
import type { Dsn } from '../send/dsn.ts';
import { headerTracer, type Tracer } from '../send/trace.ts';
import { type LinkSettings, traceUrl } from '../trace/trace-links.ts';
import { prepareProbes } from '../verify/prepare-probes.ts';
import { prepareTraceReading } from '../verify/prepare-traces.ts';
import { VERSION } from '../version.ts';
import { createDuplicates, readEarlierIds } from './duplicates.ts';
import type { ReadyRun, RunPorts, RunSettings } from './ports.ts';
import { shownTarget } from './prepare-plan.ts';
import type { RunWiring } from './wiring.ts';

/** @throws ProdE2eError for what makes the run impossible; nothing has been sent then */
export async function prepareRun(
  wiring: RunWiring,
  { plan, emit }: ReadyRun & Pick<RunPorts, 'emit'>,
): Promise<{
  readonly settings: Omit<RunSettings, keyof ReadyRun>;
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
    ...{ dataDir, sandbox },
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
    thisMachineOnly: sandbox,
    forgets: !saved,
  });
  return {
    settings: {
      facts,
      pace: paceOf(wiring),
      bail: settings.bail,
      maxFailures: settings.maxFailures,
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
      // Only a run with broken tests compares traces.
      changes: async (run) => {
        const { changesOf } = await import('../report/history/changes.ts');
        return changesOf(dataDir, facts)(run);
      },
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

type Sending = Pick<RunPorts, 'tracer' | 'sender' | 'judge'>;

interface SendingOptions {
  readonly settings: Settings;
  readonly url: string;
  /** Null without one: webhooks carry trace headers alone. */
  readonly dsn: Dsn | null;
  readonly runId: string;
  readonly redact: Redact;
  /** Of all responses that are to be judged. */
  readonly expectations: readonly Expectation[];
}

/**
 * What sends webhooks and judges their responses, out of the configuration.
 * @throws ProdE2eError `SCHEMA_INVALID`, `TLS_FILE`, `PROXY_INVALID`
 */
export async function openSending(options: SendingOptions): Promise<Sending> {
  const { settings, url, expectations } = options;
  const [{ createSender }, { createResponseValidator }] = await Promise.all([
    import('../send/traced-sender.ts'),
    import('../validate/response-validator.ts'),
  ]);
  const judge = await createResponseValidator({ expectations, strict: settings.strict });
  const tracer = await openTracer(options);
  const sender = await createSender({ ...settings, url });
  return { tracer, sender, judge };
}

async function openTracer({ dsn, settings, runId, redact }: SendingOptions): Promise<Tracer> {
  const { environment, sentry } = settings;
  const release = `prod-e2e@${VERSION}`;
  if (dsn === null) return headerTracer({ environment, release });
  // Loaded only here: @sentry/node is the heaviest thing a run needs.
  const { createTracer } = await import('../send/tracer.ts');
  const { traceLifecycle, orgId } = sentry;
  return createTracer({ dsn, environment, release, traceLifecycle, orgId, runId, redact });
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

/** What is known of a run before it begins. */
async function factsOf(wiring: RunWiring, plan: Plan): Promise<RunFacts> {
  const { settings, config, redact, shard } = wiring;
  const scenarios = [...new Set(plan.scenarios)];
  const source = await scenarioSource(config.scenariosAt, scenarios);
  return {
    schemaVersion: 1,
    tool: { name: 'prod-e2e', version: VERSION },
    runId: plan.runId,
    target: shownTarget(wiring),
    ...(wiring.sandbox ? { sandbox: true } : {}),
    seed: plan.seed,
    profile: config.profile,
    environment: redact(settings.environment),
    startedAt: new Date().toISOString(),
    planned: plan.planned,
    scenarios,
    shard: shard === null ? null : shardFacts(shard, plan, settings),
    ...(source === null ? {} : { source }),
  };
}

/**
 * A report is read on other machines: it names files relative to the root of the repository (`GITHUB_WORKSPACE`), or to the
 * working directory; null for other files.
 * @param used names of the scenarios that are sent
 */
async function scenarioSource(
  at: ScenariosAt | null,
  used: readonly string[],
): Promise<ScenarioSource | null> {
  if (at === null) return null;
  const file = below(process.env.GITHUB_WORKSPACE ?? '', at.file) ?? below(process.cwd(), at.file);
  if (file === null) return null;
  const text = await readFile(at.file, 'utf8').catch(() => null);
  const lines = await scenarioLines(text ?? '', at);
  return { file, lines: Object.fromEntries([...lines].filter(([name]) => used.includes(name))) };
}

/** With `/`, as annotations need it; null where it is not below. */
function below(folder: string, file: string): string | null {
  if (folder === '') return null;
  const relative = path.relative(folder, file);
  if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}
