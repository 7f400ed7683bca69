/** Where answers or stages have become slower or faster, told only where the number of tests allows to tell. */
import type { LatencyChange, LatencySide } from './comparison.ts';
import {
  countIn,
  holm,
  leastP,
  type Pair,
  quantile,
  rankTestP,
  type Sample,
  stratifiedRankTestP,
} from './rank-test.ts';
import type { RunProfile } from './run-profile.ts';

/** A change is told when it would come about by chance in fewer than one of a hundred comparisons. */
export const SIGNIFICANCE = 0.01;
/** And when the median has changed by this part, and by so many milliseconds: less matters to nobody. */
export const LEAST_PART = 0.1;
export const LEAST_MS = 5;

interface Tested {
  readonly scenario: string | null;
  readonly stage: string | null;
  /** One a scenario. */
  readonly pairs: readonly Pair[];
}

export function latencyChanges(base: RunProfile, head: RunProfile): readonly LatencyChange[] {
  const all = tested(base, head);
  const raw = all.map(({ pairs }) => {
    const sizes = pairs.map((pair) => [countIn(pair.base), countIn(pair.head)] as const);
    if (leastP(sizes) >= SIGNIFICANCE) return null;
    const [only] = pairs;
    return pairs.length === 1 && only !== undefined ? rankTestP(only) : stratifiedRankTestP(pairs);
  });
  const adjusted = holm(raw.filter((p) => p !== null));
  let next = 0;
  return all.map((each, at) => {
    const p = raw[at] === null ? null : (adjusted[next++] ?? 1);
    return described(each, p);
  });
}

/** Every scenario of both runs, all together where there are several, and every stage over its scenarios. */
function tested(base: RunProfile, head: RunProfile): readonly Tested[] {
  const scenarios: Tested[] = [];
  const stages = new Map<string, Pair[]>();
  for (const [scenario, after] of head) {
    const before = base.get(scenario);
    if (before === undefined) continue;
    const pair = { base: before.latencies, head: after.latencies };
    if (isWhole(pair)) scenarios.push({ scenario, stage: null, pairs: [pair] });
    for (const [stage, { durations }] of after.stages) {
      const stagePair = { base: before.stages.get(stage)?.durations ?? new Map(), head: durations };
      if (isWhole(stagePair)) stages.set(stage, [...(stages.get(stage) ?? []), stagePair]);
    }
  }
  const together = scenarios.flatMap(({ pairs }) => pairs);
  return [
    ...(together.length > 1 ? [{ scenario: null, stage: null, pairs: together }] : []),
    ...scenarios,
    ...[...stages].map(([stage, pairs]) => ({ scenario: null, stage, pairs })),
  ];
}

function isWhole({ base, head }: Pair): boolean {
  return base.size > 0 && head.size > 0;
}

function described({ scenario, stage, pairs }: Tested, p: number | null): LatencyChange {
  const base = sideOf(pairs.map((pair) => pair.base));
  const head = sideOf(pairs.map((pair) => pair.head));
  return { scenario, stage, base, head, p, verdict: verdictOf({ base, head, p }) };
}

function sideOf(samples: readonly Sample[]): LatencySide {
  const together = new Map<number, number>();
  for (const sample of samples)
    for (const [value, times] of sample) together.set(value, (together.get(value) ?? 0) + times);
  return { count: countIn(together), medianMs: quantile(together, 0.5), p95Ms: quantile(together, 0.95) };
}

function verdictOf({ base, head, p }: Pick<LatencyChange, 'base' | 'head' | 'p'>): LatencyChange['verdict'] {
  if (p === null) return 'too-few';
  const [before, after] = [base.medianMs ?? 0, head.medianMs ?? 0];
  const change = after - before;
  const matters = Math.abs(change) >= LEAST_MS && Math.abs(change) >= before * LEAST_PART;
  if (p >= SIGNIFICANCE || !matters) return 'no-change';
  return change > 0 ? 'slower' : 'faster';
}
