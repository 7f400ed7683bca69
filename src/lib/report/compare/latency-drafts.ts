/** What a comparison says of latencies: one change for one cause. */
import { durationText } from '../../terminal/quantities.ts';
import type { LatencyChange } from './comparison.ts';
import type { Draft } from './draft.ts';
import { hasChanged } from './latency-changes.ts';
import type { RunProfile } from './run-profile.ts';

/** Scenarios that move with all others follow these; a stage follows what has changed in each scenario that has it. */
export function latencyDrafts(latency: readonly LatencyChange[], head: RunProfile): readonly Draft[] {
  const changed = latency.filter(hasChanged);
  const all = changed.find(({ scenario, stage }) => scenario === null && stage === null);
  const leader = all === undefined ? null : draftOf(all, null);
  const scenarios = changed
    .filter(({ scenario }) => scenario !== null)
    .map((each) => draftOf(each, each.standsOut ? null : leader));
  const stages = changed
    .filter(({ stage }) => stage !== null)
    .map((each) => draftOf(each, cameWith(each, { leader, scenarios, head })));
  return [...(leader === null ? [] : [leader]), ...scenarios, ...stages];
}

function cameWith(
  { stage, verdict }: LatencyChange,
  options: {
    readonly leader: Draft | null;
    readonly scenarios: readonly Draft[];
    readonly head: RunProfile;
  },
): Draft | null {
  const { leader, scenarios, head } = options;
  if (leader !== null) return leader.kind === verdict ? leader : null;
  const having = [...head].filter(([, { stages }]) => stages.has(stage ?? '')).map(([scenario]) => scenario);
  const moved = scenarios.filter(({ kind }) => kind === verdict);
  const [first] = moved;
  const every = having.every((scenario) => moved.some((each) => each.scenario === scenario));
  return first !== undefined && every ? first : null;
}

function draftOf(
  { scenario, stage, base, head, limitMs, verdict }: LatencyChange,
  follows: Draft | null,
): Draft {
  const kind = verdict === 'slower' ? 'slower' : 'faster';
  const [before, after] = [base.medianMs ?? 0, head.medianMs ?? 0];
  const limit = kind === 'slower' && limitMs !== null ? `, limit ${durationText(limitMs)}` : '';
  const message = `${kind}: ${durationText(after)}, usually ${durationText(before)} (${changeText(before, after)}${limit})`;
  const what = scenario === null ? 'all scenarios' : 'a scenario';
  const alike = stage === null ? `${kind} ${what}` : `${kind} stage ${stage}`;
  return { kind, regression: kind === 'slower', scenario, stage, field: null, alike, follows, message };
}

/** `+120 %` */
export function changeText(before: number, after: number): string {
  if (before === 0) return 'from 0';
  const percent = Math.round((100 * (after - before)) / before);
  return `${percent > 0 ? '+' : ''}${percent} %`;
}
