/** Compares two runs: what is newly broken, fixed, missing or slower. Pure, except that it reads their results. */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Change, ComparedRun, Comparison } from './comparison.ts';
import { notesOf, notJudged, type ReadProfile } from './comparison-notes.ts';
import { changesOf, type Draft } from './draft.ts';
import { latencyChanges, latencyDrafts } from './latency-changes.ts';
import { profileOf, type RunProfile, type ScenarioProfile } from './run-profile.ts';
import { savedLatencies } from './saved-latencies.ts';
import { stageChanges } from './stage-changes.ts';

/** Tests are reported as broken more often if the rates differ by at least this many standard errors. */
const STANDARD_ERRORS = 4;

/** The part of a report's head that a run in progress already knows. */
export interface Compared {
  readonly head: Pick<
    ReportHead,
    'runId' | 'startedAt' | 'status' | 'target' | 'sandbox' | 'summary' | 'profile'
  >;
  readonly results: ReportSource['results'];
}

/** @param earlier further green runs, which together with the base define the usual latency */
export async function compareRuns(
  base: Compared,
  head: Compared,
  earlier: readonly ReportSource[] = [],
): Promise<Comparison> {
  const [before, after] = [await readProfile(base), await readProfile(head)];
  const runs = [base, ...earlier];
  const latency = latencyChanges(await savedLatencies(runs), after.profile);
  const drafts = [
    ...[...after.profile].flatMap(([scenario, profile]) =>
      scenarioDrafts(scenario, before.profile.get(scenario), profile),
    ),
    ...latencyDrafts(latency, after.profile),
  ];
  const changes = changesOf(drafts);
  return {
    schemaVersion: 1,
    base: comparedRun(base.head),
    head: comparedRun(head.head),
    saved: runs.map((run) => run.head.runId),
    compared: changes.length > 0 || isComparable(before.profile, after.profile),
    regression: changes.some(({ regression }) => regression),
    changes,
    latency,
    notJudged: notJudged({ latency, runs: runs.length, profile: after.profile }),
    notes: notesOf({ base: base.head, head: head.head, before, after }),
  };
}

/** Both runs tested the same scenario, and some of the base's tests for it passed, so it could have become worse. */
function isComparable(before: RunProfile, after: RunProfile): boolean {
  return [...after.keys()].some((scenario) => {
    const was = before.get(scenario);
    return was !== undefined && was.broken < was.tests;
  });
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

/** A scenario that the base did not send counts as unchanged. */
function scenarioDrafts(
  scenario: string,
  before: ScenarioProfile | undefined,
  after: ScenarioProfile,
): readonly Draft[] {
  if (before === undefined) return [];
  const verdicts = brokenDraft(scenario, before, after);
  return [
    ...(verdicts === null ? [] : [verdicts]),
    ...fieldDrafts(scenario, { before, after, verdicts }),
    ...stageChanges(before.stages, after.stages, { scenario, verdicts }),
  ];
}

function brokenDraft(scenario: string, before: ScenarioProfile, after: ScenarioProfile): Draft | null {
  const draft = (kind: Change['kind'], regression: boolean, message: string): Draft => ({
    ...{ kind, regression, scenario, stage: null, field: null, message, follows: null },
    alike: `${kind} ${(regression ? after : before).errorKind}`,
  });
  const now = `${numberText(after.broken)} of ${countOf(after.tests, 'test')}`;
  const was = `${numberText(before.broken)} of ${countOf(before.tests, 'test')}`;
  if (before.broken === 0) {
    const error = after.error === null ? '' : `: ${after.error}`;
    return after.broken === 0 ? null : draft('broken', true, `newly broken, ${now}${error}`);
  }
  if (after.broken === 0) return draft('fixed', false, `fixed: was broken in ${was}`);
  const distance = standardErrors(before, after);
  if (Math.abs(distance) < STANDARD_ERRORS) return null;
  const more = distance > 0;
  const message = `broken ${more ? 'more' : 'less'} often: ${was} before, ${now} now`;
  return draft(more ? 'more-often' : 'less-often', more, message);
}

/** By how many standard errors the share of broken tests has grown. */
function standardErrors(before: ScenarioProfile, after: ScenarioProfile): number {
  const together = (before.broken + after.broken) / (before.tests + after.tests);
  const variance = together * (1 - together) * (1 / before.tests + 1 / after.tests);
  return variance === 0
    ? 0
    : (after.broken / after.tests - before.broken / before.tests) / Math.sqrt(variance);
}

function fieldDrafts(
  scenario: string,
  options: {
    readonly before: ScenarioProfile;
    readonly after: ScenarioProfile;
    readonly verdicts: Draft | null;
  },
): readonly Draft[] {
  const { before, after, verdicts } = options;
  const lost = [...after.missing].filter(([field]) => !before.missing.has(field));
  // If every test is broken, no response could show that the field is back.
  const found =
    after.broken === after.tests ? [] : [...before.missing].filter(([field]) => !after.missing.has(field));
  // A field that is missing only in broken tests is a consequence of what broke them.
  const cameWith = (regression: boolean, { missingWorking }: ScenarioProfile, field: string) =>
    verdicts !== null && verdicts.regression === regression && !missingWorking.has(field) ? verdicts : null;
  return [
    ...lost.map(([field, level]) => ({
      ...{ kind: 'missing' as const, regression: true, scenario, stage: null, field },
      ...{ message: `${field} newly missing (${level})`, alike: `missing ${level} field ${field}` },
      follows: cameWith(true, after, field),
    })),
    ...found.map(([field]) => ({
      ...{ kind: 'found' as const, regression: false, scenario, stage: null, field },
      ...{ message: `${field} no longer missing`, alike: `found field ${field}` },
      follows: cameWith(false, before, field),
    })),
  ];
}

/** Changes with a cause of their own, without those that follow from another change. */
export function reportedChanges({ changes }: Comparison): Record<'worse' | 'better', readonly Change[]> {
  const leading = changes.filter(({ follows }) => follows === null);
  return {
    worse: leading.filter(({ regression }) => regression),
    better: leading.filter(({ regression }) => !regression),
  };
}
