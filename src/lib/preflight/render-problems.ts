/**
 * Makes the plan as a run does, to find errors that appear only in complete payloads: failing functions, payloads that break
 * their schema.
 */
import { randomUUID } from 'node:crypto';
import type { Path } from '../config/paths.ts';
import type { ConfigProblem } from '../config/problems/problems.ts';
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

/** Used without a URL, or before that of the sandbox is known: only the host of the plan differs. */
const ANY_URL = 'http://127.0.0.1/';

/** If one of these was removed as invalid, payloads differ from those of a run, or show secrets. */
const NEEDS = ['payload', 'headers', 'dimensions', 'set', 'seed', 'redact', 'scenario', 'tag', 'exclude'];

type PayloadCheck = (payload: JsonObject, scenario: Scenario) => void;

/** @param options.found by earlier checks: selection and template errors are reported once */
export async function renderProblems(
  checked: Checked,
  { env, found }: Pick<RunChecks, 'env'> & { readonly found: readonly ConfigProblem[] },
): Promise<readonly ConfigProblem[]> {
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
  // An unusable template is already reported with its place.
  const isReported = ({ code }: ProdE2eError) => found.some(({ error }) => error?.code === code);
  return [...errors].flatMap(([scenario, error]) =>
    error.code === 'TEMPLATE_INVALID' && isReported(error)
      ? []
      : [checked.problemAt(placeOf(scenario), error)],
  );
}

/** The list was removed as invalid: the built-in scenarios would replace it. */
function hasNoScenarios({ broken }: Checked): boolean {
  return broken.some((path) => path.length === 1 && path[0] === 'scenarios');
}

/** False if a key that the payload needs was removed from the scenario as invalid. */
function canBeRendered({ config, broken }: Checked, place: Path): boolean {
  const scenario = (config.scenarios ?? [])[Number(place[1])];
  if (scenario === undefined || 'scenario' in scenario) return !isTouched(place, broken);
  return !['name', 'tags', 'payload', 'headers', 'payloadSchema'].some((key) =>
    isTouched([...place, key], broken),
  );
}

/** The usable schemas, each compiled separately, since another one may be broken. */
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
    // The check of the schemas reports it.
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
      // Other pins are reported as pins of unknown dimensions.
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
 * With a seed, renders the payloads of the run. Without one, any combination of dimensions may be next, so each scenario is
 * rendered with all of them, up to as many as a run renders before it sends.
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
    // An error of a function may belong to another scenario; the message names it.
    keepError(errors, first, () => render(checked, { of: scenarios, seed, count: settings.count, check }));
    return;
  }
  const all = Math.max(settings.count, walkLength(settings.dimensions));
  const count = Math.min(CHECKED_BEFOREHAND, all);
  for (const scenario of scenarios)
    keepError(errors, scenario, () => render(checked, { of: [scenario], count, check }));
}

/** Null if every run has a new seed. An invalid shard is reported by its own check. */
function seedOf(settings: Checked['settings'], env: RunChecks['env']): string | null {
  try {
    return shardFor(settings, env)?.seed ?? settings.seed;
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return settings.seed;
    throw thrown;
  }
}

/** Keeps the first error of each scenario. */
function keepError(errors: Map<Scenario, ProdE2eError>, scenario: Scenario, work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    if (!errors.has(scenario)) errors.set(scenario, thrown);
  }
}
