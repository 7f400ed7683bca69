/**
 * Equal targets with different noise, and targets with one scenario that is five times as slow, compared again and again.
 * Other seeds: PROD_E2E_TEST_SEEDS=1,2,3,4,5 npx vitest run --project units test/report/compare/false-alarms.test.ts
 */
import { expect, test } from 'vitest';
import { latencyChanges, latencyDrafts } from '../../../src/lib/report/compare/latency-changes.ts';
import type { RunProfile } from '../../../src/lib/report/compare/run-profile.ts';
import { sampleOf } from '../../../src/lib/report/compare/sample.ts';

const SEEDS = (process.env.PROD_E2E_TEST_SEEDS ?? '20260801').split(',').map(Number);
const COMPARISONS = 1_000;
const SLOWED = 200;

type Random = () => number;

function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const jitter = (random: Random) => 0.8 + 0.4 * random();
const pareto = (random: Random, shape: number) => (1 - random()) ** (-1 / shape);

/** How many times the usual latency one test takes. */
const NOISE = {
  'jitter 20 %': jitter,
  'normal 20 %': (random) => Math.max(0.1, 1 + 0.2 * normal(random)),
  'lognormal 0.2': (random) => Math.exp(0.2 * normal(random)),
  'lognormal 0.5': (random) => Math.exp(0.5 * normal(random)),
  'lognormal 1': (random) => Math.exp(normal(random)),
  'Pareto 3': (random) => pareto(random, 3),
  'Pareto 1.5': (random) => pareto(random, 1.5),
  'outliers 10 %': (random) => jitter(random) * (random() < 0.1 ? pareto(random, 2) : 1),
  'bimodal 1 and 2': (random) => jitter(random) * (random() < 0.5 ? 2 : 1),
  'bimodal 1 and 4': (random) => jitter(random) * (random() < 0.3 ? 4 : 1),
} as const satisfies Record<string, (random: Random) => number>;

type Kind = keyof typeof NOISE;

interface Shape {
  readonly runs: number;
  readonly scenarios: number;
  /** Tests of each scenario in each run. */
  readonly tests: number;
}

const FIVE_SCENARIOS: Shape = { runs: 20, scenarios: 5, tests: 1 };
const ONE_SCENARIO: Shape = { runs: 10, scenarios: 1, tests: 5 };
const USUAL_MS = [60, 96, 154, 246, 393];

/** What one comparison calls slower. */
function slower(
  random: Random,
  kind: Kind,
  { runs, scenarios, tests, slow = () => 1 }: Shape & { readonly slow?: (scenario: number) => number },
): readonly (string | null)[] {
  const noise: (random: Random) => number = NOISE[kind];
  const names = USUAL_MS.slice(0, scenarios).map((usual, at) => ({ name: `S${at}`, usual, at }));
  const taken = (usual: number, count: number) =>
    Array.from({ length: count }, () => Number((usual * noise(random)).toPrecision(3)));
  const saved = new Map(
    names.map(({ name, usual }) => [name, { latencies: taken(usual, runs * tests), stages: new Map() }]),
  );
  const head: RunProfile = new Map(
    names.map(({ name, usual, at }) => [
      name,
      {
        ...{ tests, broken: 0, error: null, errorKind: null, missing: new Map(), missingWorking: new Set() },
        ...{ latencies: sampleOf(taken(usual * slow(at), tests)), stages: new Map() },
      },
    ]),
  );
  return latencyDrafts(latencyChanges(saved, head), head)
    .filter(({ regression, follows }) => regression && follows === null)
    .map(({ scenario }) => scenario);
}

function times(count: number, of: () => boolean): number {
  return Array.from({ length: count }, of).filter(Boolean).length;
}

const table: string[] = [];

test.each(Object.keys(NOISE) as Kind[])('%s: at most 2 false alarms in 1,000 comparisons', (kind) => {
  for (const [name, shape] of Object.entries({ FIVE_SCENARIOS, ONE_SCENARIO })) {
    const alarms = SEEDS.map((seed) => {
      const random = randomOf(seed);
      return times(COMPARISONS, () => slower(random, kind, shape).length > 0);
    });
    const random = randomOf(SEEDS[0] ?? 0);
    const slow = (at: number) => (at === 1 % shape.scenarios ? 5 : 1);
    const found = times(SLOWED, () => {
      const [only, ...more] = slower(random, kind, { ...shape, slow });
      return only === `S${1 % shape.scenarios}` && more.length === 0;
    });
    table.push(
      `${kind.padEnd(16)} ${name.padEnd(15)} false alarms in ${COMPARISONS}: ${alarms.join(', ')}; found: ${found} of ${SLOWED}`,
    );
    console.info(table.at(-1));
    const sum = alarms.reduce((total, each) => total + each, 0);
    expect(sum, name).toBeLessThanOrEqual(2 * SEEDS.length);
  }
});

test.each<[Kind, Shape]>([
  ['jitter 20 %', { ...FIVE_SCENARIOS, runs: 5 }],
  ['jitter 20 %', { ...FIVE_SCENARIOS, runs: 10 }],
  ['jitter 20 %', FIVE_SCENARIOS],
  ['normal 20 %', FIVE_SCENARIOS],
  ['jitter 20 %', { ...ONE_SCENARIO, runs: 5 }],
  ['normal 20 %', { ...ONE_SCENARIO, runs: 5 }],
  ['lognormal 0.2', { ...ONE_SCENARIO, runs: 5 }],
])('%s, %o: a scenario that is five times as slow is found in 95 of 100 runs', (kind, shape) => {
  const slow = (at: number) => (at === 1 % shape.scenarios ? 5 : 1);
  const found = SEEDS.map((seed) => {
    const random = randomOf(seed + 1);
    return times(SLOWED, () => slower(random, kind, { ...shape, slow }).includes(`S${1 % shape.scenarios}`));
  });
  console.info(
    `${kind}, ${shape.runs} runs, ${shape.scenarios} × ${shape.tests}: found ${found.join(', ')} of ${SLOWED}`,
  );
  const sum = found.reduce((total, each) => total + each, 0);
  expect(sum).toBeGreaterThanOrEqual(0.95 * SLOWED * SEEDS.length);
});

test.each([
  [1.3, 0],
  [3, 1],
])('a target that is %f times as slow as a whole is %i regression', (factor, regressions) => {
  const random = randomOf(SEEDS[0] ?? 0);
  const wrong = times(
    200,
    () => slower(random, 'jitter 20 %', { ...FIVE_SCENARIOS, slow: () => factor }).length !== regressions,
  );
  expect(wrong).toBe(0);
});
