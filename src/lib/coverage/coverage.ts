/** Which faults of the catalog a configuration would notice, by the good tests of saved runs. Pure, except that it loads ajv. */
import type { Settings } from '../config/settings/settings.ts';
import type { Delivery } from '../model/delivery.ts';
import type { FailureKind } from '../model/result.ts';
import type { Scenario } from '../model/scenario.ts';
import { createResponseValidator, type ResponseValidator } from '../validate/response-validator.ts';
import type { VerificationSettings } from '../verify/prepare-traces.ts';
import { CATALOG_VERSION, FAULTS, type FaultId } from './catalog.ts';
import type { FaultCase } from './fault-case.ts';
import { faultCases } from './fault-cases.ts';
import { judgeScene, type SceneRules, servicesOfScenes } from './judge-scene.ts';
import { type Level, type Prediction, predict, type RunRules } from './predict.ts';
import { type Proposal, type ProposalFacts, proposalFor } from './proposal.ts';
import { type GoodTest, type Scene, sceneOf } from './scene.ts';

export interface CoverageInput {
  readonly settings: Settings;
  readonly verification: VerificationSettings;
  /** One per scenario. */
  readonly tests: readonly GoodTest[];
  /** Fields of the response whose value differs among good tests. */
  readonly varying: ReadonlySet<string>;
  /** Stage name → durations of its span in good tests, in milliseconds. */
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

export interface CoverageEntry {
  readonly fault: FaultId;
  readonly text: string;
  readonly place: string;
  /** `cannot-say`: the saved runs do not show enough. */
  readonly noticed: Level | 'cannot-say';
  readonly code: string | null;
  /** Where the report shows it, if not at its place. */
  readonly elsewhere: string | null;
  readonly failsRun: boolean;
  /** Why it cannot be predicted; null if it can. */
  readonly because: string | null;
  /** Scenarios for which this holds. */
  readonly scenarios: readonly string[];
  /** What to add to the configuration; null if it is noticed. */
  readonly proposal: Proposal | null;
}

export interface Coverage {
  readonly catalog: number;
  readonly noticed: number;
  /** Faults that can be predicted. */
  readonly faults: number;
  readonly failing: number;
  readonly shown: number;
  readonly cannotSay: number;
  /** Of the faults that can be predicted; whole, rounded down. */
  readonly percent: number;
  readonly entries: readonly CoverageEntry[];
  /** Outside the score: faults of the connection, and server errors. */
  readonly transport: { readonly faults: number; readonly noticed: number };
}

export async function measureCoverage(input: CoverageInput): Promise<Coverage> {
  const { settings, verification, tests } = input;
  const { scenarios } = settings;
  const judge = await createResponseValidator({
    expectations: scenarios.flatMap(({ expect, repeat }) => [
      expect,
      ...(repeat === null ? [] : [repeat.expect]),
    ]),
    strict: settings.strict,
  });
  const scenes = tests.map((test) => ({ test, scene: sceneOf(test, verification.stages) }));
  const services = servicesOfScenes(
    scenes.map(({ scene }) => scene),
    verification,
  );
  const all: CoverageEntry[] = [];
  for (const { test, scene } of scenes) {
    const scenario = scenarios.find(({ name }) => name === test.result.scenario);
    if (scenario === undefined) continue;
    const rules: SceneRules = { scenario, judge, settings: verification, services };
    all.push(...(await entriesOf({ test, scene, input, rules, scenario })));
  }
  const entries = merged(all);
  return {
    catalog: CATALOG_VERSION,
    ...scoreOf(entries),
    entries,
    transport: transportOf({ scenes, scenarios, judge }),
  };
}

async function entriesOf({
  test,
  scene,
  input,
  rules,
  scenario,
}: {
  readonly test: GoodTest;
  readonly scene: Scene;
  readonly input: CoverageInput;
  readonly rules: SceneRules;
  readonly scenario: Scenario;
}): Promise<readonly CoverageEntry[]> {
  const { settings, verification, varying } = input;
  const good = await judgeScene(scene, rules);
  const [broken] = [...good.errors, ...good.warnings];
  const unfit =
    broken === undefined ? {} : { cannotSay: `the saved good test does not pass: ${broken.message}` };
  const facts = {
    scenario,
    scenarios: settings.scenarios,
    settings: verification,
    varying,
    cut: test.specimen.cut,
  };
  const runRules: RunRules = {
    failOn: settings.failOn,
    requireTraces: settings.trace.require,
    requireStages: settings.requireStages,
    stages: verification.stages,
  };
  const entries: CoverageEntry[] = [];
  for (const each of faultCases(scene, facts)) {
    const found: FaultCase = { ...each, ...unfit };
    const prediction = await predictCase(found, { good, rules, runRules });
    const isNoticed = prediction === null || prediction.level !== 'none';
    const proposing: ProposalFacts = { scene, scenario, settings, verification, durations: input.durations };
    entries.push({
      fault: each.fault,
      text: FAULTS[each.fault],
      place: each.place.name,
      noticed: prediction?.level ?? 'cannot-say',
      code: prediction?.code ?? null,
      elsewhere: prediction?.elsewhere ?? null,
      failsRun: prediction?.fails ?? false,
      because: found.cannotSay ?? null,
      scenarios: [scenario.name],
      proposal: isNoticed ? null : proposalFor(each, proposing),
    });
  }
  return entries;
}

const UNNOTICED: Prediction = { level: 'none', code: null, elsewhere: null, fails: false };

/** Null if nothing can be said. */
async function predictCase(
  { scene, scenario, place, cannotSay }: FaultCase,
  {
    good,
    rules,
    runRules,
  }: {
    readonly good: Awaited<ReturnType<typeof judgeScene>>;
    readonly rules: SceneRules;
    readonly runRules: RunRules;
  },
): Promise<Prediction | null> {
  if (cannotSay !== undefined) return null;
  if (scene === null) return UNNOTICED;
  const faulty = await judgeScene(scene, scenario === undefined ? rules : { ...rules, scenario });
  return predict(good, faulty, { place, rules: runRules });
}

const LEVELS: readonly CoverageEntry['noticed'][] = ['none', 'shown', 'warning', 'error', 'cannot-say'];

/** One entry per fault and place: the scenarios in which it is noticed least. */
function merged(all: readonly CoverageEntry[]): readonly CoverageEntry[] {
  const byPlace = new Map<string, CoverageEntry>();
  for (const entry of all) {
    const key = `${entry.fault} ${entry.place}`;
    const known = byPlace.get(key);
    const order = known === undefined ? -1 : LEVELS.indexOf(entry.noticed) - LEVELS.indexOf(known.noticed);
    if (known === undefined || order < 0) byPlace.set(key, entry);
    else if (order === 0)
      byPlace.set(key, { ...known, scenarios: [...new Set([...known.scenarios, ...entry.scenarios])] });
  }
  const faults = Object.keys(FAULTS);
  return [...byPlace.values()].toSorted((a, b) => faults.indexOf(a.fault) - faults.indexOf(b.fault));
}

function scoreOf(entries: readonly CoverageEntry[]) {
  const known = entries.filter(({ noticed }) => noticed !== 'cannot-say');
  const noticed = known.filter((entry) => entry.noticed !== 'none');
  const failing = noticed.filter(({ failsRun }) => failsRun);
  return {
    noticed: noticed.length,
    faults: known.length,
    failing: failing.length,
    shown: noticed.length - failing.length,
    cannotSay: entries.length - known.length,
    percent: known.length === 0 ? 0 : Math.floor((noticed.length / known.length) * 100),
  };
}

const FAILURES: readonly FailureKind[] = [
  'dns',
  'refused',
  'connect-timeout',
  'tls',
  'reset',
  'response-timeout',
];

function transportOf({
  scenes,
  scenarios,
  judge,
}: {
  readonly scenes: readonly { readonly test: GoodTest; readonly scene: Scene }[];
  readonly scenarios: readonly Scenario[];
  readonly judge: ResponseValidator;
}): Coverage['transport'] {
  const [first] = scenes;
  const scenario = scenarios.find(({ name }) => name === first?.test.result.scenario);
  if (first === undefined || scenario === undefined) return { faults: 0, noticed: 0 };
  const { request, timings } = first.test.result;
  const { response } = first.scene;
  const deliveries: readonly Pick<Delivery, 'response' | 'failure'>[] = [
    ...FAILURES.map((kind) => ({ response: null, failure: { kind, message: kind, code: null } })),
    ...[500, 503].map((status) => ({ response: { ...response, status }, failure: null })),
  ];
  const noticed = deliveries.filter(
    (delivery) => judge({ request, timings, ...delivery }, scenario.expect).errors.length > 0,
  );
  return { faults: deliveries.length, noticed: noticed.length };
}
