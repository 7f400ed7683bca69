/** The history of each target, from the heads of all its saved runs. */
import { kindKey } from '../../http/same-target.ts';
import type { ReportHead } from '../../model/report.ts';
import { type CurrentState, currentState } from './current-state.ts';
import { readHeads, type UnreadableRun } from './history.ts';
import { type Timeline, timelineOf } from './timeline.ts';

/** Runs of the same target, profile, environment and shard. */
export interface TargetHistory extends Timeline {
  readonly current: CurrentState;
}

export interface Histories {
  readonly schemaVersion: 1;
  /** The target of the newest run first. */
  readonly targets: readonly TargetHistory[];
}

/** @throws ProdE2eError `STORE_UNAVAILABLE` */
export async function readHistories(
  dataDir: string,
  onUnreadable: (run: UnreadableRun) => void,
): Promise<Histories> {
  const heads: ReportHead[] = [];
  for await (const head of readHeads(dataDir, onUnreadable)) {
    // A run that was cut off with too many results to count them has no totals; it says nothing about the target either.
    if (head.summary !== null) heads.push(head);
  }
  return historiesOf(heads);
}

/** @param heads of saved runs, the newest first */
export function historiesOf(heads: readonly ReportHead[]): Histories {
  const byKind = new Map<string, ReportHead[]>();
  for (const head of heads) {
    const kind = byKind.get(kindKey(head)) ?? [];
    byKind.set(kindKey(head), kind);
    kind.push(head);
  }
  const targets = [...byKind.values()].flatMap((kind) => {
    const timeline = timelineOf(kind.toReversed());
    return timeline === null ? [] : [{ ...timeline, current: currentState(timeline) }];
  });
  return { schemaVersion: 1, targets };
}
