/** A plan as a run makes it, on a clock that stands still. */
import type { Plan, PlannedTest } from '../../src/lib/model/plan.ts';
import type { Scenario } from '../../src/lib/model/scenario.ts';
import { createPlan, type PlanOptions } from '../../src/lib/plan/payload-factory.ts';
import { anExpectation } from '../support/builders.ts';

export const DIMENSIONS = {
  symbol: ['SPY', 'QQQ', 'IWM'],
  direction: ['long', 'short'],
  timeframe: ['1m', '5m', '15m'],
} as const;

export function aScenario(overrides: Partial<Scenario> = {}): Scenario {
  return {
    name: 'ORB_BREAKOUT',
    description: '',
    tags: [],
    payload: {},
    headers: {},
    method: 'POST',
    path: '',
    sender: null,
    signing: null,
    expect: anExpectation(),
    payloadSchema: null,
    repeat: null,
    weight: 1,
    cleanup: [],
    ...overrides,
  };
}

export const FIVE = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'].map(
  (name) => aScenario({ name }),
);

export function aPlan(overrides: Partial<PlanOptions> = {}): Plan {
  return createPlan({
    runId: '20260801-120000-k3f9z',
    seed: 'test+0',
    count: 5,
    scenarios: FIVE,
    dimensions: DIMENSIONS,
    pins: {},
    payload: { symbol: '{{symbol}}', direction: '{{direction}}', timeframe: '{{timeframe}}' },
    headers: {},
    url: 'https://hooks.example.com/webhook',
    userAgent: 'prod-e2e/0.0.0',
    now: () => new Date('2026-08-01T12:00:00.000Z'),
    uuid: () => '00000000-0000-4000-8000-000000000000',
    ...overrides,
  });
}

export function testsOf(overrides: Partial<PlanOptions> = {}): readonly PlannedTest[] {
  return [...aPlan(overrides).tests()];
}

export function firstOf(overrides: Partial<PlanOptions> = {}): PlannedTest {
  const [first] = testsOf(overrides);
  if (first === undefined) throw new Error('The plan is empty.');
  return first;
}

/** The body of the first webhook, parsed. */
export function bodyOf(overrides: Partial<PlanOptions> = {}): unknown {
  return JSON.parse(firstOf(overrides).request.body);
}
