/** What has changed at the stages of a scenario. A stage behind one that is lost is lost with it, and told with it. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Change } from './comparison.ts';
import type { StageProfile } from './run-profile.ts';

type Stages = ReadonlyMap<string, StageProfile>;
type StageChange = Pick<Change, 'kind' | 'regression' | 'message'> & {
  readonly stage: string;
  readonly follows: string | null;
};

interface Changed {
  readonly stage: string;
  readonly worse: boolean;
  /** Tests that were lost here, in the run in which some were. */
  readonly lost: number;
  readonly message: string;
  /** Nothing happened here: it was not reached. */
  readonly silent: boolean;
}

/** @param after in the order of the pipeline */
export function stageChanges(before: Stages, after: Stages): readonly StageChange[] {
  const causes = new Map<Changed, Changed | null>();
  let cause: Changed | null = null;
  for (const [stage, profile] of after) {
    const changed = changedStage(stage, before.get(stage), profile);
    if (changed === null) {
      // The pipeline came through here: what changed further on has a cause of its own.
      if (lostAt(profile) === 0) cause = null;
      continue;
    }
    const follows: boolean =
      cause !== null && cause.worse === changed.worse && changed.silent && changed.lost <= cause.lost;
    causes.set(changed, follows ? cause : null);
    if (!follows) cause = changed;
  }
  return [...causes].map(([changed, its]) => {
    const behind = [...causes].filter(([, of]) => of === changed).map(([{ stage }]) => stage);
    const { stage, worse } = changed;
    const others =
      behind.length === 0 ? '' : `; ${worse ? 'not reached after it' : 'with it'}: ${named(behind)}`;
    return {
      ...{ kind: worse ? 'missing' : 'found', regression: worse, stage },
      ...{ follows: its?.stage ?? null, message: changed.message + others },
    };
  });
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
    return { stage, worse: true, lost, message, silent: after.failed === 0 };
  }
  if (was === 0 || lost > 0) return null;
  const message = `reached again: was not in ${numberText(was)} of ${countOf(before.judged, 'test')}`;
  return { stage, worse: false, lost: was, message, silent: before.failed === 0 };
}

function lostAt({ failed, missing, notReached }: StageProfile): number {
  return failed + missing + notReached;
}

/** Names told; the others are counted. */
const NAMED = 10;

export function named(names: readonly string[]): string {
  const others = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (others > 0 ? ` and ${numberText(others)} more` : '');
}
