/** Turns scenarios and dimensions into the webhooks of a run. */

import { unknownName } from '../errors.ts';
import { writeJson } from '../json/text.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan, PlannedTest } from '../model/plan.ts';
import type { PayloadFunction, Scenario, TemplateContext } from '../model/scenario.ts';
import { type AssignOptions, assignCombinations, nextOffset } from './assign-combinations.ts';
import { type Axes, type Values, walkLength } from './combinations.ts';
import { compilePayload, fixedDimensions, type PayloadRenderer } from './payload.ts';
import { offsetOfSeed, seededRandom } from './random.ts';
import { countByScenario } from './scenario-counts.ts';
import { oneTurn } from './selection.ts';
import { namesIn, timesOf } from './templates.ts';
import { compileHeaders, type HeaderRenderer, webhookRequest, withPath } from './webhook-request.ts';

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
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly userAgent: string;
  readonly now: () => Date;
  readonly uuid: () => string;
  /** Called with every payload before it is sent. @throws where it must not be */
  readonly checkPayload?: (payload: JsonObject, scenario: Scenario) => void;
}

interface PreparedScenario {
  readonly scenario: Scenario;
  /** Dimensions that have the same value in all its tests. */
  readonly pins: Values;
  readonly url: string;
  readonly renderHeaders: HeaderRenderer;
  readonly render: PayloadRenderer;
}

/** @throws ProdE2eError when a pin names no dimension, or a payload cannot be rendered */
export function createPlan(asked: PlanOptions): Plan {
  checkPins(asked);
  const options = { ...asked, dimensions: usedDimensions(asked) };
  const { runId, seed, count, dimensions, scenarios } = options;
  const prepared = new Map(scenarios.map((scenario) => [scenario, prepare(scenario, options)] as const));
  // Renders once and drops the result, so that a payload that cannot be rendered is reported before anything is sent.
  for (const one of prepared.values()) {
    renderTest({
      prepared: one,
      index: 1,
      ordinal: 1,
      values: { ...firstValues(dimensions), ...one.pins },
      options,
    });
  }
  const turn = oneTurn(scenarios).flatMap((scenario) => prepared.get(scenario) ?? []);
  const offset = offsetOfSeed(seed, walkLength(dimensions));
  const assignOptions: AssignOptions = {
    axes: dimensions,
    offset,
    places: turn.map(({ pins }) => pins),
    count,
  };
  const assignment = assignCombinations(assignOptions);
  const hasDimensions = Object.keys(dimensions).length > 0;
  return {
    runId,
    seed,
    planned: count,
    sends: sendsOf(
      turn.map(({ scenario }) => scenario),
      count,
    ),
    used: scenarios,
    findings: [],
    scenarios: turn.map(({ scenario }) => scenario.name),
    testsPerScenario: countByScenario(
      turn.map(({ scenario }) => scenario.name),
      { first: 1, step: 1, tests: count },
    ),
    combinations: hasDimensions ? assignment.combinations : 0,
    repeated: hasDimensions ? assignment.repeated : 0,
    nextOffset: nextOffset(assignOptions),
    tests: function* () {
      const next = assignment.newAssigner();
      const ordinals = new Map<string, number>();
      for (let index = 1; index <= count; index++) {
        const place = (index - 1) % turn.length;
        const one = turn[place];
        if (one === undefined) return;
        const ordinal = (ordinals.get(one.scenario.name) ?? 0) + 1;
        ordinals.set(one.scenario.name, ordinal);
        yield renderTest({ prepared: one, index, ordinal, values: next(place), options });
      }
    },
  };
}

/** The tests and their resends. */
function sendsOf(turn: readonly Scenario[], count: number): number {
  const sends = turn.map(({ repeat }) => 1 + (repeat?.times ?? 0));
  const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
  return Math.floor(count / turn.length) * sum(sends) + sum(sends.slice(0, count % turn.length));
}

function checkPins({ dimensions, pins }: PlanOptions): void {
  const known = Object.keys(dimensions);
  for (const typed of Object.keys(pins)) {
    if (!known.includes(typed))
      throw unknownName({ what: 'dimension', typed, known, code: 'UNKNOWN_DIMENSION' });
  }
}

/** A dimension that neither payload nor headers use does not make webhooks differ. Which ones a function uses is unknown. */
export function usedDimensions({
  dimensions,
  payload,
  headers,
  scenarios,
}: Pick<PlanOptions, 'dimensions' | 'payload' | 'headers' | 'scenarios'>): Axes {
  const layers = [payload, ...scenarios.map((scenario) => scenario.payload)];
  if (layers.some((layer) => typeof layer === 'function')) return dimensions;
  const keys = new Set(layers.flatMap((layer) => Object.keys(layer)));
  const used = namesIn([layers, headers, scenarios.map((scenario) => scenario.headers)]);
  return Object.fromEntries(Object.entries(dimensions).filter(([name]) => used.has(name) || keys.has(name)));
}

function firstValues(axes: Axes): Values {
  return Object.fromEntries(
    Object.entries(axes).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}

function prepare(scenario: Scenario, options: PlanOptions): PreparedScenario {
  const names = Object.keys(options.dimensions);
  const layers = [
    { payload: options.payload, where: 'config' },
    { payload: scenario.payload, where: `scenario ${scenario.name}` },
  ];
  return {
    scenario,
    pins: { ...fixedDimensions(layers, names), ...options.pins },
    url: withPath(options.url, scenario.path),
    renderHeaders: compileHeaders({ shared: options.headers, scenario, names }),
    render: compilePayload({ layers, names, pins: options.pins }),
  };
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
  const testId = `${options.runId}-${index}`;
  const now = options.now();
  const context: TemplateContext = {
    ...values,
    testId,
    runId: options.runId,
    scenario: scenario.name,
    index,
    ...timesOf(now),
    uuid: options.uuid(),
  };
  const draws = { random: seededRandom(options.seed, index), newUuid: options.uuid };
  const payload = prepared.render(context, draws);
  options.checkPayload?.(payload, scenario);
  return {
    index,
    testId,
    name: `${scenario.name} #${ordinal}`,
    scenario: scenario.name,
    dimensions: values,
    sender: scenario.sender,
    signing: scenario.signing,
    expect: scenario.expect,
    repeat: scenario.repeat,
    cleanup: scenario.cleanup,
    from: null,
    request: webhookRequest({
      scenario,
      url: prepared.url,
      headers: prepared.renderHeaders(context, draws),
      context,
      userAgent: options.userAgent,
      body: writeJson(payload),
    }),
  };
}
