/** What a notifier has to report: what broke, is still broken or works again since its last report. Pure. */
import type { Change, Outage, SentAlert } from '../model/alert.ts';

/** When a notifier reports. */
export interface AlertThresholds {
  /** Consecutive failing runs. */
  readonly after: number;
  /** Consecutive working runs of each scenario. */
  readonly recoverAfter: number;
  /** Null: an outage is reported once. */
  readonly repeatAfterMs: number | null;
}

/** Scheduled runs start a little early or late; without this an hourly reminder could wait for the next run. */
const JITTER_MS = 30_000;

export interface Situation {
  readonly outages: readonly Outage[];
  readonly sent: readonly SentAlert[];
  /** Of this run. */
  readonly runId: string;
  readonly startedAt: string;
}

/** Broken ones come first, so that a limit on messages drops the others. */
export function changesOf(situation: Situation, thresholds: AlertThresholds): readonly Change[] {
  const sent = new Map(situation.sent.map((each) => [each.key, each]));
  const changes = situation.outages.flatMap((outage): readonly Change[] => {
    const before = sent.get(outage.key);
    const kind = kindOf(outage, { before, situation, thresholds });
    if (kind === null) return [];
    const since = before?.since ?? outage.since;
    const brokenOtherwise = kind === 'working' ? brokenBy(situation.outages, outage) : [];
    return [{ kind, outage, since, brokenOtherwise }];
  });
  return changes.toSorted((a, b) => Number(a.kind === 'working') - Number(b.kind === 'working'));
}

function kindOf(
  outage: Outage,
  {
    before,
    situation,
    thresholds,
  }: {
    readonly before: SentAlert | undefined;
    readonly situation: Situation;
    readonly thresholds: AlertThresholds;
  },
): Change['kind'] | null {
  if (before === undefined) return outage.failedRuns >= thresholds.after ? 'broken' : null;
  if (outage.scenarios.every(({ worked }) => worked >= thresholds.recoverAfter)) return 'working';
  if (before.reportedAt === null) return outage.failedRuns > 0 ? 'broken' : null;
  if (thresholds.repeatAfterMs === null || outage.last.runId !== situation.runId) return null;
  const passedMs = Date.parse(situation.startedAt) - Date.parse(before.reportedAt);
  return passedMs >= thresholds.repeatAfterMs - JITTER_MS ? 'still-broken' : null;
}

/** Scenarios of an outage that is over, but that another outage still breaks. */
function brokenBy(outages: readonly Outage[], over: Outage): readonly string[] {
  const broken = new Set(
    outages
      .filter(({ key }) => key !== over.key)
      .flatMap(({ scenarios }) => scenarios.flatMap(({ name, worked }) => (worked === 0 ? [name] : []))),
  );
  return over.scenarios.flatMap(({ name }) => (broken.has(name) ? [name] : []));
}

/**
 * What the notifier has reported once these changes are delivered. With none delivered, this is the state saved before
 * sending, so that a run that is killed meanwhile does not forget what it may have sent.
 */
export function sentAfter(
  sent: readonly SentAlert[],
  {
    changes,
    delivered,
    at,
  }: { readonly changes: readonly Change[]; readonly delivered: ReadonlySet<Change>; readonly at: string },
): readonly SentAlert[] {
  const after = new Map(sent.map((each) => [each.key, each]));
  for (const change of changes) {
    const { key } = change.outage;
    const isDelivered = delivered.has(change);
    if (change.kind === 'working') {
      if (isDelivered) after.delete(key);
    } else {
      const before = after.get(key)?.reportedAt ?? null;
      after.set(key, { key, since: change.since, reportedAt: isDelivered ? at : before });
    }
  }
  return [...after.values()];
}

/** Drops outages that are over once every notifier has reported their end. */
export function stillOpen(
  outages: readonly Outage[],
  sent: ReadonlyMap<string, readonly SentAlert[]>,
): readonly Outage[] {
  const keys = new Set([...sent.values()].flatMap((each) => each.map(({ key }) => key)));
  return outages.filter(({ key, failedRuns }) => failedRuns > 0 || keys.has(key));
}
