/** What is broken over time: each run continues the outages of earlier runs. Pure. */
import type { Cause, Outage, OutageScenario } from '../model/alert.ts';
import type { Observed, ScenarioRun } from './causes.ts';
import { isOfTheTarget, TARGET } from './outage-key.ts';

/** Limit of open outages of one kind per scenario; a message with yet another wording belongs to the last of them. */
const MAX_WORDINGS = 3;
/** Working runs stop being counted here; no setting asks for more. */
const MAX_WORKED = 1_000;

export interface ObservedRun extends Observed {
  readonly runId: string;
  readonly startedAt: string;
}

export function advance(outages: readonly Outage[], run: ObservedRun): readonly Outage[] {
  const found = new Map<string, readonly Cause[]>();
  for (const cause of run.causes) {
    const key = keyAmong(outages, cause);
    found.set(key, [...(found.get(key) ?? []), cause]);
  }
  const continued = outages.flatMap((outage) => {
    const causes = found.get(outage.key);
    return causes === undefined
      ? [withoutCause(outage, run)]
      : failing({ key: outage.key, outage }, causes, run);
  });
  const known = new Set(outages.map(({ key }) => key));
  const begun = [...found].flatMap(([key, causes]) =>
    known.has(key) ? [] : failing({ key, outage: null }, causes, run),
  );
  return [...continued, ...begun];
}

/** The key of the outage that a cause belongs to: an open one, or a new one. */
function keyAmong(outages: readonly Outage[], cause: Cause): string {
  if (outages.some(({ key }) => key === cause.key)) return cause.key;
  const ofScenario = outages.filter(({ scenarios }) => scenarios.some(({ name }) => name === cause.scenario));
  const sameSlot = ofScenario.filter(({ slot }) => slot === cause.slot);
  const same = ofScenario.find((outage) => isSameResponse(outage, cause));
  return same?.key ?? (sameSlot.length < MAX_WORDINGS ? cause.key : (sameSlot.at(-1)?.key ?? cause.key));
}

/** Not every trace is read: `HTTP 500` alone and `HTTP 500` explained by a stage are one failure of a scenario. */
function isSameResponse(outage: Outage, cause: Cause): boolean {
  const isExplained = (outage.slot === TARGET) !== (cause.slot === TARGET);
  const before = outage.scenarios.find(({ name }) => name === cause.scenario);
  return isExplained && isOfTheTarget(cause.code) && before?.code === cause.code && before.worked === 0;
}

function failing(
  { key, outage }: { readonly key: string; readonly outage: Outage | null },
  causes: readonly Cause[],
  { runId, startedAt, scenarios }: ObservedRun,
): readonly Outage[] {
  const [worst] = causes.toSorted((a, b) => b.tests - a.tests);
  if (worst === undefined) return [];
  const isNew = outage === null || outage.failedRuns === 0;
  // When an outage starts again, scenarios that worked before are no longer part of it.
  const before = (outage?.scenarios ?? []).filter(({ worked }) => !isNew || worked === 0);
  const now = new Map(causes.toReversed().map((cause) => [cause.scenario, cause]));
  const judged = [...now.keys()].reduce((sum, name) => sum + (scenarios.get(name)?.judged ?? 0), 0);
  const tests = causes.reduce((sum, cause) => sum + cause.tests, 0);
  const slot = outage?.slot ?? worst.slot;
  return [
    {
      key,
      slot,
      since: isNew ? startedAt : outage.since,
      failedRuns: (outage?.failedRuns ?? 0) + 1,
      scenarios: [
        ...before.map((each) => {
          const cause = now.get(each.name);
          return cause === undefined ? withRun(each, { slot, runs: scenarios }) : broken(cause, each);
        }),
        ...[...now.values()]
          .toReversed()
          .filter(({ scenario }) => before.every(({ name }) => name !== scenario))
          .map((cause) => broken(cause, null)),
      ],
      last: { runId, startedAt, cause: { ...worst, tests, judged } },
    },
  ];
}

/** A failure that only a trace showed is over only when a trace shows it, even if responses pass in the meantime. */
function broken({ scenario, code, evidence, stage }: Cause, before: OutageScenario | null): OutageScenario {
  const shown = before?.evidence === 'trace' && evidence === 'response' ? before : { evidence, stage };
  return { name: scenario, code, evidence: shown.evidence, stage: shown.stage, worked: 0 };
}

function withoutCause(outage: Outage, { scenarios }: ObservedRun): Outage {
  const after = outage.scenarios.map((each) => withRun(each, { slot: outage.slot, runs: scenarios }));
  const allWorked = after.every(({ worked }) => worked > 0);
  return { ...outage, scenarios: after, failedRuns: allWorked ? 0 : outage.failedRuns };
}

/** A scenario that was not sent, not tested, or is broken in a way that hides whether the outage is over, counts neither way. */
function withRun(
  scenario: OutageScenario,
  { slot, runs }: { readonly slot: string; readonly runs: ReadonlyMap<string, ScenarioRun> },
): OutageScenario {
  const run = runs.get(scenario.name);
  if (run === undefined || !worksAgain(run, { slot, scenario })) return scenario;
  return { ...scenario, worked: Math.min(scenario.worked + 1, MAX_WORKED) };
}

/** A target that responds is not down, an accepted webhook was not refused, and a stage that was reached works. */
function worksAgain(
  run: ScenarioRun,
  { slot, scenario: { evidence, stage } }: { readonly slot: string; readonly scenario: OutageScenario },
): boolean {
  if (evidence === 'response') return (slot === TARGET ? run.responded : run.accepted) > 0;
  const reached = stage === null ? undefined : run.reached.get(stage);
  return (reached ?? run.traced) > 0;
}
