/** Compares two runs: what is newly broken, fixed, missing, slower. Pure, but for the reading of their results. */
import type { ReportHead, ReportSource } from '../../model/report.ts';
import { isSameTarget } from '../../same-target.ts';
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import type { Change, ComparedRun, Comparison, LatencyChange } from './comparison.ts';
import { latencyChanges, SIGNIFICANCE } from './latency-changes.ts';
import { rankTestP } from './rank-test.ts';
import { profileOf, type RunProfile, type ScenarioProfile } from './run-profile.ts';
import { named, stageChanges } from './stage-changes.ts';

/** What is worse comes first, the worst of it before the rest. */
const ORDER: readonly Change['kind'][] = [
  ...(['broken', 'more-often', 'missing', 'slower'] as const),
  ...(['fixed', 'less-often', 'found', 'faster'] as const),
];

/** Of the head only what a running run knows of itself is needed. */
export interface Compared {
  readonly head: Pick<ReportHead, 'runId' | 'startedAt' | 'status' | 'target' | 'summary' | 'profile'>;
  readonly results: ReportSource['results'];
}

export async function compareRuns(base: Compared, head: Compared): Promise<Comparison> {
  const [before, after] = [await readProfile(base), await readProfile(head)];
  const latency = latencyChanges(before.profile, after.profile);
  const changes = [
    ...[...after.profile].flatMap(([scenario, profile]) =>
      scenarioChanges(scenario, before.profile.get(scenario), profile),
    ),
    ...latency.flatMap(latencyChange),
  ];
  const ordered = changes.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return {
    schemaVersion: 1,
    base: comparedRun(base.head),
    head: comparedRun(head.head),
    regression: ordered.some(({ regression }) => regression),
    changes: ordered,
    latency,
    notes: notes({ base, head, before, after }),
  };
}

interface ReadProfile {
  readonly profile: RunProfile;
  /** Results that could be read. */
  readonly read: number;
}

async function readProfile({ results }: Compared): Promise<ReadProfile> {
  let read = 0;
  const counted = async function* () {
    for await (const result of results()) {
      read += 1;
      yield result;
    }
  };
  const profile = await profileOf({ results: counted });
  return { profile, read };
}

function comparedRun({ runId, startedAt, status, target, summary }: Compared['head']): ComparedRun {
  return { runId, startedAt, status, target, tests: summary.total };
}

/** A scenario that the base did not send has not changed. */
function scenarioChanges(
  scenario: string,
  before: ScenarioProfile | undefined,
  after: ScenarioProfile,
): readonly Change[] {
  if (before === undefined) return [];
  const at = { scenario, stage: null, field: null, follows: null };
  return [
    ...brokenChanges(before, after).map((change) => ({ ...at, ...change })),
    ...fieldChanges(before, after).map((change) => ({ ...at, ...change })),
    ...stageChanges(before.stages, after.stages).map((change) => ({ ...at, ...change })),
  ];
}

type Said = Pick<Change, 'kind' | 'regression' | 'message'>;

function brokenChanges(before: ScenarioProfile, after: ScenarioProfile): readonly Said[] {
  const now = `${numberText(after.broken)} of ${countOf(after.tests, 'test')}`;
  if (before.broken === 0 && after.broken > 0) {
    const message = `newly broken, ${now}${after.error === null ? '' : `: ${after.error}`}`;
    return [{ kind: 'broken', regression: true, message }];
  }
  if (before.broken > 0 && after.broken === 0)
    return [
      {
        kind: 'fixed',
        regression: false,
        message: `fixed: was broken in ${numberText(before.broken)} of ${countOf(before.tests, 'test')}`,
      },
    ];
  if (before.broken === 0) return [];
  const p = rankTestP({ base: outcomes(before), head: outcomes(after) });
  if (p >= SIGNIFICANCE) return [];
  const more = after.broken / after.tests > before.broken / before.tests;
  const message = `broken ${more ? 'more' : 'less'} often: ${numberText(before.broken)} of ${numberText(before.tests)} before, ${now} now (${probabilityText(p)})`;
  return [{ kind: more ? 'more-often' : 'less-often', regression: more, message }];
}

function outcomes({ tests, broken }: ScenarioProfile): ReadonlyMap<number, number> {
  return new Map([
    [0, tests - broken],
    [1, broken],
  ]);
}

function fieldChanges(
  before: ScenarioProfile,
  after: ScenarioProfile,
): readonly (Said & { field: string })[] {
  // Where every test is broken, nothing came that could lack a field.
  const lost = [...after.missing].filter(([field]) => !before.missing.has(field));
  const found =
    after.broken === after.tests ? [] : [...before.missing].filter(([field]) => !after.missing.has(field));
  return [
    ...lost.map(([field, level]) => ({
      ...{ kind: 'missing' as const, regression: true, field },
      message: `${field} newly missing (${level})`,
    })),
    ...found.map(([field]) => ({
      ...{ kind: 'found' as const, regression: false, field },
      message: `${field} no longer missing`,
    })),
  ];
}

function latencyChange({ scenario, stage, base, head, p, verdict }: LatencyChange): readonly Change[] {
  if ((verdict !== 'slower' && verdict !== 'faster') || base.medianMs === null || head.medianMs === null)
    return [];
  const message = `${verdict}: median ${durationText(base.medianMs)} → ${durationText(head.medianMs)} (${changeText(base.medianMs, head.medianMs)}, ${probabilityText(p ?? 1)})`;
  const regression = verdict === 'slower';
  return [{ kind: verdict, regression, scenario, stage, field: null, follows: null, message }];
}

/** What people are told: not what a change that is told has brought with it. */
export function toldChanges({ changes }: Comparison): Record<'worse' | 'better', readonly Change[]> {
  const told = changes.filter(({ follows }) => follows === null);
  return {
    worse: told.filter(({ regression }) => regression),
    better: told.filter(({ regression }) => !regression),
  };
}

/** `+120 %` */
export function changeText(before: number, after: number): string {
  if (before === 0) return 'from 0';
  const percent = Math.round((100 * (after - before)) / before);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

/** `p = 0.003`, `p < 0.001` */
export function probabilityText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

function notes(options: {
  readonly base: Compared;
  readonly head: Compared;
  readonly before: ReadProfile;
  readonly after: ReadProfile;
}): readonly string[] {
  const { base, head, before, after } = options;
  const only = (one: RunProfile, other: RunProfile) =>
    [...one.keys()].filter((scenario) => !other.has(scenario));
  const [gone, added] = [only(before.profile, after.profile), only(after.profile, before.profile)];
  return [
    ...(isSameTarget(base.head, head.head)
      ? []
      : [`The runs have different targets: ${base.head.target} and ${head.head.target}.`]),
    ...(base.head.profile === head.head.profile ? [] : ['The runs have different profiles.']),
    ...[base, head]
      .filter((run) => run.head.status === 'interrupted')
      .map((run) => `Run ${run.head.runId} was interrupted: only what had finished is compared.`),
    ...[
      { run: base, ...before },
      { run: head, ...after },
    ]
      .filter(({ run, read }) => read < run.head.summary.total)
      .map(
        ({ run, read }) =>
          `Of run ${run.head.runId} only ${numberText(read)} of ${countOf(run.head.summary.total, 'result')} could be read.`,
      ),
    ...(gone.length === 0 ? [] : [`Not sent any more: ${named(gone)}.`]),
    ...(added.length === 0 ? [] : [`Not sent before: ${named(added)}.`]),
  ];
}
