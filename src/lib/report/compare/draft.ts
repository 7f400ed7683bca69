/** Changes before they are grouped by cause, which takes the changes of all scenarios. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Change, ChangeKey } from './comparison.ts';

export interface Draft extends Omit<Change, 'follows'> {
  /** Equal for changes in other scenarios with the same cause. */
  readonly alike: string;
  /** The change that caused this one, in the same scenario or in all together. */
  readonly follows: Draft | null;
}

/** Regressions first, the worst of them at the top. */
const ORDER: readonly Change['kind'][] = [
  ...(['broken', 'more-often', 'missing', 'slower'] as const),
  ...(['fixed', 'less-often', 'found', 'faster'] as const),
];

/** If several scenarios have similar changes, the first is the leader and the others follow it. */
export function changesOf(drafts: readonly Draft[]): readonly Change[] {
  const first = new Map<string, Draft>();
  const leaders = new Map<Draft, Draft | null>();
  for (const draft of drafts) {
    const leader = draft.follows ?? first.get(draft.alike) ?? null;
    leaders.set(draft, leader);
    if (leader === null) first.set(draft.alike, draft);
  }
  return drafts
    .toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map((draft) => {
      const { alike: _, follows: __, ...change } = draft;
      const leader = leaders.get(draft) ?? null;
      const message =
        draft.message +
        withFollowers(
          draft,
          drafts.filter((each) => leaders.get(each) === draft),
        );
      return { ...change, message, follows: leader === null ? null : keyOf(leader) };
    });
}

function keyOf({ kind, scenario, stage, field }: Draft): ChangeKey {
  return { kind, scenario, stage, field };
}

/** `; not reached after it: route, save; the same in: B, C` */
function withFollowers(leader: Draft, followers: readonly Draft[]): string {
  const isStage = leader.stage !== null && leader.kind !== 'slower' && leader.kind !== 'faster';
  const isOther = ({ scenario }: Draft) => scenario !== null && scenario !== leader.scenario;
  const others = leader.scenario === null ? [] : followers.filter(isOther);
  const names = followers.filter((each) => !isOther(each)).map(({ stage, field }) => field ?? stage ?? '');
  const how = isStage && leader.regression ? 'not reached after it' : 'with it';
  const scenarios = others.map(({ scenario }) => scenario ?? '');
  return [
    ...(names.length === 0 ? [] : [`; ${how}: ${named(names)}`]),
    ...(scenarios.length === 0
      ? []
      : [`; the same in ${countOf(scenarios.length, 'more scenario')}: ${named(scenarios)}`]),
  ].join('');
}

/** Names shown; the rest are counted. */
const NAMED = 10;

export function named(names: readonly string[]): string {
  const others = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (others > 0 ? ` and ${numberText(others)} more` : '');
}
