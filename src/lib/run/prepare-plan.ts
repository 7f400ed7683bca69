/** The plan of a run, and its target, out of the configuration. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { newRunId } from '../model/run-id.ts';
import type { Scenario } from '../model/scenario.ts';
import { walkLength } from '../plan/combinations.ts';
import { createPlan } from '../plan/payload-factory.ts';
import type { PreparedShard } from '../plan/prepare-shard.ts';
import { offsetOfSeed, seedWithOffset } from '../plan/random.ts';
import { selectScenarios } from '../plan/selection.ts';
import { shardPlan } from '../plan/shard.ts';
import { readSavedRuns } from '../report/history/history.ts';
import { checkAllowedHost } from '../safety/safety.ts';
import { maskUrl, type Redact } from '../secrets/redact.ts';
import { VERSION } from '../version.ts';

export interface PlanOptions {
  readonly settings: Settings;
  /** The resolved target, http or https. */
  readonly url: string;
  readonly dataDir: string;
  readonly redact: Redact;
  /** Aborted when the run is to stop: ends the reading of a file that is replayed. */
  readonly stop?: AbortSignal;
  /** Null or absent for the plan of all shards. */
  readonly shard?: PreparedShard | null;
}

/** Saved runs read to find the last one against the same target. */
const MAX_RUNS_READ = 20;

/** The target of a configuration. @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED` */
export function targetOf(settings: Settings): string {
  if (settings.url === null) throw noUrl();
  checkAllowedHost(settings.url, settings.allowHosts);
  return settings.url;
}

export function noUrl(): ProdE2eError {
  return new ProdE2eError('No webhook URL configured.', {
    code: 'NO_URL',
    hints: [
      'Set one with --url, PRODUCTION_URL or url in the config file: prod-e2e run --url https://your-production-url.com/webhook',
      'To try it offline first: prod-e2e run --sandbox',
    ],
  });
}

/** With a `payloadSchema`, payloads rendered before anything is sent; further ones are checked as they are sent. */
export const CHECKED_BEFOREHAND = 1_000;

/** @throws ProdE2eError for a selection, template, pin, dimension, payload or file that cannot be used */
export async function preparePlan(options: PlanOptions): Promise<Plan> {
  const plan = await allShardsPlan(options);
  const { shard = null } = options;
  if (shard === null) return plan;
  // The payloads of a file do not take turns, so the scenarios of a shard are known only as it is sent.
  const isReplay = options.settings.replay.from !== null;
  return { ...shardPlan(plan, shard), ...(isReplay ? { testsPerScenario: null } : {}) };
}

async function allShardsPlan(options: PlanOptions): Promise<Plan> {
  const { settings, url, redact, shard = null } = options;
  const now = () => new Date();
  const seed = shard?.seed ?? settings.seed ?? (await nextSeed(options));
  const basis = {
    runId: newRunId(now(), (below) => randomInt(below)),
    seed,
    url,
    userAgent: `prod-e2e/${VERSION} (synthetic test traffic)`,
    now,
    uuid: randomUUID,
  };
  if (settings.replay.from !== null) {
    const { prepareReplay } = await import('../replay/prepare-replay.ts');
    const nextOffset = offsetOfSeed(seed, walkLength(settings.dimensions));
    const { from } = settings.replay;
    const stop = options.stop ?? null;
    return prepareReplay({ settings, from, redact, stop, plan: { ...basis, nextOffset } });
  }
  const scenarios = selectScenarios(settings.scenarios, settings);
  const checks = await payloadChecks(scenarios, options);
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
  if (checks !== null) renderFirst(plan);
  return plan;
}

async function payloadChecks(scenarios: readonly Scenario[], { settings, redact }: PlanOptions) {
  if (scenarios.every(({ payloadSchema }) => payloadSchema === null)) return null;
  const { preparePayloadChecks } = await import('../preflight/payload-checks.ts');
  return preparePayloadChecks(scenarios, { redact, redactPaths: settings.redact });
}

/** @throws ProdE2eError for a payload that cannot be rendered, or breaks its schema */
export function renderFirst(plan: Plan): void {
  for (const { index } of plan.tests()) if (index >= CHECKED_BEFOREHAND) return;
}

/** Continues where the last run against the same target stopped: two runs within a minute send no duplicates. */
async function nextSeed(options: PlanOptions): Promise<string> {
  const { settings, dataDir } = options;
  const seed = randomBytes(4).toString('hex');
  const target = shownTarget(options);
  let read = 0;
  for await (const { head } of readSavedRuns(dataDir)) {
    if (head.target === target) return seedWithOffset(seed, head.nextOffset);
    if (++read === MAX_RUNS_READ) break;
  }
  return seedWithOffset(seed, offsetOfSeed(seed, walkLength(settings.dimensions)));
}

/** As reports name it. */
export function shownTarget({ url, redact }: PlanOptions): string {
  return redact(maskUrl(url));
}
