/** Turns scenarios and dimensions into the webhooks of a run. */
import { ProdE2eError, unknownName } from '../errors.ts';
import type {
  Json,
  JsonObject,
  PayloadContext,
  PayloadFunction,
  Plan,
  PlannedTest,
  Scalar,
  Scenario,
} from '../model.ts';
import { type Axes, dealCombinations, type Values, walkLength } from './combinations.ts';
import { mergePayload } from './merge-payload.ts';
import { type Random, seededRandom } from './random.ts';
import { offsetOfSeed } from './seed.ts';
import { oneTurn } from './selection.ts';
import { compileTemplate } from './templates.ts';

/** Header that names the test, so that a target can tell synthetic traffic apart before it parses anything. */
export const TEST_HEADER = 'x-prod-e2e-test';

export interface PlanOptions {
  readonly runId: string;
  readonly seed: string;
  readonly count: number;
  /** Already selected; at least one. */
  readonly scenarios: readonly Scenario[];
  readonly dimensions: Axes;
  /** Dimension values pinned for the whole run (`--set`). */
  readonly pins: Values;
  readonly payload: JsonObject | PayloadFunction;
  /** Headers of every request, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly userAgent: string;
  readonly now: () => Date;
  readonly uuid: () => string;
}

type PayloadRenderer = (context: PayloadContext, random: Random) => JsonObject;

interface PreparedScenario {
  readonly scenario: Scenario;
  readonly pins: Values;
  readonly url: string;
  readonly render: PayloadRenderer;
}

/** @throws ProdE2eError when a pin names no dimension, or a template cannot be rendered */
export function createPlan(options: PlanOptions): Plan {
  const known = Object.keys(options.dimensions);
  for (const typed of Object.keys(options.pins)) {
    if (!known.includes(typed))
      throw unknownName({ what: 'dimension', typed, known, code: 'UNKNOWN_DIMENSION' });
  }
  const turn = oneTurn(options.scenarios).map((scenario) => prepare(scenario, options));
  const offset = offsetOfSeed(options.seed, walkLength(options.dimensions));
  const demands = turn.map(({ pins }, at) => ({ pins, tests: testsAt(at, turn.length, options.count) }));
  const deal = () => dealCombinations({ axes: options.dimensions, offset, demands });
  const { combinations, repeated } = deal();
  const plan: Plan = {
    runId: options.runId,
    seed: options.seed,
    total: options.count,
    scenarios: turn.map(({ scenario }) => scenario.name),
    combinations: known.length === 0 ? 0 : combinations,
    repeated: known.length === 0 ? 0 : repeated,
    nextOffset: (offset + options.count) % combinations,
    tests: function* () {
      const { next } = deal();
      const ordinals = new Map<string, number>();
      for (let index = 1; index <= options.count; index++) {
        const at = (index - 1) % turn.length;
        const prepared = turn[at];
        if (prepared === undefined) return;
        const ordinal = (ordinals.get(prepared.scenario.name) ?? 0) + 1;
        ordinals.set(prepared.scenario.name, ordinal);
        yield renderTest({ prepared, index, ordinal, values: next(at), options });
      }
    },
  };
  // Rendered once for nothing, so that a payload that cannot be rendered is told before anything is sent.
  for (const [at, prepared] of turn.entries()) {
    renderTest({ prepared, index: at + 1, ordinal: 1, values: firstValues(options.dimensions), options });
  }
  return plan;
}

function testsAt(at: number, turn: number, count: number): number {
  return Math.floor(count / turn) + (at < count % turn ? 1 : 0);
}

function firstValues(axes: Axes): Values {
  return Object.fromEntries(
    Object.entries(axes).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}

function prepare(scenario: Scenario, options: PlanOptions): PreparedScenario {
  const names = Object.keys(options.dimensions);
  const where = `scenario ${scenario.name}`;
  return {
    scenario,
    pins: { ...literalPins(scenario.payload, names), ...options.pins },
    url: withPath(options.url, scenario.path),
    render: layered(
      payloadRenderer(options.payload, { names, where: 'config' }),
      payloadRenderer(withoutPinned(scenario.payload, options.pins), { names, where }),
    ),
  };
}

/** A scenario that sets a dimension to a fixed value pins it: nothing else is dealt to it. */
function literalPins(payload: Scenario['payload'], names: readonly string[]): Values {
  if (typeof payload === 'function') return {};
  const pins: Record<string, Scalar> = {};
  for (const name of names) {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (isScalar(value) && !(typeof value === 'string' && value.includes('{{'))) pins[name] = value;
  }
  return pins;
}

/** What `--set` pins wins over the scenario's own value. */
function withoutPinned(payload: Scenario['payload'], pins: Values): Scenario['payload'] {
  if (typeof payload === 'function') return (context) => ({ ...payload(context), ...pins });
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, pins[key] ?? value]));
}

function isScalar(value: Json | undefined): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function withPath(url: string, path: string): string {
  if (path === '') return url;
  const result = new URL(url);
  result.pathname = `${result.pathname.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
  return result.href;
}

function payloadRenderer(
  payload: JsonObject | PayloadFunction,
  place: { readonly names: readonly string[]; readonly where: string },
): PayloadRenderer {
  if (typeof payload === 'function') return (context) => callPayload(payload, context, place.where);
  const render = compileTemplate({ template: payload, ...place });
  return (context, random) => render({ context, random }) as JsonObject;
}

function callPayload(payload: PayloadFunction, context: PayloadContext, where: string): JsonObject {
  const problem = (message: string, cause?: unknown) =>
    new ProdE2eError(`The payload function of ${where} ${message}.`, {
      code: 'PAYLOAD_FUNCTION',
      hints: [
        'It gets {testId, runId, scenario, index, timestamp, timestampMs, uuid, …dimensions} and returns a plain object.',
      ],
      cause,
    });
  let result: unknown;
  try {
    result = payload(context);
  } catch (thrown) {
    throw problem(`failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
  }
  if (typeof result !== 'object' || result === null || Array.isArray(result) || result instanceof Promise) {
    throw problem('did not return a plain object');
  }
  try {
    return JSON.parse(JSON.stringify(result)) as JsonObject;
  } catch (thrown) {
    throw problem('returned something that is not JSON', thrown);
  }
}

function layered(base: PayloadRenderer, over: PayloadRenderer): PayloadRenderer {
  return (context, random) => mergePayload(base(context, random), over(context, random));
}

function renderTest({
  prepared,
  index,
  ordinal,
  values,
  options,
}: {
  readonly prepared: PreparedScenario;
  readonly index: number;
  readonly ordinal: number;
  readonly values: Values;
  readonly options: PlanOptions;
}): PlannedTest {
  const { scenario } = prepared;
  const dimensions = { ...values, ...prepared.pins };
  const testId = `${options.runId}-${index}`;
  const now = options.now();
  const context: PayloadContext = {
    ...dimensions,
    testId,
    runId: options.runId,
    scenario: scenario.name,
    index,
    timestamp: now.toISOString(),
    timestampMs: now.getTime(),
    uuid: options.uuid(),
  };
  const payload = prepared.render(context, seededRandom(options.seed, index));
  return {
    index,
    testId,
    name: `${scenario.name} #${ordinal}`,
    scenario: scenario.name,
    dimensions,
    expect: scenario.expect,
    request: {
      method: scenario.method,
      url: prepared.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': options.userAgent,
        'accept-encoding': 'gzip, deflate, br',
        'idempotency-key': testId,
        ...options.headers,
        ...scenario.headers,
        [TEST_HEADER]: testId,
      },
      body: JSON.stringify(payload),
    },
  };
}
