/** The plan made as a run makes it, for what only shows in whole payloads: functions that fail, schemas that are broken. */
import { randomUUID } from 'node:crypto';
import type { Path } from '../config/paths.ts';
import type { Fault } from '../config/problems/problems.ts';
import { isTouched } from '../config/problems/usable-part.ts';
import type { Checked } from '../config/resolve.ts';
import { ProdE2eError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import { walkLength } from '../plan/combinations.ts';
import { createPlan } from '../plan/payload-factory.ts';
import { shardFor } from '../plan/prepare-shard.ts';
import { selectionErrors, selectScenarios } from '../plan/selection.ts';
import { CHECKED_BEFOREHAND, renderFirst } from '../run/prepare-plan.ts';
import { createRedactor } from '../secrets/redact.ts';
import { CHECK_RUN_ID, isBroken, type RunChecks } from './found.ts';

/** Where no URL is given, or the sandbox's is not known yet: only the host of the plan differs. */
const ANY_URL = 'http://127.0.0.1/';

/** Without one of these, payloads are others than those of a run, or show what is to be masked. */
const NEEDS = ['payload', 'headers', 'dimensions', 'set', 'seed', 'redact', 'scenario', 'tag', 'exclude'];

type PayloadCheck = (payload: JsonObject, scenario: Scenario) => void;

/** @param options.found by the checks before: what cannot be selected or compiled is told once */
export async function renderFaults(
  checked: Checked,
  { env, found }: Pick<RunChecks, 'env'> & { readonly found: readonly Fault[] },
): Promise<readonly Fault[]> {
  const { config, settings } = checked;
  if (settings.replay.from !== null || isBroken(checked, NEEDS) || hasNoScenarios(checked)) return [];
  if (selectionErrors(settings.scenarios, settings).length > 0) return [];
  const isOwn = (config.scenarios ?? []).length > 0;
  const placeOf = (scenario: Scenario): Path =>
    isOwn ? ['scenarios', settings.scenarios.indexOf(scenario)] : ['payload'];
  const selected = selectScenarios(settings.scenarios, settings).filter(
    (scenario) => !isOwn || canBeRendered(checked, placeOf(scenario)),
  );
  const checks = await payloadChecks(selected, checked);
  const errors = new Map<Scenario, ProdE2eError>();
  for (const scenario of selected) keepError(errors, scenario, () => render(checked, { of: [scenario] }));
  const rendered = selected.filter((scenario) => !errors.has(scenario));
  const check: PayloadCheck = (payload, scenario) =>
    keepError(errors, scenario, () => checks.get(scenario)?.(payload, scenario));
  if (checks.size > 0 && rendered.length > 0) renderMany(checked, { of: rendered, env, check, errors });
  // A template that cannot be used has been told with its place.
  const isTold = ({ code }: ProdE2eError) => found.some(({ error }) => error?.code === code);
  return [...errors].flatMap(([scenario, error]) =>
    error.code === 'TEMPLATE_INVALID' && isTold(error) ? [] : [checked.fault(placeOf(scenario), error)],
  );
}

/** The list was taken out: the built-in scenarios would stand for it. */
function hasNoScenarios({ broken }: Checked): boolean {
  return broken.some((path) => path.length === 1 && path[0] === 'scenarios');
}

/** What was taken out of a scenario may be what its payload needs; of other keys it does not matter. */
function canBeRendered({ config, broken }: Checked, place: Path): boolean {
  const scenario = (config.scenarios ?? [])[Number(place[1])];
  if (scenario === undefined || 'scenario' in scenario) return !isTouched(place, broken);
  return !['name', 'tags', 'payload', 'headers', 'payloadSchema'].some((key) =>
    isTouched([...place, key], broken),
  );
}

/** Schemas that can be used: each by itself, as another one may be broken. */
async function payloadChecks(
  scenarios: readonly Scenario[],
  { settings, secrets }: Checked,
): Promise<ReadonlyMap<Scenario, PayloadCheck>> {
  const checks = new Map<Scenario, PayloadCheck>();
  if (scenarios.every(({ payloadSchema }) => payloadSchema === null)) return checks;
  const { preparePayloadChecks } = await import('./payload-checks.ts');
  const masking = { redact: createRedactor(secrets), redactPaths: settings.redact };
  const prepare = async (some: readonly Scenario[]) => {
    const { check } = await preparePayloadChecks(some, masking);
    for (const scenario of some) if (scenario.payloadSchema !== null) checks.set(scenario, check);
  };
  await prepare(scenarios).catch(async (thrown: unknown) => {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    // Told by the check of the schemas.
    for (const scenario of scenarios)
      await prepare([scenario]).catch((again: unknown) => {
        if (!(again instanceof ProdE2eError)) throw again;
      });
  });
  return checks;
}

interface Rendering {
  readonly of: readonly Scenario[];
  readonly seed?: string;
  readonly count?: number;
  readonly check?: PayloadCheck;
}

function render(
  { settings }: Checked,
  { of: scenarios, seed = 'check', count = 1, check: checkPayload }: Rendering,
): void {
  renderFirst(
    createPlan({
      runId: CHECK_RUN_ID,
      seed,
      url: settings.url ?? ANY_URL,
      userAgent: 'prod-e2e',
      now: () => new Date(),
      uuid: randomUUID,
      count,
      scenarios,
      dimensions: settings.dimensions,
      // Others are told as pins of no dimension.
      pins: pinsOf(settings),
      payload: settings.payload,
      headers: settings.headers,
      ...(checkPayload === undefined ? {} : { checkPayload }),
    }),
  );
}

function pinsOf({ dimensions, set }: Checked['settings']): Checked['settings']['set'] {
  return Object.fromEntries(Object.entries(set).filter(([name]) => Object.hasOwn(dimensions, name)));
}

/**
 * With a seed, the payloads of the run. Without, any combination of dimensions may be next: each scenario with all of them, as far as
 * a run renders beforehand.
 */
function renderMany(
  checked: Checked,
  {
    of: scenarios,
    env,
    check,
    errors,
  }: {
    readonly of: readonly Scenario[];
    readonly env: RunChecks['env'];
    readonly check: PayloadCheck;
    readonly errors: Map<Scenario, ProdE2eError>;
  },
): void {
  const { settings } = checked;
  const seed = seedOf(settings, env);
  if (seed !== null) {
    const first = scenarios[0];
    if (first === undefined) return;
    // What a function throws in a later payload is of one of them; the message says of which.
    keepError(errors, first, () => render(checked, { of: scenarios, seed, count: settings.count, check }));
    return;
  }
  const all = Math.max(settings.count, walkLength(settings.dimensions));
  const count = Math.min(CHECKED_BEFOREHAND, all);
  for (const scenario of scenarios)
    keepError(errors, scenario, () => render(checked, { of: [scenario], count, check }));
}

/** Null where each run has another one; a shard that cannot be is told as that. */
function seedOf(settings: Checked['settings'], env: RunChecks['env']): string | null {
  try {
    return shardFor(settings, env)?.seed ?? settings.seed;
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return settings.seed;
    throw thrown;
  }
}

/** The first of each scenario. */
function keepError(errors: Map<Scenario, ProdE2eError>, scenario: Scenario, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    if (!errors.has(scenario)) errors.set(scenario, thrown);
  }
}
