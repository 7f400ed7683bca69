/** What there is to tell: what changed since a notifier was told last. Pure. */
import type { Cause, Change, Told } from '../model/alert.ts';
import { type Grouping, keyOf } from './grouping.ts';

export interface State {
  /** What the notifier was told of before and has not been told the end of. */
  readonly open: readonly Told[];
  /** Why scenarios are broken now. */
  readonly causes: readonly Cause[];
  /** Scenarios that this run says anything about. */
  readonly judged: ReadonlySet<string>;
  /** Start of this run, ISO 8601. */
  readonly at: string;
  /** Null: what stays broken is told once. */
  readonly repeatAfterMs: number | null;
  readonly grouping: Grouping;
}

/** What is still open is told at most so many times at once; a run with more of it is one outage. */
export const MAX_OPEN = 1_000;

/** Runs on a schedule begin a little earlier or later: a reminder after an hour is not to wait for the run after it. */
const JITTER_MS = 30_000;

/** Broken first: who is told of nothing else is told of that. */
export function changesOf({ open, causes, judged, at, repeatAfterMs, grouping }: State): readonly Change[] {
  const before = new Map(open.map((told) => [told.key, told]));
  const now = new Map(causes.map((cause) => [keyOf(cause, grouping), cause]));
  const broken = [...now].flatMap(([key, cause]): readonly Change[] => {
    const told = before.get(key);
    if (told === undefined) return [{ kind: 'broken', key, cause, since: at }];
    const passedMs = Date.parse(at) - Date.parse(told.toldAt);
    const isDue = repeatAfterMs !== null && passedMs >= repeatAfterMs - JITTER_MS;
    return isDue ? [{ kind: 'still-broken', key, cause, since: told.since }] : [];
  });
  const working = open
    .filter(({ key, scenario }) => judged.has(scenario) && !now.has(key))
    .map((told): Change => ({ kind: 'working', key: told.key, told }));
  return [...broken, ...working];
}

/** What is open once these changes were told; of what could not be told nothing changes, so that the next run tells it. */
export function openAfter(
  open: readonly Told[],
  { told, at }: { readonly told: readonly Change[]; readonly at: string },
): readonly Told[] {
  const after = new Map(open.map((each) => [each.key, each]));
  for (const change of told) {
    if (change.kind === 'working') after.delete(change.key);
    else {
      const { scenario, code } = change.cause;
      after.set(change.key, { key: change.key, scenario, code, since: change.since, toldAt: at });
    }
  }
  return [...after.values()].slice(-MAX_OPEN);
}
