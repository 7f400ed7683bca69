/** Where a webhook got stuck among its stages. Pure. */
import type { StageState, StuckAt } from '../model/stage.ts';

export interface PlacedStage {
  readonly name: string;
  readonly state: StageState;
  /** Names of the stages that come before it; none for one that begins the pipeline. */
  readonly after: readonly string[];
}

const REACHED: readonly StageState[] = ['ok', 'slow', 'failed'];

/** The webhook came as far as this stage. */
export function isReached({ state }: Pick<PlacedStage, 'state'>): boolean {
  return REACHED.includes(state);
}

/** Null where it did not get stuck, or where that is unknown. @param stages in the order they are listed in */
export function stuckAt(stages: readonly PlacedStage[]): StuckAt | null {
  const stuck = stages.find(
    (stage) =>
      (stage.state === 'failed' || stage.state === 'missing') && !stagesAfter(stage, stages).some(isReached),
  );
  return stuck === undefined ? null : { stage: stuck.name, after: lastReachedBefore(stuck, stages) };
}

/** Every stage that comes later, directly or through others. */
export function stagesAfter<Stage extends PlacedStage>(
  { name }: PlacedStage,
  stages: readonly Stage[],
): readonly Stage[] {
  const later = new Set<string>([name]);
  // A stage may be listed above one that it comes after: repeated until nothing is added.
  for (let size = 0; size < later.size; ) {
    size = later.size;
    for (const stage of stages) if (stage.after.some((each) => later.has(each))) later.add(stage.name);
  }
  later.delete(name);
  return stages.filter((stage) => later.has(stage.name));
}

/** Walks back over stages that could not be checked. Null where the stage before is known, or none before is reached. */
function lastReachedBefore(stuck: PlacedStage, stages: readonly PlacedStage[]): string | null {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const seen = new Set<string>();
  let unverified = false;
  let before = stuck.after;
  while (before.length > 0) {
    const those = before.flatMap((name) => (seen.has(name) ? [] : (byName.get(name) ?? [])));
    for (const { name } of those) seen.add(name);
    const reached = those.find(isReached);
    if (reached !== undefined) return unverified ? reached.name : null;
    if (those.some(({ state }) => state === 'unverified')) unverified = true;
    before = those.flatMap(({ after }) => after);
  }
  return null;
}
