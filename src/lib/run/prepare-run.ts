/** Builds everything a run needs out of the configuration. Heavy rooms are loaded here, after all of it is valid. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { EXPOSURE_HINT, exposureMessage } from '../config/flag-secrets.ts';
import type { Settings } from '../config/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts } from '../model/report.ts';
import type { Scenario } from '../model/scenario.ts';
import { walkLength } from '../plan/combinations.ts';
import { newRunId } from '../plan/ids.ts';
import { createPlan } from '../plan/payload-factory.ts';
import { offsetOfSeed, seedWithOffset } from '../plan/seed.ts';
import { selectScenarios } from '../plan/selection.ts';
import { shardPlan } from '../plan/shard.ts';
import { hintFor } from '../report/advice.ts';
import { readKeptRuns } from '../report/history.ts';
import { createRecorder } from '../report/recorder.ts';
import { maskUrl, type Redact, redactDeep } from '../report/redact.ts';
import { parseThreshold } from '../report/threshold.ts';
import { type Dsn, readDsn } from '../send/dsn.ts';
import type { Tracer } from '../send/trace.ts';
import { numberText } from '../terminal/quantities.ts';
import { type LinkSettings, traceUrl } from '../trace/trace-links.ts';
import { openTracer } from './open-tracer.ts';
import type { RunPorts, RunSettings } from './ports.ts';
import { prepareAlerts } from './prepare-alerts.ts';
import { prepareProbes } from './prepare-probes.ts';
import { type PreparedShard, shardFacts } from './prepare-shard.ts';
import { prepareTraceReading } from './prepare-traces.ts';
import type { QuietSpell } from './quiet-hours.ts';
import { checkAllowedHost, unaskedGapMs } from './safety.ts';
import { unsignedFindings } from './unsigned-findings.ts';

export interface PlanPreparation {
  readonly settings: Settings;
  /** The resolved target, http or https. */
  readonly url: string;
  readonly version: string;
  readonly dataDir: string;
  readonly redact: Redact;
  /** Aborted when the run is to stop, while a file to be replayed is read. */
  readonly stop?: AbortSignal;
  /** Which part of the plan is wanted; all of it without. */
  readonly shard?: PreparedShard | null;
}

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
  /** With the sandbox: nobody outside of this machine is told of the run. */
  readonly alertsOnlyHere?: boolean;
  /** Flags that were given with a secret. */
  readonly flagsWithSecrets?: readonly string[];
  /** Secret value → environment variable that holds it. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Kept runs looked through for the last one against the same target. */
const RUNS_LOOKED_THROUGH = 20;

/** The target of a configuration. @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED` */
export function targetOf(settings: Settings): string {
  if (settings.url === null) {
    throw new ProdE2eError('No webhook endpoint is given.', {
      code: 'NO_URL',
      hints: [
        'Give it: prod-e2e run --url https://your-production-url.com/webhook (or PRODUCTION_URL=…, or url: in a config file).',
        'Or try everything offline first: prod-e2e run --sandbox',
      ],
    });
  }
  checkAllowedHost(settings.url, settings.allowHosts);
  return settings.url;
}

/** Rendered before anything is sent where there is a `payloadSchema`; further ones are checked one by one as they are sent. */
const CHECKED_BEFOREHAND = 1_000;

/** @throws ProdE2eError for a selection, template, pin, dimension, payload or file that cannot be used */
export async function preparePlan(preparation: PlanPreparation): Promise<Plan> {
  const plan = await wholePlan(preparation);
  const { shard = null } = preparation;
  return shard === null ? plan : shardPlan(plan, shard);
}

async function wholePlan(preparation: PlanPreparation): Promise<Plan> {
  const { settings, url, version, redact, shard = null } = preparation;
  const now = () => new Date();
  const seed = shard?.seed ?? settings.seed ?? (await nextSeed(preparation));
  const basis = {
    runId: newRunId(now(), (below) => randomInt(below)),
    seed,
    url,
    userAgent: `prod-e2e/${version} (synthetic test traffic)`,
    now,
    uuid: randomUUID,
  };
  if (settings.replay.from !== null) {
    const { prepareReplay } = await import('./prepare-replay.ts');
    const nextOffset = offsetOfSeed(seed, walkLength(settings.dimensions));
    const { from } = settings.replay;
    const stop = preparation.stop ?? null;
    return prepareReplay({ settings, from, redact, stop, plan: { ...basis, nextOffset } });
  }
  const scenarios = selectScenarios(settings.scenarios, settings);
  const checks = await payloadChecks(scenarios, preparation);
  const plan = createPlan({
    ...basis,
    count: settings.count,
    scenarios,
    dimensions: settings.dimensions,
    pins: settings.set,
    payload: settings.payload,
    headers: settings.headers,
    ...(checks === null ? {} : { checkPayload: checks.check }),
  });
  if (checks !== null) renderFirst(plan, CHECKED_BEFOREHAND);
  return plan;
}

async function payloadChecks(scenarios: readonly Scenario[], { settings, redact }: PlanPreparation) {
  if (scenarios.every(({ payloadSchema }) => payloadSchema === null)) return null;
  const { preparePayloadChecks } = await import('./payload-checks.ts');
  return preparePayloadChecks(scenarios, { redact, redactPaths: settings.redact });
}

function renderFirst(plan: Plan, count: number): void {
  for (const { index } of plan.tests()) if (index >= count) return;
}

