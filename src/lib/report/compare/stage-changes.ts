/** Changes in the stages of a scenario. A stage behind a lost one is lost with it and reported with it. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Draft } from './draft.ts';
import type { StageProfile } from './run-profile.ts';

type Stages = ReadonlyMap<string, StageProfile>;

interface Changed {
  readonly stage: string;
  readonly worse: boolean;
  /** Number of tests that lost the stage, in the run that lost it. */
  readonly lost: number;
  readonly message: string;
  /** How it was lost or recovered; equal for scenarios with the same cause. */
  readonly how: string;
  /** The stage was only not reached, so its cause lies in an earlier one. */
  readonly silent: boolean;
  /** Only broken tests lost it. */
  readonly onlyBroken: boolean;
}

/**
 * @param after in the order of the pipeline
 * @param options.verdicts the change of the scenario's verdicts, which is the cause of stages that only broken tests lost
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
      // The pipeline got past this stage, so later changes have a cause of their own.
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

/** Null if nothing has changed, or if one of the runs has no evidence of the stage. */
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
  const message = `reached again: was not reached in ${numberText(was)} of ${countOf(before.judged, 'test')}`;
  const onlyBroken = before.lostWorking === 0;
  return { stage, worse: false, lost: was, message, how: 'back', silent: before.failed === 0, onlyBroken };
}

function lostAt({ failed, missing, notReached }: StageProfile): number {
  return failed + missing + notReached;
}
