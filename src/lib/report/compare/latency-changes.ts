/** Which scenarios and stages are slower or faster than usual in the saved runs. */

import { durationText } from '../../terminal/quantities.ts';
import type { LatencyChange, LatencySide, LatencyVerdict } from './comparison.ts';
import type { Draft } from './draft.ts';
import type { RunProfile } from './run-profile.ts';
import { countIn, lowerMedian, quantile, type Sample, sampleOf } from './sample.ts';
import type { SavedLatencies } from './saved-latencies.ts';
import { isEnough, limitsOf, type Noise, noiseOf, usualOf } from './slow-limit.ts';

/** From this factor on all scenarios together count as slower or faster, and each is compared with the others. */
const DRIFT = 1.5;

interface Pair {
  readonly scenario: string;
  readonly saved: readonly number[];
  readonly head: Sample;
}

/** Changes of all scenarios together if there are several, of each scenario, and of each stage across scenarios. */
export function latencyChanges(saved: SavedLatencies, head: RunProfile): readonly LatencyChange[] {
  const pairs = [...head].flatMap(([scenario, { latencies }]): readonly Pair[] => {
    const before = saved.get(scenario)?.latencies ?? [];
    return before.length === 0 || latencies.size === 0 ? [] : [{ scenario, saved: before, head: latencies }];
  });
  const noise = noiseOf(pairs.map((pair) => pair.saved));
  const known = pairs.filter((pair) => isEnough(pair.saved));
  const drift = driftOf(known);
  const all = known.length > 1 ? together(known, { noise, drift }) : null;
  const relativeTo = drift >= DRIFT || drift <= 1 / DRIFT ? drift : 1;
  return [
    ...(all === null ? [] : [all]),
    ...pairs.map(({ scenario, ...pair }) => {
      const alone = judged(pair, { noise, relativeTo });
      const standsOut = hasChanged(alone);
      const moves = all !== null && hasChanged(all) && !standsOut && alone.verdict !== 'too-few';
      return { scenario, stage: null, ...alone, ...(moves ? { verdict: all.verdict } : {}), standsOut };
    }),
    ...stagePairs(saved, head).map(([stage, pair]) => {
      const alone = judged(pair, { noise: noiseOf([pair.saved]), relativeTo: 1 });
      return { scenario: null, stage, ...alone, standsOut: hasChanged(alone) };
    }),
  ];
}

export function hasChanged({ verdict }: Pick<LatencyChange, 'verdict'>): boolean {
  return verdict === 'slower' || verdict === 'faster';
}

type Judged = Pick<LatencyChange, 'base' | 'head' | 'limitMs' | 'verdict'>;

function judged(
  { saved, head }: Pick<Pair, 'saved' | 'head'>,
  { noise, relativeTo }: { readonly noise: Noise; readonly relativeTo: number },
): Judged {
  const sides = { base: sideOf(sampleOf(saved)), head: sideOf(head) };
  const tests = sides.head.count;
  const usual = usualOf(saved);
  const limitsAt = (usualMs: number) => (isEnough(saved) ? limitsOf({ usualMs, noise, tests }) : null);
  // Slower means slower than usual and than the drift of the others; faster means faster than both.
  const [above, below] = [
    limitsAt(usual * Math.max(1, relativeTo)),
    limitsAt(usual * Math.min(1, relativeTo)),
  ];
  if (above === null || below === null) return { ...sides, limitMs: null, verdict: 'too-few' };
  const { slowerMs } = above;
  const verdict = verdictOf(lowerMedian(head) ?? 0, { slowerMs, fasterMs: below.fasterMs });
  return { ...sides, limitMs: slowerMs, verdict };
}

function verdictOf(
  ms: number,
  { slowerMs, fasterMs }: { readonly slowerMs: number | null; readonly fasterMs: number },
): LatencyVerdict {
  if (ms < fasterMs) return 'faster';
  if (slowerMs === null) return 'too-varied';
  return ms > slowerMs ? 'slower' : 'no-change';
}

/** The change that all scenarios share. Its medians are those of the scenario in the middle. */
function together(
  pairs: readonly Pair[],
  { noise, drift }: { readonly noise: Noise; readonly drift: number },
): LatencyChange {
  const usualMs = usualOf(pairs.map(({ saved }) => usualOf(saved)));
  const limits = limitsOf({ usualMs, noise, tests: pairs.length });
  const agree = ratiosOf(pairs).every((ratio) =>
    drift > 1 ? ratio >= Math.sqrt(drift) : ratio <= Math.sqrt(drift),
  );
  const count = (of: (pair: Pair) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0);
  const all = {
    ...{ scenario: null, stage: null },
    base: { count: count(({ saved }) => saved.length), medianMs: usualMs, p95Ms: null },
    head: { count: count(({ head }) => countIn(head)), medianMs: usualMs * drift, p95Ms: null },
  };
  if (limits === null) return { ...all, limitMs: null, verdict: 'too-few', standsOut: false };
  const verdict = agree ? verdictOf(usualMs * drift, limits) : 'no-change';
  return { ...all, limitMs: limits.slowerMs, verdict, standsOut: verdict !== 'no-change' };
}

/** The middle scenario's latency relative to its usual one; 1 if only one scenario is known. */
function driftOf(pairs: readonly Pair[]): number {
  return pairs.length < 2 ? 1 : (lowerMedian(sampleOf(ratiosOf(pairs))) ?? 1);
}

function ratiosOf(pairs: readonly Pair[]): readonly number[] {
  return pairs.flatMap(({ saved, head }) => {
    const usual = usualOf(saved);
    return usual > 0 ? [(lowerMedian(head) ?? 0) / usual] : [];
  });
}

/** Stage → its durations, each relative to the usual one in its scenario. */
function stagePairs(
  saved: SavedLatencies,
  head: RunProfile,
): readonly (readonly [string, Pick<Pair, 'saved' | 'head'>])[] {
  const stages = new Map<string, { readonly saved: readonly number[]; readonly head: Sample }[]>();
  for (const [scenario, profile] of head)
    for (const [stage, { durations }] of profile.stages) {
      const before = saved.get(scenario)?.stages.get(stage) ?? [];
      if (durations.size === 0 || !isEnough(before)) continue;
      stages.set(stage, [...(stages.get(stage) ?? []), { saved: before, head: durations }]);
    }
  return [...stages].map(([stage, pairs]) => {
    const usual = usualOf(pairs.map((pair) => usualOf(pair.saved)));
    const scaled = (ms: number, own: number) => (own === 0 ? ms : (ms / own) * usual);
    const head = new Map<number, number>();
    for (const pair of pairs)
      for (const [ms, times] of pair.head) {
        const value = scaled(ms, usualOf(pair.saved));
        head.set(value, (head.get(value) ?? 0) + times);
      }
    const before = pairs.flatMap((pair) => pair.saved.map((ms) => scaled(ms, usualOf(pair.saved))));
    return [stage, { saved: before, head }];
  });
}

function sideOf(sample: Sample): LatencySide {
  return { count: countIn(sample), medianMs: quantile(sample, 0.5), p95Ms: quantile(sample, 0.95) };
}

/** A scenario that moves with all others follows that change; a stage follows the changes of all scenarios that have it. */
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