/** Goes on where the last run against the same target stopped, so that two runs within a minute send no duplicates. */
async function nextSeed(preparation: PlanPreparation): Promise<string> {
  const { settings, dataDir } = preparation;
  const seed = randomBytes(4).toString('hex');
  const target = shownTarget(preparation);
  let looked = 0;
  for await (const { head } of readKeptRuns(dataDir)) {
    if (head.target === target) return seedWithOffset(seed, head.nextOffset);
    if (++looked === RUNS_LOOKED_THROUGH) break;
  }
  return seedWithOffset(seed, offsetOfSeed(seed, walkLength(settings.dimensions)));
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
  const facts = factsOf(preparation, plan);
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
    scenarios: plan.scenarios,
    planned: plan.total,
  });
  const { tracer, dsn, findings } = await prepareTracer(preparation, plan);
  const sender = await createSender({ ...settings, url });
  const reading = await prepareTraceReading(settings, {
    dataDir: preparation.dataDir,
    target: facts.target,
  });
  const recorder = createRecorder({
    dataDir: preparation.dataDir,
    started: { ...facts, endedAt: null, nextOffset: plan.nextOffset },
  });
  const alerts = await prepareAlerts({
    ...{ settings, dataDir: preparation.dataDir, facts, dsn, stop },
    onlyHere: preparation.alertsOnlyHere ?? false,
    folder: recorder.folder,
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
      flushTimeoutMs: settings.sentry.flushTimeoutMs,
      findings: redactDeep(
        [
          ...findings,
          ...reading.findings,
          ...baseline.findings,
          ...alerts.findings,
          ...plan.findings,
          ...planFindings(plan),
          ...insecureFindings(settings),
          ...unsignedFindings(plan.used),
          ...exposureFindings(preparation),
        ],
        redact,
      ),
    },
    ports: {
      tracer,
      proxy: preparation.proxy,
      tracesTo: dsn?.host ?? null,
      sender,
      judge,
      recorder,
      redact,
      redactPaths: settings.redact,
      traceUrl: (traceId) => {
        const link = preparation.links ? traceUrl(linkSettings(settings), { traceId }) : null;
        return link === null ? null : redact(link);
      },
      traces: reading.port,
      baseline: baseline.port,
      probes: asking.probes,
      cleanup: asking.cleanup,
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

/** Loaded only where it is asked for. @throws ProdE2eError where there is no such run */
async function baselineOf({ settings, dataDir }: Preparation, { target }: RunFacts) {
  const reference = settings.baseline;
  if (reference === null) return { port: null, findings: [] };
  const { prepareBaseline } = await import('./prepare-baseline.ts');
  return prepareBaseline({ reference, dataDir, target });
}

/** As it is kept and told. */
function shownTarget({ url, redact }: PlanPreparation): string {
  return redact(maskUrl(url));
}

function linkSettings({ sentry, trace }: Settings): LinkSettings {
  return { org: sentry.org, baseUrl: sentry.url, template: trace.urlTemplate };
}

function factsOf(preparation: Preparation, plan: Plan): RunFacts {
  const { settings, profile, version, redact, shard = null } = preparation;
  return {
    schemaVersion: 1,
    tool: { name: 'prod-e2e', version },
    runId: plan.runId,
    target: shownTarget(preparation),
    seed: plan.seed,
    profile,
    environment: redact(settings.environment),
    startedAt: new Date().toISOString(),
    planned: plan.total,
    scenarios: [...new Set(plan.scenarios)],
    shard: shard === null ? null : shardFacts(shard, plan, settings),
  };
}

function paceOf({ settings, url, proxy, agreed, shard }: Preparation): RunSettings['pace'] {
  const { concurrency } = settings;
  // All shards together keep the rate.
  const rate = settings.rate === null ? null : settings.rate / (shard?.total ?? 1);
  // With a rate, a concurrency of 1 would turn the open model into a closed one: only a larger one is a limit.
  const limit = rate !== null && concurrency === 1 ? null : concurrency;
  return { concurrency: limit, rate, gapMs: unaskedGapMs({ url, proxy, agreed }) };
}

interface Tracing {
  readonly tracer: Tracer;
  /** Null without a usable one. */
  readonly dsn: Dsn | null;
  readonly findings: readonly Finding[];
}

async function prepareTracer({ settings, redact }: Preparation, plan: Plan): Promise<Tracing> {
  const reading = settings.sentry.dsn === null ? null : readDsn(settings.sentry.dsn);
  const dsn = reading?.ok ? reading.dsn : null;
  const findings =
    reading === null || reading.ok
      ? []
      : [warning('sentry-dsn-invalid', `The Sentry DSN cannot be used: ${reading.problem}`)];
  const tracer = await openTracer({ dsn, settings, runId: plan.runId, redact });
  return { tracer, dsn, findings };
}

function planFindings(plan: Plan): readonly Finding[] {
  if (plan.repeated === 0) return [];
  const message = `${numberText(plan.repeated)} of ${numberText(plan.total)} webhooks repeat a combination of dimensions (there are ${numberText(plan.combinations)}): a target that drops duplicates may refuse them`;
  return [warning('combinations-repeated', message)];
}

function insecureFindings(settings: Settings): readonly Finding[] {
  return settings.tls.insecure ? [warning('insecure', 'TLS certificates are not checked (--insecure)')] : [];
}

function exposureFindings({ flagsWithSecrets = [] }: Preparation): readonly Finding[] {
  if (flagsWithSecrets.length === 0) return [];
  const message = exposureMessage(flagsWithSecrets);
  return [{ severity: 'warning', code: 'secret-in-flag', message, hint: EXPOSURE_HINT }];
}

function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message, hint: hintFor(code) };
}
