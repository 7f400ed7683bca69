/** What has changed at the stages of a scenario. A stage behind one that is lost is lost with it, and reported with it. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Draft } from './draft.ts';
import type { StageProfile } from './run-profile.ts';

type Stages = ReadonlyMap<string, StageProfile>;

interface Changed {
  readonly stage: string;
  readonly worse: boolean;
  /** Tests that were lost here, in the run in which some were. */
  readonly lost: number;
  readonly message: string;
  /** How it was lost, or is back; the same for scenarios with the same cause. */
  readonly how: string;
  /** Nothing happened here: it was not reached. */
  readonly silent: boolean;
  /** It was lost in broken tests only. */
  readonly onlyBroken: boolean;
}

/**
 * @param after in the order of the pipeline
 * @param options.verdicts the change of the verdicts of the scenario: what was lost in broken tests only came with it
 */
export function stageChanges(
  before: Stages,
  after: Stages,
  { scenario, verdicts }: { readonly scenario: string; readonly verdicts: Draft | null },
): readonly Draft[] {
  const drafts: Draft[] = [];
  let cause: (Changed & { readonly draft: Draft }) | null = null;
  for (const [stage, profile] of after) {
    const changed = changedStage(stage, before.get(stage), profile);
    if (changed === null) {
      // The pipeline came through here: what changed further on has a cause of its own.
      if (lostAt(profile) === 0) cause = null;
      continue;
    }
    const { worse, message } = changed;
    const behind: Draft | null =
      cause !== null && cause.worse === worse && changed.silent && changed.lost <= cause.lost
        ? cause.draft
        : null;
    const came = verdicts !== null && verdicts.regression === worse && changed.onlyBroken ? verdicts : null;
    const kind = worse ? 'missing' : 'found';
    const draft: Draft = {
      ...{ kind, regression: worse, scenario, stage, field: null, message },
      ...{ alike: `${kind} ${changed.how} stage ${stage}`, follows: behind ?? came },
    };
    drafts.push(draft);
    if (behind === null) cause = { ...changed, draft };
  }
  return drafts;
}

/** Null where nothing has changed, and where one of the runs could not see the stage. */
function changedStage(stage: string, before: StageProfile | undefined, after: StageProfile): Changed | null {
  if (before === undefined || before.judged === 0) return null;
  const [lost, was] = [lostAt(after), lostAt(before)];
  if (was === 0 && lost > 0) {
    const unseen = after.missing === 0 ? 'not reached' : 'missing';
    const how = lost - after.failed >= after.failed ? unseen : 'failing';
    const detail = after.detail === null ? '' : `: ${after.detail}`;
    const message = `newly ${how}, ${numberText(lost)} of ${countOf(after.judged, 'test')}${detail}`;
    const onlyBroken = after.lostWorking === 0;
    return { stage, worse: true, lost, message, how, silent: after.failed === 0, onlyBroken };
  }
  if (was === 0 || lost > 0) return null;
  const message = `reached again: was not in ${numberText(was)} of ${countOf(before.judged, 'test')}`;
  const onlyBroken = before.lostWorking === 0;
  return { stage, worse: false, lost: was, message, how: 'back', silent: before.failed === 0, onlyBroken };
}

function lostAt({ failed, missing, notReached }: StageProfile): number {
  return failed + missing + notReached;
}
