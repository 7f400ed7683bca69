/** The last runs of each target as strips: how each ended, and how its response times developed. */
import { kindKey } from '../http/same-target.ts';
import type { Latency, RunFacts, RunStatus, Summary } from '../model/report.ts';
import type { Screen } from '../terminal/capabilities.ts';
import { durationText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';
import { cutMiddle, textWidth } from '../terminal/width.ts';

/** Runs per trend, and trends. */
const RUNS_SHOWN = 20;
const TRENDS_SHOWN = 5;

const BARS = { unicode: '▁▂▃▄▅▆▇█', ascii: '_.-=+*#@' } as const;

/** A run with a broken test is marked like a broken run. */
const MARKS = {
  unicode: { passed: '✓', warned: '⚠', failed: '✗', cutOff: '?' },
  ascii: { passed: '+', warned: '!', failed: 'x', cutOff: '?' },
} as const;

/** What the runs of a trend have in common. */
type Kind = Pick<RunFacts, 'target' | 'sandbox' | 'profile' | 'environment' | 'shard'>;

export interface ListedRun extends Kind {
  readonly runId: string;
  readonly status: RunStatus;
  readonly summary: Summary | null;
  readonly latency: Latency | null;
}

export type RunOutcome = keyof typeof MARKS.unicode;

export interface Trend {
  /** Of the latest run. */
  readonly target: string;
  readonly profile: string | null;
  readonly environment: string;
  readonly shard: { readonly index: number; readonly total: number } | null;
  /** Oldest first, like the other lists. */
  readonly runIds: readonly string[];
  readonly outcomes: readonly RunOutcome[];
  /** In percent; null if nothing was sent or the counts are unknown. */
  readonly workingPercent: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

/** Trends of all kinds with more than one run, the kind of the latest run first. @param runs newest first */
export function trendsOf(runs: readonly ListedRun[]): readonly Trend[] {
  const byKind = new Map<string, ListedRun[]>();
  for (const run of runs) byKind.set(kindKey(run), [...(byKind.get(kindKey(run)) ?? []), run]);
  return [...byKind.values()]
    .filter((of) => of.length > 1)
    .slice(0, TRENDS_SHOWN)
    .flatMap((of) => {
      const [latest] = of;
      if (latest === undefined) return [];
      const { target, profile, environment, shard } = latest;
      const oldestFirst = of.slice(0, RUNS_SHOWN).toReversed();
      return {
        ...{ target, profile, environment },
        shard: shard && { index: shard.index, total: shard.total },
        runIds: oldestFirst.map(({ runId }) => runId),
        outcomes: oldestFirst.map(outcomeOf),
        workingPercent: oldestFirst.map(({ summary }) =>
          summary === null || summary.total === 0 ? null : (100 * summary.successful) / summary.total,
        ),
        p95Ms: oldestFirst.map(({ latency }) => latency?.p95Ms ?? null),
      };
    });
}

function outcomeOf({ status, summary }: Pick<ListedRun, 'status' | 'summary'>): RunOutcome {
  if (status === 'interrupted') return 'cutOff';
  if (status === 'broken' || (summary?.failed ?? 0) > 0) return 'failed';
  return status === 'healthy' ? 'passed' : 'warned';
}

/** `✓✓✓✗✗  80 % working  p95 ▁▁▂▇ 1.24 s`, below it the target; oldest run first. */
export function trendLines(
  trends: readonly Trend[],
  screen: Pick<Screen, 'unicode' | 'columns'>,
): readonly string[] {
  if (trends.length === 0) return [];
  return ['Last runs, oldest first:', ...trends.flatMap((trend) => linesOf(trend, { trends, screen }))];
}

function linesOf(
  trend: Trend,
  {
    trends,
    screen,
  }: { readonly trends: readonly Trend[]; readonly screen: Pick<Screen, 'unicode' | 'columns'> },
): readonly string[] {
  const { outcomes, workingPercent, p95Ms } = trend;
  const marks = screen.unicode ? MARKS.unicode : MARKS.ascii;
  const [percent, ms] = [workingPercent.at(-1) ?? null, p95Ms.at(-1) ?? null];
  const facts = [
    `  ${outcomes.map((outcome) => marks[outcome]).join('')}`,
    ...(percent === null ? [] : [`${Math.floor(percent)} % working`]),
    // Without any response there are no latencies to show.
    ...(p95Ms.every((value) => value === null)
      ? []
      : [`p95 ${bars(p95Ms, screen)} ${ms === null ? '-' : durationText(ms)}`]),
  ].join('  ');
  const target = terminalText(trend.target);
  const apart = apartFrom(trend, trends);
  const name = `${target}${apart}`;
  if (textWidth(`${facts}  ${name}`) <= screen.columns) return [`${facts}  ${name}`];
  const shortTarget = cutMiddle(target, screen.columns - 4, screen);
  const oneLine = `    ${shortTarget}${apart}`;
  return textWidth(oneLine) <= screen.columns
    ? [facts, oneLine]
    : [
        facts,
        `    ${shortTarget}`,
        ...(apart === '' ? [] : [`    ${cutMiddle(apart.trim(), screen.columns - 4, screen)}`]),
      ];
}

/** ` (profile staging)`: what distinguishes this trend from others of the same target. */
function apartFrom({ target, ...trend }: Trend, trends: readonly Trend[]): string {
  const others = trends.filter((other) => other.target === target);
  const differs = (of: (trend: Pick<Trend, 'profile' | 'environment' | 'shard'>) => string) =>
    others.some((other) => of(other) !== of(trend)) ? [of(trend)] : [];
  const apart = [
    ...differs(({ profile }) => (profile === null ? 'no profile' : `profile ${profile}`)),
    ...differs(({ environment }) => `environment ${environment}`),
    ...differs(({ shard }) => (shard === null ? 'no shard' : `shard ${shard.index} of ${shard.total}`)),
  ];
  return apart.length === 0 ? '' : ` (${apart.join(', ')})`;
}

/** Heights relative to the largest value. */
function bars(values: readonly (number | null)[], { unicode }: Pick<Screen, 'unicode'>): string {
  const signs = unicode ? BARS.unicode : BARS.ascii;
  const most = Math.max(...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null) return ' ';
      const height = most <= 0 ? 0 : Math.round((value / most) * (signs.length - 1));
      return signs[Math.min(Math.max(0, height), signs.length - 1)] ?? ' ';
    })
    .join('');
}
