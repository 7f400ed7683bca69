/** What is sent, and where to, out of the configuration. */
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

/** Kept runs looked through for the last one against the same target. */
const RUNS_LOOKED_THROUGH = 20;

/** The target of a configuration. @throws ProdE2eError `NO_URL`, `HOST_NOT_ALLOWED` */
export function targetOf(settings: Settings): string {
  if (settings.url === null) throw noUrl();
  checkAllowedHost(settings.url, settings.allowHosts);
  return settings.url;
}

export function noUrl(): ProdE2eError {
  return new ProdE2eError('No webhook endpoint is given.', {
    code: 'NO_URL',
    hints: [
      'Give it: prod-e2e run --url https://your-production-url.com/webhook (or PRODUCTION_URL=…, or url: in a config file).',
      'Or try everything offline first: prod-e2e run --sandbox',
    ],
  });
}

/** Rendered before anything is sent where there is a `payloadSchema`; further ones are checked one by one as they are sent. */
export const CHECKED_BEFOREHAND = 1_000;

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
    const { prepareReplay } = await import('../replay/prepare-replay.ts');
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
  if (checks !== null) renderFirst(plan);
  return plan;
}

async function payloadChecks(scenarios: readonly Scenario[], { settings, redact }: PlanPreparation) {
  if (scenarios.every(({ payloadSchema }) => payloadSchema === null)) return null;
  const { preparePayloadChecks } = await import('../preflight/payload-checks.ts');
  return preparePayloadChecks(scenarios, { redact, redactPaths: settings.redact });
}

/** @throws ProdE2eError for a payload that cannot be rendered, or breaks its schema */
export function renderFirst(plan: Plan): void {
  for (const { index } of plan.tests()) if (index >= CHECKED_BEFOREHAND) return;
}

/** Goes on where the last run against the same target stopped, so that two runs within a minute send no duplicates. */
async function nextSeed(preparation: PlanPreparation): Promise<string> {
  const { settings, dataDir } = preparation;
  const seed = randomBytes(4).toString('hex');
  const target = shownTarget(preparation);
  let looked = 0;
  for await (const { head } of readSavedRuns(dataDir)) {
    if (head.target === target) return seedWithOffset(seed, head.nextOffset);
    if (++looked === RUNS_LOOKED_THROUGH) break;
  }
  return seedWithOffset(seed, offsetOfSeed(seed, walkLength(settings.dimensions)));
}

/** As it is kept and told. */
export function shownTarget({ url, redact }: PlanPreparation): string {
  return redact(maskUrl(url));
}
